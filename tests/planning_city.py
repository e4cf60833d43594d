"""A tiny ward for tests of plans: 24 blocks of 100 m, three beats of two columns each, known households.

      x: 0   1   2   3   4   5        a ward beside it, 00002, with two blocks and one beat K9
    y 3  K1  K1  K2  K2  K3  K3 | K9
      2  K1  K1  K2  K2  K3  K3 | K9
      1  K1  K1  K2  K2  K3  K3
      0  K1  K1  K2  K2  K3  K3

K1 has too many households, K3 too few. Nothing in it is real.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import shapely
from sqlalchemy import create_engine

from geo.domain.crs import metric_to_lonlat_xy
from geo.domain.roles import OPERATOR
from geo.services.plans import drafts as plan_drafts
from geo.services.plans.drafts import OpenDraft
from geo.services.plans.options import PlanOptions
from geo.store.cluster import DatabaseUrls
from geo.store.engine import Database
from geo.ui import clock

CRS = "EPSG:3405"
X0, Y0, SIDE_M = 586_000.0, 2_322_000.0, 100.0
COLUMNS, ROWS = 6, 4
OFFICERS = ("CB-1", "CB-2", "CB-3", "CB-9")


def households(column: int, row: int) -> int:
    """Households of the block at a place of the grid."""
    return 10 + (column + 2 * row) % 3 + (3 if column < 2 else -2 if column > 3 else 0)


def code(column: int, row: int) -> str:
    """Code of the block at a place of the grid."""
    return f"T{column}{row}"


def square(column: float, row: float, width: float = 1, height: float = 1) -> shapely.Polygon:
    """A rectangle of the grid, EPSG:4326."""
    x, y = X0 + column * SIDE_M, Y0 + row * SIDE_M
    w, h = width * SIDE_M, height * SIDE_M
    return shapely.Polygon(metric_to_lonlat_xy([x, x + w, x + w, x], [y, y, y + h, y + h], CRS))


def line(*points: tuple[float, float]) -> shapely.LineString:
    """A line through places of the grid, EPSG:4326."""
    x, y = zip(*points, strict=True)
    return shapely.LineString(
        metric_to_lonlat_xy([X0 + SIDE_M * each for each in x], [Y0 + SIDE_M * each for each in y], CRS)
    )


@contextmanager
def written(urls: DatabaseUrls) -> Iterator[psycopg.Connection]:
    """Yield a connection that writes a city of this grid into a migrated, empty database."""
    engine = create_engine(urls.owner)
    with engine.begin() as connection:
        raw = connection.connection.driver_connection
        assert isinstance(raw, psycopg.Connection)
        raw.execute("SET search_path = diaban, public")
        raw.execute("INSERT INTO setting VALUES ('metric_crs', to_jsonb(%s::text))", (CRS,))
        yield raw
    engine.dispose()


def fill(urls: DatabaseUrls) -> None:
    """Put the city into a migrated, empty database."""
    with written(urls) as raw:
        raw.execute(
            "INSERT INTO admin_unit (code, level, name, name_folded) VALUES ('01', 'province', 'Thử', 'thu')"
        )
        for unit, area in (("00001", square(0, 0, COLUMNS, ROWS)), ("00002", square(COLUMNS, 2, 1, 2))):
            raw.execute(
                "INSERT INTO admin_unit (code, level, name, name_folded, parent_id, geom, synthetic) "
                "SELECT %s, 'ward', 'Phường ' || %s, 'phuong', id, ST_Multi(ST_GeomFromWKB(%s, 4326)), true "
                "FROM admin_unit WHERE code = '01'",
                (unit, unit, shapely.to_wkb(area)),
            )
        for number, officer in zip((1, 2, 3, 9), OFFICERS, strict=True):
            _beat(raw, number, officer)
        for column in range(COLUMNS):
            for row in range(ROWS):
                _block(raw, column, row, column // 2 + 1)
        for row in (2, 3):
            _block(raw, COLUMNS, row, 9)


def _beat(raw: psycopg.Connection, number: int, officer: str) -> None:
    raw.execute(
        "INSERT INTO beat (code, unit_id, name, valid) SELECT %s, id, %s, '[2025-01-01,)' FROM admin_unit "
        "WHERE code = %s",
        (f"K{number}", f"Khu vực {number}", "00002" if number == 9 else "00001"),
    )
    raw.execute(
        "INSERT INTO officer (service_number, display_name, unit_id, beat_days_month) "
        "SELECT %s, 'Cán bộ ' || %s, unit_id, 15 FROM beat WHERE code = %s",
        (officer, officer, f"K{number}"),
    )
    raw.execute(
        "INSERT INTO assignment (beat_id, officer_id, role, valid) "
        "SELECT b.id, o.id, 'primary', '[2025-01-01,)' FROM beat b, officer o "
        "WHERE b.code = %s AND o.service_number = %s",
        (f"K{number}", officer),
    )


def _block(raw: psycopg.Connection, column: int, row: int, beat: int) -> None:
    block = raw.execute(
        "INSERT INTO block (code, unit_id, name, name_folded, geom, valid) "
        "SELECT %s, unit_id, %s, 'to', ST_Multi(ST_GeomFromWKB(%s, 4326)), '[2025-01-01,)' FROM beat "
        "WHERE code = %s RETURNING id, unit_id",
        (code(column, row), f"Tổ {column}{row}", shapely.to_wkb(square(column, row)), f"K{beat}"),
    ).fetchone()
    assert block is not None
    raw.execute(
        "INSERT INTO beat_block (beat_id, block_id, valid) "
        "SELECT id, %s, '[2025-01-01,)' FROM beat WHERE code = %s",
        (block[0], f"K{beat}"),
    )
    n = households(column, row)
    for number in range(n):  # in a row from west to east, so that a line across counts them off
        place = metric_to_lonlat_xy(
            [X0 + SIDE_M * (column + (number + 0.5) / n)], [Y0 + SIDE_M * (row + 0.5)], CRS
        )[0]
        raw.execute(
            "INSERT INTO household (code, unit_id, block_id, permanent, temporary, absent, geom) "
            "VALUES (%s, %s, %s, 3, 1, 0, ST_SetSRID(ST_MakePoint(%s, %s), 4326))",
            (f"H{column}{row}{number}", block[1], block[0], *map(float, place)),
        )


def a_draft(database: Database, options: PlanOptions | None = None) -> OpenDraft:
    """Make a plan of ward 00001 that is to take effect in a week; by default ±50 % are even enough."""
    return plan_drafts.create(
        database,
        OPERATOR,
        "00001",
        title="Chia lại",
        effective_on=clock.today() + timedelta(days=7),
        options=options or PlanOptions(tolerance=0.5),
    )
