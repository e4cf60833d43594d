"""From the database to a problem of planning: a ward's blocks on a day, their borders, and whose they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo.domain.errors import InputError
from geo.domain.roles import Actor, Permission
from geo.planning import NOBODY, Problem, absent, edge_costs_m, new_building, new_officer
from geo.services.plans.ground import DeskBeat, Ground, Ints, Shapes, ground
from geo.services.plans.names import Names, named
from geo.services.plans.options import NewBeat, PlanOptions
from geo.store.engine import Database, transaction


@dataclass(frozen=True, eq=False)
class Desk:
    """What a planner works on: the ground, the beats as the options leave them, and the problem.

    beats : (k,) in the order of the problem's parts; an absent officer's beat is not among them
    away : beats of absent officers
    """

    ground: Ground
    options: PlanOptions
    beats: tuple[DeskBeat, ...]
    away: tuple[DeskBeat, ...]
    problem: Problem

    @property
    def unit_code(self) -> str:
        """Code of the unit."""
        return self.ground.unit_code

    @property
    def unit_name(self) -> str:
        """Name of the unit."""
        return self.ground.unit_name

    @property
    def day(self) -> date:
        """The day from which the plan holds."""
        return self.ground.day

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the blocks, (n,)."""
        return self.ground.codes

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the blocks, (n,)."""
        return self.ground.names

    @property
    def shapes(self) -> Shapes:
        """Areas of the blocks, (n,) in EPSG:4326."""
        return self.ground.shapes

    @cached_property
    def beat_ids(self) -> Ints:
        """Ids of the beats, (k,)."""
        return np.array([beat.id for beat in self.beats], dtype=np.int64)

    @cached_property
    def labels(self) -> Names:
        """Names to put in the place of numbers."""
        return Names(self.names, tuple(beat.name for beat in self.beats), self.options.workload.counted)

    def unit_of(self, code: str) -> int:
        """Return the unit of the block with `code`; raises InputError ``plan_no_such_block``."""
        if code not in self._units:
            raise InputError("plan_no_such_block", block=code, unit=self.unit_code)
        return self._units[code]

    def part_of(self, code: str) -> int:
        """Return the part of the beat with `code`; raises InputError ``plan_no_such_beat``."""
        if code not in self._parts:
            raise InputError("plan_no_such_beat", beat=code)
        return self._parts[code]

    def ids_of(self, owner: Any) -> Ints:
        """Return the beat ids of an owner vector, (n,), 0 for nobody's."""
        given = np.asarray(owner, dtype=np.int64)
        return np.where(given == NOBODY, 0, self.beat_ids[given])

    @cached_property
    def _units(self) -> dict[str, int]:
        return {code: unit for unit, code in enumerate(self.codes)}

    @cached_property
    def _parts(self) -> dict[str, int]:
        return {beat.code: part for part, beat in enumerate(self.beats)}


def desk(
    database: Database, actor: Actor, unit_code: str, day: date, options: PlanOptions | None = None
) -> Desk:
    """Return the desk of a ward as it stands on `day`, with what `options` change.

    Raises InputError ``unknown_unit``, ``plan_no_blocks``, ``plan_no_beats``, and what `Problem` refuses
    (``plan_graph_in_parts``, ``plan_k_above_units``, …) with blocks and beats by their names.
    """
    actor.require(Permission.VIEW)
    chosen = options or PlanOptions()
    with transaction(database, actor) as connection:
        found = ground(connection, database, actor, unit_code, day, chosen.merge_with)
    return arranged(found, chosen)


def beat_of_officer(found: Desk, service_number: str) -> str:
    """Return the code of the beat that an officer holds; raises InputError ``plan_holds_no_beat``."""
    for beat in found.beats:
        if beat.service_number == service_number and not beat.vacant:
            return beat.code
    raise InputError("plan_holds_no_beat", officer=service_number, unit=found.unit_code)


