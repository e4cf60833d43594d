"""A drawn ward for tests of the desk: no database. Twelve blocks of 100 m, three beats of two columns each.

  x: 0   1   2   3   4   5
y 1  K1  K1  K2  K2  K3  K3      block "B<x><y>", unit 2x + y, 10 households each, K3 is vacant
  0  K1  K1  K2  K2  K3  K3
"""

from datetime import UTC, date, datetime

import numpy as np
import shapely

from geo.domain.crs import metric_to_lonlat_xy
from geo.domain.kinds import PlanState
from geo.planning.borders import borders
from geo.services.plans.ground import DeskBeat, Ground
from geo.services.plans.options import PlanOptions
from geo.services.plans.problem import arranged
from geo.services.plans.records import Draft, OpenDraft

CRS = "EPSG:3405"
X0, Y0, SIDE_M = 586_000.0, 2_322_000.0, 100.0
DAY = date(2026, 12, 1)
COLUMNS, ROWS = 6, 2


def ground(columns: int = COLUMNS, rows: int = ROWS, beats: int = 3) -> Ground:
    """The ward's ground; larger ones keep `beats` equal strips of columns."""
    at = [(x, y) for x in range(columns) for y in range(rows)]
    left, low = (np.array(values, dtype=float) * SIDE_M for values in zip(*at, strict=True))
    metric = shapely.box(X0 + left, Y0 + low, X0 + left + SIDE_M, Y0 + low + SIDE_M)
    n = len(at)
    none = np.array([], dtype=object)
    return Ground(
        unit_code="00001",
        unit_name="Phường Thử",
        day=DAY,
        crs=CRS,
        ids=np.arange(1, n + 1),
        codes=tuple(f"B{x}{y}" for x, y in at),
        names=tuple(f"Tổ {x}.{y}" for x, y in at),
        neighbourhoods=tuple(f"Khu phố {x}" for x, _ in at),
        groups=np.array([x for x, _ in at]),
        shapes=shapely.transform(metric, lambda xy: metric_to_lonlat_xy(*xy.T, CRS)),
        metric=metric,
        households=np.full(n, 10),
        residents=np.full(n, 35),
        incidents=np.zeros(n, dtype=np.int64),
        held_by=np.array([1 + x * beats // columns for x, _ in at]),
        water=none,
        bridges=none,
        borders=borders(metric, none, none),
        beats=tuple(
            DeskBeat(
                number,
                f"K{number}",
                f"Khu vực {number}",
                officer=None if number == 3 else f"Cán bộ {number}",
                vacant=number == 3,
            )
            for number in range(1, beats + 1)
        ),
    )


def opened(options: PlanOptions | None = None, state: PlanState = PlanState.DRAFT) -> OpenDraft:
    """A draft of the ward in which nothing has moved."""
    chosen = options or PlanOptions(tolerance=0.3)
    desk = arranged(ground(), chosen)
    draft = Draft(
        id=1,
        code="PA-00001-0001",
        unit_code="00001",
        unit_name="Phường Thử",
        title="Thử",
        state=state,
        effective_on=DAY,
        document=None,
        version=1,
        author="ke-hoach",
        mine=True,
        created_at=datetime(2026, 11, 20, tzinfo=UTC),
        parent=None,
        moved=0,
        options=chosen,
        proposal=None,
    )
    return OpenDraft(draft, desk, desk.problem.owner.copy(), ())


def unit(x: int, y: int) -> int:
    """Number of the block in column x and row y."""
    return ROWS * x + y
