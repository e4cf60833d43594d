"""Wards looked up by what rows say: nothing is lost, nothing depends on the order or on who asks."""

import datetime as dt

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from geo.intake.faults import Faults
from geo.intake.unit_names import Directory, Unit
from geo.services.imports.places import NONE, Areas
from geo.services.imports.units import look_up

MERGED = dt.date(2025, 7, 1)
PRESENT = [
    Unit("00007", ("Phường Đồng Hới", "Đồng Hới"), ("Tỉnh A",), ("00007",)),
    Unit("00018", ("Xã Tân Lập", "Tân Lập"), ("Tỉnh A",), ("00018",)),
    Unit("00029", ("Xã Tân Lập", "Tân Lập"), ("Tỉnh B",), ("00029",)),
    Unit("00030", ("Phường 1", "1"), ("Tỉnh B",), ("00030",)),
]
FORMER = [
    Unit("00101", ("Xã Bảo Ninh",), ("Huyện C", "Tỉnh A"), ("00007",), MERGED),
    Unit("00102", ("Xã Đông",), ("Huyện C", "Tỉnh A"), ("00007", "00018"), MERGED),
    Unit("00103", ("Phường 1",), ("Thị xã D", "Tỉnh A"), ("00018",), MERGED),
]
KNOWN = Directory([*PRESENT, *FORMER])
WORDS = st.sampled_from([
    None, "P. Đồng Hới", "dong hoi", "X. Tân Lập", "Tân Lập", "Bảo Ninh", "Xã Đông", "P1", "1", "7", "18.0",
    "00029", "101", "Nơi khác", "X", ".", "P.", "phường", "0", "Xã Tân Lập (Tỉnh B)",
])  # fmt: skip
PARENTS = st.sampled_from([None, "Tỉnh A", "tinh b", "H. C", "TX D", "Khu 9"])
ROWS = st.lists(st.tuples(WORDS, PARENTS, st.integers(-1, 3)), min_size=1, max_size=30)


def wards(seen: list[int]) -> Areas:
    return Areas(
        np.array(seen, dtype=np.int64),
        tuple(PRESENT[at].code for at in seen),
        tuple(PRESENT[at].names[0] for at in seen),
        np.array([None] * len(seen), dtype=object),
        np.array(seen, dtype=np.int64),
    )


def asked(rows: list[tuple[str | None, str | None, int]], seen: list[int]) -> tuple[list[int], Faults]:
    words, parents, held = zip(*rows, strict=True)
    faults = Faults(np.arange(len(rows)))
    columns = [pd.Series(list(column), dtype="str") for column in (words, parents)]
    inside = np.array([at if at in seen else NONE for at in held], dtype=np.int64)
    return look_up(columns, wards(seen), lambda: KNOWN, faults, inside).tolist(), faults


@given(ROWS, st.sets(st.integers(0, 3)).map(sorted))
def test_each_row_that_names_a_ward_has_one_or_is_left_out(rows: list, seen: list[int]) -> None:
    found, faults = asked(rows, seen)
    for (word, _, _), ward, bad in zip(rows, found, faults.bad.tolist(), strict=True):
        assert bad == (word is not None and ward == NONE)
        assert ward == NONE or ward in seen
    assert set(faults.reasons()) == set(np.flatnonzero(faults.bad).tolist())
    assert sum(faults.warnings().values()) == len(faults.notes())


@given(ROWS, st.sets(st.integers(0, 3)).map(sorted))
def test_who_sees_less_gets_the_same_ward_or_none(rows: list, seen: list[int]) -> None:
    everything, _ = asked(rows, [0, 1, 2, 3])
    less, _ = asked(rows, seen)
    assert all(ward in {NONE, whole} for ward, whole in zip(less, everything, strict=True))


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows: list, random: object) -> None:
    order = list(range(len(rows)))
    random.shuffle(order)  # type: ignore[attr-defined]
    found, _ = asked(rows, [0, 1, 2, 3])
    shuffled, _ = asked([rows[at] for at in order], [0, 1, 2, 3])
    assert shuffled == [found[at] for at in order]


def test_of_many_former_names_every_row_is_counted_and_told() -> None:
    formers = [Unit(f"9{at:04}", (f"Xã Làng {at} Cũ",), (), ("00007",), MERGED) for at in range(150)]
    words = pd.Series([f"Làng {at % 150} cũ" for at in range(450)], dtype="str")
    faults = Faults(np.arange(450))
    look_up([words], wards([0]), lambda: Directory([PRESENT[0], *formers]), faults, None)
    left_out = np.zeros(450, dtype=bool)
    left_out[0] = True
    faults.reject(left_out, "bad_number")
    assert faults.warnings() == {"unit_by_lineage": 449}
    notes = faults.notes()
    assert {note.reason.params["before"] for note in notes} == {unit.names[0] for unit in formers}
    assert {(note.row, note.reason.params["rows"]) for note in notes if note.row % 150 == 0} == {
        (150, 2),
        (300, 2),
    }
    assert all(note.reason.params["word"] == words[note.row] for note in notes)
