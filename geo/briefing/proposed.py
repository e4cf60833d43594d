"""The plan that a deck is about: a stored one, or one suggested where it is needed most."""

import math
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from geo.briefing.asking import Asking
from geo.domain.errors import InputError
from geo.planning import NOBODY
from geo.planning.proofs import InfeasibleError
from geo.services.coverage.on_a_day import coverage
from geo.services.coverage.result import BeatCoverage, CoverageResult
from geo.services.plans.drafts import load
from geo.services.plans.ground import DeskBeat, Ints
from geo.services.plans.handover import Handover, handover
from geo.services.plans.options import INCIDENTS, Absence, PlanOptions
from geo.services.plans.problem import Desk, desk
from geo.services.plans.solve import rebalance

_TIME_LIMIT_S = 6.0
_SHORT_LIMIT_S = 3.0  # where several tolerances are tried
_TOLERANCES = (0.1, 0.3, 0.5)  # for incidents, which do not come in even parts
_ENOUGH = 1  # incidents or households a beat: below it there is nothing to even out


@dataclass(frozen=True, eq=False)
class Proposed:
    """A plan on its desk: today's owners and the proposed ones, (n,) positions in `beats`.

    stored : what is handed over, where the plan is stored
    """

    desk: Desk
    after: Ints
    title: str = ""
    stored: Handover | None = None

    @cached_property
    def beats(self) -> tuple[DeskBeat, ...]:
        """Beats of the plan, then those that end or stand empty with it."""
        return (*self.desk.beats, *self.desk.away)

    @cached_property
    def before(self) -> Ints:
        """Who has the blocks today."""
        place = {beat.id: i for i, beat in enumerate(self.beats)}
        return np.array([place.get(int(beat), NOBODY) for beat in self.desk.ground.held_by], dtype=np.int64)

    @property
    def by_incidents(self) -> bool:
        """Whether incidents are evened out, for want of households."""
        return self.desk.options.workload.counted == "incidents"

    @property
    def counts(self) -> Ints:
        """What is evened out, of each block."""
        return self.desk.ground.incidents if self.by_incidents else self.desk.ground.households

    @property
    def moved(self) -> Ints:
        """Blocks that change hands."""
        return np.flatnonzero(self.before != self.after)


def stored_plan(asking: Asking) -> Proposed:
    """Return the stored plan that is asked for. Raises InputError ``plan_unknown``."""
    assert asking.plan is not None
    opened = load(asking.database, asking.actor, asking.plan)
    held = handover(asking.database, asking.actor, asking.plan)
    return Proposed(opened.desk, opened.owner, opened.draft.title, held)


def suggested_plan(asking: Asking) -> Proposed | None:
    """Return a plan that shares out a vacant beat, else evens out a ward; None without beats.

    Where no household is known, incidents are evened out, within the least tolerance that a plan was met for.
    Raises what the engine does.
    """
    held = coverage(asking.database, asking.actor, asking.period[1], asking.unit)
    if not held.summary().households:
        return _by_incidents(asking, held)
    vacant = _vacant_with_neighbours(held)
    wards = [vacant[0].unit_code] if vacant else _by_unevenness(held)
    if not wards:
        return None
    ward = wards[0]
    options = PlanOptions(
        absent=tuple(Absence(beat.code) for beat in vacant if beat.unit_code == ward),
    )
    found = desk(asking.database, asking.actor, ward, asking.period[1], options)
    suggestion = rebalance(asking.actor, found, seed=0, time_limit_s=_TIME_LIMIT_S)
    return Proposed(found, suggestion.owner)


def _by_incidents(asking: Asking, held: CoverageResult) -> Proposed | None:
    """Return a plan for the most uneven ward of those that one block alone does not put out of balance."""
    fault: InputError | None = None
    for ward in _by_unevenness(held, incidents=True):
        least = 0.0
        for tolerance in _TOLERANCES:
            if tolerance < least:
                continue
            options = PlanOptions(tolerance=tolerance, workload=INCIDENTS)
            try:
                found = desk(asking.database, asking.actor, ward, asking.period[1], options)
                suggestion = rebalance(asking.actor, found, seed=0, time_limit_s=_SHORT_LIMIT_S)
            except InfeasibleError as refused:
                fault, least = refused, refused.smallest_tolerance if refused.proved else 0.0
            except InputError as refused:  # a ward in two pieces: no tolerance helps
                fault, least = refused, math.inf
            else:
                return Proposed(found, suggestion.owner)
        if least <= _TOLERANCES[-1]:
            break  # it was searched for in vain, which takes its time
    if fault is not None:
        raise fault
    return None


def _vacant_with_neighbours(held: CoverageResult) -> list[BeatCoverage]:
    """Return the vacant beats, the most households first, in wards where two beats or more are held."""
    manned = Counter(beat.unit_code for beat in held.beats if not beat.vacant and beat.blocks)
    return [
        beat for beat in held.vacant_beats if beat.unit_code and beat.blocks and manned[beat.unit_code] > 1
    ]


def _by_unevenness(held: CoverageResult, *, incidents: bool = False) -> list[str]:
    """Return the wards of two or more beats, those first whose beats differ most.

    incidents : they differ in incidents, else in households
    """
    counts: dict[str, list[int]] = {}
    for beat in held.beats:
        if beat.unit_code and (beat.blocks or incidents):
            tally = beat.tally
            counts.setdefault(beat.unit_code, []).append(tally.incidents if incidents else tally.households)
    spread = {
        code: max(held_by) / max(1.0, float(np.mean(held_by)))
        for code, held_by in counts.items()
        if len(held_by) > 1 and sum(held_by) >= _ENOUGH * len(held_by)
    }
    return sorted(spread, key=lambda code: (-spread[code], code))


def source(asking: Asking) -> str:
    """Return where the figures are from."""
    return asking.say(
        "Nguồn: tổ dân phố, khu vực và phân công trong CSDL Địa Bàn; số hộ là số đang lưu.",
        "Source: blocks, beats and assignments in the Địa Bàn database; households as stored.",
    )


def totals(found: Proposed, owner: Ints, counts: Ints) -> np.ndarray:
    """Return what each beat has of `counts` (n,), (beats,)."""
    total = np.zeros(len(found.beats))
    held = owner != NOBODY
    np.add.at(total, owner[held], counts[held])
    return total


def counted(asking: Asking, found: Proposed) -> str:
    """Return what is evened out, in words."""
    return asking.say("vụ", "incidents") if found.by_incidents else asking.say("hộ", "households")


def officer(asking: Asking, found: Proposed, part: int) -> str:
    """Return who has a beat, in words."""
    return found.beats[part].officer or asking.say("chưa có người", "nobody")
