"""Points along streets: a place on a block's border, then some metres into the block."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from geo.demo.network import Network

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_TRIES = 8
_OFF_EDGE_M = 0.1


@dataclass(frozen=True)
class Places:
    """Points in blocks: xy (n, 2) metres from the city's centre, block (n,) position."""

    xy: Floats
    block: Ints


class Chooser:
    """Draws rows with given weights, many at once: a lookup in the running sum."""

    def __init__(self, weights: Floats) -> None:
        self._upto = np.cumsum(weights)

    def draw(self, n: int, rng: np.random.Generator) -> Ints:
        """Return (n,) positions of the weights."""
        rows = np.searchsorted(self._upto, rng.random(n) * self._upto[-1], side="right")
        chosen: Ints = np.minimum(rows, len(self._upto) - 1)
        return chosen


def beside_streets(network: Network, segment: Ints, depth_m: Floats, rng: np.random.Generator) -> Places:
    """Put a point into the block of each border `segment` (n,), up to `depth_m` (n,) from its street.

    A point that would leave the block (a narrow corner) is tried again nearer to the street, and at
    last put on the block's inner point: so every point is inside its block.
    """
    segments = network.segments
    block = segments.block[segment]
    xy = np.empty((len(segment), 2))
    # An edge that is straight in metres bends by millimetres in degrees: a point keeps off it by more.
    cores = shapely.buffer(network.blocks, -_OFF_EDGE_M)
    shapely.prepare(cores)
    todo = np.arange(len(segment))
    for attempt in range(_TRIES):
        xy[todo] = _into_block(network, segment[todo], depth_m[todo] * 0.6**attempt, rng)
        inside = shapely.contains_xy(cores[block[todo]], xy[todo, 0], xy[todo, 1])
        todo = todo[~inside]
        if not len(todo):
            return Places(xy, block)
    xy[todo] = shapely.get_coordinates(shapely.point_on_surface(network.blocks[block[todo]]))
    return Places(xy, block)


def _into_block(network: Network, segment: Ints, depth_m: Floats, rng: np.random.Generator) -> Floats:
    start, end = network.segments.xy0[segment], network.segments.xy1[segment]
    along = end - start
    length = np.hypot(along[:, 0], along[:, 1])[:, None]
    leftward = np.column_stack((-along[:, 1], along[:, 0])) / length
    return start + along * rng.random((len(segment), 1)) + leftward * depth_m[:, None]
