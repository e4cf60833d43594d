"""The deck of weekly hotspots: what changed, whether that is more than chance, who is responsible, what now."""

import geopandas as gpd
import numpy as np

from geo.briefing.asking import Asking
from geo.briefing.deck import ChartBody, ChartKind, Deck, MapBody, Slide, TableBody, TextBody
from geo.domain.crs import STORAGE_CRS
from geo.domain.errors import InputError
from geo.domain.numerals import signed
from geo.services.hotspot_places import Concentration, concentration
from geo.services.hotspot_spots import Spot, Spots, hotspot_spots
from geo.services.hotspot_when import When, when
from geo.services.hotspots import SMALL_N, Review, by_category, review

_SIGNIFICANT = 0.05
_CATEGORIES = 8
_TREND_WEEKS = 26


def build(asking: Asking) -> Deck:
    """Return the deck. Raises InputError ``unknown_unit``."""
    query = asking.query
    figures = review(asking.database, asking.actor, query)
    title = asking.say("Điểm nóng trong kỳ", "Hotspots of the period")
    if not figures.n and not figures.n_before:
        return asking.deck(title, (_nothing(asking, figures),))
    spots = _spots(asking)
    times = when(asking.database, asking.actor, query)
    streets = concentration(asking.database, asking.actor, query)
    slides = (
        _summary(asking, figures, spots),
        _rate_map(asking, figures, spots),
        _two_maps(asking, figures),
        *_spot_slides(asking, spots),
        _trend(asking, times),
        _clock(asking, times),
        _categories(asking, figures),
        _ward_table(asking, figures),
        *_street_table(asking, streets),
        _method(asking, figures, spots),
    )
    return asking.deck(title, slides)


def _spots(asking: Asking) -> Spots | None:
    try:
        return hotspot_spots(asking.database, asking.actor, asking.query, asking.query.before())
    except InputError as fault:  # wards without a border: everything else can still be said
        if fault.code != "no_points":
            raise
        return None


def _source(asking: Asking) -> str:
    return asking.say(
        "Nguồn: vụ việc được trình báo trong CSDL Địa Bàn; không gồm vụ do lực lượng tự phát hiện.",
        "Source: reported incidents in the Địa Bàn database; discovered ones are not among them.",
    )


def _nothing(asking: Asking, figures: Review) -> Slide:
    reach = asking.day(figures.data_since)
    lines = (
        asking.say(
            "Không có vụ việc nào được trình báo trong kỳ này và kỳ trước.",
            "No incident was reported in this period or the one before.",
        ),
        asking.say(
            f"Dữ liệu trong phạm vi bắt đầu từ ngày {reach}. Kiểm tra lại kỳ báo cáo, đơn vị và việc nhập dữ liệu.",
            f"The data in scope begins on {reach}. Check the period, the unit and the imports.",
        )
        if figures.data_since
        else asking.say(
            "Trong phạm vi chưa có vụ việc nào. Hãy nhập dữ liệu vụ việc trước.",
            "There is no incident in scope yet. Import incidents first.",
        ),
    )
    return Slide(
        asking.say("Kỳ này không có vụ việc nào để báo cáo", "There is no incident to report on"),
        (TextBody(lines),),
        sources=_source(asking),
    )


def _change(asking: Asking, figures: Review) -> str:
    if figures.change is None:
        return asking.say(
            f"{asking.number(figures.n)} vụ; không có kỳ trước để so sánh",
            f"{asking.number(figures.n)} incidents; there is no earlier period to compare with",
        )
    by = asking.percent(abs(figures.change))
    n, before = asking.number(figures.n), asking.number(figures.n_before)
    if figures.change == 0:
        return asking.say(
            f"{n} vụ, bằng kỳ trước (n = {before})", f"{n} incidents, as many as before (n = {before})"
        )
    up = figures.change > 0
    return asking.say(
        f"{n} vụ, {'tăng' if up else 'giảm'} {by} so với kỳ trước (n = {before})",
        f"{n} incidents, {'up' if up else 'down'} {by} on the period before (n = {before})",
    )


