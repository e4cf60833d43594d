"""Pieces of a part, and whether a part survives the loss of a unit: searches that stay local.

All kernels take the graph as the plain arrays of `Adjacency`: start (n + 1,), neighbour and passable (2 m,).
"""

# ruff: noqa: PLR0917 - compiled kernels take plain arrays by position

import numpy as np

from geo.planning.adjacency import Flags, Ints
from geo.planning.compiled import compiled


@compiled
def label_pieces(owner: Ints, start: Ints, neighbour: Ints, passable: Flags) -> tuple[Ints, int]:
    """Return the piece number of every unit, (n,), and how many pieces there are; -1 where owner < 0.

    A piece is a largest set of units of one owner between which one can pass.
    """
    n = owner.size
    label = np.full(n, -1, dtype=np.int64)
    stack = np.empty(n, dtype=np.int64)
    pieces = 0
    for first in range(n):
        if owner[first] < 0 or label[first] >= 0:
            continue
        label[first] = pieces
        stack[0] = first
        height = 1
        while height > 0:
            height -= 1
            unit = stack[height]
            for slot in range(start[unit], start[unit + 1]):
                other = neighbour[slot]
                if passable[slot] and label[other] < 0 and owner[other] == owner[first]:
                    label[other] = pieces
                    stack[height] = other
                    height += 1
        pieces += 1
    return label, pieces


@compiled
def count_pieces(
    part: int, units: Ints, owner: Ints, start: Ints, neighbour: Ints, passable: Flags, mark: Ints, stamp: int
) -> int:
    """Return the number of pieces of `part`, whose units are given; `mark` (n,) is scratch, stamped."""
    stack = np.empty(units.size, dtype=np.int64)
    pieces = 0
    for first in units:
        if mark[first] == stamp:
            continue
        pieces += 1
        mark[first] = stamp
        stack[0] = first
        height = 1
        while height > 0:
            height -= 1
            unit = stack[height]
            for slot in range(start[unit], start[unit + 1]):
                other = neighbour[slot]
                if passable[slot] and owner[other] == part and mark[other] != stamp:
                    mark[other] = stamp
                    stack[height] = other
                    height += 1
    return pieces


@compiled
def survives_loss(
    unit: int, owner: Ints, start: Ints, neighbour: Ints, passable: Flags, mark: Ints, queue: Ints, stamp: int
) -> bool:
    """Whether the part of `unit` stays in one piece, and not empty, without it.

    Its own neighbours must reach each other without it; the search runs breadth first from one of them, so
    it ends within a few steps unless the unit is a bottleneck. `mark`, `queue` (n,) are scratch.
    """
    part = owner[unit]
    wanted = 0
    length = 0
    for slot in range(start[unit], start[unit + 1]):
        other = neighbour[slot]
        if passable[slot] and owner[other] == part and mark[other] != -stamp:
            mark[other] = -stamp  # wanted, not yet reached; a pair joined twice counts once
            wanted += 1
            if wanted == 1:
                queue[0] = other
                length = 1
    if wanted < 2:
        return wanted == 1
    mark[queue[0]] = stamp
    mark[unit] = stamp
    wanted -= 1
    head = 0
    while head < length and wanted > 0:
        here = queue[head]
        head += 1
        for slot in range(start[here], start[here + 1]):
            other = neighbour[slot]
            if not passable[slot] or owner[other] != part or mark[other] == stamp:
                continue
            if mark[other] == -stamp:
                wanted -= 1
            mark[other] = stamp
            queue[length] = other
            length += 1
    return wanted == 0
