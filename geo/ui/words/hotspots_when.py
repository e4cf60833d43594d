"""Words of the part "When" of the Hotspots page."""

WORDS: dict[str, tuple[str, str]] = {
    "when.place": ("Nơi", "Place"),
    "when.whole": ("Toàn bộ đơn vị đang chọn", "The whole chosen unit"),
    "when.calendar": ("Lịch báo cáo", "Report calendar"),
    "when.calendar.week": ("Tuần, thứ Hai – Chủ nhật", "Week, Monday – Sunday"),
    "when.calendar.week_thursday": ("Tuần, thứ Năm – thứ Tư", "Week, Thursday – Wednesday"),
    "when.calendar.month": ("Tháng dương lịch", "Calendar month"),
    "when.calendar.ministry_month": (
        "Tháng của năm công tác (15 – 14)",
        "Month of the ministry's year (15th – 14th)",
    ),
    "when.day.0": ("thứ Hai", "Monday"),
    "when.day.1": ("thứ Ba", "Tuesday"),
    "when.day.2": ("thứ Tư", "Wednesday"),
    "when.day.3": ("thứ Năm", "Thursday"),
    "when.day.4": ("thứ Sáu", "Friday"),
    "when.day.5": ("thứ Bảy", "Saturday"),
    "when.day.6": ("Chủ nhật", "Sunday"),
    "when.hours": ("{first}–{last} giờ", "{first}:00–{last}:00"),
    # The sentence
    "when.nothing": (
        "Không có vụ nào trong kỳ này ở nơi này nên không có giờ cao điểm. Hãy nới kỳ, loại, nguồn tin hoặc nơi.",
        "There is no incident here in this period, so there is no peak. Widen the period, category, origin or place.",
    ),
    "when.one": (
        "Chỉ có 1 vụ trong kỳ này: không nói được gì về giờ hay thứ.",
        "There is one incident in this period: it says nothing about hours or weekdays.",
    ),
    "when.peak": (
        "Nhiều nhất: {day} {hours} (n = {n}), chiếm {share}, gấp {times} lần mức chia đều.",
        "Most: {day} {hours} (n = {n}), {share} of all, {times} times an even spread.",
    ),
    "when.peak_chance": (
        "Nhiều nhất: {day} {hours} (n = {n}), chiếm {share}; mức này có thể chỉ do ngẫu nhiên.",
        "Most: {day} {hours} (n = {n}), {share} of all; chance alone may give as much.",
    ),
    "when.no_hours": (
        "Không vụ nào trong kỳ này có giờ đủ rõ: không nói được giờ cao điểm.",
        "No incident of this period has a time clear enough to speak of a peak.",
    ),
    "when.last.within": (
        "{period}: {n} vụ, trong khoảng dự kiến {low}–{high}.",
        "{period}: {n}, within the expected {low}–{high}.",
    ),
    "when.last.above": (
        "{period}: {n} vụ, cao hơn khoảng dự kiến {low}–{high}.",
        "{period}: {n}, above the expected {low}–{high}.",
    ),
    "when.last.below": (
        "{period}: {n} vụ, thấp hơn khoảng dự kiến {low}–{high}.",
        "{period}: {n}, below the expected {low}–{high}.",
    ),
    "when.last.unknown": ("{period}: {n} vụ.", "{period}: {n}."),
    "when.week": ("Tuần {period}", "Week {period}"),
    "when.month": ("Tháng {period}", "Month {period}"),
    # The grid
    "when.grid": ("Giờ trong ngày × thứ trong tuần", "Hour of the day × weekday"),
    "when.grid_how": (
        "Ô càng đậm càng nhiều vụ; khung viền là hai giờ nhiều nhất.",
        "The darker a cell, the more incidents; the outline marks the top two hours.",
    ),
    "when.legend": ("Số vụ", "Incidents"),
    "when.cell": ("{day} {hours}: {n} vụ ({share})", "{day} {hours}: {n} ({share})"),
    "when.by_hour": ("Theo giờ trong ngày", "By hour of the day"),
    "when.by_weekday": ("Theo thứ, số vụ mỗi ngày", "By weekday, incidents a day"),
    "when.bar_hour": ("{hours}: {n} vụ", "{hours}: {n}"),
    "when.bar_day": ("{day}: {n} vụ mỗi ngày", "{day}: {n} a day"),
    "when.too_few": (
        "n = {n} quá nhỏ cho lưới 168 ô (cần từ {enough} vụ), nên chỉ cộng theo giờ và theo thứ. Muốn có lưới, hãy chọn kỳ dài hơn.",
        "n = {n} is too small for a grid of 168 cells ({enough} needed), so hours and weekdays are added up apart. For a grid choose a longer period.",
    ),
    "when.too_short": (
        "Kỳ {days} ngày không có đủ bảy thứ trong tuần, nên chỉ cộng theo giờ. Hãy chọn kỳ từ 7 ngày.",
        "A period of {days} days does not hold all seven weekdays, so only hours are added up. Choose 7 days or more.",
    ),
    "when.used": (
        "Lưới dùng {used} trong {n} vụ của kỳ.",
        "The grid uses {used} of the period's {n} incidents.",
    ),
    "when.spread": (
        "{n} vụ chỉ biết khoảng thời gian (đến 24 giờ): chia đều cho các giờ trong khoảng.",
        "{n} known by an interval (up to 24 hours) count in each of its hours by their share.",
    ),
    "when.too_long": (
        "{n} vụ có khoảng dài hơn 24 giờ: không đưa vào lưới vì không nói được giờ nào; vẫn tính vào ngày bắt đầu.",
        "{n} with an interval over 24 hours are left out of the grid, they fit every hour; they count on the day they began.",
    ),
    "when.day_only": (
        "{n} vụ ghi đúng 0 giờ 00, coi như chỉ biết ngày: không đưa vào lưới.",
        "{n} recorded at exactly 00:00 are taken as known to the day only and left out of the grid.",
    ),
    "when.undated": ("{n} vụ không rõ ngày: không tính ở đâu cả.", "{n} without a date are counted nowhere."),
    "when.picked_spot": (
        "Điểm nóng được chọn vì có nhiều vụ trong kỳ này, nên kỳ này thường cao hơn các kỳ khác ở đúng nơi đó.",
        "A hotspot is one because of its many incidents in this period, so this period is mostly above its others.",
    ),
    # The year
    "when.year": ("Từng ngày trong một năm qua (n = {n})", "Each day of the past year (n = {n})"),
    "when.year_day": ("{day} {date}: {n} vụ", "{day} {date}: {n}"),
    # The trend
    "when.trend.week": ("Diễn biến theo tuần", "Trend by week"),
    "when.trend.month": ("Diễn biến theo tháng", "Trend by month"),
    "when.counted": ("Số vụ", "Incidents"),
    "when.expected": ("Dự kiến", "Expected"),
    "when.band": ("Khoảng dự kiến 95 %", "Expected range, 95%"),
    "when.trend_said": ("{period}: {n} vụ", "{period}: {n}"),
    "when.trend_said_band": (
        "{period}: {n} vụ, dự kiến {low}–{high}",
        "{period}: {n}, expected {low}–{high}",
    ),
    "when.basis.same_season": (
        "Dự kiến lấy từ cùng tuần, cùng tháng của các năm trước.",
        "What is expected comes from the same weeks or months of former years.",
    ),
    "when.basis.recent": (
        "Dự kiến lấy từ 8 kỳ liền trước, vì chưa đủ hai năm trước để so cùng kỳ.",
        "What is expected comes from the 8 periods before: there are not two former years to compare with.",
    ),
    "when.outside": (
        "Chấm đỏ: cao hơn khoảng dự kiến ({above} trong {known} kỳ); khi không có gì thay đổi, khoảng 5 % số kỳ vẫn nằm ngoài khoảng.",
        "Red dots: above the expected range ({above} of {known} periods); about 5% lie outside of it even where nothing changed.",
    ),
    "when.no_trend": (
        "Dữ liệu chưa có kỳ trọn vẹn nào theo lịch này nên chưa vẽ được diễn biến.",
        "The data does not hold one whole period of this calendar yet, so there is no trend to draw.",
    ),
    "when.no_band": (
        "Chưa đủ kỳ trước đó để nói mức nào là bình thường.",
        "There are too few periods before to say what is normal.",
    ),
}
