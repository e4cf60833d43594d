"""Words of the part "Near repeats" of the Hotspots page."""

WORDS: dict[str, tuple[str, str]] = {
    "repeat.step_m": ("Bậc khoảng cách", "Distance bands"),
    "repeat.step_days": ("Bậc thời gian", "Time bands"),
    "repeat.days": ("{n} ngày", "{n} days"),
    "repeat.days.1": ("1 ngày", "1 day"),
    "repeat.distance": ("Đo khoảng cách", "Distance"),
    "repeat.distance.euclidean": ("chim bay", "straight"),
    "repeat.distance.manhattan": ("theo ô phố", "by blocks"),
    "repeat.distance_help": (
        "Theo ô phố (Manhattan): cộng quãng đông–tây và bắc–nam, hợp nơi đường phố vuông góc.",
        "By blocks (Manhattan): east–west plus north–south, for streets at right angles.",
    ),
    "repeat.span": ("Tính trên", "Made from"),
    "repeat.span.year": ("365 ngày", "365 days"),
    "repeat.span.period": ("kỳ này", "this period"),
    "repeat.reading": ("Đang đếm các cặp vụ việc gần nhau…", "Counting pairs of near incidents…"),
    # The sentence
    "repeat.found": (
        "Trong {metres} m và {days} sau một vụ, số vụ kế tiếp gấp {ratio} lần mức ngẫu nhiên (p = {p}).",
        "Within {metres} m and {days} of an incident, {ratio} times as many follow as by chance (p = {p}).",
    ),
    "repeat.reach": (
        "Còn thấy rõ tới {metres} m và tới {days}.",
        "It is seen as far as {metres} m and for {days}.",
    ),
    "repeat.not_found": (
        (
            "Không thấy lặp lại gần đủ rõ: trong {metres} m và {days} sau một vụ, số vụ kế tiếp gấp {ratio} lần "
            "mức ngẫu nhiên (p = {p})."
        ),
        (
            "No near repeat that is clear enough: within {metres} m and {days} of an incident, {ratio} times as "
            "many follow as by chance (p = {p})."
        ),
    ),
    "repeat.why_not": (
        "Cần từ 1,2 lần trở lên và chắc hơn ngẫu nhiên mới vạch vùng.",
        "Zones are drawn from 1.2 times on, and only beyond chance.",
    ),
    "repeat.few": (
        (
            "Chỉ có {n} vụ có toạ độ ({period}): cần ít nhất {enough} để biết vụ việc có lặp lại gần hay không. "
            "Hãy nới kỳ, loại, đơn vị hoặc tính trên 365 ngày."
        ),
        (
            "Only {n} incidents with a place ({period}): at least {enough} are needed to tell near repeats. "
            "Widen the period, the category or the unit, or use 365 days."
        ),
    ),
    "repeat.no_pairs": (
        "Không có hai vụ nào đủ gần (dưới {metres} m) và đủ sát ngày (dưới {days}) để so: hãy chọn bậc rộng hơn.",
        "No two incidents are near enough (below {metres} m) and soon enough (below {days}): widen the bands.",
    ),
    "repeat.zones": ("Hiện có {n} vùng còn hiệu lực.", "There are {n} zones in force."),
    # The table
    "repeat.table": ("Bao nhiêu lần mức ngẫu nhiên", "Times what chance gives"),
    "repeat.table_how": (
        (
            "Hàng: cách nhau bao xa; cột: cách nhau bao lâu ([0, 7): từ 0 đến dưới 7). Mỗi ô: số lần, p; số cặp "
            "thật/mong đợi. Viền đậm: chắc hơn ngẫu nhiên (đã chỉnh vì xét {cells} ô) và từ 1,2 lần."
        ),
        (
            "Rows: how far apart; columns: how long ([0, 7): from 0 to below 7). Each cell: times, p; pairs "
            "found/expected. Outlined: beyond chance (adjusted for {cells} cells) and 1.2 times or more."
        ),
    ),
    "repeat.corner": ("Cách nhau", "Apart"),
    "repeat.band_days": ("[{low}, {high}) ngày", "[{low}, {high}) days"),
    "repeat.band_m": ("[{low}, {high}) m", "[{low}, {high}) m"),
    "repeat.cell": ("{ratio}× · p {p}\n{observed}/{expected}", "{ratio}× · p {p}\n{observed}/{expected}"),
    "repeat.cell_hidden": ("dưới 5 cặp", "below 5 pairs"),
    "repeat.cell_none": ("{observed}/0", "{observed}/0"),
    "repeat.used": ("{period}: n = {n} vụ.", "{period}: n = {n}."),
    "repeat.thinned": (
        "Lấy ngẫu nhiên {n} trong {known} vụ để tính kịp; số lần không lệch, chỉ kém chắc hơn.",
        "{n} of {known} were drawn at random to answer in time; ratios keep true, only less sure.",
    ),
    "repeat.shuffles": ("p từ {n} lần xáo ngày.", "p from {n} shuffles of the days."),
    "repeat.without_point": ("{n} vụ không có toạ độ.", "{n} without coordinates."),
    "repeat.undated": ("{n} vụ không rõ ngày.", "{n} without a date."),
    "repeat.limits": (
        "Bảng không cho biết ai gây ra; một điểm nóng đến rồi đi cũng tạo cặp gần nhau.",
        "It does not say who; a hotspot that comes and goes makes close pairs too.",
    ),
    # The zones
    "repeat.zones_title": ("Vùng cần để ý, tính đến {day}", "Zones to watch, as of {day}"),
    "repeat.zones_shown": (
        "Dày vụ gần đây nhất trước; {shown} vùng trên bản đồ, bỏ {dropped} vùng trùng lên chúng hoặc thưa hơn.",
        "Densest first; {shown} on the map; {dropped} that lie on these or are sparser are left out.",
    ),
    "repeat.zones_hidden": (
        "Vai trò của bạn không xem vị trí chính xác nên không hiện các vùng quanh từng vụ.",
        "Your role does not see exact places, so zones around single incidents are not shown.",
    ),
    "repeat.zones_none": ("Không có vùng nào còn hiệu lực.", "No zone is in force."),
    "repeat.col.zone": ("Vùng", "Zone"),
    "repeat.col.incidents": ("Vụ", "n"),
    "repeat.col.ring": ("Bán kính", "Radius"),
    "repeat.col.until": ("Đến hết", "Until"),
    "repeat.ring": ("{inner}–{outer} m", "{inner}–{outer} m"),
    "repeat.disc": ("{outer} m", "{outer} m"),
    "repeat.card.day": ("Vụ ngày", "Incident on"),
    "repeat.card.from": ("Từ ngày", "From"),
    "repeat.card.until": ("Đến hết ngày", "Until, included"),
    "repeat.card.ratio": ("So với ngẫu nhiên", "Against chance"),
    "repeat.card.times": ("{ratio} lần", "{ratio} times"),
    "repeat.legend": ("Vùng cần để ý", "Zones to watch"),
    "repeat.legend_unit": ("số vụ gần đây trong vùng", "recent incidents in the zone"),
}
