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
    "of_incidents": ("vụ", "incidents"),
    "left_out": ("Không tính: {n} vụ không rõ nơi, ngày", "Left out: {n} without place or day"),
    "ward": ("Phường, xã", "Ward"),
    "incidents": ("Số vụ", "Incidents"),
    "before": ("Kỳ trước", "Before"),
    "change": ("Thay đổi", "Change"),
    "hotspots_source": (
        "Điểm nóng: Gi* trên ô vuông, q < 0,05 (Benjamini-Hochberg). Chưa tính sai số do thiếu toạ độ.",
        "Hotspots: Gi* on a grid, q < 0.05 (Benjamini-Hochberg). Errors of missing places are not in it.",
    ),
    "households": ("Số hộ", "Households"),
    "residents": ("Nhân khẩu", "Residents"),
    "beats": ("Khu vực", "Beats"),
    "vacant": ("Trống", "Vacant"),
    "primary": ("Cán bộ phụ trách", "Primary officers"),
    "no_wards": ("Ngày {day} không có phường, xã nào trong phạm vi.", "There is no ward in scope on {day}."),
    "coverage_source": (
        "Số hộ là số đang lưu, không phải của ngày xem.",
        "Households are those stored now, not those of the day looked at.",
    ),
    "rate_key": ("vụ trên 1.000 hộ trong kỳ", "incidents per 1,000 households"),
    "change_key": ("so với kỳ trước", "against the period before"),
    "untold_key": ("không tính được", "cannot be told"),
    "fall": ("giảm từ", "down by"),
    "rise": ("tăng từ", "up by"),
    "expected": ("Mong đợi", "Expected"),
    "chance": ("p", "p"),
    "since": ("Từ ngày", "Since"),
    "no_spots": ("Không có điểm nóng nào có ý nghĩa thống kê.", "No hotspot is statistically significant."),
    "no_clusters": ("Không có cụm nào.", "There is no cluster."),
    "only_on_page": (
        "Phần này của trang chưa đưa lên trang trình bày được; xem trên màn hình.",
        "This part of the page cannot be put on a slide yet; look at it on the screen.",
    ),
    "kept_link": (
        "Đường dẫn của màn hình vẫn được giữ trong báo cáo.",
        "The briefing keeps the link of the view.",
    ),
    "no_operation": (
        "Màn hình chưa chọn nơi ra quân nên không có gì để so.",
        "The view has no place of an operation, so there is nothing to compare.",
    ),
    "no_tasks": ("Không có nhiệm vụ nào đang giao.", "No task is open."),
    "no_households": (
        "Trong phạm vi không có hộ nào nên không có đường đi để đo.",
        "There is no household in scope, so there is no way to measure.",
    ),
    "no_faults": ("Không có sai sót nào.", "Nothing is wrong."),
    "faults_key": ("Sai sót phụ trách", "Faults of coverage"),
    "faults_n": ("n = {n} sai sót", "n = {n} faults"),
    "number": ("Số", "Number"),
    "fault_vacant": ("Khu vực trống", "Vacant beat"),
    "fault_block": ("Tổ dân phố chưa thuộc khu vực", "Block in no beat"),
    "fault_households": ("Hộ chưa thuộc khu vực", "Households in no beat"),
    "fault_gap": ("Khoảng hở", "Gap"),
    "fault_overlap": ("Chồng lấn", "Overlap"),
    "fault_outside": ("Ra ngoài phường", "Outside the ward"),
    "home_source": ("Số liệu ngày {day}.", "As of {day}."),
}


def say(lang: Lang, key: str, **params: Any) -> str:
    """Return the words for `key` in `lang`."""
    vi, en = _WORDS[key]
    return (vi if lang == "vi" else en).format(**params)
