"""Where incidents come from: the street's own risk, hotspots with a life of their own, and patrols."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.demo.network import Network
from geo.demo.tables import figures
from geo.domain.kinds import StreetKind

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

BACKGROUND = 0
# Streets differ far more than chance: half of all incidents on a few per cent of them (Weisburd 2015).
_RISK_SIGMA = 1.8
_BUSY = {"major": 3.0, "minor": 1.3, "lane": 0.5, "bridge": 0.0}
_HOME = {"major": 0.8, "minor": 1.0, "lane": 1.0, "bridge": 0.0}
_PATROLLED = {"major": 4.0, "minor": 1.0, "lane": 0.2, "bridge": 0.0}
_ELSEWHERE = 0.1  # a category that a hotspot is not known for comes there a tenth as often
_PATROL_REACH_M = 350.0


@dataclass(frozen=True)
class Hotspots:
    """The hotspots as planted: centre xy (h, 2) metres, and the table of their parameters."""

    xy: Floats
    table: list[dict[str, Any]]

    @property
    def patrol(self) -> int:
        """Position of the patrols among the sources, after background (0) and hotspots (1..h)."""
        return len(self.table) + 1


@dataclass(frozen=True)
class Sources:
    """Background, hotspots and patrols: their weights over border segments and over days.

    house, street : (sources, segments), for incidents at homes and for those in the street
    day : (sources, days)
    """

    house: Floats
    street: Floats
    day: Floats


def plant(network: Network, rng: np.random.Generator) -> Hotspots:
    """Choose a corner of main and minor streets for each hotspot, well apart; the first near the centre."""
    table = figures()["hotspot"]
    segments = network.segments
    kind = network.kind[segments.street]
    corners = segments.xy0[kind == StreetKind.MAJOR.value]
    far = np.hypot(corners[:, 0], corners[:, 1])
    corners = corners[far < 0.75 * network.radius_m]
    chosen = [corners[np.hypot(corners[:, 0], corners[:, 1]).argmin()]]
    tries = corners[rng.permutation(len(corners))[:40]]
    while len(chosen) < len(table):
        apart = np.min([np.hypot(*(tries - other).T) for other in chosen], axis=0)
        chosen.append(tries[int(apart.argmax())])
    return Hotspots(np.array(chosen), table)


def sources(network: Network, hotspots: Hotspots, posts_xy: Floats, rng: np.random.Generator) -> Sources:
    """Return the weights of every source over segments and days."""
    segments = network.segments
    middle = (segments.xy0 + segments.xy1) / 2
    length = segments.length_m
    risk = np.exp(rng.normal(0.0, _RISK_SIGMA, len(network.streets)))[segments.street]
    kind = pd.Series(network.kind[segments.street])
    patrols = kind.map(_PATROLLED).to_numpy(float) * _nearness(middle, posts_xy)
    by_place = []
    for use in (_HOME, _BUSY):
        usual = length * kind.map(use).to_numpy(float)
        rows = [usual * risk]
        for centre, spot in zip(hotspots.xy, hotspots.table, strict=True):
            away = np.hypot(*(middle - centre).T)
            rows.append(usual * np.exp(-0.5 * (away / spot["spread_m"]) ** 2))
        by_place.append(np.array([*rows, length * patrols]))
    return Sources(by_place[0], by_place[1], _days(hotspots))


def _nearness(middle: Floats, posts_xy: Floats) -> Floats:
    away = np.min([np.hypot(*(middle - post).T) for post in posts_xy], axis=0)
    near: Floats = np.exp(-away / _PATROL_REACH_M) + 0.02
    return near


def _days(hotspots: Hotspots) -> Floats:
    n = int(figures()["incidents"]["days"])
    day = np.arange(n)
    season = 1 + 0.12 * np.cos(2 * np.pi * (day - n + 20) / 365.25) - 0.10 * day / n
    rows = [season]
    for spot in hotspots.table:
        new = day >= n - figures()["incidents"]["new_hotspot_days"]
        lives = {"persistent": season, "fading": (1 - day / n) ** 1.6, "new": new.astype(float)}
        rows.append(lives[spot["life"]])
    return np.array([*rows, season])


def mix(leaf: pd.DataFrame, hotspots: Hotspots) -> tuple[Floats, Floats]:
    """Return the shares of sources (categories, sources) for reported and for discovered incidents.

    Discovered ones follow the patrols, and the patrols know the lasting hotspots only.
    """
    affinity = np.array(
        [
            [1.0 if code in spot["categories"] else _ELSEWHERE for spot in hotspots.table]
            for code in leaf["code"]
        ]
    )
    wanted = np.array([spot["share"] for spot in hotspots.table])
    share = leaf["share"].to_numpy(float)
    share = share / share.sum()
    spots = affinity * wanted / (share @ affinity)
    reported = np.column_stack((1 - spots.sum(axis=1), spots, np.zeros(len(leaf))))
    known = np.array([spot["life"] == "persistent" for spot in hotspots.table]) * affinity
    patrol = float(figures()["incidents"]["patrol_share_of_discovered"])
    visited = (1 - patrol) * known / known.sum(axis=1, keepdims=True)
    discovered = np.column_stack((np.zeros(len(leaf)), visited, np.full(len(leaf), patrol)))
    return reported, discovered
