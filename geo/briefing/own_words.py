"""Words on the slides of one's own briefing, in Vietnamese and English."""

from typing import Any

from geo.domain.messages import Lang

_WORDS: dict[str, tuple[str, str]] = {
    "empty": ("Báo cáo chưa có màn hình nào.", "The briefing has no view yet."),
    "no_page": (
        "Màn hình {link} không còn hoặc chưa đưa được lên trang trình bày.",
        "The view {link} is no more, or cannot be put on a slide yet.",
    ),
    "made_without": (
        "Các trang khác không bị ảnh hưởng. Mở lại báo cáo để bỏ hoặc thay màn hình này.",
        "The other slides are not touched by this. Open the briefing to take this view out or replace it.",
    ),
    "source": ("Hệ thống Địa Bàn", "Địa Bàn"),
    "incidents_key": ("vụ trong kỳ", "incidents in the period"),
    "withheld_key": ("<5, 0 hoặc giữ kín", "<5, 0 or withheld"),
    "withheld": (
        "“<5”: từ 0 đến 4; “…”: giữ kín để không suy ra được số nhỏ.",
        "“<5”: 0 to 4; “…”: withheld so that no small count can be worked out.",
    ),
    "period_n": ("{period}, n = {n} vụ", "{period}, n = {n} incidents"),
    "left_out": ("Không tính: {n} vụ không rõ nơi, ngày", "Left out: {n} without place or day"),
    "hotspot": ("điểm nóng có ý nghĩa thống kê", "significant hotspot"),
    "ward": ("Phường, xã", "Ward"),
    "incidents": ("Số vụ", "Incidents"),
    "before": ("Kỳ trước", "Before"),
    "change": ("Thay đổi", "Change"),
    "hotspots_source": (
        "Điểm nóng: Gi* trên ô vuông, q < 0,05 (Benjamini-Hochberg). Chưa tính sai số do thiếu toạ độ.",
        "Hotspots: Gi* on a grid, q < 0.05 (Benjamini-Hochberg). Errors of missing places are not in it.",
    ),
    "covered_key": ("hộ có cán bộ phụ trách chính", "households with a primary officer"),
    "beats_n": ("{covered}/{n} khu vực có phụ trách chính", "{covered} of {n} beats are held"),
    "vacant_beat": ("Khu vực trống", "Vacant beat"),
    "households": ("Số hộ", "Households"),
    "residents": ("Nhân khẩu", "Residents"),
    "beats": ("Khu vực", "Beats"),
    "vacant": ("Trống", "Vacant"),
    "primary": ("Cán bộ phụ trách", "Primary officers"),
    "no_vacant": ("Ngày {day} không khu vực nào trống.", "No beat is vacant on {day}."),
    "no_wards": ("Ngày {day} không có phường, xã nào trong phạm vi.", "There is no ward in scope on {day}."),
    "coverage_source": (
        "Số hộ là số đang lưu, không phải của ngày xem.",
        "Households are those stored now, not those of the day looked at.",
    ),
    "home_source": ("Số liệu ngày {day}.", "As of {day}."),
}


def say(lang: Lang, key: str, **params: Any) -> str:
    """Return the words for `key` in `lang`."""
    vi, en = _WORDS[key]
    return (vi if lang == "vi" else en).format(**params)
