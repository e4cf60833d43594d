"""Names of streets: words for places, plants and virtues; lanes are numbered off the street they leave."""

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.demo.layout import RoadRole
from geo.demo.network import Network
from geo.demo.tables import words
from geo.domain.kinds import StreetKind

Ints = npt.NDArray[np.int64]
Texts = npt.NDArray[np.object_]


def street_names(network: Network, rng: np.random.Generator) -> Texts:
    """Return the name (s,) of each street segment; segments drawn as one road share a name."""
    by_road = np.full(len(network.roads), "", dtype=object)
    for role, stock, with_word, with_number in (
        (RoadRole.RADIAL, words("major"), "Đường {}", "Đường Số {}"),
        (RoadRole.RING, [], "", "Đường Vành Đai {}"),
        (RoadRole.BANK, [], "", "Đường Bờ Sông {}"),
        (RoadRole.BRIDGE, words("bridge"), "Cầu {}", "Cầu Số {}"),
    ):
        roads = [number for number, road in enumerate(network.roads) if road.role == role]
        by_road[roads] = _names(len(roads), stock, with_word, with_number)
    inner = np.array([road.role == RoadRole.INNER for road in network.roads])
    kinds = np.array([road.kind.value for road in network.roads], dtype=object)
    named = np.flatnonzero(inner & (kinds != StreetKind.LANE.value))
    stock = words("minor")
    shuffled = [stock[k] for k in rng.permutation(len(stock))]
    by_road[named] = _names(len(named), shuffled, "Phố {}", "Phố Số {}")
    lanes = np.flatnonzero(inner & (kinds == StreetKind.LANE.value))
    if len(lanes):
        by_road[lanes] = _lane_names(network, lanes, by_road, rng)
    names: Texts = by_road[network.road]
    return names


def _names(count: int, stock: list[str], with_word: str, with_number: str) -> list[str]:
    """Return `count` names: the words of `stock` first, then numbers."""
    worded = [with_word.format(word) for word in stock[:count]]
    return worded + [with_number.format(k + 1) for k in range(count - len(worded))]


def _lane_names(network: Network, lanes: Ints, by_road: Texts, rng: np.random.Generator) -> list[str]:
    """Return "Ngõ <number> <street>" for each lane; numbers grow along a street, with gaps as in life."""
    lines = np.array([road.line for road in network.roads], dtype=object)
    parents = np.flatnonzero([road.kind in (StreetKind.MAJOR, StreetKind.MINOR) for road in network.roads])
    nearest = shapely.STRtree(lines[parents]).query_nearest(lines[lanes], all_matches=True)
    first = pd.Series(nearest[1]).groupby(nearest[0]).min().to_numpy()
    parent = parents[first]
    steps = pd.Series(rng.integers(1, 9, len(lanes)))
    number = steps.groupby(parent).cumsum()
    return [f"Ngõ {k} {by_road[road]}" for k, road in zip(number, parent, strict=True)]
