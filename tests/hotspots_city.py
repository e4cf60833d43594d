"""A small city for tests of the map: six square wards of 2 km near Hà Nội, streets, a river, incidents around
known hotspots. Everything is made from a seed; nothing in it is real.

     y
     ^   W4  W5  W6
     |   W1  W2  W3
     +------------> x
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import psycopg
import shapely
from sqlalchemy import create_engine, text

from geo.domain.crs import metric_to_lonlat_xy
from geo.store import copy

CRS = "EPSG:3405"
X0, Y0, SIDE_M = 586_000.0, 2_322_000.0, 2_000.0
NAMES = ("An Bình", "Đông Hồ", "Phúc Xá", "Quảng Yên", "Thủy Khê", "Vĩnh Trại")
LAST_DAY = date(2026, 11, 20)
_HOT = np.array([[587_000.0, 2_323_100.0], [589_200.0, 2_325_000.0], [591_000.0, 2_322_600.0]])


@dataclass(frozen=True)
class City:
    """What was put in: row i of each array is one incident."""

    codes: tuple[str, ...]
    xy: np.ndarray
    occurred: np.ndarray
    ward: np.ndarray
    discovered: np.ndarray
    category: np.ndarray


def lonlat(x, y):
    return metric_to_lonlat_xy(x, y, CRS)


def _square(column: int, row: int):
    x, y = X0 + column * SIDE_M, Y0 + row * SIDE_M
    ring = lonlat([x, x + SIDE_M, x + SIDE_M, x], [y, y, y + SIDE_M, y + SIDE_M])
    return shapely.multipolygons([shapely.polygons(ring)])


def _streets():
    made = []
    for i in range(1, 60):
        x, y = X0 + i * 100, Y0 + i * 100 * 2 / 3
        kind = "major" if i % 10 == 0 else "minor" if i % 2 == 0 else "lane"
        made.append((f"S{i}", f"Phố Số {i}", kind, [(x, Y0), (x, Y0 + 4000)]))
        made.append((f"T{i}", f"Đường Thứ {i}", kind, [(X0, y), (X0 + 6000, y)]))
    return made


def fill(owner_url: str, incidents: int = 4000, seed: int = 7, names: tuple[str, ...] = NAMES) -> City:
    """Put the city into a migrated, empty database and return it."""
    engine = create_engine(owner_url)
    with engine.begin() as connection:
        raw = connection.connection.driver_connection
        assert isinstance(raw, psycopg.Connection)
        raw.execute("SET search_path = diaban, public")
        unit_ids = _units(raw, names)
        _ground(raw)
        city = _incidents(raw, unit_ids, incidents, np.random.default_rng(seed))
        connection.execute(
            text("INSERT INTO diaban.setting VALUES ('metric_crs', to_jsonb(CAST(:c AS text)))"), {"c": CRS}
        )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()
    return city


def _units(raw, names) -> np.ndarray:
    raw.execute("INSERT INTO admin_unit (code, level, name, name_folded, synthetic) "
                "VALUES ('01', 'province', 'Thành phố Thử', 'thanh pho thu', true)")  # fmt: skip
    ids = []
    for i, name in enumerate(names):
        row = raw.execute(
            "INSERT INTO admin_unit (code, level, name, name_folded, parent_id, geom, synthetic) "
            "SELECT %s, 'ward', %s, %s, id, ST_SetSRID(%s::geometry, 4326), true FROM admin_unit "
            "WHERE code = '01' RETURNING id",
            (f"{i + 1:05d}", name, name.casefold(), shapely.to_wkb(_square(i % 3, i // 3))),
        ).fetchone()
        ids.append(row[0])
    for i, unit_id in enumerate(ids[:5]):  # the sixth ward has no households: its rate is not defined
        n = 1000 + 500 * i
        raw.execute(
            "INSERT INTO household (code, unit_id, permanent, temporary, absent, geom) "
            "SELECT %s || g, %s, 3, 1, 0, (SELECT ST_PointOnSurface(geom) FROM admin_unit WHERE id = %s) "
            "FROM generate_series(1, %s) g",
            (f"H{i}-", unit_id, unit_id, n),
        )
    return np.array(ids)


def _ground(raw) -> None:
    for code, name, kind, line in _streets():
        points = lonlat([p[0] for p in line], [p[1] for p in line])
        raw.execute(
            "INSERT INTO street (code, name, kind, geom) VALUES (%s, %s, %s, ST_SetSRID(%s::geometry, 4326))",
            (code, name, kind, shapely.to_wkb(shapely.linestrings(points))),
        )
    x = np.linspace(X0 - 500, X0 + 6500, 40)
    y = Y0 + 1500 + 500 * np.sin((x - X0) / 1200)
    bank = lonlat(np.concatenate([x, x[::-1]]), np.concatenate([y, y[::-1] + 150]))
    river = shapely.multipolygons([shapely.polygons(bank)])
    raw.execute(
        "INSERT INTO water (name, geom) VALUES ('Sông Thử', ST_SetSRID(%s::geometry, 4326))",
        (shapely.to_wkb(river),),
    )


def _incidents(raw, unit_ids, n, rng) -> City:
    around = rng.integers(0, len(_HOT), n)
    hot = rng.random(n) < 0.6
    xy = np.where(
        hot[:, None],
        _HOT[around] + rng.normal(0, 220, (n, 2)),
        np.column_stack((X0 + rng.random(n) * 6000, Y0 + rng.random(n) * 4000)),
    )
    column, row = np.floor((xy - (X0, Y0)) / SIDE_M).astype(int).T
    inside = (column >= 0) & (column < 3) & (row >= 0) & (row < 2)
    ward = np.where(inside, row * 3 + column, -1)
    end = np.datetime64(f"{LAST_DAY}T16:59:59")
    occurred = end - (rng.random(n) ** 1.3 * 730 * 86_400).astype("timedelta64[s]")
    discovered = rng.random(n) < 0.2
    category = rng.integers(7, 20, n)
    points = lonlat(xy[:, 0], xy[:, 1])
    columns = {
        "code": copy.text([f"I{i}" for i in range(n)]),
        "category_id": copy.int2(category),
        "origin": copy.text(np.where(discovered, "discovered", "reported").tolist()),
        "status": copy.text(["resolved"] * n),
        "occurred_from": copy.timestamptz(occurred.astype("datetime64[us]")),
        "occurred_to": copy.timestamptz(occurred.astype("datetime64[us]")),
        "geom": copy.point(points[:, 0], points[:, 1]),
        "unit_id": copy.int4(np.where(inside, unit_ids[ward], 0), inside),
    }
    copy.copy_in(raw, "diaban.incident", columns)
    codes = tuple(f"{i + 1:05d}" for i in range(len(unit_ids)))
    return City(codes, xy, occurred, ward, discovered, category)