def _significance(asking: Asking, figures: Review) -> str:
    if np.isnan(figures.p_change) or figures.change is None:
        return asking.say("Chưa thể nói mức thay đổi có ý nghĩa hay không.",
                          "Whether the change means anything cannot be said.")  # fmt: skip
    p = asking.number(figures.p_change, 3)
    if figures.p_change < _SIGNIFICANT:
        return asking.say(
            f"Thay đổi này khó là ngẫu nhiên (p = {p}).", f"Chance alone seldom does this (p = {p})."
        )
    return asking.say(
        f"Thay đổi này có thể chỉ là ngẫu nhiên (p = {p}): chưa nên kết luận là tăng hay giảm.",
        f"Chance alone may do this (p = {p}): do not read a rise or a fall into it.",
    )


def _summary(asking: Asking, figures: Review, spots: Spots | None) -> Slide:
    lines = [_significance(asking, figures)]
    if spots is not None:
        lines += [_spots_said(asking, spots), *(_spot_said(asking, i, s) for i, s in _numbered(spots)[:3])]
    most = figures.table.sort_values(["count", "name"], ascending=[False, True]).head(3)
    named = ", ".join(
        f"{name} ({asking.number(count)})" for name, count in zip(most["name"], most["count"], strict=True)
    )
    lines.append(asking.say(f"Nhiều vụ nhất: {named}.", f"Most incidents: {named}."))
    return Slide(
        _change(asking, figures), (TextBody(tuple(lines)),), notes="\n".join(lines), sources=_source(asking)
    )


def _spots_said(asking: Asking, spots: Spots) -> str:
    n = len(spots.spots)
    if not n:
        return asking.say(
            "Không có điểm nóng nào có ý nghĩa thống kê.", "No hotspot is statistically significant."
        )
    new = asking.number(spots.new)
    gone = asking.number(spots.gone)
    return asking.say(
        f"{n} điểm nóng có ý nghĩa thống kê: {new} mới, {gone} điểm của kỳ trước không còn nóng.",
        f"{n} significant hotspots: {new} new, {gone} of the period before are no longer hot.",
    )


def _numbered(spots: Spots) -> list[tuple[int, Spot]]:
    return list(enumerate(spots.spots, start=1))


def _responsible(asking: Asking, spot: Spot) -> str:
    if not spot.beats or spot.beats[0].beat is None:
        return asking.say("chưa thuộc khu vực nào", "in no beat")
    beat = spot.beats[0].beat
    holder = beat.primary
    if holder is None:
        return asking.say(f"{beat.name}: chưa có người phụ trách", f"{beat.name}: nobody is responsible")
    return f"{beat.name}: {holder.rank + ' ' if holder.rank else ''}{holder.display_name}"


def _spot_said(asking: Asking, number: int, spot: Spot) -> str:
    new = asking.say(" (mới)", " (new)") if spot.new else ""
    return asking.say(
        f"Điểm {number}, {spot.ward_name}{new}: {spot.count} vụ, kỳ trước {spot.before}; "
        f"{_responsible(asking, spot)}.",
        f"Spot {number}, {spot.ward_name}{new}: {spot.count} incidents, {spot.before} before; "
        f"{_responsible(asking, spot)}.",
    )


def _used(asking: Asking, n: int) -> str:
    return asking.say(f"n = {asking.number(n)} vụ", f"n = {asking.number(n)} incidents")


def _left_out(asking: Asking, figures: Review) -> str:
    left = figures.left_out
    reasons = (
        (left.outside, asking.say("ngoài mọi phường", "outside every ward")),
        (left.without_place, asking.say("không rõ nơi", "without a place")),
        (left.undated, asking.say("không rõ ngày", "without a day")),
    )
    said = ", ".join(f"{asking.number(n)} {reason}" for n, reason in reasons if n)
    return asking.say(f"Không tính: {said}", f"Left out: {said}") if said else asking.say(
        "Không bỏ vụ nào", "Nothing left out"
    )


