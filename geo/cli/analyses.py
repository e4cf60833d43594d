"""``geo coverage``, ``geo works`` and ``geo hotspots``."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click

from geo.cli.output import Day, answers
from geo.domain.kinds import CellShape, OriginFilter
from geo.domain.roles import OPERATOR


@click.command()
@click.option("--as-of", "as_of", required=True, type=Day())
@click.option("--unit", default=None, help="Unit code; the whole database without it.")
@answers
def coverage(*, as_of: date, unit: str | None) -> dict[str, Any]:
    """Say what was covered by whom on a day: beats, households, gaps, overlaps, load."""
    from geo.services.coverage import on_a_day as use_case
    from geo.services.deployment import deployment

    with deployment() as database:
        return asdict(use_case.coverage(database, OPERATOR, as_of, unit).summary())


@click.command()
@click.option("--as-of", "as_of", required=True, type=Day())
@click.option("--unit", default=None, help="Unit code; the whole database without it.")
@answers
def works(*, as_of: date, unit: str | None) -> dict[str, Any]:
    """Say how the four works stand on a day: each figure with its n, denominator and target."""
    from geo.services.deployment import deployment
    from geo.services.works.summary import summary

    with deployment() as database:
        return summary(database, OPERATOR, as_of, unit)


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
@click.option(
    "--cells",
    type=click.Choice([shape.value for shape in CellShape]),
    default=CellShape.SQUARE.value,
    show_default=True,
    help="Cells that hotspots are made of; wards and beats are tested by incidents per km².",
)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@answers
def hotspots(
    *, unit: str, start: date, end: date, category: str | None, origin: str, cells: str, out: Path
) -> dict[str, Any]:
    """Find hotspots and write them.

    By the ending: .geojson cells, .gpkg cells, hotspots and wards, .csv figures by ward, .png map, .tif
    density in the metric CRS.
    """
    from geo.briefing.hotspots_out import write_hotspots
    from geo.services.deployment import deployment
    from geo.services.hotspots.review import HotspotQuery

    query = HotspotQuery(unit=unit, start=start, end=end, category=category, origin=OriginFilter(origin))
    with deployment() as database:
        return write_hotspots(database, OPERATOR, query, out, purpose="command line", shape=CellShape(cells))


COMMANDS = (coverage, works, hotspots)
