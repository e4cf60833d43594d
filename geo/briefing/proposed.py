"""The plan that a deck is about: a stored one, or one suggested where it is needed most."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from geo.briefing.asking import Asking
from geo.planning import NOBODY
from geo.services.coverage import coverage
from geo.services.coverage_result import BeatCoverage, CoverageResult
from geo.services.plan_drafts import load
from geo.services.plan_ground import DeskBeat, Ints
from geo.services.plan_handover import Handover, handover
from geo.services.plan_options import Absence, PlanOptions
from geo.services.plan_problem import Desk, desk
from geo.services.plan_solve import rebalance

_TIME_LIMIT_S = 6.0


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
    """Return a plan that shares out a vacant beat, else evens out a ward; None without beats."""
    held = coverage(asking.database, asking.actor, asking.period[1], asking.unit)
    vacant = _vacant_with_neighbours(held)
    ward = vacant[0].unit_code if vacant else _most_uneven(held)
    if ward is None:
        return None
    options = PlanOptions(
        absent=tuple(Absence(beat.code) for beat in vacant if beat.unit_code == ward),
    )
    found = desk(asking.database, asking.actor, ward, asking.period[1], options)
    suggestion = rebalance(asking.actor, found, seed=0, time_limit_s=_TIME_LIMIT_S)
    return Proposed(found, suggestion.owner)


def _vacant_with_neighbours(held: CoverageResult) -> list[BeatCoverage]:
    """Return the vacant beats, the most households first, in wards where two beats or more are held."""
    manned = Counter(beat.unit_code for beat in held.beats if not beat.vacant and beat.blocks)
    return [
        beat for beat in held.vacant_beats if beat.unit_code and beat.blocks and manned[beat.unit_code] > 1
    ]


def _most_uneven(held: CoverageResult) -> str | None:
    """Return the ward whose beats differ most in households, of those with two beats or more."""
    households: dict[str, list[int]] = {}
    for beat in held.beats:
        if beat.blocks and beat.unit_code:
            households.setdefault(beat.unit_code, []).append(beat.tally.households)
    spread = {
        code: max(counts) / max(1.0, float(np.mean(counts)))
        for code, counts in sorted(households.items())
        if len(counts) > 1
    }
    return max(spread, key=lambda code: spread[code]) if spread else None