def _outlines(asking: Asking, spots: Spots | None) -> gpd.GeoDataFrame | None:
    if spots is None or not spots.spots:
        return None
    word = asking.say("Điểm nóng", "Hotspot")
    frame = gpd.GeoDataFrame(
        {
            "name": [f"{word} {i}" for i, _ in _numbered(spots)],
            "label": [str(i) for i, _ in _numbered(spots)],
        },
        geometry=[spot.shape for spot in spots.spots],
        crs=STORAGE_CRS,
    )
    return frame.to_crs(asking.wards.metric_crs)


def _rate_map(asking: Asking, figures: Review, spots: Spots | None) -> Slide:
    rates = figures.table["rate"].to_numpy()
    classes, keys = asking.rate_keys(rates)
    body = asking.ward_map(
        rates, classes, keys,
        keys_title=asking.say("Vụ trên 1.000 hộ trong kỳ", "Incidents per 1,000 households"),
        n=_used(asking, figures.n), left_out=_left_out(asking, figures),
        outlines=_outlines(asking, spots),
        outlines_label=asking.say("Điểm nóng (Gi*, q < 0,05)", "Hotspot (Gi*, q < 0.05)"),
    )  # fmt: skip
    n_spots = len(spots.spots) if spots else 0
    wards_hit = len({spot.ward_code for spot in spots.spots}) if spots else 0
    title = (
        asking.say(
            f"{n_spots} điểm nóng nằm ở {wards_hit} trong {len(rates)} phường",
            f"{n_spots} hotspots lie in {wards_hit} of {len(rates)} wards",
        )
        if n_spots
        else asking.say("Không có điểm nóng nào nổi lên trên bản đồ", "No hotspot stands out on the map")
    )
    return Slide(title, (body,), sources=_source(asking))


def _two_maps(asking: Asking, figures: Review) -> Slide:
    table = figures.table
    now, before = table["rate"].to_numpy(), table["rate_before"].to_numpy()
    classes, keys = asking.rate_keys(now, before)
    title = asking.say("Vụ trên 1.000 hộ", "Incidents per 1,000 households")

    def body(values: np.ndarray, n: int, caption: str) -> MapBody:
        return asking.ward_map(
            values, classes, keys, keys_title=title, n=_used(asking, n), caption=caption,
            left_out=_left_out(asking, figures),
        )  # fmt: skip

    compared = figures.compared
    maps = (
        body(before, figures.n_before, asking.say("Kỳ trước", "Before")),
        body(now, figures.n, asking.say("Kỳ này", "Now")),
    )
    up = int((table["count"] > table["before"]).sum())
    down = int((table["count"] < table["before"]).sum())
    return Slide(
        asking.say(
            f"{up} phường tăng, {down} phường giảm so với kỳ {asking.day(compared.start)} – "
            f"{asking.day(compared.end)}",
            f"{up} wards rose and {down} fell against {asking.day(compared.start)} – "
            f"{asking.day(compared.end)}",
        ),
        maps,
        sources=_source(asking),
    )


