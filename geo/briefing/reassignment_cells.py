"""Which cells the figures of a plan are made of: homes of sets of blocks, before and after."""

import numpy as np

from geo.briefing.asking import Asking
from geo.briefing.proposed import Proposed
from geo.services.plan_ground import Ints
from geo.services.release_cells import Area, Cell, block


def area_of(found: Proposed, blocks: Ints) -> Area:
    """Return the places of blocks; of the two sides of a line that is only drawn nothing is counted."""
    ids = sorted(found.desk.ground.ids[blocks].tolist())
    return tuple(block(number) for number in ids) if not ids or ids[0] > 0 else ()


def area_held(found: Proposed, owner: Ints, part: int) -> Area:
    """Return the places that a beat has with `owner`."""
    return area_of(found, np.flatnonzero(owner == part))


def shares(found: Proposed, owner: Ints) -> tuple[Cell, ...]:
    """Return the cells that say how even the beats are."""
    held = (part for part in range(len(found.beats)) if (owner == part).any())
    return tuple(Cell.homes(area_held(found, owner, part)) for part in held)


def count_said(asking: Asking, found: Proposed, blocks: Ints) -> str:
    """Return the households of blocks as they leave."""
    if not len(blocks):
        return asking.number(0)
    return asking.out.count(found.desk.ground.households[blocks].sum(), Cell.homes(area_of(found, blocks)))
