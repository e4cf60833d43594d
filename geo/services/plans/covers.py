"""Who stands in for whom until when: those who take an absent officer's blocks, and those named by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import Connection, text

from geo.domain.errors import InputError
from geo.services.plans.ground import Ints
from geo.services.plans.options import PlanOptions
from geo.services.plans.problem import Desk


@dataclass(frozen=True)
class Cover:
    """An officer (service number) acts for a beat on the days ``[since, until)``."""

    beat_id: int
    beat: str
    officer: str
    since: date
    until: date


def covers_of(desk: Desk, owner: Ints) -> tuple[Cover, ...]:
    """Return the covers of a plan: from its moves out of absent officers' beats, and as set by hand."""
    found = set[Cover]()
    for absence in desk.options.absent:
        if absence.until is None:
            continue
        beat = next(each for each in desk.away if each.code == absence.beat)
        taken = owner[(desk.ground.held_by == beat.id) & (owner >= 0)]
        for part in np.unique(taken):
            officer = desk.beats[part].service_number
            if officer:
                found.add(Cover(beat.id, beat.code, officer, desk.day, absence.until))
    known = {beat.code: beat.id for beat in (*desk.beats, *desk.away)}
    for each in desk.options.stand_ins:
        if each.beat not in known:
            raise InputError("plan_no_such_beat", beat=each.beat)
        if each.until <= desk.day:
            raise InputError("plan_bad_expiry", since=desk.day, until=each.until)
        found.add(Cover(known[each.beat], each.beat, each.officer, desk.day, each.until))
    return tuple(sorted(found, key=lambda cover: (cover.beat, cover.officer)))


def require_officers(connection: Connection, options: PlanOptions) -> None:
    """Raise InputError ``plan_no_such_officer`` where a new beat's officer is not in the actor's scope."""
    for beat in options.new_beats:
        if beat.officer:
            officer_id(connection, beat.officer)


def officer_id(connection: Connection, number: str) -> int:
    """Return the id of an officer by service number; raises InputError ``plan_no_such_officer``."""
    found = connection.execute(
        text("SELECT id FROM diaban.officer WHERE service_number = :number"), {"number": number}
    ).scalar_one_or_none()
    if found is None:
        raise InputError("plan_no_such_officer", officer=number)
    return int(found)


def write_covers(connection: Connection, plan_id: int, covers: Sequence[Cover]) -> None:
    """Store the covers of a draft anew; raises InputError ``plan_no_such_officer``."""
    connection.execute(text("DELETE FROM diaban.plan_cover WHERE plan_id = :plan"), {"plan": plan_id})
    for cover in covers:
        connection.execute(
            text(
                "INSERT INTO diaban.plan_cover (plan_id, beat_id, officer_id, valid) "
                "VALUES (:plan, :beat, :officer, daterange(:since, :until))"
            ),
            {
                "plan": plan_id,
                "beat": cover.beat_id,
                "officer": officer_id(connection, cover.officer),
                "since": cover.since,
                "until": cover.until,
            },
        )