def _spot_slides(asking: Asking, spots: Spots | None) -> tuple[Slide, ...]:
    if spots is None or not spots.spots:
        return ()
    none = asking.say("–", "–")
    figures = TableBody(
        (
            asking.say("Số", "No."), asking.say("Phường", "Ward"), asking.say("Vụ", "Incidents"),
            asking.say("Kỳ trước", "Before"), asking.say("Tình trạng", "State"), "km²", "q",
            asking.say("Phụ trách phần lớn nhất", "Responsible for most of it"),
        ),
        tuple(
            (str(i), spot.ward_name, asking.number(spot.count), asking.number(spot.before),
             none if spot.new is None else asking.say("mới", "new") if spot.new
             else asking.say("kéo dài", "lasting"),
             asking.number(spot.area_km2, 2), asking.number(spot.q, 3), _responsible(asking, spot))
            for i, spot in _numbered(spots)
        ),
        frozenset({0, 2, 3, 5, 6}),
    )  # fmt: skip
    proposed = TableBody(
        (
            asking.say("Số", "No."), asking.say("Nơi", "Where"), asking.say("Phụ trách", "Responsible"),
            asking.say("Đề xuất", "Proposed"),
        ),
        tuple(
            (str(i), spot.ward_name, _responsible(asking, spot), _proposal(asking, spot))
            for i, spot in _numbered(spots)
        ),
        frozenset({0}),
    )  # fmt: skip
    open_ones = sum(spot.unassigned for spot in spots.spots)
    heavy = sum(spot.overloaded and not spot.unassigned for spot in spots.spots)
    return (
        Slide(
            asking.say(
                f"{spots.new} trong {len(spots.spots)} điểm nóng là mới",
                f"{spots.new} of {len(spots.spots)} hotspots are new",
            ),
            (figures,),
            sources=_source(asking),
        ),
        Slide(
            asking.say(
                f"Đề xuất: {open_ones} điểm nóng chưa có người phụ trách, {heavy} điểm do người quá tải phụ trách",
                f"Proposed: {open_ones} hotspots have nobody responsible, {heavy} are held by the overloaded",
            ),
            (proposed,),
            notes=asking.say(
                "Đề xuất sinh theo quy tắc từ tình trạng phụ trách; chỉ huy quyết định.",
                "Proposals follow rules from who is responsible; the commander decides.",
            ),
            sources=_source(asking),
        ),
    )


def _proposal(asking: Asking, spot: Spot) -> str:
    if spot.unassigned:
        return asking.say("Phân công người phụ trách trước khi tăng tuần tra",
                          "Assign somebody before more patrols")  # fmt: skip
    if spot.overloaded:
        return asking.say("San bớt địa bàn hoặc tăng người hỗ trợ", "Share out the beat, or send support")
    if spot.new:
        return asking.say("Xác minh nguyên nhân, tuần tra vào giờ cao điểm, xem lại sau một kỳ",
                          "Find the cause, patrol at the peak hours, look again after one period")  # fmt: skip
    return asking.say("Giữ biện pháp, đánh giá hiệu quả với nhóm đối chứng",
                      "Keep what is done, measure its effect against a control")  # fmt: skip


def _trend(asking: Asking, times: When) -> Slide:
    trend = times.trend
    if not len(trend):
        line = asking.say("Chưa đủ tuần trọn vẹn để vẽ xu hướng.", "There is no whole week to draw yet.")
        return Slide(line, (TextBody((line,)),), sources=_source(asking))
    part = slice(-_TREND_WEEKS, None)
    ends = trend.periods[part, 1].astype("datetime64[D]") - 1
    known = trend.band.known[part]

    def band(values: np.ndarray) -> tuple[float | None, ...]:
        return tuple(float(v) if k else None for v, k in zip(values[part], known, strict=True))

    body = ChartBody(
        ChartKind.LINES,
        tuple(f"{day.item():%d/%m}" for day in ends),
        (
            (asking.say("Số vụ", "Incidents"), tuple(float(n) for n in trend.counts[part])),
            (asking.say("Mong đợi, cao nhất", "Expected, highest"), band(trend.band.high)),
            (asking.say("Mong đợi, thấp nhất", "Expected, lowest"), band(trend.band.low)),
        ),
        asking.say("Số vụ mỗi tuần, theo ngày cuối tuần báo cáo", "Incidents a week, by its last day"),
    )
    verdict = int(trend.band.verdict[-1])
    title = {
        1: asking.say("Tuần trọn vẹn gần nhất cao hơn mức mong đợi",
                      "The last whole week is above what was to be expected"),
        0: asking.say("Tuần trọn vẹn gần nhất nằm trong mức mong đợi",
                      "The last whole week is within what was to be expected"),
        -1: asking.say("Tuần trọn vẹn gần nhất thấp hơn mức mong đợi",
                       "The last whole week is below what was to be expected"),
    }[verdict]  # fmt: skip
    return Slide(title, (body,), sources=_source(asking))


