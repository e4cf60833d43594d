"""Who belongs where: blocks to wards, to the wards before the merge, and to beats."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse.csgraph import connected_components

from geo.demo.network import Network
from geo.demo.partition import Neighbourhood, divide

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Wards founded by merging need at least this many blocks to have been three wards before.
_BLOCKS_FOR_THREE = 12
_BEATS_A_MOVE = 8
_BLOCKS_A_NEIGHBOURHOOD = 3


@dataclass(frozen=True)
class Areas:
    """Membership of each block (b,), as positions.

    ward : 0 is the ward at the centre, founded by the merge
    former : 0, 1 (, 2) for the blocks of ward 0; -1 elsewhere
    beat : numbered through the city, in the order of wards
    number : of the block within its ward, from 1
    beat_ward, beat_number : (k,) ward of each beat, number of the beat within it, from 1
    moved : (m, 2) block and the beat it belonged to before
    """

    ward: Ints
    former: Ints
    beat: Ints
    number: Ints
    beat_ward: Ints
    beat_number: Ints
    moved: Ints


def divide_city(
    network: Network, load: Floats, wards: int, households_a_beat: float, rng: np.random.Generator
) -> Areas:
    """Divide the blocks into `wards` wards, each on one bank, and those into beats.

    load : (b,) households. Wards, former wards and beats are connected; every beat lies in one ward,
    and in one former ward.
    """
    hood = Neighbourhood.of(network.blocks, network.neighbours, load)
    ward = _by_centre(hood, _wards(hood, wards, rng), wards)
    former = np.full(len(ward), -1, dtype=np.int64)
    centre = np.flatnonzero(ward == 0)
    parts = 3 if len(centre) >= _BLOCKS_FOR_THREE else 2
    former[centre] = divide(hood.part(centre), parts, rng)
    beat = _beats(hood, ward, former, households_a_beat, rng)
    beat_ward = pd.Series(ward).groupby(beat).first().to_numpy(np.int64)
    return Areas(
        ward=ward,
        former=former,
        beat=beat,
        number=_number_within(ward, beat, hood.xy),
        beat_ward=beat_ward,
        beat_number=pd.Series(beat_ward).groupby(beat_ward).cumcount().to_numpy().astype(np.int64) + 1,
        moved=_moves(hood, beat, beat_ward, network.neighbours),
    )


def neighbourhoods(network: Network, areas: Areas, load: Floats, rng: np.random.Generator) -> Ints:
    """Return the khu phố of each block (b,), from 1 in each ward; each is connected and in one beat."""
    hood = Neighbourhood.of(network.blocks, network.neighbours, load)
    found = np.zeros(len(areas.beat), dtype=np.int64)
    begun = np.zeros(len(areas.beat_ward), dtype=np.int64)
    for beat, ward in enumerate(areas.beat_ward):
        members = np.flatnonzero(areas.beat == beat)
        count = max(1, round(len(members) / _BLOCKS_A_NEIGHBOURHOOD))
        found[members] = begun[ward] + 1 + divide(hood.part(members), count, rng)
        begun[ward] += count
    return found


def _wards(hood: Neighbourhood, wards: int, rng: np.random.Generator) -> Ints:
    bank = hood.components()
    counts = _shares(np.bincount(bank, hood.load).astype(float), wards)
    ward = np.empty(len(bank), dtype=np.int64)
    for side, count in enumerate(counts):
        members = np.flatnonzero(bank == side)
        ward[members] = counts[:side].sum() + divide(hood.part(members), int(count), rng)
    return ward


def _shares(load: Floats, total: int) -> Ints:
    """Return whole numbers >= 1 that sum to `total`, about in proportion to `load`."""
    exact = load / load.sum() * total
    counts: Ints = np.maximum(1, np.floor(exact)).astype(np.int64)
    while counts.sum() < total:
        counts[int((exact - counts).argmax())] += 1
    while counts.sum() > total:
        counts[int(np.where(counts > 1, counts - exact, -np.inf).argmax())] -= 1
    return counts


def _by_centre(hood: Neighbourhood, ward: Ints, wards: int) -> Ints:
    """Renumber wards by how far their middle is from the city's centre."""
    middle = pd.DataFrame(hood.xy).groupby(ward).mean().to_numpy()
    rank: Ints = np.empty(wards, dtype=np.int64)
    rank[np.argsort(np.hypot(middle[:, 0], middle[:, 1]))] = np.arange(wards)
    renumbered: Ints = rank[ward]
    return renumbered


def _beats(
    hood: Neighbourhood, ward: Ints, former: Ints, households_a_beat: float, rng: np.random.Generator
) -> Ints:
    """Return the beat of each block; beats of a ward follow each other from north to south."""
    beat = np.empty(len(ward), dtype=np.int64)
    area = ward * 4 + former + 1
    first = 0
    for key in np.unique(area):
        members = np.flatnonzero(area == key)
        least = 1 if former[members[0]] >= 0 else 2
        count = min(len(members), max(least, round(hood.load[members].sum() / households_a_beat)))
        within = divide(hood.part(members), count, rng)
        north = pd.Series(-hood.xy[members, 1]).groupby(within).mean().rank(method="first")
        beat[members] = first + north.to_numpy(np.int64)[within] - 1
        first += count
    return beat


def _number_within(ward: Ints, beat: Ints, xy: Floats) -> Ints:
    order = np.lexsort((xy[:, 0], -xy[:, 1], beat))
    number = np.empty(len(ward), dtype=np.int64)
    number[order] = pd.Series(ward[order]).groupby(ward[order]).cumcount().to_numpy() + 1
    return number


def _moves(hood: Neighbourhood, beat: Ints, beat_ward: Ints, neighbours: pd.DataFrame) -> Ints:
    """Choose blocks that came from a neighbouring beat: every eighth beat of the city got one.

    The beat that got it was connected without it too, and the one it came from with it.
    """
    moved = []
    for receiver in range(0, len(beat_ward), _BEATS_A_MOVE):
        pairs = _across(neighbours, beat, receiver)
        for block, giver in pairs:
            rest = np.flatnonzero((beat == receiver) & (np.arange(len(beat)) != block))
            parts = connected_components(hood.way[rest][:, rest], directed=False)[0] if len(rest) > 1 else 0
            if parts == 1 and beat_ward[giver] == beat_ward[receiver]:
                moved.append((block, giver))
                break
    return np.array(moved, dtype=np.int64).reshape(-1, 2)


def _across(neighbours: pd.DataFrame, beat: Ints, receiver: int) -> list[tuple[int, int]]:
    """Return (block of `receiver`, neighbouring beat), for each pair of blocks across its border."""
    a, b = neighbours["a"].to_numpy(), neighbours["b"].to_numpy()
    ends = np.vstack((np.column_stack((a, b)), np.column_stack((b, a))))
    across = ends[(beat[ends[:, 0]] == receiver) & (beat[ends[:, 1]] != receiver)]
    return sorted({(int(block), int(beat[other])) for block, other in across})
