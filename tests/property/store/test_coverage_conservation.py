"""Coverage on any day of any history: each household is covered or not, once; a border that moves loses none."""

# ruff: noqa: E501 (an SQL statement is read whole)

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from geo.domain.roles import OPERATOR
from geo.services.coverage.findings import Fault
from geo.services.coverage.on_a_day import coverage
from geo.store.engine import Database

START = date(2025, 1, 1)
BLOCKS, BEATS, OFFICERS = (1, 2, 3, 4, 5), (1, 2, 3), (1, 2)
# Beats 1 and 2 are of ward A with blocks 1 to 3, beat 3 of ward B with 4 and 5.
_OWN_BEATS = {1: (1, 2), 2: (1, 2), 3: (1, 2), 4: (3,), 5: (3,)}
# Households by block; 0 is in none.
HOMES = {0: 2, 1: 3, 2: 1, 3: 4, 4: 1, 5: 2}
_BOX = "ST_Multi(ST_MakeEnvelope({}, 21, {}, 21.01, 4326))"
_SEED = "\n".join((
    f"INSERT INTO admin_unit (id, code, level, name, name_folded, geom) VALUES (1, 'A', 'ward', 'A', 'a', {_BOX.format(105, 105.03)}), (2, 'B', 'ward', 'B', 'b', {_BOX.format(105.03, 105.05)});",
    *(f"INSERT INTO block (id, code, unit_id, name, name_folded, geom) VALUES ({n}, 'T{n}', {1 if n < 4 else 2}, 'T{n}', 't', {_BOX.format(105 + (n - 1) / 100, 105 + n / 100)});" for n in BLOCKS),
    "INSERT INTO officer (id, service_number, display_name, unit_id) VALUES (1, 'S1', 'S1', 1), (2, 'S2', 'S2', 2);",
    *(f"INSERT INTO household (code, unit_id, block_id, permanent, temporary, absent, geom) VALUES ('H{block}.{n}', {1 if block < 4 else 2}, {block or 'NULL'}, 2, 1, 0, ST_SetSRID(ST_MakePoint({105 + max(block - 1, 0) / 100 + 0.005}, 21.005), 4326));" for block, many in HOMES.items() for n in range(many)),
))  # fmt: skip

days = st.integers(0, 400).map(lambda n: START + timedelta(days=n))


@st.composite
def spans(
    draw: st.DrawFn, of: dict[int, tuple[int, ...]] = _OWN_BEATS
) -> dict[int, list[tuple[int, date, date]]]:
    """For each key periods without a common day, each with a beat or an officer that it belongs to."""
    made = {}
    for key, owners in of.items():
        cuts = sorted(set(draw(st.lists(days, max_size=4))))
        made[key] = [(draw(st.sampled_from(owners)), a, b) for a, b in pairwise(cuts)]
    return made


# Without shrinking: an example is a history written to the database, and shrinking takes minutes.
_FEW = {
    "deadline": None,
    "phases": (Phase.explicit, Phase.reuse, Phase.generate),
    "suppress_health_check": [HealthCheck.function_scoped_fixture],
}


def _held(spans_of: dict[int, list[tuple[int, date, date]]], key: int, day: date) -> int | None:
    return next((owner for owner, first, end in spans_of[key] if first <= day < end), None)


@pytest.fixture(scope="module")
def seeded(opened: Database) -> Database:
    with opened.owner.begin() as connection:
        connection.exec_driver_sql(_SEED)
    return opened


