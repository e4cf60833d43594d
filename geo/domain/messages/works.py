"""Messages of the scoreboard: places and days asked for, targets."""

MESSAGES: dict[str, tuple[str, str]] = {
    "unit_not_on_day": (
        "Đơn vị mã {code} không có phường nào vào ngày {day}; hãy chọn ngày khác hoặc đơn vị kế thừa.",
        "The unit {code} has no ward on {day}; choose another day, or the unit that took it over.",
    ),
    "unknown_measure": (
        "Không có chỉ tiêu {measure}; hãy chọn một trong: {known}.",
        "There is no measure {measure}; choose one of: {known}.",
    ),
    "target_out_of_range": (
        "Chỉ tiêu {value} không dùng được: phải từ {low} đến {high}.",
        "The target {value} cannot be used: it must be from {low} to {high}.",
    ),
    "target_without_document": (
        "Chỉ tiêu phải căn cứ vào một văn bản: hãy ghi số văn bản.",
        "A target rests on a document: give the document's number.",
    ),
    "target_for_everybody": (
        "Chỉ người phụ trách mọi đơn vị mới đặt chỉ tiêu chung; hãy đặt cho đơn vị của mình.",
        "A target for everybody is set by who is responsible for all units; set one for your own unit.",
    ),
    "target_changed": (
        "Người khác vừa đổi chỉ tiêu này; hãy xem giá trị mới rồi đặt lại nếu vẫn cần.",
        "Somebody else has just changed this target; look at its new value, then set it again if it still matters.",
    ),
    "target_has_later": (
        "Đã có chỉ tiêu khác từ ngày {day}; chỉ tiêu mới phải bắt đầu sau ngày đó.",
        "Another target holds from {day} already; a new one must begin later.",
    ),
    "equipment_out_of_range": (
        "Đơn vị {unit}: số lượng {value} không dùng được; hãy ghi từ 0 đến {most}. Chưa ghi gì.",
        "Unit {unit}: the count {value} cannot be used; give one from 0 to {most}. Nothing was saved.",
    ),
    "equipment_changed_since": (
        "Người khác vừa ghi số trang bị của đơn vị {unit}; chưa ghi gì của bạn. Hãy xem số mới rồi ghi lại nếu cần.",
        "Somebody else has just counted equipment of unit {unit}; nothing of yours was saved. Look, then save again.",
    ),
}
