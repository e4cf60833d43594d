"""Words of the home page."""

WORDS: dict[str, tuple[str, str]] = {
    "home.verdict": (
        "{wards} phường: {households} hộ, {residents} nhân khẩu, {incidents} vụ việc từ {first} đến {last}.",
        (
            "{wards} wards: {households} households, {residents} residents, "
            "{incidents} incidents from {first} to {last}."
        ),
    ),
    "home.verdict_no_incidents": (
        "{wards} phường: {households} hộ, {residents} nhân khẩu; chưa có vụ việc nào.",
        "{wards} wards: {households} households, {residents} residents; no incidents yet.",
    ),
    "home.empty": ("Chưa có dữ liệu trong phạm vi của bạn", "There is no data in your scope yet"),
    "home.empty_what": (
        "Nạp ranh giới phường trước, rồi tổ dân phố, hộ, cán bộ, vụ việc: `python -m geo import wards TỆP`.",
        "Load ward boundaries first, then blocks, households, officers: `python -m geo import wards FILE`.",
    ),
    "home.by_unit": ("Số liệu hiện có theo đơn vị", "What there is, by unit"),
    "home.code": ("Mã", "Code"),
    "home.unit": ("Đơn vị", "Unit"),
    "home.blocks": ("Tổ dân phố", "Blocks"),
    "home.households": ("Hộ", "Households"),
    "home.residents": ("Nhân khẩu", "Residents"),
    "home.officers": ("Cán bộ", "Officers"),
    "home.beats": ("Khu vực", "Beats"),
    "home.vacant": ("Khu vực trống", "Vacant beats"),
    "home.incidents": ("Vụ việc", "Incidents"),
    "home.total": ("Cộng", "Total"),
    "home.outside": ("Ngoài mọi phường", "Outside every ward"),
    "home.open_hotspots": ("Xem điểm nóng", "See the hotspots"),
    "home.open_hotspots_why": (
        "Nơi vụ việc dồn lại, so với kỳ trước",
        "Where incidents gather, against the period before",
    ),
    "home.open_coverage": ("Xem phụ trách địa bàn", "See the coverage"),
    "home.open_coverage_why": (
        "Ai phụ trách khu vực nào, vào ngày nào",
        "Who is responsible for which beat, on which day",
    ),
    "home.note": (
        "Nhân khẩu = thường trú + tạm trú, kể cả tạm vắng. Khu vực trống: không có phụ trách chính ngày {day}.",
        "Residents = permanent + temporary, the absent among them. Vacant: a beat without a primary officer on {day}.",
    ),
    "home.note_incidents": (
        "Vụ việc tính theo ranh giới phường mới nhất.",
        "Incidents are counted by the latest ward borders.",
    ),
}
