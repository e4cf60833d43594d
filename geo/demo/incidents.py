"""Incidents of the two years before `today`: what, how known, where, when. The course follows in `course`."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.demo.hotspots import BACKGROUND, Hotspots, Sources, mix
from geo.demo.network import Network
from geo.demo.placement import Chooser, Places, beside_streets
from geo.demo.tables import figures, profile

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

MINUTES_A_DAY = 1440


@dataclass(frozen=True)
class Events:
    """What happened, (n,) each: leaf category, discovered or not, source, block and place, minute.

    minute : local minutes since the first midnight of the period
    """

    category: Ints
    discovered: Flags
    source: Ints
    places: Places
    minute: Ints


def happen(
    network: Network,
    hotspots: Hotspots,
    weights: Sources,
    leaf: pd.DataFrame,
    *,
    n: int,
    first_weekday: int,
    rng: np.random.Generator,
) -> Events:
    """Draw `n` incidents.

    leaf : leaf categories with their shares and profiles
    first_weekday : weekday of the first day of the period, Monday is 0

    Some of the burglaries are near repeats: within 200 m and 14 days of an earlier one (Townsley 2003).
    """
    category = _categories(leaf, n, rng)
    discovered = rng.random(n) < leaf["discovered_share"].to_numpy(float)[category]
    source = _sources(leaf, hotspots, category, discovered, rng)
    segment, depth_m = _segments(leaf, weights, category, source, rng)
    places = beside_streets(network, segment, depth_m, rng)
    day = _days(leaf, weights, category, source, first_weekday=first_weekday, rng=rng)
    places, day, repeats = _near_repeats(network, leaf, category, discovered, places=places, day=day, rng=rng)
    minute = day * MINUTES_A_DAY + _minutes(leaf, category, rng)
    return Events(category, discovered, np.where(repeats, BACKGROUND, source), places, minute)


def _categories(leaf: pd.DataFrame, n: int, rng: np.random.Generator) -> Ints:
    """Return categories (n,) in order, so that whatever depends on them is drawn in runs."""
    share = leaf["share"].to_numpy(float)
    return np.repeat(np.arange(len(leaf)), rng.multinomial(n, share / share.sum()))


def _sources(
    leaf: pd.DataFrame, hotspots: Hotspots, category: Ints, discovered: Flags, rng: np.random.Generator
) -> Ints:
    reported_mix, discovered_mix = (np.cumsum(table, axis=1) for table in mix(leaf, hotspots))
    drawn = rng.random(len(category))
    source = np.empty(len(category), dtype=np.int64)
    for position in range(len(leaf)):
        for known, table in ((False, reported_mix), (True, discovered_mix)):
            rows = (category == position) & (discovered == known)
            source[rows] = np.searchsorted(table[position], drawn[rows], side="right")
    return np.minimum(source, hotspots.patrol)


def _segments(
    leaf: pd.DataFrame, weights: Sources, category: Ints, source: Ints, rng: np.random.Generator
) -> tuple[Ints, Floats]:
    """Return a border segment (n,) and how far from the street (n,), metres."""
    at_home = (leaf["place"] == "house").to_numpy()[category]
    segment = np.empty(len(category), dtype=np.int64)
    for home, table in ((True, weights.house), (False, weights.street)):
        for number, row in enumerate(table):
            rows = np.flatnonzero((at_home == home) & (source == number))
            segment[rows] = Chooser(row).draw(len(rows), rng)
    depth_m = np.where(at_home, rng.uniform(5.0, 16.0, len(category)), rng.uniform(0.5, 4.0, len(category)))
    return segment, depth_m


def _days(
    leaf: pd.DataFrame,
    weights: Sources,
    category: Ints,
    source: Ints,
    *,
    first_weekday: int,
    rng: np.random.Generator,
) -> Ints:
    weekdays = profile("weekdays")
    day = np.empty(len(category), dtype=np.int64)
    week = (np.arange(weights.day.shape[1]) + first_weekday) % 7
    for position, name in enumerate(leaf["weekdays"]):
        for number, row in enumerate(weights.day):
            rows = np.flatnonzero((category == position) & (source == number))
            day[rows] = Chooser(row * weekdays[name][week]).draw(len(rows), rng)
    return day


def _minutes(leaf: pd.DataFrame, category: Ints, rng: np.random.Generator) -> Ints:
    hours = profile("hours")
    minute = rng.integers(0, 60, len(category))
    for position, name in enumerate(leaf["hours"]):
        rows = np.flatnonzero(category == position)
        minute[rows] += 60 * Chooser(hours[name]).draw(len(rows), rng)
    return minute


def _near_repeats(
    network: Network,
    leaf: pd.DataFrame,
    category: Ints,
    discovered: Flags,
    *,
    places: Places,
    day: Ints,
    rng: np.random.Generator,
) -> tuple[Places, Ints, Flags]:
    """Move some incidents of repeating categories near to another one of the same category."""
    settings = figures()["incidents"]
    repeats = np.zeros(len(category), dtype=bool)
    xy, block, day = places.xy.copy(), places.block.copy(), day.copy()
    for position in np.flatnonzero(leaf["near_repeat"].to_numpy() == 1):
        rows = np.flatnonzero((category == position) & ~discovered)
        count = round(len(rows) * settings["near_repeat_share"])
        child, parent = rows[:count], rng.choice(rows[count:], count) if count else rows[:0]
        xy[child], block[child] = _nearby(network, places, parent, settings, rng)
        lag = 1 + rng.geometric(0.22, count) % int(settings["near_repeat_max_days"])
        later = day[parent] + lag
        # The series of the last days runs backwards instead: nothing happens after the period.
        day[child] = np.where(later < settings["days"], later, day[parent] - lag)
        repeats[child] = True
    return Places(xy, block), day, repeats


def _nearby(
    network: Network, places: Places, parent: Ints, settings: dict[str, float], rng: np.random.Generator
) -> tuple[Floats, Ints]:
    """Return places (m, 2) within the wanted distance of `parent` and their blocks; else the parent's own.

    The parent's own is the place of the same house struck again, which is the commonest repeat of all.
    """
    away = np.minimum(
        rng.gamma(2.0, settings["near_repeat_mean_m"] / 2, len(parent)), settings["near_repeat_max_m"]
    )
    angle = rng.uniform(0, 2 * np.pi, len(parent))
    xy = places.xy[parent] + np.column_stack((away * np.cos(angle), away * np.sin(angle)))
    tree = shapely.STRtree(network.blocks)
    point, block = tree.query(shapely.points(xy), predicate="within")
    found = np.full(len(parent), -1, dtype=np.int64)
    found[point] = block
    outside = found < 0
    xy[outside] = places.xy[parent[outside]]
    return xy, np.where(outside, places.block[parent], found)
