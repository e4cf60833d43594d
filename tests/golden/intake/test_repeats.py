"""Item 9, through the store: what is sent again is not counted twice, and sums that differ are told."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from geo.domain.kinds import Kind
from geo.domain.roles import OPERATOR
from geo.intake.reading import read
from geo.services.imports.importing import import_file
from geo.store.engine import Database
from tests.golden.intake import files_repeats as files

Take = Callable[[Path, Kind], dict[str, Any]]


@pytest.fixture
def take(opened: Database, tmp_path: Path) -> Iterator[Take]:
    """Import a file into the module's store, which has one ward and is emptied afterwards."""

    def taken(path: Path, kind: Kind) -> dict[str, Any]:
        facts = import_file(opened, OPERATOR, path, kind).as_dict()
        counts = ("accepted", "updated", "unchanged", "rejected")
        assert facts["rows_read"] == sum(facts[name] for name in counts)
        return facts

    taken(files.ward(tmp_path), Kind.WARDS)
    yield taken
    with opened.owner.begin() as connection:
        connection.execute(text("TRUNCATE block, household, incident, admin_unit, import_batch CASCADE"))


def counts(facts: dict[str, Any]) -> tuple[int, int, int, int]:
    return facts["accepted"], facts["updated"], facts["unchanged"], facts["rejected"]


def told(facts: dict[str, Any], code: str) -> list[str]:
    return [note["text"] for note in facts["notes"] if note["code"] == code]


def stored(opened: Database, query: str) -> Any:
    with opened.owner.connect() as connection:
        return connection.execute(text(query)).scalar_one()


def test_three_edits_are_three_updates(opened: Database, take: Take, tmp_path: Path) -> None:
    assert counts(take(files.households_first(tmp_path), Kind.HOUSEHOLDS)) == (10, 0, 0, 0)
    assert counts(take(files.households_three_edits(tmp_path), Kind.HOUSEHOLDS)) == (0, 3, 7, 0)
    assert stored(opened, "SELECT permanent FROM household WHERE code = 'H1'") == 9
    assert stored(opened, "SELECT temporary FROM household WHERE code = 'H5'") == 2
    assert stored(opened, "SELECT ST_X(geom) FROM household WHERE code = 'H10'") == 105.8105
    assert stored(opened, "SELECT count(*) FROM household WHERE version = 1") == 7
    assert counts(take(files.households_three_edits(tmp_path), Kind.HOUSEHOLDS)) == (0, 0, 10, 0)


@pytest.mark.parametrize(
    ("first", "second", "added", "stayed"),
    [
        (files.incidents_first_half, files.incidents_second_half, 20, 10),
        # Two of one moment, place and kind in one file are two incidents.
        (files.unnumbered_first_half, files.unnumbered_second_half, 21, 10),
    ],
)
def test_overlapping_periods_count_once(
    opened: Database, take: Take, tmp_path: Path, first: Any, second: Any, added: int, stayed: int
) -> None:
    assert counts(take(first(tmp_path), Kind.INCIDENTS)) == (added, 0, 0, 0)
    assert counts(take(second(tmp_path), Kind.INCIDENTS)) == (11, 0, stayed, 0)
    assert stored(opened, "SELECT count(*) FROM incident") == added + 11
    assert stored(opened, "SELECT count(DISTINCT occurred_from) FROM incident") == 31


def test_right_totals_are_not_doubted(take: Take, tmp_path: Path) -> None:
    facts = take(files.totals_right(tmp_path), Kind.HOUSEHOLDS)
    assert counts(facts) == (10, 0, 0, 0)
    assert facts["warnings"]["total_row"] == 3
    assert "total_differs" not in facts["warnings"]


def test_totals_that_differ_are_told_and_nothing_is_changed(
    opened: Database, take: Take, tmp_path: Path
) -> None:
    facts = take(files.totals_wrong(tmp_path), Kind.HOUSEHOLDS)
    assert counts(facts) == (10, 0, 0, 0)
    assert facts["warnings"]["total_differs"] == 2
    second, every = told(facts, "total_differs")
    assert second.startswith("Dòng tổng ghi 20 ở cột “Thường trú”, nhưng 5 dòng được nhận cộng lại là 15")
    assert every.startswith("Dòng tổng ghi 35 ở cột “Thường trú”, nhưng 10 dòng được nhận cộng lại là 30")
    assert "Không có gì bị sửa" in every
    assert stored(opened, "SELECT sum(permanent) FROM household") == 30


def test_a_total_says_what_a_row_left_out_would_have_added(tmp_path: Path) -> None:
    intake = read(files.totals_wrong_csv(tmp_path), Kind.HOUSEHOLDS)
    assert (len(intake.frame), intake.reasons) == (4, {"bad_number": 1})
    (note,) = [note for note in intake.notes if note.reason.code == "total_differs"]
    assert note.row == 7
    assert note.reason.params == {
        "column": "Thường trú",
        "stated": "15",
        "sum": "14",
        "taken": 4,
        "left_out": 1,
    }
    assert "The total states 15" in note.reason.sentence("en")
    assert "add up to 14 (rows left out, not counted: 1)" in note.reason.sentence("en")


def test_areas_of_blocks_that_make_up_their_ward(take: Take, tmp_path: Path) -> None:
    assert "parts_differ_from_ward" not in take(files.blocks_in_full(tmp_path), Kind.BLOCKS)["warnings"]


def test_areas_of_blocks_that_do_not_make_up_their_ward(take: Take, tmp_path: Path) -> None:
    facts = take(files.blocks_short(tmp_path), Kind.BLOCKS)
    assert counts(facts) == (2, 0, 0, 0)
    (sentence,) = told(facts, "parts_differ_from_ward")
    assert "00001 cộng lại 1.84" in sentence
    assert "phường công bố là 2.31 km² (chênh -20%)" in sentence