def _write(
    database: Database,
    beats: dict[int, tuple[date, date]],
    blocks: dict[int, list[tuple[int, date, date]]],
    officers: dict[int, list[tuple[int, date, date]]],
) -> None:
    with database.owner.begin() as connection:
        connection.exec_driver_sql("DELETE FROM beat_block; DELETE FROM assignment; DELETE FROM beat")
        for beat, (first, end) in beats.items():
            connection.execute(
                text("INSERT INTO beat (id, code, unit_id, name, valid) VALUES (:beat, 'K' || :beat, CASE WHEN :beat = 3 THEN 2 ELSE 1 END, 'K', daterange(:a, :b))"),
                {"beat": beat, "a": first, "b": end},
            )  # fmt: skip
        for block, rows in blocks.items():
            for beat, first, end in rows:
                connection.execute(
                    text("INSERT INTO beat_block (beat_id, block_id, valid) VALUES (:beat, :block, daterange(:a, :b))"),
                    {"beat": beat, "block": block, "a": first, "b": end},
                )  # fmt: skip
        for beat, rows in officers.items():
            for officer, first, end in rows:
                connection.execute(
                    text("INSERT INTO assignment (beat_id, officer_id, role, valid) VALUES (:beat, :officer, 'primary', daterange(:a, :b))"),
                    {"beat": beat, "officer": officer, "a": first, "b": end},
                )  # fmt: skip


_lives = st.tuples(st.integers(0, 100), st.integers(101, 500)).map(
    lambda ends: (START + timedelta(days=ends[0]), START + timedelta(days=ends[1]))
)


@settings(max_examples=6, **_FEW)
@given(
    st.fixed_dictionaries(dict.fromkeys(BEATS, _lives)),
    spans(),
    spans(dict.fromkeys(BEATS, OFFICERS)),
    st.lists(days, min_size=1, max_size=2),
)
def test_every_household_is_covered_or_not_and_once(seeded: Database, beats, blocks, officers, asked) -> None:  # type: ignore[no-untyped-def]
    """Another route: household by household, in Python."""
    _write(seeded, beats, blocks, officers)
    for day in asked:
        found = coverage(seeded, OPERATOR, day)
        covered = vacant = 0
        for block, many in HOMES.items():
            beat = _held(blocks, block, day) if block else None
            if beat is not None and beats[beat][0] <= day < beats[beat][1]:
                holder = _held(officers, beat, day)
                covered, vacant = (covered + many, vacant) if holder is not None else (covered, vacant + many)
        summary = found.summary()
        assert (summary.covered, summary.in_vacant) == (covered, vacant), day
        assert summary.covered + summary.uncovered == summary.households == sum(HOMES.values())
        by_law = {Fault.VACANT, Fault.BLOCK, Fault.HOUSEHOLDS}
        told = sum(f.households for f in found.findings.found if f.fault in by_law)
        assert told == summary.uncovered, day
        parts = [coverage(seeded, OPERATOR, day, code).summary() for code in ("A", "B")]
        assert sum(part.households for part in parts) == summary.households
        assert sum(part.covered for part in parts) == summary.covered


@settings(max_examples=3, **_FEW)
@given(st.sampled_from((1, 2, 3)), st.lists(st.sampled_from((1, 2)), min_size=3, max_size=3))
def test_moving_a_border_conserves_households(seeded: Database, block, owners) -> None:  # type: ignore[no-untyped-def]
    """A block goes from its beat to another: the two change by its households, nothing else does."""
    far = date(2030, 1, 1)
    moved_on = date(2025, 6, 1)
    held = dict(zip(BLOCKS, [*owners, 3, 3], strict=True))
    to = 3 - held[block]
    blocks = {b: [(owner, START, far)] for b, owner in held.items()}
    blocks[block] = [(held[block], START, moved_on), (to, moved_on, far)]
    _write(seeded, dict.fromkeys(BEATS, (START, far)), blocks, {b: [(1, START, far)] for b in BEATS})
    before, after = (coverage(seeded, OPERATOR, day) for day in (moved_on - timedelta(days=1), moved_on))
    change = {
        beat.code: beat.tally.households - earlier.tally.households
        for beat, earlier in zip(after.beats, before.beats, strict=True)
    }
    expected = dict.fromkeys(change, 0) | {f"K{held[block]}": -HOMES[block], f"K{to}": HOMES[block]}
    assert change == expected
    assert after.summary().households == before.summary().households
    assert after.summary().residents == before.summary().residents
    assert after.elsewhere == before.elsewhere
    assert sum(b.area_m2 or 0 for b in after.beats) == pytest.approx(
        sum(b.area_m2 or 0 for b in before.beats)
    )
