"""Words of the Coverage page."""

WORDS: dict[str, tuple[str, str]] = {
    "coverage.verdict": (
        "{covered}/{beats} khu vực có phụ trách chính, {households}/{all} hộ ({share}); {vacant}.{gap}",
        "{covered} of {beats} beats are held: {households} of {all} households ({share}); {vacant}.{gap}",
    ),
    "coverage.verdict.none": ("không khu vực nào trống", "no beat is vacant"),
    "coverage.verdict.one": ("trống: {names}", "vacant: {names}"),
    "coverage.verdict.some": ("{n} khu vực trống: {names}", "{n} are vacant: {names}"),
    "coverage.verdict.more": ("{names} và {n} khu vực nữa", "{names} and {n} more"),
    "coverage.verdict.beat": ("{name}, {ward} ({households} hộ)", "{name}, {ward} ({households} households)"),
    "coverage.verdict.gap": (
        " {area} và {households} hộ không thuộc khu vực nào.",
        " {area} and {households} households are in no beat.",
    ),
    "coverage.verdict.overlap": (" {area} thuộc hai khu vực trở lên.", " {area} are in two beats or more."),
    "coverage.no_unit": (
        "Ngày {day} không có phường, xã nào trong phạm vi này.",
        "On {day} there is no ward in this scope.",
    ),
    "coverage.no_unit_what": (
        "Hãy chọn ngày hoặc đơn vị khác; nếu chưa có ranh giới nào: `python -m geo import wards TỆP`.",
        "Choose another day or unit; if there are no boundaries yet: `python -m geo import wards FILE`.",
    ),
    "coverage.no_beats": (
        "Ngày {day} chưa có khu vực nào, nên chưa ai phụ trách {households} hộ ở {wards} phường, xã.",
        "On {day} there is no beat, so nobody is responsible for {households} households in {wards} wards.",
    ),
    "coverage.no_beats_what": (
        "Nạp khu vực và phân công: `python -m geo import beats TỆP`, rồi `assignments`.",
        "Load beats and assignments: `python -m geo import beats FILE`, then `assignments`.",
    ),
    "coverage.reading": ("Đang xem lại ngày {day}…", "Looking back to {day}…"),
    "coverage.as_of": ("Xem tại ngày", "As of"),
    "coverage.as_of_help": (
        "Khu vực, tổ dân phố và cán bộ là của ngày này. Số hộ, nhân khẩu là số đang lưu: không có lịch sử.",
        "Beats, blocks and officers are those of this day. Households and residents are those stored now.",
    ),
    "coverage.before": ("◀ Lần thay đổi trước", "◀ Change before"),
    "coverage.after": ("Lần thay đổi sau ▶", "Change after ▶"),
    "coverage.today": ("Hôm nay", "Today"),
    "coverage.unit": ("Đơn vị", "Unit"),
    "coverage.all_units": ("Toàn phạm vi", "All in scope"),
    "coverage.legend.title": ("Cán bộ phụ trách chính", "Primary officer"),
    "coverage.legend.unit": ("ngày {day}", "on {day}"),
    "coverage.legend.officers": ("mỗi màu một cán bộ", "one colour an officer"),
    "coverage.legend.many": (
        "màu theo cán bộ (dùng lại khi cách xa)",
        "colour by officer (used again far apart)",
    ),
    "coverage.legend.vacant": ("khu vực trống", "vacant beat"),
    "coverage.legend.gap": ("không thuộc khu vực nào", "in no beat"),
    "coverage.legend.overlap": ("thuộc hai khu vực", "in two beats"),
    "coverage.legend.n": (
        "n = {beats} khu vực, {households} hộ",
        "n = {beats} beats, {households} households",
    ),
    "coverage.legend.undrawn": (
        "{n} khu vực không có ranh giới",
        "{n} beats have no border",
    ),
    "coverage.vacant": ("TRỐNG", "VACANT"),
    "coverage.officer": ("Cán bộ", "Officer"),
    "coverage.households": ("Hộ", "Households"),
    "coverage.residents": ("Nhân khẩu", "Residents"),
    "coverage.permanent": ("Thường trú", "Permanent"),
    "coverage.temporary": ("Tạm trú", "Temporary"),
    "coverage.absent": ("Tạm vắng", "Absent"),
    "coverage.incidents": ("Vụ việc 28 ngày trước", "Incidents, 28 days before"),
    "coverage.incidents_of": ("{n} (tin báo {reported})", "{n} ({reported} reported)"),
    "coverage.load": ("Hộ / cán bộ", "Households / officer"),
    "coverage.freshness": ("Rà soát trong 90 ngày", "Reviewed within 90 days"),
    "coverage.freshness_of": ("{share} (n = {n})", "{share} (n = {n})"),
    "coverage.blocks": ("Tổ dân phố ({n})", "Blocks ({n})"),
    "coverage.decision": ("Quyết định", "Decision"),
    "coverage.no_decision": ("chưa ghi quyết định", "no decision recorded"),
    "coverage.since": ("từ {day}", "since {day}"),
    "coverage.since_unknown": ("chưa rõ từ khi nào", "since when is not recorded"),
    "coverage.until": ("đến {day}", "until {day}"),
    "coverage.role.primary": ("phụ trách chính", "primary"),
    "coverage.role.concurrent": ("kiêm nhiệm", "concurrent"),
    "coverage.role.acting": ("tạm thay", "acting"),
    "coverage.nobody": ("Chưa có cán bộ phụ trách chính", "Nobody is its primary officer"),
    "coverage.hint": (
        "Bấm một khu vực trên bản đồ hoặc trong bảng để xem ai phụ trách.",
        "Click a beat on the map or in the table to see who holds it.",
    ),
    "coverage.covered_beats": ("Khu vực có người phụ trách", "Beats with a primary officer"),
    "coverage.covered_households": ("Hộ có người phụ trách", "Households with a primary officer"),
    "coverage.gap": ("Ngoài mọi khu vực", "In no beat"),
    "coverage.overlap": ("Thuộc hai khu vực", "In two beats"),
    "coverage.load_range": (
        "Hộ/cán bộ: ít – giữa – nhiều",
        "Load: least – median – most",
    ),
    "coverage.wards.verdict": (
        (
            "{covered}/{beats} khu vực có phụ trách chính, {households}/{all} hộ ({share}) ở {wards} phường, xã; "
            "{vacant} khu vực trống ({in_vacant} hộ); {loose} tổ dân phố và {nowhere} hộ không thuộc khu vực nào."
        ),
        (
            "{covered} of {beats} beats are held: {households} of {all} households ({share}) in {wards} wards; "
            "{vacant} beats are vacant ({in_vacant} households); {loose} blocks and {nowhere} households are in no "
            "beat."
        ),
    ),
    "coverage.wards.hint": (
        "Nhiều phường, xã: đếm theo phường. Chọn một phường để xem từng khu vực, cán bộ, phần hở và chồng lấn.",
        "Many wards: counted by ward. Choose one to see its beats, officers, gaps and overlaps.",
    ),
    "coverage.wards.open": ("Mở phường này", "Open this ward"),
    "coverage.wards.vacant": ("Khu vực trống", "Vacant beats"),
    "coverage.wards.loose": ("Tổ dân phố chưa vào khu vực", "Blocks in no beat"),
    "coverage.wards.uncovered": ("Hộ chưa có người phụ trách", "Households nobody holds"),
    "coverage.wards.share": ("Hộ có người phụ trách", "Households held"),
    "coverage.wards.day": ("ngày {day}; màu nổi hơn: cần chú ý hơn", "on {day}; darker: needs attention"),
    "coverage.wards.none": ("không có hộ", "no households"),
    "coverage.wards.n": (
        "n = {wards} phường, xã, {households} hộ",
        "n = {wards} wards, {households} households",
    ),
    "coverage.wards.elsewhere": (
        "{n} hộ không ở phường nào của ngày này",
        "{n} households are in no ward of the day",
    ),
    "coverage.wards.table": (
        "{shown} phường, xã cần chú ý nhất trong {n}",
        "the {shown} of {n} wards that need attention most",
    ),
    "coverage.wards.col.ward": ("Phường, xã", "Ward"),
    "coverage.wards.col.vacant": ("KV trống", "Vacant"),
    "coverage.wards.col.loose": ("Tổ hở", "Loose"),
    "coverage.wards.col.uncovered": ("Hộ hở", "Hh. open"),
    "coverage.of": ("{share} ({n} / {all})", "{share} ({n} / {all})"),
    "coverage.col.beat": ("Khu vực", "Beat"),
    "coverage.col.officer": ("Cán bộ", "Officer"),
    "coverage.col.households": ("Hộ", "Hh."),
    "coverage.col.load": ("Hộ/CB", "Load"),
    "coverage.col.incidents": ("Vụ", "Inc."),
}
