"""Households: where they stand, how many residents are registered there, when they were last reviewed."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from geo.demo.areas import Areas
from geo.demo.columns import day_number
from geo.demo.network import Network
from geo.demo.placement import Places, beside_streets
from geo.demo.tables import figures

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_NEVER = np.iinfo(np.int64).min  # NaT of datetime64


@dataclass(frozen=True)
class Households:
    """All columns (n,): places, counts of residents, day of the last review (NaT: never)."""

    places: Places
    permanent: Ints
    temporary: Ints
    absent: Ints
    reviewed_on: npt.NDArray[np.datetime64]


def share_out(households: int, blocks: int, rng: np.random.Generator) -> Ints:
    """Return how many households (b,) each block has: within about a quarter of the mean, summing exactly."""
    weight = rng.uniform(0.78, 1.2, blocks)
    upto = np.round(np.cumsum(weight) / weight.sum() * households).astype(np.int64)
    counts: Ints = np.diff(upto, prepend=0)
    return counts


def settle(network: Network, areas: Areas, counts: Ints, today: date, rng: np.random.Generator) -> Households:
    """Place ``counts.sum()`` households along the streets of their blocks and count their residents.

    Registered residents are permanent + temporary; `absent` counts those of the permanent who are away.
    """
    block = np.repeat(np.arange(len(counts)), counts)
    segment = _segment_in_block(network, block, rng)
    # Most houses stand on the street; the others along alleys that the map does not draw.
    deep = rng.random(len(block)) < 0.3
    depth_m = np.where(deep, rng.uniform(15.0, 60.0, len(block)), rng.uniform(5.0, 16.0, len(block)))
    places = beside_streets(network, segment, depth_m, rng)
    permanent, temporary, absent = _residents(network, block, rng)
    return Households(places, permanent, temporary, absent, _reviews(areas, block, today, rng))


def _segment_in_block(network: Network, block: Ints, rng: np.random.Generator) -> Ints:
    """Return for each household a piece of its block's border, drawn by length."""
    segments = network.segments
    order = np.argsort(segments.block, kind="stable")
    upto = np.cumsum(segments.length_m[order])
    ends = upto[np.searchsorted(segments.block[order], np.arange(len(network.blocks)), side="right") - 1]
    starts = np.r_[0.0, ends[:-1]]
    wanted = starts[block] + rng.random(len(block)) * (ends - starts)[block]
    chosen: Ints = order[np.minimum(np.searchsorted(upto, wanted, side="right"), len(order) - 1)]
    return chosen


def _residents(network: Network, block: Ints, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    shares = np.array(figures()["households"]["size_shares"])
    size = 1 + np.searchsorted(np.cumsum(shares / shares.sum()), rng.random(len(block)), side="right")
    size = np.minimum(size, len(shares)).astype(np.int64)
    # Renting is local: a few blocks are mostly rooms to let, most have hardly any.
    renting = rng.beta(0.35, 2.6, len(network.blocks))[block]
    temporary = np.where(rng.random(len(block)) < renting, size, rng.binomial(size, 0.03))
    permanent = size - temporary
    absent = rng.binomial(permanent, figures()["households"]["absent_share"])
    return permanent, temporary, absent


def _reviews(areas: Areas, block: Ints, today: date, rng: np.random.Generator) -> npt.NDArray[np.datetime64]:
    """Return the last review: within 80 days in most blocks, 120 to 400 days ago in the stale ones."""
    beats = len(areas.beat_ward)
    stale = np.zeros(beats, dtype=bool)
    stale[rng.permutation(beats)[: max(1, round(beats * figures()["households"]["stale_beat_share"]))]] = True
    left_out = rng.random(len(areas.beat)) < figures()["households"]["stale_block_share"]
    late = (stale[areas.beat] | left_out)[block]
    ago = np.where(late, rng.integers(120, 400, len(block)), rng.integers(1, 80, len(block)))
    day = day_number(today) - ago
    day[rng.random(len(block)) < figures()["households"]["never_reviewed_share"]] = _NEVER
    return day.astype("datetime64[D]")
