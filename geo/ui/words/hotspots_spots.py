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
    "hotspots.shape": ("Ô xét điểm nóng", "Cells of hotspots"),
    "hotspots.shape.square": ("ô vuông", "squares"),
    "hotspots.shape.hexagon": ("ô lục giác", "hexagons"),
    "hotspots.shape.ward": ("phường", "wards"),
    "hotspots.shape.beat": ("khu vực", "beats"),
    "hotspots.shape_help": (
        (
            "**Ô vuông**: ô 250 m, so với tám ô chung quanh.\n\n"
            "**Ô lục giác**: lớn bằng ô vuông, sáu ô kề cách đều nhau, nơi tròn không bị cắt góc.\n\n"
            "**Phường**: so số vụ/km² với các phường giáp ranh; nói được phường nào, không nói được chỗ nào.\n\n"
            "**Khu vực**: như phường, theo khu vực phụ trách vào ngày cuối kỳ."
        ),
        (
            "**Squares**: 250 m, against the eight around.\n\n"
            "**Hexagons**: as large as the squares; all six neighbours are equally far, round places keep their "
            "corners.\n\n"
            "**Wards**: incidents per km² against the wards that border; says which ward, not where in it.\n\n"
            "**Beats**: like wards, by the beats of the last day."
        ),
    ),
    "hotspots.spots.unit.square": (
        "Gi* theo ô vuông, đã kiểm soát phát hiện sai",
        "Gi* by square, false discoveries controlled",
    ),
    "hotspots.spots.unit.hexagon": (
        "Gi* theo ô lục giác, đã kiểm soát phát hiện sai",
        "Gi* by hexagon, false discoveries controlled",
    ),
    "hotspots.spots.unit.ward": (
        "Gi* của số vụ/km² theo phường, đã kiểm soát phát hiện sai",
        "Gi* of incidents per km² by ward, false discoveries controlled",
    ),
    "hotspots.spots.unit.beat": (
        "Gi* của số vụ/km² theo khu vực, đã kiểm soát phát hiện sai",
        "Gi* of incidents per km² by beat, false discoveries controlled",
    ),
    "hotspots.spots.cells.square": ("{n} ô {m} m", "{n} squares of {m} m"),
    "hotspots.spots.cells.hexagon": (
        "{n} ô lục giác (bằng ô vuông {m} m)",
        "{n} hexagons (as squares of {m} m)",
    ),
    "hotspots.spots.cells.ward": ("{n} phường", "{n} wards"),
    "hotspots.spots.cells.beat": ("{n} khu vực", "{n} beats"),
    "hotspots.spots.few_cells": (
        "Dưới {least} ô: quá ít để tin vào kiểm định.",
        "Fewer than {least} cells: too few to trust the test.",
    ),
    "hotspots.spots.hours": ("Giờ trong ngày", "Hours of the day"),
    "hotspots.spots.peak": (
        "Nhiều nhất {from_h}–{to_h} giờ: {share} số vụ.",
        "Most from {from_h} to {to_h} h: {share} of them.",
    ),
    "hotspots.spots.hour_said": ("{hour} giờ: {n}", "{hour} h: {n}"),
    "hotspots.spots.hours_used": (
        "{used} vụ biết giờ; vụ kéo dài được chia đều cho các giờ.",
        "{used} with a known hour; an interval counts in each hour by its share.",
    ),
    "hotspots.spots.no_hours": ("Không vụ nào biết giờ.", "The hour of none is known."),
    "hotspots.spots.streets": ("Đường nhiều vụ nhất", "Streets with most"),
    "hotspots.spots.streets_used": (
        "{used} trong {n} vụ cách một con đường không quá {m} m.",
        "{used} of {n} within {m} m of a street.",
    ),
    "hotspots.spots.streets_hidden": (
        "Đường dưới 5 vụ không hiện.",
        "Streets with fewer than 5 are not shown.",
    ),
    "hotspots.spots.no_streets": ("Không vụ nào ở gần một con đường.", "None is near a street."),
    "hotspots.spots.very_hot": ("rất nóng (q < 0,01)", "very hot (q < 0.01)"),
    "hotspots.spots.hot": ("nóng (q < 0,05)", "hot (q < 0.05)"),
    "hotspots.spots.cold": ("lạnh (q < 0,05)", "cold (q < 0.05)"),
    "hotspots.spots.outline": ("điểm nóng, đánh số như danh sách", "hotspot, numbered as in the list"),
    "hotspots.spots.tested": (
        "{cells}; nóng: {raw} nếu xét riêng, {bh} sau kiểm soát (BH), {by} chặt nhất (BY)",
        "{cells}; hot: {raw} tested alone, {bh} controlled (BH), {by} strictest (BY)",
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
