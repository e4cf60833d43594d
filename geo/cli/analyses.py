"""``geo coverage`` and ``geo hotspots``."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geo.cli.output import Day, answers
from geo.domain.errors import InputError
from geo.domain.kinds import OriginFilter
from geo.domain.roles import OPERATOR, Actor

if TYPE_CHECKING:
    from geo.services.hotspots import HotspotQuery
    from geo.store.engine import Database


@click.command()
@click.option("--as-of", "as_of", required=True, type=Day())
@click.option("--unit", default=None, help="Unit code; the whole database without it.")
@answers
def coverage(*, as_of: date, unit: str | None) -> dict[str, Any]:
    """Say what was covered by whom on a day: beats, households, gaps, overlaps, load."""
    from geo.services import coverage as use_case
    from geo.services.deployment import deployment

    with deployment() as database:
        return asdict(use_case.coverage(database, OPERATOR, as_of, unit).summary())


@click.command()
@click.option("--unit", required=True, help="Unit code; '*' is the whole database.")
@click.option("--from", "start", required=True, type=Day(), help="First day.")
@click.option("--to", "end", required=True, type=Day(), help="Last day, included.")
@click.option("--category", default=None, help="Category code, with everything below it.")
@click.option(
    "--origin",
    type=click.Choice([origin.value for origin in OriginFilter]),
    default=OriginFilter.REPORTED.value,
    show_default=True,
)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@answers
def hotspots(
    *, unit: str, start: date, end: date, category: str | None, origin: str, out: Path
) -> dict[str, Any]:
    """Find hotspots and write them: .geojson cells, .png map, or .tif density in the metric CRS."""
    from geo.services.deployment import deployment
    from geo.services.hotspots import HotspotQuery

    query = HotspotQuery(unit=unit, start=start, end=end, category=category, origin=OriginFilter(origin))
    with deployment() as database:
        return write_hotspots(database, OPERATOR, query, out)


def write_hotspots(database: "Database", actor: Actor, query: "HotspotQuery", out: Path) -> dict[str, Any]:
    """Write `query` to `out` by its ending, log the export, and return what was written.

    The file gets its name when it is complete and logged. Raises InputError ``unknown_out_format``.
    """
    from geo.services import exports

    ending = out.suffix.lower()
    if ending not in _HOTSPOT_FILES:
        raise InputError("unknown_out_format", path=out.name, known=", ".join(_HOTSPOT_FILES))
    draft = out.with_name(f".{out.name}.part{ending}")
    try:
        written = _HOTSPOT_FILES[ending](database, actor, query, draft)
        sha256 = exports.log(
            database, actor, f"hotspots{ending}", draft, purpose="command line", query=asdict(query)
        )
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
    return {"out": str(out), "sha256": sha256, **written}


def _cells(database: "Database", actor: Actor, query: "HotspotQuery", out: Path) -> Mapping[str, Any]:
    from geo.briefing.hotspots_files import write_cells
    from geo.services.hotspot_cells import hotspot_cells

    return write_cells(hotspot_cells(database, actor, query), out)


def _map(database: "Database", actor: Actor, query: "HotspotQuery", out: Path) -> Mapping[str, Any]:
    from geo.briefing.hotspots_files import write_map
    from geo.services.hotspots import density, review
    from geo.services.wards import wards

    surface, figures = density(database, actor, query), review(database, actor, query)
    return write_map(query, surface, figures, wards(database, actor), out)


def _density(database: "Database", actor: Actor, query: "HotspotQuery", out: Path) -> Mapping[str, Any]:
    from geo.briefing.hotspots_files import write_density
    from geo.services.hotspots import density

    return write_density(density(database, actor, query), query, out)


_HOTSPOT_FILES = {".geojson": _cells, ".png": _map, ".tif": _density}

COMMANDS = (coverage, hotspots)
