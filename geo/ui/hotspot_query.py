"""The question of the Hotspots page as an address: what the page, the tiles and the raster all read."""

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode

from geo.domain.errors import InputError
from geo.domain.kinds import OriginFilter
from geo.services.hotspots.review import HotspotQuery


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
        start=day_of(parts, "from"),
        end=day_of(parts, "to"),
        unit=parts.get("unit") or None,
        category=parts.get("category") or None,
        origin=_origin(parts.get("origin", OriginFilter.REPORTED.value)),
        bandwidth_m=number_of(parts, "h") or 300.0,
    )


def day_of(parts: Mapping[str, str], name: str) -> date:
    """Return the day under `name`. Raises InputError ``bad_date``, also where there is none."""
    value = parts.get(name, "")
    try:
        return date.fromisoformat(value)
    except ValueError as fault:
        raise InputError("bad_date", value=value) from fault


def number_of(parts: Mapping[str, str], name: str) -> float | None:
    """Return the number under `name`, None where there is none. Raises InputError ``bad_link_part``."""
    if name not in parts:
        return None
    try:
        return float(parts[name])
    except ValueError as fault:
        raise InputError("bad_link_part", name=name, value=parts[name]) from fault


def _origin(value: str) -> OriginFilter:
    try:
        return OriginFilter(value)
    except ValueError as fault:
        raise InputError("bad_link_part", name="origin", value=value) from fault
