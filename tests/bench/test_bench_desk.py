"""A stroke on 10,000 blocks: in the engine (at most 50 ms), on the server as a whole, and on screen (0.4 s).

The ward is a grid of 100 x 100 blocks and 100 beats; four blocks are a khu phố, so that strokes split
some. Run with:
pytest tests/bench/test_bench_desk.py --benchmark-only --benchmark-enable -s
"""

from collections.abc import Callable
from datetime import timedelta
from statistics import median
from time import perf_counter
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page, expect

from geo.domain.roles import OPERATOR
from geo.services.plans import drafts as plan_drafts
from geo.services.plans.options import PlanOptions
from geo.services.plans.records import OpenDraft
from geo.store.cluster import DatabaseUrls
from geo.store.engine import Database
from geo.ui import clock
from geo.ui.reassign.map import desk_data
from geo.ui.reassign.work import Work, work_on
from tests import planning_city
from tests.browser.conftest import (  # noqa: F401 (fixtures)
    app,
    chromium,
    kept_pages,
    password_of,
    signed_in,
    visit,
)  # fmt: skip

SIDE, BEATS_A_SIDE, STROKES = 100, 10, 20
_PATIENCE_MS = 180_000
_DESK = "document.querySelector('.rd').desk"

_FILL = """
SET search_path = diaban, public;
INSERT INTO setting VALUES ('metric_crs', to_jsonb('{crs}'::text));
INSERT INTO admin_unit (code, level, name, name_folded) VALUES ('01', 'province', 'Thử', 'thu');
INSERT INTO admin_unit (code, level, name, name_folded, parent_id, geom, synthetic)
SELECT '00001', 'ward', 'Phường Lớn', 'phuong lon', id, ST_Multi(ST_Transform(
    ST_MakeEnvelope({x0}, {y0}, {x0} + 100 * {side}, {y0} + 100 * {side}, {srid}), 4326)), true
FROM admin_unit WHERE code = '01';
INSERT INTO beat (code, unit_id, name, valid)
SELECT 'K' || n, id, 'Khu vực ' || n + 1, '[2025-01-01,)'
FROM admin_unit, generate_series(0, {beats} * {beats} - 1) n WHERE admin_unit.code = '00001';
INSERT INTO block (code, unit_id, name, name_folded, neighbourhood, geom, valid)
SELECT format('T%s-%s', x, y), id, format('Tổ %s.%s', x, y), 'to', format('Khu phố %s.%s', x / 2, y / 2),
    ST_Multi(ST_Transform(ST_MakeEnvelope(
    {x0} + 100 * x, {y0} + 100 * y, {x0} + 100 * x + 100, {y0} + 100 * y + 100, {srid}), 4326)),
    '[2025-01-01,)'
FROM admin_unit, generate_series(0, {side} - 1) x, generate_series(0, {side} - 1) y
WHERE admin_unit.code = '00001';
INSERT INTO beat_block (beat_id, block_id, valid)
SELECT beat.id, block.id, '[2025-01-01,)' FROM block
CROSS JOIN LATERAL (SELECT regexp_split_to_array(substr(block.code, 2), '-')::int[] AS at) place
JOIN beat ON beat.code = 'K' || (at[1] * {beats} / {side}) * {beats} + at[2] * {beats} / {side};
INSERT INTO officer (service_number, display_name, unit_id, beat_days_month)
SELECT 'CB-' || code, 'Cán bộ ' || code, unit_id, 15 FROM beat;
INSERT INTO assignment (beat_id, officer_id, role, valid)
SELECT beat.id, officer.id, 'primary', '[2025-01-01,)'
FROM beat JOIN officer ON service_number = 'CB-' || beat.code;
INSERT INTO household (code, unit_id, block_id, permanent, temporary, absent, geom)
SELECT format('H%s-%s', block.id, n), unit_id, block.id, 3, 1, 0, ST_PointOnSurface(geom)
FROM block, generate_series(1, 5) n;
ANALYZE;
"""


