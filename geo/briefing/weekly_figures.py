"""The deck of weekly hotspots: charts, tables, and where the figures are from."""

from dataclasses import replace

import numpy as np

from geo.briefing.asking import Asking
from geo.briefing.deck import ChartBody, ChartKind, Slide, TableBody, TextBody
from geo.briefing.leaving import LEVEL_TOP, level_columns, level_note, levels, too_few
from geo.briefing.sentences import counted, spoken
from geo.briefing.weekly_released import CATEGORIES, Released, difference
from geo.services.hotspots.places import Concentration
from geo.services.hotspots.review import SMALL_N, Review, by_category
from geo.services.hotspots.spots import Spots
from geo.services.hotspots.when import When

_TREND_WEEKS = 16
_HOURS = 3  # in one column


def source(asking: Asking) -> str:
    """Return where the figures are from."""
    return asking.say(
        "Nguồn: vụ việc được trình báo trong CSDL Địa Bàn; không gồm vụ do lực lượng tự phát hiện.",
        "Source: reported incidents in the Địa Bàn database; discovered ones are not among them.",
    )


def used(asking: Asking, n: str) -> str:
    """Return how many incidents are counted, `n` as it leaves."""
    return counted(asking, n, asking.say("vụ", "incidents"))


def left_out(asking: Asking, figures: Review) -> str:
    """Return what is not counted, by reason."""
    left = figures.left_out
    reasons = (
        (left.outside, asking.say("ngoài mọi phường", "outside every ward")),
        (left.without_place, asking.say("không rõ nơi", "without a place")),
        (left.undated, asking.say("không rõ ngày", "without a day")),
    )
    said = ", ".join(
        f"{asking.number(n) if n >= SMALL_N else asking.say(f'dưới {SMALL_N} vụ', f'fewer than {SMALL_N}')} {reason}"
        for n, reason in reasons
        if n
    )
    return (
        asking.say(f"Không tính: {said}", f"Left out: {said}")
        if said
        else asking.say("Không bỏ vụ nào", "Nothing left out")
    )


def trend(asking: Asking, times: When) -> Slide:
    """Return the slide of weeks against what was to be expected."""
    trend = times.trend
    if not len(trend):
        line = asking.say("Chưa đủ tuần trọn vẹn để vẽ xu hướng.", "There is no whole week to draw yet.")
        return Slide(line, (TextBody((line,)),), sources=source(asking))
    part = slice(-_TREND_WEEKS, None)
    ends = trend.periods[part, 1].astype("datetime64[D]") - 1
    known = trend.band.known[part]

    drawn = levels(
        trend.counts[part], np.nan_to_num(trend.band.high[part]), np.nan_to_num(trend.band.low[part])
    )
    body: ChartBody | TextBody = TextBody((too_few(asking),))
    if drawn is not None:
        counts, *band = drawn
        high, low = (tuple(v if k else None for v, k in zip(one, known, strict=True)) for one in band)
        body = ChartBody(
            ChartKind.LINES,
            tuple(f"{day.item():%d/%m}" for day in ends),
            (
                (asking.say("Mức", "Level"), counts),
                (asking.say("Mong đợi, cao nhất", "Expected, highest"), high),
                (asking.say("Mong đợi, thấp nhất", "Expected, lowest"), low),
            ),
            asking.say("Mức mỗi tuần theo ngày cuối tuần báo cáo; cao nhất trong hình là 100",
                       "Level of each week by its last day; the highest drawn is 100"),
            highest=LEVEL_TOP,
            note=f"{level_note(asking)} " + asking.say(
                "Vì làm tròn, hai đường có thể chạm nhau; kết luận ở trên dùng số chính xác.",
                "Rounded lines may touch; what is said above rests on the exact numbers.",
            ),
        )  # fmt: skip
    verdict = int(trend.band.verdict[-1])
    title = {
        1: asking.say("Tuần trọn vẹn gần nhất cao hơn mức mong đợi",
                      "The last whole week is above what was to be expected"),
        0: asking.say("Tuần trọn vẹn gần nhất nằm trong mức mong đợi",
                      "The last whole week is within what was to be expected"),
        -1: asking.say("Tuần trọn vẹn gần nhất thấp hơn mức mong đợi",
                       "The last whole week is below what was to be expected"),
    }[verdict]  # fmt: skip
    return Slide(title, (body,), sources=source(asking))


