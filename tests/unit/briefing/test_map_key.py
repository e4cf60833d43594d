"""The key of a map stays on its page and off what else stands there, however many classes it has."""

from datetime import UTC, date, datetime
from itertools import combinations

import geopandas as gpd
import pytest
import shapely

from geo.briefing.deck import Deck, Key, MapBody, Mark, Paper, Slide
from geo.briefing.layout import pages
from geo.briefing.page import Text

NOW = datetime(2026, 11, 28, 7, 30, tzinfo=UTC)


def _map(classes, caption, *, outlined):
    squares = [shapely.box(100 * i, 0, 100 * i + 100, 2000) for i in range(classes)]
    frame = gpd.GeoDataFrame(
        {"name": [f"Khu vực {i}" for i in range(classes)], "key": range(classes), "label": "", "rank": 0.0},
        geometry=squares, crs="EPSG:3405",
    )  # fmt: skip
    keys = tuple(Key(f"Khu vực {i}: Cán bộ M-{i:03}", "#0072b2") for i in range(classes))
    outlines = gpd.GeoDataFrame({"name": ["ĐN1"], "label": ["ĐN1"]}, geometry=squares[:1], crs=frame.crs)
    return MapBody(
        frame, keys, "Khu vực: cán bộ phụ trách", "CSDL Địa Bàn", date(2026, 11, 22), "EPSG:3405",
        "n = 115 tổ dân phố", "Không tính: 3 vụ không rõ nơi", caption, outlines if outlined else None,
        "ĐN: điểm nóng (Gi*, q < 0,05); đánh số 12 điểm đầu",
    )  # fmt: skip


def _overlap(one, other):
    return (
        one.x < other.x + other.w - 0.5 and other.x < one.x + one.w - 0.5
        and one.y < other.y + other.h - 0.5 and other.y < one.y + one.h - 0.5
    )  # fmt: skip


@pytest.mark.parametrize("paper", list(Paper))
@pytest.mark.parametrize("captions", [("",), ("Hiện nay", "Đề xuất")])
@pytest.mark.parametrize(("classes", "outlined"), [(3, True), (9, True), (40, False)])
def test_a_key_of_any_length_has_its_place(paper, captions, classes, outlined):
    bodies = tuple(_map(classes, caption, outlined=outlined) for caption in captions)
    slide = Slide("Trước và sau", bodies, sources="Nguồn: tổ dân phố.")
    mark = Mark("operator", NOW, "NỘI BỘ", "0" * 16)
    deck = Deck(
        "weekly", "Thử", "Hoa Mai", (date(2026, 11, 1), date(2026, 11, 22)), NOW, "vi", mark, (slide,)
    )
    (page,) = pages(deck, paper)
    named = {"Chú giải", "Nguồn của bản đồ", "Nguồn", "Dấu bản sao", "Phụ đề"}
    texts = [item for item in page.items if isinstance(item, Text) and item.name in named]
    for text in texts:
        assert text.frame.x + text.frame.w <= page.width + 0.5, text.text
        assert text.frame.y + text.frame.h <= page.height, text.text
    assert not [(a.text, b.text) for a, b in combinations(texts, 2) if _overlap(a.frame, b.frame)]
    told = [text.text for text in texts if text.text.startswith("Khu vực ")]
    left = [text.text for text in texts if text.text.endswith("mục khác")]
    assert len(told) + (int(left[0].split()[1]) if left else 0) == classes
    assert bool(left) == (len(told) < classes)
    if classes < 40:
        assert not left
