"""What each officer hands over and takes over when a plan comes into force: blocks, counts, what is open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from sqlalchemy import Connection, text

from geo.domain.roles import Actor, Permission
from geo.planning import NOBODY
from geo.services.plans.covers import Cover
from geo.services.plans.ground import DeskBeat
from geo.services.plans.groups import SplitGroup, split_groups
from geo.services.plans.records import Draft, OpenDraft, opened
from geo.services.plans.splits import belonging_to_second
from geo.store.engine import Database, transaction


@dataclass(frozen=True)
class Line:
    """A block that changes hands; `other` is the beat on the other side, None for nobody."""

    block: str
    name: str
    other: DeskBeat | None
    households: int
    residents: int
    open_incidents: int


@dataclass(frozen=True)
class OpenTask:
    """An open task of a beat."""

    code: str
    title: str
    due_on: date
    progress: int


@dataclass(frozen=True)
class Sheet:
    """The handover of one beat and whoever holds it: what goes, what comes, what stays open.

    split : khu phố of which the beat has a part only
    """

    beat: DeskBeat
    gives: tuple[Line, ...]
    takes: tuple[Line, ...]
    tasks: tuple[OpenTask, ...]
    split: tuple[SplitGroup, ...] = ()


@dataclass(frozen=True)
class Handover:
    """The handover of a plan, a sheet for each beat that it touches, by code.

    split : khu phố that the plan leaves in several beats · synthetic : the unit is of the demo city
    names : of beats and of officers, by their codes and service numbers
    """

    draft: Draft
    sheets: tuple[Sheet, ...]
    covers: tuple[Cover, ...]
    synthetic: bool
    split: tuple[SplitGroup, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> int:
        """Number of blocks that change hands."""
        given = {line.block for sheet in self.sheets for line in sheet.gives}
        return len(given | {line.block for sheet in self.sheets for line in sheet.takes})


def handover(database: Database, actor: Actor, code: str) -> Handover:
    """Return who hands what over to whom in a plan, whatever its state.

    Counts are those stored now. Raises InputError ``plan_unknown``.
    """
    actor.require(Permission.VIEW)
    with transaction(database, actor) as connection:
        found = opened(connection, database, actor, code)
        incidents = _open_incidents(connection, found)
        beats = [*found.desk.beats, *found.desk.away]
        tasks = _open_tasks(connection, [beat.id for beat in beats])
        synthetic = connection.execute(
            text("SELECT bool_or(synthetic) FROM diaban.admin_unit WHERE code = :code"),
            {"code": found.draft.unit_code},
        ).scalar_one()
    lines = list(_moves(found, beats, incidents))
    split = split_groups(found.desk, found.owner)
    sheets = []
    for beat in sorted(beats, key=lambda each: each.code):
        gives = tuple(_line(line, target) for line, source, target in lines if source == beat)
        takes = tuple(_line(line, source) for line, source, target in lines if target == beat)
        if gives or takes:
            parts = tuple(group for group in split if beat.name in dict(group.beats))
            sheets.append(Sheet(beat, gives, takes, tasks.get(beat.id, ()), parts))
    names = {beat.code: beat.name for beat in beats} | {
        beat.service_number: beat.officer for beat in beats if beat.service_number and beat.officer
    }
    return Handover(found.draft, tuple(sheets), found.covers, bool(synthetic), split, names)


def _moves(
    found: OpenDraft, beats: Sequence[DeskBeat], incidents: Mapping[int, int]
) -> list[tuple[Line, DeskBeat | None, DeskBeat | None]]:
    ground, by_id = found.desk.ground, {beat.id: beat for beat in beats}
    moved = []
    for unit in np.flatnonzero(found.desk.ids_of(found.owner) != ground.held_by):
        part = found.owner[unit]
        source = by_id.get(int(ground.held_by[unit]))
        target = None if part == NOBODY else found.desk.beats[part]
        line = Line(
            ground.codes[unit],
            ground.names[unit],
            None,
            int(ground.households[unit]),
            int(ground.residents[unit]),
            incidents.get(int(ground.ids[unit]), 0),
        )
        moved.append((line, source, target))
    return moved


def _line(line: Line, other: DeskBeat | None) -> Line:
    return Line(line.block, line.name, other, line.households, line.residents, line.open_incidents)


def _open_incidents(connection: Connection, found: OpenDraft) -> dict[int, int]:
    """Return the incidents not yet resolved, by id of the block or of the half that is cut off."""
    ground = found.desk.ground
    rows = connection.execute(
        text(
            "SELECT block_id, array_agg(id) FROM diaban.incident "
            "WHERE block_id = ANY(:blocks) AND status <> 'resolved' GROUP BY 1"
        ),
        {"blocks": ground.ids[ground.ids > 0].tolist()},
    )
    still_open = {int(block): set(ids) for block, ids in rows}
    counts = {block: len(ids) for block, ids in still_open.items()}
    for split in found.splits:
        if split.id < 0:  # in force: the half is a block of its own
            continue
        kept, off = (int(np.flatnonzero(ground.ids == number)[0]) for number in (split.block_id, -split.id))
        halves = (ground.metric[kept], ground.metric[off])
        second = belonging_to_second(connection, "incident", split.block_id, ground.crs, *halves)
        counts[-split.id] = len(still_open.get(split.block_id, set()).intersection(second))
        counts[split.block_id] = counts.get(split.block_id, 0) - counts[-split.id]
    return counts


def _open_tasks(connection: Connection, beats: Sequence[int]) -> dict[int, tuple[OpenTask, ...]]:
    rows = connection.execute(
        text(
            "SELECT beat_id, code, title, due_on, progress FROM diaban.task "
            "WHERE beat_id = ANY(:beats) AND state = 'open' ORDER BY beat_id, due_on, code"
        ),
        {"beats": list(beats)},
    )
    found: dict[int, tuple[OpenTask, ...]] = {}
    for beat, *task in rows:
        found[beat] = (*found.get(beat, ()), OpenTask(*task))
    return found
