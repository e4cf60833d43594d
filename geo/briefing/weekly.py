"""The deck of weekly hotspots: what changed, whether that is more than chance, who is responsible, what now."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from geo.briefing.asking import Asking
from geo.briefing.deck import ChartBody, ChartKind, Deck, MapBody, Slide, TableBody, TextBody
from geo.briefing.hotspot_maps import numbered, outlines, spots_label
from geo.briefing.leaving import level_columns
from geo.briefing.weekly_evidence import emerging, trusted
from geo.briefing.weekly_figures import (
    categories,
    clock,
    left_out,
    method,
    source,
    street_table,
    trend,
    used,
    ward_table,
)
from geo.briefing.weekly_released import Released, released
from geo.domain.errors import InputError
from geo.services.hotspot_places import concentration
from geo.services.hotspot_spots import Spot, Spots, hotspot_spots
from geo.services.hotspot_when import when
from geo.services.hotspots import HotspotQuery, Review, review

_SIGNIFICANT = 0.05
_SMALL_CHANGE = 0.01
_SURE = 0.01
_WARDS = 8
_LISTED, _FEW_SPOTS = 8, 4


def build(asking: Asking) -> Deck:
    """Return the deck. Raises InputError ``unknown_unit``."""
    asking.watch.begin()
    figures = review(asking.database, asking.actor, asking.query)
    title = asking.say("Điểm nóng trong kỳ", "Hotspots of the period")
    if not figures.n and not figures.n_before:
        return asking.deck(title, (_nothing(asking, figures),))
    asking.watch.begin()
    leaving = released(asking, figures)
    figures = leaving.figures
    if not leaving.sayable:
        return asking.deck(title, (_too_few(asking),))
    asking.watch.begin()
    spots = _spots(asking)
    slides = (
        _summary(asking, figures, spots),
        _rate_map(asking, figures, spots),
        _two_maps(asking, figures),
        *_spot_slides(asking, spots),
        *(slide for part in _parts(asking, leaving) for slide in part),
        method(asking, figures, spots),
    )
    return asking.deck(title, slides)


def _parts(asking: Asking, leaving: Released) -> Iterator[tuple[Slide, ...]]:
    """Yield what takes a while, each part asked whether to go on."""
    query, database, actor = asking.query, asking.database, asking.actor
    asking.watch.begin()
    yield emerging(asking, query, used(asking, leaving.figures.n))
    asking.watch.begin()
    times = when(database, actor, query)
    yield (trend(asking, times), clock(asking, times))
    asking.watch.begin()
    yield (*categories(asking, leaving), ward_table(asking, leaving.figures))
    asking.watch.begin()
    yield street_table(asking, concentration(database, actor, query))
    asking.watch.begin()
    yield trusted(asking, query)


def _too_few(asking: Asking) -> Slide:
    line = asking.say(
        "Số vụ của kỳ này hoặc kỳ trước không được đưa ra ngoài: quá ít vụ, hoặc quá nhiều kỳ chồng lên nhau đã "
        "được đưa ra trước đó. Hãy chọn kỳ dài hơn, đơn vị lớn hơn, hoặc một kỳ đã báo cáo.",
        "The counts of this period or the one before cannot leave: too few incidents, or too many periods that "
        "overlap have left already. Choose a longer period, a larger unit, or a period reported before.",
    )
    return Slide(line, (TextBody((line,)),), sources=source(asking))


def _spots(asking: Asking) -> Spots | None:
    try:
        return hotspot_spots(asking.database, asking.actor, asking.query, asking.query.before())
    except InputError as fault:  # wards without a border: everything else can still be said
        if fault.code != "no_points":
            raise
        return None


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
        sources=source(asking),
    )


def _change(asking: Asking, figures: Review) -> str:
    if figures.change is None:
        return asking.say(
            f"{asking.number(figures.n)} vụ; không có kỳ trước để so sánh",
            f"{asking.number(figures.n)} incidents; there is no earlier period to compare with",
        )
    by = asking.percent(abs(figures.change), 0 if abs(figures.change) >= _SMALL_CHANGE else 1)
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
    p = asking.probability(figures.p_change)
    if figures.p_change < _SIGNIFICANT:
        return asking.say(
            f"Thay đổi này khó là ngẫu nhiên (p {p}).", f"Chance alone seldom does this (p {p})."
        )
    return asking.say(
        f"Thay đổi này có thể chỉ là ngẫu nhiên (p {p}): chưa nên kết luận là tăng hay giảm.",
        f"Chance alone may do this (p {p}): do not read a rise or a fall into it.",
    )


def _summary(asking: Asking, figures: Review, spots: Spots | None) -> Slide:
    lines = [_significance(asking, figures)]
    if spots is not None:
        lines += [_spots_said(asking, spots), *(_spot_said(asking, i, s) for i, s in numbered(spots)[:3])]
    most = figures.table.sort_values(["count", "name"], ascending=[False, True]).head(3)
    named = ", ".join(
        f"{asking.place(name)} ({count})" for name, count in zip(most["name"], most["said"], strict=True)
    )
    lines.append(asking.say(f"Nhiều vụ nhất: {named}.", f"Most incidents: {named}."))
    by_ward = figures.table.sort_values(["count", "name"], ascending=[False, True]).head(_WARDS)
    chart = ChartBody(
        ChartKind.BARS, tuple(by_ward["name"]),
        (
            (asking.say("Kỳ này", "Now"), tuple(None if np.isnan(n) else n for n in by_ward["bar"])),
            (asking.say("Kỳ trước", "Before"), tuple(None if np.isnan(n) else n for n in by_ward["bar_before"])),
        ),
        asking.say("Số vụ theo phường", "Incidents by ward"),
    )  # fmt: skip
    return Slide(
        _change(asking, figures), (TextBody(tuple(lines)), chart), notes="\n".join(lines),
        sources=source(asking),
    )  # fmt: skip


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
        f"Điểm {number}, {asking.place(spot.ward_name)}{new}: {_responsible(asking, spot)}.",
        f"Spot {number}, {asking.place(spot.ward_name)}{new}: {_responsible(asking, spot)}.",
    )


def _measured(asking: Asking, figures: Review) -> tuple[np.ndarray, np.ndarray, str]:
    """Return what the maps show, now and before, and its name: by households, by area where there are none."""
    table = figures.table
    if table["households"].sum():
        name = asking.say("Vụ trên 1.000 hộ trong kỳ", "Incidents per 1,000 households")
        return table["rate"].to_numpy(), table["rate_before"].to_numpy(), name
    km2 = asking.chosen.geometry.area.to_numpy() / 1e6
    name = asking.say("Vụ trên km² trong kỳ", "Incidents per km²")
    return table["count"].to_numpy() / km2, table["before"].to_numpy() / km2, name


def _rate_map(asking: Asking, figures: Review, spots: Spots | None) -> Slide:
    rates, _, measured = _measured(asking, figures)
    classes, keys = asking.rate_keys(rates)
    body = asking.ward_map(
        rates, classes, keys,
        keys_title=measured,
        n=used(asking, figures.n), left_out=left_out(asking, figures),
        outlines=outlines(asking, spots),
        outlines_label=spots_label(asking, spots) if spots else "",
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
    return Slide(title, (body,), sources=source(asking))


def _two_maps(asking: Asking, figures: Review) -> Slide:
    table = figures.table
    now, before, title = _measured(asking, figures)
    classes, keys = asking.rate_keys(now, before)

    def body(values: np.ndarray, n: int, caption: str) -> MapBody:
        return asking.ward_map(
            values, classes, keys, keys_title=title, n=used(asking, n), caption=caption,
            left_out=left_out(asking, figures),
        )  # fmt: skip

    maps = (
        body(before, figures.n_before, _dated(asking, "Kỳ trước", "Before", figures.compared)),
        body(now, figures.n, _dated(asking, "Kỳ này", "Now", figures.query)),
    )
    up = int((table["count"] > table["before"]).sum())
    down = int((table["count"] < table["before"]).sum())
    return Slide(
        asking.say(
            f"{up} phường tăng, {down} phường giảm so với kỳ trước",
            f"{up} wards rose and {down} fell against the period before",
        ),
        maps,
        sources=source(asking),
    )


def _dated(asking: Asking, vi: str, en: str, query: HotspotQuery) -> str:
    return f"{asking.say(vi, en)}, {asking.day(query.start)} – {asking.day(query.end)}"


def _spot_slides(asking: Asking, spots: Spots | None) -> tuple[Slide, ...]:
    if spots is None or not spots.spots:
        return ()
    listed = numbered(spots)[:_LISTED]
    left = len(spots.spots) - len(listed)
    note = asking.say(
        "Đề xuất sinh theo quy tắc từ tình trạng phụ trách; chỉ huy quyết định.",
        "Proposals follow rules from who is responsible; the commander decides.",
    )
    more = asking.say(
        f"Còn {left} điểm nhỏ hơn, xem ở trang Điểm nóng.", f"{left} smaller ones are on the page Hotspots."
    )
    figures = TableBody(
        (
            asking.say("Số", "No."), asking.say("Phường", "Ward"),
            asking.say("Tình trạng", "State"), "km²", "q",
            asking.say("Phụ trách phần lớn nhất", "Responsible for most of it"),
        ),
        tuple(
            (str(i), spot.ward_name, _state(asking, spot), asking.number(spot.area_km2, 2),
             _strict(asking, spot.q), _responsible(asking, spot))
            for i, spot in listed
        ),
        frozenset({0, 3, 4}), note=more if left else "",
    )  # fmt: skip
    proposed = TableBody(
        (
            asking.say("Số", "No."), asking.say("Nơi", "Where"), asking.say("Phụ trách", "Responsible"),
            asking.say("Đề xuất", "Proposed"),
        ),
        tuple(
            (str(i), spot.ward_name, _responsible(asking, spot), _proposal(asking, spot))
            for i, spot in listed
        ),
        frozenset({0}), note=note,
    )  # fmt: skip
    new = asking.say(
        f"{spots.new} trong {len(spots.spots)} điểm nóng là mới",
        f"{spots.new} of {len(spots.spots)} hotspots are new",
    )
    held = _held(asking, spots)
    if len(listed) <= _FEW_SPOTS:
        title = f"{new}; {held[0].lower()}{held[1:]}"
        return (Slide(title, (figures, proposed), note, source(asking)),)
    beside = level_columns(
        asking, tuple(str(i) for i, _ in listed),
        asking.say("Mức theo điểm nóng, cao nhất là 100", "Level by hotspot, the highest is 100"),
        (asking.say("Kỳ này", "Now"), [spot.count for _, spot in listed]),
        (asking.say("Kỳ trước", "Before"), [spot.before for _, spot in listed]),
    )  # fmt: skip
    alike = {_proposal(asking, spot) for _, spot in listed}
    if len(alike) == 1:  # a column that says the same in every row says it once
        figures = replace(figures, note=" ".join(part for part in (figures.note, note) if part))
        title = f"{new}; {held[0].lower()}{held[1:]}: {alike.pop().lower()}"
        return (Slide(title, (figures, beside), note, source(asking)),)
    return (
        Slide(new, (figures, beside), sources=source(asking)),
        Slide(held, (proposed,), note, source(asking)),
    )


def _state(asking: Asking, spot: Spot) -> str:
    if spot.new is None:
        return "–"
    return asking.say("mới", "new") if spot.new else asking.say("kéo dài", "lasting")


def _held(asking: Asking, spots: Spots) -> str:
    alone = sum(spot.unassigned for spot in spots.spots)
    heavy = sum(spot.overloaded and not spot.unassigned for spot in spots.spots)
    if alone == len(spots.spots):
        return asking.say("Chưa điểm nào có người phụ trách", "None has anybody responsible")
    parts = [
        *(
            [asking.say(f"{alone} điểm chưa có người phụ trách", f"{alone} with nobody responsible")]
            if alone
            else []
        ),
        *(
            [asking.say(f"{heavy} điểm do người quá tải phụ trách", f"{heavy} held by the overloaded")]
            if heavy
            else []
        ),
    ]
    return ", ".join(parts) or asking.say("Điểm nào cũng có người phụ trách", "Each has somebody responsible")


def _strict(asking: Asking, q: float) -> str:
    """Return how sure a hotspot is; its q to the digit would be its count in other words."""
    return f"<\u00a0{asking.number(_SURE if q < _SURE else _SIGNIFICANT, 2)}"


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
