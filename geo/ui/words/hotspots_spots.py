"""Words of the hotspots on the Hotspots page."""

WORDS: dict[str, tuple[str, str]] = {
    "hotspots.listed": ("Danh sách", "List"),
    "hotspots.listed.spots": ("Điểm nóng", "Hotspots"),
    "hotspots.listed.wards": ("Phường", "Wards"),
    "hotspots.spots.title": ("Điểm nóng có ý nghĩa thống kê", "Statistically significant hotspots"),
    "hotspots.spots.none_title": (
        "Không có ô nào có ý nghĩa thống kê",
        "No cell is statistically significant",
    ),
    "hotspots.spots.unit": (
        "Gi* theo ô, đã kiểm soát phát hiện sai",
        "Gi* by cell, false discoveries controlled",
    ),
    "hotspots.spots.very_hot": ("rất nóng (q < 0,01)", "very hot (q < 0.01)"),
    "hotspots.spots.hot": ("nóng (q < 0,05)", "hot (q < 0.05)"),
    "hotspots.spots.cold": ("lạnh (q < 0,05)", "cold (q < 0.05)"),
    "hotspots.spots.outline": ("điểm nóng, đánh số như danh sách", "hotspot, numbered as in the list"),
    "hotspots.spots.tested": (
        "{cells} ô {cell_m} m; nóng: {raw} ô nếu xét riêng, {bh} sau kiểm soát (BH), {by} chặt nhất (BY)",
        "{cells} cells of {cell_m} m; hot: {raw} tested alone, {bh} controlled (BH), {by} strictest (BY)",
    ),
    "hotspots.spots.small": (
        "Bỏ {n} nơi dưới 5 vụ: quá ít để gọi là điểm nóng.",
        "{n} places of fewer than 5 are left out: too few for a hotspot.",
    ),
    "hotspots.spots.name": ("Điểm nóng {number} · {ward}", "Hotspot {number} · {ward}"),
    "hotspots.spots.whose": ("Phụ trách", "Responsible"),
    "hotspots.spots.nobody": ("chưa có ai", "nobody"),
    "hotspots.spots.no_beat": ("ngoài mọi khu vực", "in no beat"),
    "hotspots.spots.none": (
        "Không có điểm nóng nào có ý nghĩa thống kê.",
        "No hotspot is statistically significant.",
    ),
    "hotspots.spots.none_help": (
        "Không ô nào có nhiều vụ hơn mức ngẫu nhiên. Hãy chọn kỳ dài hơn hoặc loại vụ việc rộng hơn.",
        "No cell has more incidents than chance would give. Choose a longer period or a wider category.",
    ),
    "hotspots.spots.some": ("{n} điểm nóng có ý nghĩa thống kê", "{n} statistically significant hotspots"),
    "hotspots.spots.new": (
        "{n} mới (ở {ward}, phụ trách: {whose})",
        "{n} new (in {ward}, responsible: {whose})",
    ),
    "hotspots.spots.gone": ("{n} không còn so với kỳ trước", "{n} gone since the period before"),
    "hotspots.spots.col": ("Điểm nóng", "Hotspot"),
    "hotspots.spots.area": ("Diện tích", "Area"),
    "hotspots.spots.state": ("Tình trạng", "State"),
    "hotspots.spots.is_new": ("mới so với kỳ trước", "new since the period before"),
    "hotspots.spots.is_old": ("đã có từ kỳ trước", "there in the period before"),
    "hotspots.spots.is_unknown": ("chưa có dữ liệu kỳ trước", "no data of the period before"),
    "hotspots.spots.chance": ("Khả năng do ngẫu nhiên (q)", "Chance alone (q)"),
    "hotspots.spots.history": ("{n} kỳ gần nhất", "Last {n} periods"),
    "hotspots.spots.responsible": ("Ai phụ trách (ngày cuối kỳ)", "Responsible (last day)"),
    "hotspots.spots.overloaded": (
        "số hộ mỗi cán bộ gấp {load} lần mức giữa",
        "households an officer {load} times the middle",
    ),
}
