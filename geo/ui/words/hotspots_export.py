"""Words of taking the Hotspots page along as a file."""

WORDS: dict[str, tuple[str, str]] = {
    "hotspots.export": ("Xuất tệp", "Export"),
    "hotspots.export.kind": ("Loại tệp", "Kind of file"),
    "hotspots.export.png": ("Ảnh bản đồ (PNG)", "Picture of the map (PNG)"),
    "hotspots.export.csv": ("Bảng theo phường (CSV)", "Table by ward (CSV)"),
    "hotspots.export.gpkg": ("Ô, điểm nóng, phường (GeoPackage)", "Cells, hotspots, wards (GeoPackage)"),
    "hotspots.export.geojson": ("Ô với z, p, q (GeoJSON)", "Cells with z, p, q (GeoJSON)"),
    "hotspots.export.tif": ("Mật độ (GeoTIFF)", "Density (GeoTIFF)"),
    "hotspots.export.purpose": ("Dùng để làm gì?", "What for?"),
    "hotspots.export.purpose_help": (
        "Ghi vào nhật ký cùng tên người xuất và mã băm của tệp.",
        "Logged with who exports and the hash of the file.",
    ),
    "hotspots.export.get": ("Tải về", "Download"),
    "hotspots.export.file": ("diem-nong_{start}_{end}", "hotspots_{start}_{end}"),
}
