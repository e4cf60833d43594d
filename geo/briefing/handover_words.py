"""What the handover list says, Vietnamese and English."""

from geo.domain.messages import Lang

_WORDS: dict[str, tuple[str, str]] = {
    "title": ("Biên bản bàn giao địa bàn", "Handover list"),
    "plan": ("Phương án", "Plan"),
    "unit": ("Đơn vị", "Unit"),
    "from": ("Có hiệu lực từ", "In force from"),
    "until": ("đến trước ngày", "until before"),
    "ends_on": ("Đến trước ngày", "Until before"),
    "document": ("Căn cứ", "Under"),
    "balance": ("Cách cân đối", "Balance"),
    "split": ("Khu phố bị chia", "Neighbourhoods split"),
    "state": ("Trạng thái", "State"),
    "beat": ("Khu vực", "Beat"),
    "officer": ("Cán bộ", "Officer"),
    "vacant": ("chưa có cán bộ", "no officer"),
    "nobody": ("chưa có người phụ trách", "nobody"),
    "gives": ("Bàn giao", "Hands over"),
    "takes": ("Tiếp nhận", "Takes over"),
    "block": ("Mã tổ", "Block"),
    "blocks": ("Số tổ", "Blocks"),
    "neighbourhood": ("Khu phố", "Neighbourhood"),
    "held": ("Các khu vực có phần", "Beats that have a part"),
    "today": ("hiện cũng vậy", "as today"),
    "continued": ("tiếp", "continued"),
    "total_gives": ("Cộng bàn giao", "Handed over, total"),
    "total_takes": ("Cộng tiếp nhận", "Taken over, total"),
    "name": ("Tên tổ", "Name"),
    "to": ("Giao cho", "To"),
    "by": ("Nhận từ", "From"),
    "other": ("Bên kia", "Other side"),
    "direction": ("Chiều", "Direction"),
    "households": ("Số hộ", "Households"),
    "residents": ("Nhân khẩu", "Residents"),
    "open_incidents": ("Vụ việc chưa xong", "Open incidents"),
    "tasks": ("Nhiệm vụ đang mở", "Open tasks"),
    "task": ("Mã nhiệm vụ", "Task"),
    "task_title": ("Nội dung", "Content"),
    "due": ("Hạn", "Due"),
    "progress": ("Tiến độ %", "Progress %"),
    "total": ("Cộng", "Total"),
    "closing": (
        "{direction}: {n} tổ, {households} hộ",
        "{direction}: {n:block|blocks}, {households:household|households}",
    ),
    "total_blocks": ("{n} tổ", "{n:block|blocks}"),
    "covers": ("Phụ trách thay", "Standing in"),
    "since": ("Từ ngày", "From"),
    "ends": ("Đến trước ngày", "Until before"),
    "signed_by": ("Bên giao · Bên nhận · Chỉ huy", "Handing over · Taking over · Commander"),
    "signed_how": ("(ký, ghi rõ họ tên)", "(signature, name)"),
    "signed_on": ("Ngày …… tháng …… năm ………", "Date: ………………"),
    "synthetic": ("Dữ liệu mô phỏng", "Synthetic data"),
    "summary": ("Tổng hợp", "Summary"),
}


def word(key: str, lang: Lang) -> str:
    """Return a word of the list."""
    return _WORDS[key][0 if lang == "vi" else 1]
