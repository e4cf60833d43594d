"""Messages of rows that meet what is stored, and of sums that do not meet what is stated."""

_SUMS = {
    "total_differs": (
        "Dòng tổng ghi {stated} ở cột “{column}”, nhưng {taken} dòng được nhận cộng lại là {sum} (không tính dòng bị loại: {left_out}). Không có gì bị sửa: hãy kiểm tra lại số trong tệp.",
        "The total states {stated} in column “{column}”, but the {taken} rows taken add up to {sum} (rows left out, not counted: {left_out}). Nothing was changed: check the figures of the file.",
    ),
    "parts_differ_from_ward": (
        "Các khu vực trong phường {ward} cộng lại {parts_km2} km², còn phường {basis} là {ward_km2} km² (chênh {difference}). Không có gì bị sửa: hãy kiểm tra ranh giới còn thiếu, chồng lấn hoặc diện tích công bố.",
        "The areas within ward {ward} add up to {parts_km2} km², while the ward {basis} {ward_km2} km² ({difference}). Nothing was changed: check for missing or overlapping borders, or the declared area.",
    ),
}

_MEMORY = {
    "columns_remembered": (
        "Đọc các cột {columns} như đã chọn ở lần nhập {batch} ngày {day}; có thể chọn lại hoặc bỏ.",
        "The columns {columns} are read as was chosen for batch {batch} of {day}; this can be changed or dropped.",
    ),
}

MESSAGES = {**_SUMS, **_MEMORY}
