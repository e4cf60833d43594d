"""Clusters on the page: circles and outlines on the map, the key, the list, how they were found."""

from html import escape

import geopandas as gpd
import streamlit as st

from geo.domain.crs import STORAGE_CRS
from geo.maps.areas import AreaStyle, area_options, shapes_request
from geo.maps.legend import Legend, LegendEntry
from geo.maps.overlay import Paint, ShapesRequest
from geo.maps.palettes import ACCENT, Theme
from geo.maps.popups import Card, card
from geo.services.hotspots.clusters import Cluster, Clusters
from geo.ui import formats
from geo.ui.i18n import t

CLUSTERS = "clusters"
_OPACITY = 0.25


def shapes(found: Clusters, theme: Theme) -> ShapesRequest | None:
    """Return the numbered clusters for the map."""
    numbers = [str(number) for number in range(1, len(found.clusters) + 1)]
    frame = gpd.GeoDataFrame(
        {"code": numbers, "name": numbers},
        geometry=[cluster.shape for cluster in found.clusters],
        crs=STORAGE_CRS,
    )
    style = AreaStyle(ACCENT[theme], 2.0)
    return shapes_request(frame, area_options(theme, style, pane="spots", label_style="badge"))


def paints(found: Clusters, theme: Theme) -> dict[str, Paint]:
    """Return how each cluster is painted and what it says."""
    return {
        str(number): Paint(ACCENT[theme], _OPACITY, card=_card(number, cluster))
        for number, cluster in enumerate(found.clusters, start=1)
    }


def _card(number: int, cluster: Cluster) -> Card:
    lines = [
        (t("hotspots.count"), formats.number(cluster.n)),
        (t("hotspots.spots.area"), f"{formats.number(cluster.area_km2, 2)} km²"),
    ]
    if cluster.expected is not None:
        lines.append((t("hotspots.clusters.expected"), formats.number(cluster.expected, 1)))
    if cluster.p is not None:
        lines.append((t("hotspots.clusters.p"), formats.number(cluster.p, 3)))
    if cluster.since is not None:
        lines.append((t("hotspots.clusters.since"), formats.day(cluster.since)))
    return card(t("hotspots.clusters.name", number=number), lines)


def legend(found: Clusters, theme: Theme, left_out: tuple[str, ...]) -> Legend:
    """Return the key: how the clusters were found, among how many incidents, since when."""
    used = t("hotspots.clusters.used", n=formats.number(found.used), since=formats.day(found.since))
    entry = LegendEntry(ACCENT[theme], t(f"hotspots.clusters.{found.method.value}.entry"), "outline")
    title = "hotspots.clusters.title" if found.clusters else "hotspots.clusters.none"
    unit = t(f"hotspots.method.{found.method.value}")
    return Legend(t(title), unit, (entry,) if found.clusters else (), (used, *left_out))


def listed(found: Clusters) -> None:
    """Say what the method does and list the clusters."""
    lines = "".join(
        f"<div class='hs-line'><span>{number}. {escape(_said(cluster))}</span>"
        f"<b>{formats.number(cluster.n)}</b></div>"
        for number, cluster in enumerate(found.clusters, start=1)
    )
    help_text = escape(t(f"hotspots.clusters.{found.method.value}.help"))
    none = "" if lines else f"<p class='hs-hint'>{escape(t('hotspots.clusters.none_help'))}</p>"
    st.html(f"<p class='hs-hint'>{help_text}</p>{lines}{none}")


def _said(cluster: Cluster) -> str:
    if cluster.since is None or cluster.expected is None:
        return t("hotspots.clusters.dense", per_km2=formats.number(cluster.n / cluster.area_km2))
    return t(
        "hotspots.clusters.surprising",
        since=formats.day(cluster.since),
        times=formats.number(cluster.n / cluster.expected, 1),
    )
