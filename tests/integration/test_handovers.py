"""What changed hands and who was responsible when, on a history small enough to be told.

Beat P holds blocks 1 and 2, Q block 3. On 2025-03-01 officer S2 takes P from S1 and S1 becomes acting in Q; on
2025-06-01 block 2 goes to Q; on 2026-01-01 beat R is founded on block 1 and P keeps nothing.
"""

# ruff: noqa: E501 (an SQL statement is read whole)

from collections.abc import Callable
from datetime import date

import pytest

from geo.domain.errors import InputError
from geo.domain.roles import OPERATOR, Actor, Role
from geo.services.coverage.on_a_day import coverage
from geo.services.handovers import Change, Handovers, handovers, moved_blocks
from geo.services.responsible import recent_incidents, responsible
from geo.store.engine import Database

_BOX = "ST_Multi(ST_MakeEnvelope({}, 21, {}, 21.01, 4326))"
_BLOCKS = ", ".join(
    f"({n}, 'T{n}', 1, 'T{n}', 't', {_BOX.format(105 + (n - 1) / 100, 105 + n / 100)})" for n in (1, 2, 3)
)
_SEED = f"""
INSERT INTO admin_unit (id, code, level, name, name_folded, geom) VALUES (1, 'A', 'ward', 'A', 'a', {_BOX.format(105, 105.03)}),
    (2, 'B', 'ward', 'B', 'b', {_BOX.format(106, 106.01)});
INSERT INTO block (id, code, unit_id, name, name_folded, geom) VALUES {_BLOCKS};
INSERT INTO officer (id, service_number, display_name, unit_id) VALUES (1, 'S1', 'An', 1), (2, 'S2', 'Binh', 1);
INSERT INTO legal_document (id, number) VALUES (1, '12/QD'), (2, '13/QD');
INSERT INTO beat (id, code, unit_id, name, valid) VALUES (1, 'P', 1, 'P', '(,)'), (2, 'Q', 1, 'Q', '(,)'), (3, 'R', 1, 'R', '[2026-01-01,)');
INSERT INTO beat_block (beat_id, block_id, valid, document_id) VALUES (1, 1, '(,2026-01-01)', NULL), (3, 1, '[2026-01-01,)', 2),
    (1, 2, '(,2025-06-01)', NULL), (2, 2, '[2025-06-01,)', 2), (2, 3, '(,)', NULL);
INSERT INTO assignment (beat_id, officer_id, role, valid, document_id) VALUES (1, 1, 'primary', '(,2025-03-01)', NULL),
    (1, 2, 'primary', '[2025-03-01,)', 1), (2, 1, 'acting', '[2025-03-01,2025-09-01)', 1);
INSERT INTO category (id, code, name_vi, name_en) VALUES (900, 'seed', 'mẫu', 'sample');
INSERT INTO incident (id, code, category_id, origin, status, unit_id, block_id, geom, occurred_from, recorded_at)
SELECT n, 'I' || n, 900, 'reported', 'received', 1, block, ST_SetSRID(ST_MakePoint(x, 21.005), 4326), t, '2026-02-01'
FROM (VALUES (1, 2, 105.015, timestamptz '2025-02-01 12:00+07'), (2, 2, 105.015, '2025-04-01 12:00+07'),
    (3, 2, NULL, '2025-07-01 12:00+07'), (4, NULL, 107, '2025-07-01 12:00+07'),
    (5, 2, 105.015, '2025-02-28 23:30+07'), (6, 2, 105.015, '2025-02-28 17:30+00')) AS s(n, block, x, t);
"""


@pytest.fixture(scope="module")
def seeded(opened: Database) -> Database:
    with opened.owner.begin() as connection:
        connection.exec_driver_sql(_SEED)
    return opened


@pytest.fixture(scope="module")
def told(seeded: Database) -> Handovers:
    return handovers(seeded, OPERATOR, date(2025, 1, 1), date(2026, 6, 1))


def _said(change: Change) -> tuple[object, ...]:
    return change.changed.value, change.name, change.before, change.after, change.role, change.document


