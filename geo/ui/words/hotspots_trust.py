"""Words of the part "How good is the map" of the Hotspots page."""

WORDS: dict[str, tuple[str, str]] = {
    "trust.share": ("Tuần tra được", "Patrolled"),
    "trust.share_of": ("{share} diện tích", "{share} of the area"),
    "trust.learned": ("Bản đồ vẽ từ", "Map made from"),
    "trust.learned_of.1": ("1 kỳ liền trước", "the period before"),
    "trust.learned_of": ("{n} kỳ liền trước", "the {n} periods before"),
    "trust.reading": ("Đang thử các bản đồ trên những kỳ đã qua…", "Testing the maps on past periods…"),
    "trust.method.plain_counts": ("đếm theo ô", "plain counts"),
    "trust.method.density": ("mật độ", "density"),
    "trust.method.gi_star": ("Gi*", "Gi*"),
    # The sentence
    "trust.caught": (
        "Tuần tra {share} diện tích ({cells} ô, {area} km²) theo bản đồ vẽ từ {learned} thì gặp: {methods} số vụ kỳ sau.",
        (
            "Patrolling {share} of the area ({cells} cells, {area} km²) by the map of {learned} would have met: {methods} "
            "of the incidents that followed."
        ),
    ),
    "trust.better": (
        "Nên dùng {best}: hơn đếm theo ô {gain} điểm % (95 %: {low} đến {high}).",
        "Use {best}: ahead of plain counts by {gain} points (95%: {low} to {high}).",
    ),
    "trust.simplest": (
        "Khác biệt nằm trong dao động giữa các kỳ: cứ dùng cách đơn giản nhất, đếm theo ô.",
        "The difference is within what the periods vary: use the simplest, plain counts.",
    ),
    "trust.counts_win": (
        "Đếm theo ô không thua cách nào, như thường thấy ở diện tích nhỏ: nên dùng đếm theo ô.",
        "Plain counts lose to none, as often at small areas: use plain counts.",
    ),
    "trust.chance": (
        "Không cách nào hơn đi ngẫu nhiên: đừng dựa vào các bản đồ này.",
        "None does better than going anywhere: do not rely on these maps.",
    ),
    "trust.few": (
        "Mới thử được {tests} kỳ với {events} vụ: chưa đủ để nói cách nào hơn; tạm dùng đếm theo ô.",
        "Only {tests} periods with {events} incidents could be tested: too few to tell; use plain counts.",
    ),
    "trust.none": (
        (
            "Chưa thử được bản đồ nào: cần có vụ việc trong kỳ này và {learned} kỳ {days} ngày liền trước"
            "{since}. Hãy chọn kỳ ngắn hơn, kỳ gần đây hơn, hoặc bớt điều kiện lọc."
        ),
        (
            "No map could be tested: this period and the {learned} of {days} days before it must hold incidents"
            "{since}. Choose a shorter or later period, or filter less."
        ),
    ),
    "trust.since": (" (số liệu có từ {day})", " (data begins on {day})"),
    # The chart
    "trust.chart": ("Gặp bao nhiêu phần số vụ, từng kỳ thử", "Share of incidents met, each test"),
    "trust.chart_how": (
        "Chấm: một kỳ thử; vạch đậm: cả {tests} kỳ; đường đứt: đi ngẫu nhiên.",
        "Dot: one test; bar: all {tests} together; dashed: going anywhere.",
    ),
    "trust.axis": ("số vụ gặp được", "incidents met"),
    "trust.dot": (
        "{method}, {period}: {rate} (n = {n})",
        "{method}, {period}: {rate} (n = {n})",
    ),
    "trust.bar": ("{method}, cả {tests} kỳ: {rate}", "{method}, all {tests} tests: {rate}"),
    # The table of methods
    "trust.col.method": ("Cách vẽ", "Map"),
    "trust.col.hit": ("Gặp", "Met"),
    "trust.col.spread": ("Kém–tốt nhất", "Worst–best"),
    "trust.col.pai": ("PAI", "PAI"),
    "trust.col.pei": ("PEI", "PEI"),
    "trust.col.ties": ("Nếu đổi thứ tự ô bằng điểm", "If ties go otherwise"),
    "trust.table_how": (
        (
            "PAI: gấp mấy lần đi ngẫu nhiên. PEI: so với bản đồ tốt nhất có thể có (100 %). "
            "Ô {cell} m, bán kính mật độ {h} m."
        ),
        (
            "PAI: times better than going anywhere. PEI: of the best map there could be (100%). "
            "Cells of {cell} m, density radius {h} m."
        ),
    ),
    "trust.used": (
        "Thử trên {tests} kỳ {days} ngày, n = {events} vụ.",
        "Tested on {tests} periods of {days} days, n = {events}.",
    ),
    "trust.missing": ("{n} kỳ không thử được (thiếu số liệu).", "{n} periods not tested (no data)."),
    "trust.not_in_cells": (
        "Kỳ này {n} vụ không nằm trong ô nào (không có toạ độ hoặc ở rìa).",
        "{n} of this period are in no cell (without coordinates or at the rim).",
    ),
    "trust.undated": ("{n} vụ không rõ ngày.", "{n} without a date."),
    # The top cells
    "trust.top": ("10 ô nhiều vụ nhất kỳ này", "The 10 fullest cells of this period"),
    "trust.top_sure": (
        "{sure}/{n} ô chắc chắn thuộc nhóm 10 (từ 90 % lần bốc lại).",
        "{sure} of {n} are safely among the ten (90% of redraws or more).",
    ),
    "trust.top_how": (
        "Bốc lại các ngày trong kỳ {resamples} lần: ô có còn trong 10 ô đầu không? Khoảng 50 % là may rủi.",
        (
            "The days of the period are drawn again {resamples} times: is the cell still among the ten? "
            "About 50% is a toss-up."
        ),
    ),
    "trust.top_hidden": (
        "{n} ô có dưới 5 vụ không hiện.",
        "{n} cells with fewer than 5 are not shown.",
    ),
    "trust.top_none": ("Kỳ này không có ô nào có vụ việc.", "No cell has an incident in this period."),
    "trust.top_few": (
        "Ô nhiều nhất chỉ có {n} vụ: thứ hạng lúc này gần như ngẫu nhiên.",
        "The fullest cell has {n}: its rank is hardly more than chance.",
    ),
    "trust.col.cell": ("Ô", "Cell"),
    "trust.col.count": ("Vụ", "n"),
    "trust.col.in_top": ("Còn trong 10", "Stays in 10"),
    "trust.col.ranks": ("Hạng", "Rank"),
    "trust.legend": ("Còn trong 10 ô đầu", "Stays among the ten"),
    "trust.legend_unit": ("% số lần bốc lại", "% of redraws"),
    "trust.legend.sure": ("từ 90 %: chắc", "90% or more: safe"),
    "trust.legend.likely": ("60–90 %: khá chắc", "60–90%: likely"),
    "trust.legend.toss": ("dưới 60 %: may rủi", "below 60%: a toss-up"),
}
