"""Words of equipment on Home: kinds, norms, need, and the grid of counts."""

_KINDS = {
    "motorcycle": ("Xe mô tô", "Motorcycles"),
    "car": ("Ô tô", "Cars"),
    "computer": ("Máy tính", "Computers"),
    "radio": ("Bộ đàm", "Radios"),
    "camera": ("Camera", "Cameras"),
    "extinguisher": ("Bình chữa cháy", "Fire extinguishers"),
}
_BASES = {
    "officer": ("trên một cán bộ", "per officer"),
    "beat": ("trên một khu vực", "per beat"),
    "ward": ("trên một phường, xã", "per ward"),
}

WORDS: dict[str, tuple[str, str]] = {
    **{f"equipment.kind.{kind}": words for kind, words in _KINDS.items()},
    **{
        f"works.measure.equip_{kind}_{basis}": (f"{of[0]} {per[0]}", f"{of[1]} {per[1]}")
        for kind, of in _KINDS.items()
        for basis, per in _BASES.items()
    },
    "equipment.caption": (
        "Nhu cầu trang bị = định mức − hiện có; trong ngoặc: hiện có/định mức, kiểm kê đến ngày {day}",
        "Equipment need = norm − actual; in brackets: actual/norm, as counted up to {day}",
    ),
    "equipment.unit": ("Đơn vị", "Unit"),
    "equipment.officers": ("Cán bộ", "Officers"),
    "equipment.beats": ("Khu vực", "Beats"),
    "equipment.since": ("Kiểm kê từ", "Counted since"),
    "equipment.all": ("Toàn bộ", "All"),
    "equipment.no_norm": ("{actual}, chưa có định mức", "{actual}, no norm"),
    "equipment.not_counted": ("chưa kiểm kê", "not counted"),
    "equipment.nothing": ("n/a", "n/a"),
    "equipment.uncounted": (", thiếu {n} đơn vị", ", incomplete (+{n})"),
    "equipment.none": (
        "Chưa có định mức trang bị và chưa kiểm kê: nhu cầu trang bị n/a.",
        "No norm of equipment is set and nothing is counted: the need for equipment is n/a.",
    ),
    "equipment.enter": ("Ghi số kiểm kê, đặt định mức trang bị", "Count equipment, set its norms"),
    "equipment.paste": (
        (
            "Mỗi ô là số hiện có đến hôm nay; dán được cả vùng từ bảng tính. Ô trống: chưa kiểm kê, "
            "không ghi. Chỉ những ô đã sửa được lưu."
        ),
        (
            "Each cell is what there is as of today; a range can be pasted from a spreadsheet. An empty cell is "
            "not counted and not stored. Only cells that you changed are saved."
        ),
    ),
    "equipment.norm.set": ("Đặt định mức trang bị", "Set a norm of equipment"),
    "equipment.norm.measure": ("Định mức", "Norm"),
    "equipment.norm.value_help": ("Số lượng", "How many"),
    "equipment.norm.save": ("Lưu định mức", "Save the norm"),
    "equipment.save": ("Lưu số kiểm kê", "Save the counts"),
    "equipment.saved": ("Đã ghi {n} số kiểm kê.", "{n} counts are stored."),
    "equipment.unchanged": ("Chưa có ô nào được sửa.", "No cell was changed."),
}
