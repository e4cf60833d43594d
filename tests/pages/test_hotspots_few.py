"""The Hotspots page with next to nothing to show: every layer and part says something, none fails."""

import pytest
from sqlalchemy import text

from geo.ui.hotspots.state import Layer, Mode
from tests import hotspots_city
from tests.pages.reading import said

_DAYS = {"period": "custom", "first": "2026-08-29", "last": "2026-11-20"}
_SHOWN = [
    *(("map", layer.value) for layer in Layer),
    *((mode.value, "") for mode in Mode if mode != Mode.MAP),
]
_LEFT = {
    "none": "false",
    "one": "id = (SELECT min(id) FROM diaban.incident WHERE occurred_from IS NOT NULL AND geom IS NOT NULL)",
}


@pytest.fixture(scope="module")
def city(database):
    return hotspots_city.fill(database.owner, incidents=300)


@pytest.fixture(scope="module", params=["one_point", "one", "none"])
def few(request, opened, city):
    """The city with all incidents at one point, then with one, then with none."""
    with opened.owner.begin() as connection:
        if request.param == "one_point":
            connection.execute(
                text(
                    "UPDATE diaban.incident SET origin = 'reported', geom = p.geom, unit_id = p.unit_id, "
                    "occurred_from = timestamptz '2026-11-01 12:00+07' + id % 20 * interval '1 day', "
                    "occurred_to = NULL "
                    "FROM (SELECT geom, unit_id FROM diaban.incident WHERE unit_id IS NOT NULL LIMIT 1) p"
                )
            )
        else:
            connection.execute(text(f"DELETE FROM diaban.incident WHERE NOT ({_LEFT[request.param]})"))
    return request.param


@pytest.mark.parametrize(("mode", "layer"), _SHOWN)
def test_next_to_nothing_is_said_and_nothing_fails(open_page, few, mode, layer):
    link = {"mode": mode, **({"layer": layer} if layer else {}), **_DAYS}
    page = open_page("hotspots", **link)
    assert not page.exception
    assert not page.error
    verdict = said(page)
    assert "vụ" in verdict
    assert "nan" not in verdict
    assert "None" not in verdict


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ({"h": "10"}, "Bán kính 10 m trong liên kết"),
        ({"h": "999999"}, "999999 m trong liên kết"),
        ({"period": "custom", "first": "2026-11-20", "last": "2026-01-01"}, "20"),
        ({"period": "custom"}, "thiếu ngày đầu hoặc ngày cuối"),
        ({"period": "custom", "first": "1900-01-01", "last": "2100-12-31"}, "vụ"),
    ],
)
def test_a_radius_or_period_that_cannot_be_is_answered(open_page, few, link, words):
    page = open_page("hotspots", **link)
    assert not page.exception
    told = said(page) + " ".join(fault.value for fault in [*page.error, *page.warning])
    assert words in told