def test_every_change_is_told_once_with_its_document(told: Handovers) -> None:
    assert [day.isoformat() for day in told.days] == ["2025-03-01", "2025-06-01", "2025-09-01", "2026-01-01"]
    assert [_said(c) for c in told.on(date(2025, 3, 1))] == [
        ("officer", "P", "An", "Binh", "primary", "12/QD"),
        ("officer", "Q", "", "An", "acting", "12/QD"),
    ]
    assert [_said(c) for c in told.on(date(2025, 6, 1))] == [("block", "T2", "P", "Q", "", "13/QD")]
    assert [_said(c) for c in told.on(date(2025, 9, 1))] == [("officer", "Q", "An", "", "acting", "")]
    assert [_said(c) for c in told.on(date(2026, 1, 1))] == [
        ("block", "T1", "P", "R", "", "13/QD"),
        ("beat", "R", "", "R", "", ""),
    ]
    assert told.beats_on(date(2025, 6, 1)) == {"P", "Q"}


def test_blocks_that_moved_are_drawn(seeded: Database) -> None:
    moved = {
        day: moved_blocks(seeded, OPERATOR, date.fromisoformat(day)) for day in ("2025-06-01", "2025-03-01")
    }
    assert {day: frame["code"].tolist() for day, frame in moved.items()} == {
        "2025-06-01": ["T2"],
        "2025-03-01": [],
    }
    assert moved["2025-06-01"].total_bounds == pytest.approx((105.01, 21, 105.02, 21.01))


def test_days_told_are_those_on_which_coverage_differs_from_the_day_before(
    seeded: Database, told: Handovers
) -> None:
    """Another route: coverage itself, before and after each day, and on a day between."""

    def state(day: date) -> object:
        beats = coverage(seeded, OPERATOR, day).beats
        return {(b.code, tuple((h.service_number, h.role) for h in b.holders), b.blocks) for b in beats}

    for day in told.days:
        assert state(day) != state(date.fromordinal(day.toordinal() - 1)), day
    assert state(date(2025, 7, 1)) == state(date(2025, 6, 1))


def test_a_unit_sees_its_own_changes(seeded: Database, sign_in: Callable[..., Actor]) -> None:
    span = date(2025, 1, 1), date(2026, 6, 1)
    assert handovers(seeded, OPERATOR, *span, "B").changes == ()
    officer = sign_in("phuong-b", Role.WARD_OFFICER, ("B",))
    assert handovers(seeded, officer, *span).changes == ()
    with pytest.raises(InputError, match="no unit A"):
        handovers(seeded, officer, *span, "A")
    with pytest.raises(InputError, match="I1"):
        responsible(seeded, officer, "I1", span[1])


def test_last_day_before_the_first_is_refused(seeded: Database) -> None:
    with pytest.raises(InputError) as refused:
        handovers(seeded, OPERATOR, date(2026, 1, 2), date(2026, 1, 1))
    assert refused.value.code == "days_turned"


@pytest.mark.parametrize(
    ("code", "beat", "officer"),
    [("I1", "P", "An"), ("I2", "P", "Binh"), ("I3", "Q", None), ("I5", "P", "An"), ("I6", "P", "Binh")],
)
def test_responsible_is_who_was_on_the_day_by_the_borders_of_the_day(
    seeded: Database, code: str, beat: str, officer: str | None
) -> None:
    """The border has moved since: today block 2 is in Q. I5 and I6 are an hour apart, on two local days."""
    answer = responsible(seeded, OPERATOR, f" {code} ", date(2026, 6, 1))
    assert answer.then.beat_code == beat
    assert (answer.then.primary and answer.then.primary.display_name) == officer
    assert answer.now.beat_code == "Q"
    assert answer.moved == (beat != "Q")
    assert answer.then.block_name == "T2"


def test_incident_in_no_beat_and_unknown_incident(seeded: Database) -> None:
    nowhere = responsible(seeded, OPERATOR, "I4", date(2026, 6, 1))
    assert (nowhere.then.beat_code, nowhere.then.holders, nowhere.moved) == ("", (), False)
    with pytest.raises(InputError) as refused:
        responsible(seeded, OPERATOR, "'; DROP TABLE incident; --", date(2026, 6, 1))
    assert refused.value.code == "unknown_incident"


def test_recent_incidents_are_those_up_to_the_day_in_the_beat(seeded: Database) -> None:
    assert recent_incidents(seeded, OPERATOR, date(2025, 5, 1), "A", "P") == ("I2", "I6", "I5", "I1")
    assert recent_incidents(seeded, OPERATOR, date(2025, 1, 1), "A", "P") == ()
    assert recent_incidents(seeded, OPERATOR, date(2025, 7, 1), None, "Q")[0] == "I3"