def _clock(asking: Asking, times: When) -> Slide:
    hours = times.hours
    weekdays = asking.say("Hai,Ba,Tư,Năm,Sáu,Bảy,CN", "Mon,Tue,Wed,Thu,Fri,Sat,Sun").split(",")
    series = asking.say("Số vụ", "Incidents")
    by_hour = ChartBody(
        ChartKind.COLUMNS, tuple(f"{hour}" for hour in range(24)),
        ((series, tuple(float(n) for n in hours.grid.sum(axis=0).round(1))),),
        asking.say("Số vụ theo giờ", "Incidents by hour"), digits=1,
        note=asking.say(
            f"{asking.number(hours.used)} vụ có giờ; vụ không rõ giờ ({asking.number(hours.day_only)}) "
            f"hoặc kéo dài quá 24 giờ ({asking.number(hours.too_long)}) không tính.",
            f"{asking.number(hours.used)} with an hour; {asking.number(hours.day_only)} known to the day only "
            f"and {asking.number(hours.too_long)} longer than 24 hours are left out.",
        ),
    )  # fmt: skip
    by_day = ChartBody(
        ChartKind.COLUMNS, tuple(weekdays),
        ((series, tuple(float(n) for n in hours.grid.sum(axis=1).round(1))),),
        asking.say("Số vụ theo thứ", "Incidents by weekday"), digits=1,
    )  # fmt: skip
    peak = hours.peak
    if peak is None or not hours.is_enough:
        title = asking.say(
            "Còn ít vụ: chưa nên kết luận về giờ cao điểm", "Few incidents: no peak hour can be told yet"
        )
    else:
        weekday = ("thứ Hai,thứ Ba,thứ Tư,thứ Năm,thứ Sáu,thứ Bảy,Chủ nhật").split(",")[peak.weekday]
        span = f"{peak.hour}–{peak.hour + 2}"
        title = asking.say(
            f"Cao điểm: {span} giờ {weekday}, {asking.percent(peak.share)} số vụ",
            f"Peak: {span} h on {weekdays[peak.weekday]}, {asking.percent(peak.share)} of the incidents",
        )
    return Slide(title, (by_hour, by_day), sources=_source(asking))


def _categories(asking: Asking, figures: Review) -> Slide:
    name = "name_vi" if asking.lang == "vi" else "name_en"
    now = by_category(asking.database, asking.actor, figures.query).set_index("code")
    before = by_category(asking.database, asking.actor, figures.compared).set_index("code")["count"]
    top = now.head(_CATEGORIES)
    if top.empty:
        line = asking.say("Kỳ này không có vụ nào", "There is no incident in this period")
        return Slide(line, (TextBody((line + ".",)),), sources=_source(asking))
    body = ChartBody(
        ChartKind.BARS, tuple(top[name]),
        (
            (asking.say("Kỳ này", "Now"), tuple(float(n) for n in top["count"])),
            (asking.say("Kỳ trước", "Before"), tuple(float(before.get(code, 0)) for code in top.index)),
        ),
        asking.say("Số vụ theo loại", "Incidents by category"),
    )  # fmt: skip
    first = str(top[name].iloc[0])
    share = asking.percent(float(top["count"].iloc[0]) / max(1, figures.n))
    return Slide(
        asking.say(f"Nhiều nhất là {first.lower()}: {share} số vụ", f"Most are {first.lower()}: {share}"),
        (body,),
        sources=_source(asking),
    )


