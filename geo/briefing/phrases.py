"""The words around what a page shows, in Vietnamese and English; findings have theirs with their deck."""

from typing import Any

from geo.domain.messages import Lang

_PHRASES: dict[str, tuple[str, str]] = {
    "synthetic": ("DỮ LIỆU GIẢ LẬP", "SYNTHETIC DATA"),
    "cutoff": ("số liệu đến {moment}", "data up to {moment}"),
    "as_of": ("Tính đến {day}", "As of {day}"),
    "source": ("Nguồn: {source}", "Source: {source}"),
    "crs": ("Hệ toạ độ: {crs}", "CRS: {crs}"),
    "nothing_drawn": ("Không có ranh giới nào để vẽ.", "There is no border to draw."),
    "more_keys": ("và {n} mục khác", "and {n} more"),
    "more_rows": ("Còn {n} dòng không hiện ở đây.", "{n} more rows are not shown here."),
}


def say(lang: Lang, key: str, **params: Any) -> str:
    """Return the words for `key` in `lang`."""
    vi, en = _PHRASES[key]
    return (vi if lang == "vi" else en).format(**params)
