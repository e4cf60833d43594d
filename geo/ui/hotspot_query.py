"""The question of the Hotspots page as an address: what the page, the tiles and the raster all read."""

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode

from geo.domain.errors import InputError
from geo.domain.kinds import OriginFilter
from geo.services.hotspots import HotspotQuery


def to_address(query: HotspotQuery) -> str:
    """Return `query` as the part of an address after the question mark."""
    parts = {
        "from": query.start.isoformat(),
        "to": query.end.isoformat(),
        "origin": query.origin.value,
        "h": f"{query.bandwidth_m:g}",
    }
    optional = {"unit": query.unit, "category": query.category}
    return urlencode(parts | {name: value for name, value in optional.items() if value})


def from_address(parts: Mapping[str, str]) -> HotspotQuery:
    """Return the question in the parts of an address.

    Raises InputError ``bad_date``, ``bad_link_part``, ``end_before_start``, ``bad_bandwidth``.
    """
    return HotspotQuery(
        start=_day(parts.get("from", "")),
        end=_day(parts.get("to", "")),
        unit=parts.get("unit") or None,
        category=parts.get("category") or None,
        origin=_origin(parts.get("origin", OriginFilter.REPORTED.value)),
        bandwidth_m=_metres(parts.get("h", "300")),
    )


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as fault:
        raise InputError("bad_date", value=value) from fault


def _origin(value: str) -> OriginFilter:
    try:
        return OriginFilter(value)
    except ValueError as fault:
        raise InputError("bad_link_part", name="origin", value=value) from fault


def _metres(value: str) -> float:
    try:
        return float(value)
    except ValueError as fault:
        raise InputError("bad_link_part", name="h", value=value) from fault