def clock(asking: Asking, times: When) -> Slide:
    """Return the slide of hours and weekdays."""
    hours = times.hours
    weekdays = asking.say("Hai,Ba,Tư,Năm,Sáu,Bảy,CN", "Mon,Tue,Wed,Thu,Fri,Sat,Sun").split(",")
    columns = tuple(f"{hour}–{hour + _HOURS}" for hour in range(0, 24, _HOURS))
    level = asking.say("Mức", "Level")
    by_hour = level_columns(
        asking, columns, asking.say("Mức theo giờ, cao nhất là 100", "Level by hour, the highest is 100"),
        (level, hours.grid.sum(axis=0).reshape(-1, _HOURS).sum(axis=1)),
    )  # fmt: skip
    by_day = level_columns(
        asking, tuple(weekdays),
        asking.say("Mức theo thứ, cao nhất là 100", "Level by weekday, the highest is 100"),
        (level, hours.grid.sum(axis=1)),
    )  # fmt: skip
    peak = hours.peak
    if peak is None or not hours.is_enough:
        title = asking.say(
            "Còn ít vụ: chưa nên kết luận về giờ cao điểm", "Few incidents: no peak hour can be told yet"
        )
    else:
        weekday = ["thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"][peak.weekday]
        span = f"{peak.hour}–{peak.hour + 2}"
        title = asking.say(
            f"Cao điểm: {span} giờ {weekday}, gấp khoảng {asking.number(peak.times)} lần bình quân",
            f"Peak: {span} h on {weekdays[peak.weekday]}, about {asking.number(peak.times)} times the average",
        )
        if isinstance(by_day, ChartBody):  # the hour of a weekday is not where the weekdays are highest
            why = asking.say(
                f"Cao điểm ({span} giờ {weekday}) là hai giờ liền của một thứ; hình là tổng cả ngày.",
                f"The peak ({span} h, {weekdays[peak.weekday]}) is two hours of one weekday; "
                "bars are whole days.",
            )
            by_day = replace(by_day, note=f"{why} {by_day.note}".strip())
    return Slide(title, (by_hour, by_day), sources=source(asking))


def categories(asking: Asking, leaving: Released) -> tuple[Slide, ...]:
    """Return the slide of categories, now and before; none where none may be said, or there is but one."""
    name = "name_vi" if asking.lang == "vi" else "name_en"
    figures = leaving.figures
    now = by_category(asking.database, asking.actor, figures.query).set_index("code")
    shown = {code: counts for code, *counts in leaving.by_kind}
    top = now.head(CATEGORIES)
    if len(top) < 2 or all(count is None for code in top.index for count in shown[code]):
        return ()
    body = ChartBody(
        ChartKind.BARS, tuple(top[name]),
        (
            (asking.say("Kỳ này", "Now"), tuple(shown[code][0] for code in top.index)),
            (asking.say("Kỳ trước", "Before"), tuple(shown[code][1] for code in top.index)),
        ),
        asking.say("Số vụ theo loại", "Incidents by category"),
    )  # fmt: skip
    first, count = str(top[name].iloc[0]), shown[top.index[0]][0]
    if count is None:  # withheld, so its share would say it
        title = asking.say("Số vụ theo loại", "Incidents by category")
    elif not leaving.told:
        title = asking.say(f"Nhiều nhất là {first.lower()}", f"Most are {first.lower()}")
    else:
        share = asking.percent(count / max(1, figures.n))
        title = asking.say(
            f"Nhiều nhất là {first.lower()}: {share} số vụ", f"Most are {first.lower()}: {share}"
        )
    return (Slide(title, (body,), sources=source(asking)),)


