"""Words of the emerging hotspots on the Hotspots page."""

WORDS: dict[str, tuple[str, str]] = {
    "hotspots.layer.emerging": ("Diễn biến", "Emerging"),
    "hotspots.emerging.title": ("Diễn biến của điểm nóng", "How hotspots emerge"),
    "hotspots.emerging.none": ("Không ô nào từng là điểm nóng", "No cell has ever been a hotspot"),
    "hotspots.emerging.none_help": (
        "Trong các kỳ đã xét, không ô nào có nhiều vụ hơn mức ngẫu nhiên.",
        "In the periods examined no cell had more incidents than chance would give.",
    ),
    "hotspots.emerging.unit": (
        "{periods} kỳ liền nhau, từ {since}",
        "{periods} periods in a row, from {since}",
    ),
    "hotspots.emerging.cells": ("{name} ({n} ô)", "{name} ({n} cells)"),
    "hotspots.emerging.held_back": (
        "Bỏ {n} ô chưa đủ 5 vụ trong mọi kỳ cộng lại: quá ít để xếp loại.",
        "{n} cells of fewer than 5 incidents over all periods have no class: too few.",
    ),
    "hotspots.emerging.used": (
        "n = {n} vụ trong mọi kỳ · {cells} ô {cell_m} m",
        "n = {n} incidents in all periods · {cells} cells of {cell_m} m",
    ),
}
