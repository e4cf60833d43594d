"""Messages of the domain itself: CRS, frames, dates, codes, permissions."""

from collections.abc import Mapping

MESSAGES: dict[str, tuple[str, str]] = {
    "geographic_crs": (
        "{what} đang ở hệ {crs} (độ); phép đo này cần hệ toạ độ mét: hãy chuyển bằng to_metric() trước.",
        "{what} is in {crs} (degrees); this measure needs metres: call to_metric() first.",
    ),
    "missing_crs": (
        "{what} không có hệ toạ độ; hãy nêu rõ bằng --crs EPSG:n.",
        "{what} has no coordinate reference system; name it with --crs EPSG:n.",
    ),
    "unknown_crs": (
        "Không nhận ra hệ toạ độ {crs}; hãy viết dạng EPSG:n, ví dụ EPSG:4326.",
        "The coordinate reference system {crs} is not known; write it as EPSG:n, for example EPSG:4326.",
    ),
    "crs_mismatch": (
        "{left} ở hệ {left_crs} còn {right} ở hệ {right_crs}; hãy chuyển về cùng một hệ.",
        "{left} is in {left_crs} and {right} in {right_crs}; bring both to one CRS.",
    ),
    "outside_metric_crs": (
        "{what} nằm ngoài vùng dùng của hệ mét {crs}; hãy đặt DIABAN_METRIC_CRS cho đúng địa phương.",
        "{what} lies outside the area of use of the metric CRS {crs}; set DIABAN_METRIC_CRS for this place.",
    ),
    "frame_contract": (
        "Bảng {frame} không đúng khuôn: {faults}.",
        "Frame {frame} breaks its contract: {faults}.",
    ),
    "empty_layer": (
        "Lớp {what} không có dòng nào; cần ít nhất một.",
        "Layer {what} has no rows; at least one is needed.",
    ),
    "end_before_start": (
        "Ngày kết thúc {end} trước ngày bắt đầu {start}; hãy đổi lại.",
        "The end {end} is before the start {start}; correct one of them.",
    ),
    "bad_date": (
        "{value!r} không phải ngày hợp lệ; hãy viết dạng NNNN-TT-NN, ví dụ 2026-11-22.",
        "{value!r} is not a date; write YYYY-MM-DD, for example 2026-11-22.",
    ),
    "unknown_unit": (
        "Không có đơn vị {code} trong phạm vi của bạn; xem danh sách đơn vị ở trang Tổng quan.",
        "There is no unit {code} in your scope; the Home page lists the units.",
    ),
    "unknown_category": (
        "Không có loại vụ việc {code}.",
        "There is no incident category {code}.",
    ),
    "not_permitted": (
        "Vai trò {role} không được {permission}; hãy nhờ người có quyền.",
        "The role {role} may not {permission}; ask someone who may.",
    ),
}

# Words for stored values that a sentence names, by the name of the parameter that carries them.
WORDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "plan_state": {
        "draft": ("bản nháp", "a draft"),
        "submitted": ("đã trình", "submitted"),
        "approved": ("đã duyệt", "approved"),
        "rejected": ("bị trả lại", "sent back"),
        "in_force": ("đang hiệu lực", "in force"),
        "rolled_back": ("đã hoàn tác", "rolled back"),
    },
    "plan_step": {
        "submitted": ("trình", "submitted"),
        "approved": ("duyệt", "approved"),
        "rejected": ("trả lại", "sent back"),
        "withdrawn": ("rút về", "withdrawn"),
        "applied": ("đưa vào hiệu lực", "brought into force"),
        "rolled_back": ("hoàn tác", "rolled back"),
    },
    "role": {
        "admin": ("quản trị viên", "administrator"),
        "commander": ("chỉ huy", "commander"),
        "planner": ("cán bộ kế hoạch", "planner"),
        "briefer": ("cán bộ báo cáo", "briefer"),
        "ward_officer": ("cán bộ phường", "ward officer"),
    },
    "permission": {
        "view": ("xem số liệu", "view figures"),
        "view_points": ("xem từng vị trí", "see exact points"),
        "edit_counts": ("sửa số hộ và số nhân khẩu", "change household and resident counts"),
        "edit_incidents": ("sửa vụ việc", "change incidents"),
        "import": ("nhập dữ liệu", "import files"),
        "export": ("xuất dữ liệu", "export files"),
        "plan": ("lập phương án", "make plans"),
        "approve": ("duyệt phương án", "approve plans"),
        "manage_accounts": ("quản lý tài khoản", "manage accounts"),
        "read_audit": ("đọc nhật ký", "read the audit trail"),
        "set_targets": ("đặt chỉ tiêu", "set targets"),
    },
    **{
        name: {
            "received": ("đã tiếp nhận", "received"),
            "assigned": ("đã phân công", "assigned"),
            "in_progress": ("đang giải quyết", "in progress"),
            "resolved": ("đã giải quyết", "resolved"),
        }
        for name in ("status", "step")
    },
    "state": {
        "open": ("đang mở", "open"),
        "done": ("hoàn thành", "done"),
        "cancelled": ("hủy", "cancelled"),
        "accepted": ("được chấp nhận", "accepted"),
        "refused": ("bị từ chối", "refused"),
        "withdrawn": ("được rút lại", "withdrawn"),
    },
    "basis": {"declared": ("công bố", "declares"), "drawn": ("được vẽ", "is drawn with")},
}