def ward_table(asking: Asking, figures: Review) -> tuple[Slide, ...]:
    """Return the slide with the figures by ward; without households, none that is made of them.

    None where no ward's incidents may be said.
    """
    if figures.table["bar"].isna().all():
        return ()
    table = figures.table.sort_values(["count", "name"], ascending=[False, True])
    with_homes = bool(table["households"].sum())
    rows = tuple(
        (
            row["name"], *([str(row["households_said"])] if with_homes else []),
            row["said"], row["said_before"], difference(asking, row["bar"], row["bar_before"]),
            asking.signed_percent(row["change"]) if row["before"] >= SMALL_N
            else asking.say("ít vụ", "few"),
            *([asking.number(row["rate"], 1)] if with_homes else []),
        )
        for row in table.to_dict("records")
    )  # fmt: skip
    first = asking.place(str(table["name"].iloc[0]))
    first = first[0].upper() + first[1:]
    header = (
        asking.say("Phường", "Ward"), *([asking.say("Số hộ", "Households")] if with_homes else []),
        asking.say("Kỳ này", "Now"), asking.say("Kỳ trước", "Before"), asking.say("Chênh", "Difference"),
        asking.say("Thay đổi", "Change"), *([asking.say("Vụ / 1.000 hộ", "Per 1,000")] if with_homes else []),
    )  # fmt: skip
    body = TableBody(
        header, rows, frozenset(range(1, len(header))),
        note=asking.say(
            f"Dưới {SMALL_N} vụ ở kỳ trước thì không nói phần trăm.",
            f"Below {SMALL_N} before, no percentage is given.",
        ),
    )  # fmt: skip
    title = asking.say(
        f"{first} có nhiều vụ nhất trong {len(table)} phường",
        f"{first} has the most incidents of {len(table)} wards",
    )
    if len(table) == 1:
        title = asking.say(f"{first}: kỳ này và kỳ trước", f"{first}: this period and the one before")
    return (Slide(title, (body,), sources=source(asking)),)


def street_table(asking: Asking, streets: Concentration) -> tuple[Slide, ...]:
    """Return the slide of the streets with most incidents, none where no street is known."""
    if streets.top.empty:
        return ()
    body = TableBody(
        (
            "#", asking.say("Đường", "Street"), asking.say("Phường", "Ward"),
        ),
        tuple(
            (str(i), str(row["name"] or row["code"]), str(row["ward"]))
            for i, row in enumerate(streets.top.to_dict("records"), start=1)
        ),
        frozenset({0}),
        note=asking.say(
            "Xếp theo số vụ; số vụ từng đường không đưa ra ngoài, để không suy ra được số nhỏ.",
            "In order of incidents; their numbers do not leave, so that no small one can be worked out.",
        ),
    )  # fmt: skip
    share = asking.percent(streets.share_half)
    return (
        Slide(
            asking.say(f"Một nửa số vụ nằm trên {share} số đoạn đường",
                       f"Half of the incidents lie on {share} of the street segments"),
            (body,), sources=source(asking),
        ),
    )  # fmt: skip


def method(asking: Asking, leaving: Released, spots: Spots | None, untold: tuple[str, ...]) -> Slide:
    """Return the slide that says what the figures rest on. untold : what the deck has no slide about, and why."""
    left, before = left_out(asking, leaving.figures), spoken(asking, leaving.n_before)
    lines = [
        asking.say(
            f"{used(asking, leaving.n)} trong kỳ, {before or 'không nêu'} ở kỳ trước. {left}.",
            f"{used(asking, leaving.n)} in the period, {before or 'not given'} before. {left}.",
        )
    ]
    if spots is not None:
        cell = asking.number(spots.cell_m)
        lines.append(
            asking.say(
                f"Điểm nóng: Gi* trên {asking.number(spots.cells)} ô {cell} m, giữ tỷ lệ phát hiện sai dưới 5 %; "
                f"nơi có ý nghĩa nhưng dưới {SMALL_N} vụ không tính là điểm nóng.",
                f"Hotspots: Gi* on {asking.number(spots.cells)} cells of {cell} m, false discoveries below 5%; "
                f"significant places of fewer than {SMALL_N} incidents are no hotspots.",
            )
        )
    lines += [
        *untold,
        asking.say(
            "Mức thay đổi được thử bằng phép thử nhị thức; vụ lặp lại gần nhau làm p thực lớn hơn.",
            "The change is tested by a binomial test; near repeats make the true p larger.",
        ),
        asking.say(
            "Bản đồ nói về nơi, không nói về người; không dùng để xếp hạng cán bộ.",
            "The maps are about places, not people; they do not rank officers.",
        ),
    ]
    return Slide(
        asking.say(
            "Số liệu này từ đâu và nói được đến đâu", "Where the figures are from and what they can say"
        ),
        (TextBody(tuple(lines)),),
        sources=source(asking),
    )