def _ward_table(asking: Asking, figures: Review) -> Slide:
    table = figures.table.sort_values(["count", "name"], ascending=[False, True])
    rows = tuple(
        (
            row.name, asking.number(row.households), asking.number(row.count), asking.number(row.before),
            signed(row.count - row.before, 0, asking.lang),
            asking.signed_percent(row.change) if row.before >= SMALL_N
            else asking.say("ít vụ", "few"),
            asking.number(row.rate, 1),
        )
        for row in map(_Row, table.to_dict("records"))
    )  # fmt: skip
    first = str(table["name"].iloc[0])
    body = TableBody(
        (
            asking.say("Phường", "Ward"), asking.say("Số hộ", "Households"), asking.say("Kỳ này", "Now"),
            asking.say("Kỳ trước", "Before"), asking.say("Chênh", "Difference"),
            asking.say("Thay đổi", "Change"), asking.say("Vụ / 1.000 hộ", "Per 1,000"),
        ),
        rows, frozenset({1, 2, 3, 4, 5, 6}),
        note=asking.say(
            f"Dưới {SMALL_N} vụ ở kỳ trước thì không nói phần trăm.",
            f"Below {SMALL_N} before, no percentage is given.",
        ),
    )  # fmt: skip
    return Slide(
        asking.say(f"{first} có nhiều vụ nhất trong {len(table)} phường",
                   f"{first} has the most incidents of {len(table)} wards"),
        (body,), sources=_source(asking),
    )  # fmt: skip


def _street_table(asking: Asking, streets: Concentration) -> tuple[Slide, ...]:
    if streets.top.empty:
        return ()
    body = TableBody(
        (
            "#", asking.say("Đường", "Street"), asking.say("Phường", "Ward"), asking.say("Vụ", "Incidents"),
            asking.say("Tỷ lệ", "Share"),
        ),
        tuple(
            (str(i), str(row.name or row.code), str(row.ward), asking.number(row.n),
             asking.percent(row.share, 1))
            for i, row in enumerate(map(_Row, streets.top.to_dict("records")), start=1)
        ),
        frozenset({0, 3, 4}),
    )  # fmt: skip
    share = asking.percent(streets.share_half, 1)
    return (
        Slide(
            asking.say(f"Một nửa số vụ nằm trên {share} số đoạn đường",
                       f"Half of the incidents lie on {share} of the street segments"),
            (body,), sources=_source(asking),
        ),
    )  # fmt: skip


class _Row:
    """One row by its names."""

    def __init__(self, row: object) -> None:
        self.__dict__.update(dict(row))  # type: ignore[call-overload]


def _method(asking: Asking, figures: Review, spots: Spots | None) -> Slide:
    lines = [
        asking.say(
            f"{_used(asking, figures.n)} trong kỳ, {asking.number(figures.n_before)} ở kỳ trước. "
            f"{_left_out(asking, figures)}.",
            f"{_used(asking, figures.n)} in the period, {asking.number(figures.n_before)} before. "
            f"{_left_out(asking, figures)}.",
        )
    ]
    if spots is not None:
        cell = asking.number(spots.cell_m)
        lines.append(
            asking.say(
                f"Điểm nóng: Gi* trên {asking.number(spots.cells)} ô {cell} m, giữ tỷ lệ phát hiện sai dưới 5 %; "
                f"{spots.small} nơi có ý nghĩa nhưng dưới {SMALL_N} vụ không tính là điểm nóng.",
                f"Hotspots: Gi* on {asking.number(spots.cells)} cells of {cell} m, false discoveries below 5%; "
                f"{spots.small} significant places of fewer than {SMALL_N} incidents are no hotspots.",
            )
        )
    lines += [
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
        asking.say("Số liệu này từ đâu và nói được đến đâu", "Where the figures are from and what they can say"),
        (TextBody(tuple(lines)),),
        sources=_source(asking),
    )