def arranged(found: Ground, options: PlanOptions) -> Desk:
    """Return the desk of a ground: workload as asked, events brought in, locks set."""
    blocks = Names(found.names, tuple(beat.name for beat in found.beats))
    with named(blocks):
        problem = _problem(found, options)
        problem, beats = _founded(problem, found.beats, options.new_beats)
        problem = _built(problem, found, options.added)
        beats_before = beats
        problem, beats = _without_absent(problem, beats, options, found.day)
    with named(Names(found.names, tuple(beat.name for beat in beats))):
        problem = problem.replaced(
            locked=_locks(problem, found, beats, options),
            share=_days(beats) if options.targets == "days" else None,
            capacity=None if options.norm is None else options.norm * _days(beats),
        )
    away = tuple(beat for beat in beats_before if beat not in beats)
    return Desk(found, options, beats, away, problem)


def _problem(found: Ground, options: PlanOptions) -> Problem:
    edges, workload = found.borders, options.workload
    posts = [(post.x, post.y) for post in found.posts] if options.ways == "post" else []
    return Problem(
        workload=workload.households * found.households
        + workload.residents * found.residents
        + workload.incidents * found.incidents,
        xy=shapely.get_coordinates(shapely.point_on_surface(found.metric)),
        edges=edges.edges,
        border_m=edges.border_m,
        area_m2=shapely.area(found.metric),
        perimeter_m=shapely.length(found.metric),
        owner=_parts_of(found.held_by, found.beats),
        k=len(found.beats),
        group=found.groups if (found.groups >= 0).any() else None,
        edge_cost_m=edge_costs_m(edges.kinds),
        posts=np.array(posts) if posts else None,
    )


def _parts_of(beat_ids: Ints, beats: Sequence[DeskBeat]) -> Ints:
    part = {beat.id: number for number, beat in enumerate(beats)}
    return np.array([part.get(int(beat), NOBODY) for beat in beat_ids], dtype=np.int64)


def _founded(
    problem: Problem, beats: tuple[DeskBeat, ...], new: Sequence[NewBeat]
) -> tuple[Problem, tuple[DeskBeat, ...]]:
    for number, beat in enumerate(new, start=1):
        if beat.code in {known.code for known in beats}:
            raise InputError("plan_beat_exists", beat=beat.code)
        problem = new_officer(problem).problem
        beats = (
            *beats,
            DeskBeat(-number, beat.code, beat.name, beat.officer, beat.officer, vacant=not beat.officer),
        )
    return problem, beats


def _built(problem: Problem, found: Ground, added: Mapping[str, float]) -> Problem:
    for code, workload in added.items():
        if code not in found.codes:
            raise InputError("plan_no_such_block", block=code, unit=found.unit_code)
        problem = new_building(problem, found.codes.index(code), workload).problem
    return problem


def _without_absent(
    problem: Problem, beats: tuple[DeskBeat, ...], options: PlanOptions, day: date
) -> tuple[Problem, tuple[DeskBeat, ...]]:
    for absence in options.absent:
        codes = [beat.code for beat in beats]
        if absence.beat not in codes:
            raise InputError("plan_no_such_beat", beat=absence.beat)
        part = codes.index(absence.beat)
        problem = absent(problem, part, day, absence.until).problem
        beats = beats[:part] + beats[part + 1 :]
    return problem, beats


def _locks(problem: Problem, found: Ground, beats: Sequence[DeskBeat], options: PlanOptions) -> Any:
    away = {absence.beat for absence in options.absent}
    for code in set(options.locked_beats) - {beat.code for beat in beats} - away:
        raise InputError("plan_no_such_beat", beat=code)
    for code in set(options.locked_blocks).difference(found.codes):
        raise InputError("plan_no_such_block", block=code, unit=found.unit_code)
    locked = held_by(beats, options, problem.owner) | np.isin(found.codes, options.locked_blocks)
    return locked if locked.any() else None


def held_by(beats: Sequence[DeskBeat], options: PlanOptions, owner: Ints) -> npt.NDArray[np.bool_]:
    """Return which blocks of `owner`, (n,), are in a beat that is locked."""
    return np.isin(owner, [part for part, beat in enumerate(beats) if beat.code in options.locked_beats])


def _days(beats: Sequence[DeskBeat]) -> npt.NDArray[np.float64]:
    """Return the beat days of each beat, (k,); a vacant one counts as the mean of the others."""
    days = np.array([np.nan if beat.beat_days is None else float(beat.beat_days) for beat in beats])
    days[days <= 0] = np.nan
    if np.isnan(days).all():
        raise InputError("plan_no_beat_days")
    return np.where(np.isnan(days), np.nanmean(days), days)