@pytest.fixture(scope="module")
def draft(database: DatabaseUrls, opened: Database) -> OpenDraft:
    with psycopg.connect(database.owner.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(
            _FILL.format(
                crs=planning_city.CRS, srid=planning_city.CRS.removeprefix("EPSG:"), side=SIDE,
                beats=BEATS_A_SIDE, x0=planning_city.X0, y0=planning_city.Y0,
            ).encode()
        )  # fmt: skip
    day = clock.today() + timedelta(days=7)
    options = PlanOptions(tolerance=0.2)
    return plan_drafts.create(opened, OPERATOR, "00001", title="Lớn", effective_on=day, options=options)


def milliseconds(act: Callable[[int], object]) -> str:
    """Median and longest of `STROKES` runs."""
    took = []
    for number in range(STROKES):
        began = perf_counter()
        act(number)
        took.append(1000 * (perf_counter() - began))
    return f"median {median(took):.1f} ms, longest {max(took):.1f} ms"


def test_bench_stroke_in_the_engine(draft: OpenDraft, benchmark: Any) -> None:
    assert draft.desk.problem.n == SIDE**2
    work = work_on(draft)
    stripe = [draft.desk.unit_of(f"T{x}-9") for x in range(10)]  # the last row of a beat, to its neighbour
    after: list[Work] = []
    said = milliseconds(lambda number: after.append(work.moved(stripe, 1 + number % 3)))
    assert after[0].plan.moved_units == len(stripe)
    print(f"\nstroke of {len(stripe)} among {SIDE**2:,} blocks, engine: {said}")
    benchmark.pedantic(work.moved, args=(stripe, 1), rounds=STROKES)
    print("what the browser is told:", milliseconds(lambda _: desk_data(after[0], None, "0", editable=True)))


def test_bench_stroke_on_screen(
    draft: OpenDraft,
    signed_in: Callable[[str, str], Page],  # noqa: F811 (the fixture)
    benchmark: Any,
) -> None:
    began = perf_counter()
    page = signed_in("planner", f"/reassign?draft={draft.draft.code}")
    expect(page.locator(f'.rd[data-ready="{draft.draft.code}"]')).to_be_visible(timeout=_PATIENCE_MS)
    print(f"\nfrom signing in to {SIDE**2:,} blocks on screen: {perf_counter() - began:.1f} s")
    page.wait_for_timeout(3000)
    units = [draft.desk.unit_of(f"T{x}-10") for x in range(8)]
    # Reading a pixel waits until all that was drawn is on the canvas, which an event of the map does not.
    script = f"""(unit) => new Promise((resolve) => {{
        const desk = {_DESK}, map = desk.main.map, gl = map.painter.context.gl, took = [];
        const began = performance.now();
        const lap = () => {{
            gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
            took.push(performance.now() - began);
        }};
        desk.chosen = 0;
        desk.move([unit]);
        took.push(performance.now() - began);
        map.once("render", () => {{
            lap();
            map.once("idle", () => {{ lap(); resolve(took); }});
        }});
    }})"""
    answers, painted, rested, settled = [], [], [], []

    def stroke_each() -> None:
        for unit in units:
            began = perf_counter()
            bars, frame, rest = page.evaluate(script, unit)
            page.wait_for_function(f"() => {_DESK}.pending.length === 0", timeout=_PATIENCE_MS)
            answers.append(bars)
            painted.append(frame)
            rested.append(rest)
            settled.append(1000 * (perf_counter() - began))

    benchmark.pedantic(stroke_each, rounds=1)
    for name, took in (
        ("bars", answers),
        ("block in its new colour", painted),
        ("stripes too, map at rest", rested),
        ("server's answer", settled),
    ):
        print(f"stroke on screen, {name}: median {median(took):.0f} ms, longest {max(took):.0f} ms")
