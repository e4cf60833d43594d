"""Which cells the figures of a plan are made of: counts of sets of blocks, before and after."""

from datetime import timedelta

import numpy as np

from geo.briefing.asking import Asking
from geo.briefing.leaving import Counted
from geo.briefing.proposed import Proposed
from geo.services.plans.ground import Ints
from geo.services.plans.options import INCIDENT_DAYS
from geo.services.release.cells import Area, Cell, Measure, block


def area_of(found: Proposed, blocks: Ints) -> Area:
    """Return the places of blocks; of the two sides of a line that is only drawn nothing is counted."""
    ids = sorted(found.desk.ground.ids[blocks].tolist())
    return tuple(block(number) for number in ids) if not ids or ids[0] > 0 else ()


def cell(found: Proposed, blocks: Ints, measure: Measure | None = None) -> Cell:
    """Return the cell of `measure` in blocks; None: of what the plan evens out."""
    if measure is None:
        measure = Measure.INCIDENTS if found.by_incidents else Measure.HOUSEHOLDS
    area, day = area_of(found, blocks), found.desk.day
    if measure is Measure.INCIDENTS:
        return Cell.within(area, (day - timedelta(days=INCIDENT_DAYS), day - timedelta(days=1)), measure)
    return Cell.homes(area, measure)


def evened(found: Proposed, blocks: Ints) -> Counted:
    """Return what the plan evens out, of blocks: a figure made of it leaves only where that does."""
    return Counted(cell(found, blocks), float(found.counts[blocks].sum()))


def shares(found: Proposed, owner: Ints) -> tuple[Counted, ...]:
    """Return the counts that say how even the beats are."""
    held = (np.flatnonzero(owner == part) for part in range(len(found.beats)))
    return tuple(evened(found, blocks) for blocks in held if len(blocks))


def count_said(asking: Asking, found: Proposed, blocks: Ints) -> str:
    """Return what the plan evens out, of blocks, as it leaves."""
    if not len(blocks):
        return asking.number(0)
    return asking.out.count(found.counts[blocks].sum(), cell(found, blocks))
