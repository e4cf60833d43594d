"""The deck of weekly hotspots: what changed, whether that is more than chance, who is responsible, what now."""

from collections.abc import Iterator

import numpy as np

from geo.briefing.asking import Asking
from geo.briefing.deck import ChartBody, ChartKind, Deck, MapBody, Slide, TextBody
from geo.briefing.hotspot_maps import numbered, outlines, spots_label
from geo.briefing.sentences import spoken
from geo.briefing.weekly_effect import kept_effects, no_effect
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
from geo.briefing.weekly_repeat import near_repeats, too_few_repeats
from geo.briefing.weekly_spots import spot_said, spot_slides, spots_said
from geo.domain.errors import InputError
from geo.services.hotspots.places import concentration
from geo.services.hotspots.review import SMALL_N, HotspotQuery, Review, review
from geo.services.hotspots.spots import Spots, hotspot_spots
from geo.services.hotspots.when import when

_SIGNIFICANT = 0.05
_SMALL_CHANGE = 0.01
_WARDS = 8


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
    if leaving.few:
        return asking.deck(title, (_too_few(asking),))
    asking.watch.begin()
    spots = _spots(asking)
    slides = (
        _summary(asking, leaving, spots),
        _rate_map(asking, leaving, spots),
        *_two_maps(asking, leaving),
        *spot_slides(asking, spots),
        *(slide for part in _parts(asking, leaving) for slide in part),
    )
    asking.watch.begin()
    repeats = near_repeats(asking, asking.query)
    asking.watch.begin()
    effects = kept_effects(asking)
    untold = (
        *(() if repeats else (too_few_repeats(asking),)),
        *(() if effects else (no_effect(asking),)),
    )
    return asking.deck(title, (*slides, *repeats, *effects, method(asking, leaving, spots, untold)))


def _parts(asking: Asking, leaving: Released) -> Iterator[tuple[Slide, ...]]:
    """Yield what takes a while, each part asked whether to go on."""
    query, database, actor = asking.query, asking.database, asking.actor
    asking.watch.begin()
    yield emerging(asking, query, used(asking, leaving.n))
    asking.watch.begin()
    times = when(database, actor, query)
    yield (trend(asking, times), clock(asking, times))
    asking.watch.begin()
    yield (*categories(asking, leaving), *ward_table(asking, leaving.figures))
    asking.watch.begin()
    yield street_table(asking, concentration(database, actor, query))
    asking.watch.begin()
    yield trusted(asking, query)


def _too_few(asking: Asking) -> Slide:
    lines = (
        asking.say(f"Kỳ này có dưới {SMALL_N} vụ: mọi con số đều là số nhỏ, nên không đưa ra ngoài.",
                   f"This period has fewer than {SMALL_N} incidents: every number is a small one and does not leave."),
        asking.say("Hãy chọn kỳ dài hơn hoặc đơn vị lớn hơn.", "Choose a longer period or a larger unit."),
    )  # fmt: skip
    title = asking.say("Quá ít vụ để báo cáo", "Too few incidents to report on")
    return Slide(title, (TextBody(lines),), sources=source(asking))


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


def _change(asking: Asking, leaving: Released) -> str:
    figures, n, before = leaving.figures, spoken(asking, leaving.n), spoken(asking, leaving.n_before)
    if n is None:
        return asking.say(
            "Điểm nóng của kỳ này; tổng số vụ không nêu", "Hotspots of the period; its total is not given"
        )
    if before is None or not leaving.told or figures.change is None:
        why = (
            asking.say(f"kỳ trước {before} vụ, quá ít để so sánh", f"{before} before, too few to compare with") if before
            else asking.say("số vụ kỳ trước không nêu", "how many before is not given")
        )  # fmt: skip
        return asking.say(f"{n} vụ; {why}", f"{n} incidents; {why}")
    by = asking.percent(abs(figures.change), 0 if abs(figures.change) >= _SMALL_CHANGE else 1)
    if figures.change == 0:
        return asking.say(
            f"{n} vụ, bằng kỳ trước (n = {before})", f"{n} incidents, as many as before (n = {before})"
        )
    up = figures.change > 0
    return asking.say(
        f"{n} vụ, {'tăng' if up else 'giảm'} {by} so với kỳ trước (n = {before})",
        f"{n} incidents, {'up' if up else 'down'} {by} on the period before (n = {before})",
    )


def _significance(asking: Asking, leaving: Released) -> str:
    figures = leaving.figures
    if not leaving.told:
        return asking.say(
            "Mức thay đổi không nêu: có kỳ quá ít vụ, hoặc nhiều kỳ chồng lên nhau đã được đưa ra trước đó.",
            "The change is not given: too few incidents, or many periods that overlap have left already.",
        )
    if np.isnan(figures.p_change) or figures.change is None:
        return asking.say("Chưa thể nói mức thay đổi có ý nghĩa hay không.",
                          "Whether the change means anything cannot be said.")  # fmt: skip
    p = asking.probability(figures.p_change)
    if figures.p_change < _SIGNIFICANT:
        return asking.say(
            f"Thay đổi này khó là ngẫu nhiên (p\u00a0{p}).", f"Chance alone seldom does this (p\u00a0{p})."
        )
    return asking.say(
        f"Thay đổi này có thể chỉ là ngẫu nhiên (p\u00a0{p}): chưa nên kết luận là tăng hay giảm.",
        f"Chance alone may do this (p\u00a0{p}): do not read a rise or a fall into it.",
    )


def _summary(asking: Asking, leaving: Released, spots: Spots | None) -> Slide:
    table = leaving.figures.table
    lines = [_significance(asking, leaving)]
    if spots is not None:
        lines += [spots_said(asking, spots), *(spot_said(asking, i, s) for i, s in numbered(spots)[:3])]
    by_ward = table.sort_values(["count", "name"], ascending=[False, True])
    most = by_ward[by_ward["bar"].notna()].head(3)
    named = ", ".join(
        f"{asking.place(name)} ({count})" for name, count in zip(most["name"], most["said"], strict=True)
    )
    if named and len(by_ward) > 1:
        lines.append(asking.say(f"Nhiều vụ nhất: {named}.", f"Most incidents: {named}."))
    shown = by_ward[by_ward["bar"].notna() | by_ward["bar_before"].notna()].head(_WARDS)
    chart = ChartBody(
        ChartKind.BARS, tuple(shown["name"]),
        (
            (asking.say("Kỳ này", "Now"), tuple(None if np.isnan(n) else n for n in shown["bar"])),
            (asking.say("Kỳ trước", "Before"), tuple(None if np.isnan(n) else n for n in shown["bar_before"])),
        ),
        asking.say("Số vụ theo phường", "Incidents by ward"),
    )  # fmt: skip
    beside = (chart,) if len(shown) else ()
    return Slide(
        _change(asking, leaving), (TextBody(tuple(lines)), *beside), notes="\n".join(lines),
        sources=source(asking),
    )  # fmt: skip


def _measured(asking: Asking, figures: Review) -> tuple[np.ndarray, np.ndarray, str]:
    """Return what the maps show, now and before, and its name: by households, by area where there are none."""
    table = figures.table
    if table["households"].sum():
        name = asking.say("Vụ trên 1.000 hộ trong kỳ", "Incidents per 1,000 households")
        return table["rate"].to_numpy(), table["rate_before"].to_numpy(), name
    km2 = asking.chosen.geometry.area.to_numpy() / 1e6
    name = asking.say("Vụ trên km² trong kỳ", "Incidents per km²")
    return table["bar"].to_numpy() / km2, table["bar_before"].to_numpy() / km2, name


def _rate_map(asking: Asking, leaving: Released, spots: Spots | None) -> Slide:
    figures = leaving.figures
    rates, _, measured = _measured(asking, figures)
    classes, keys = asking.rate_keys(rates)
    body = asking.ward_map(
        rates, classes, keys,
        keys_title=measured,
        n=used(asking, leaving.n), left_out=left_out(asking, figures),
        outlines=outlines(asking, spots),
        outlines_label=spots_label(asking, spots) if spots else "",
    )  # fmt: skip
    return Slide(_spots_title(asking, spots, len(rates)), (body,), sources=source(asking))


def _spots_title(asking: Asking, spots: Spots | None, wards: int) -> str:
    if spots is None or not spots.spots:
        return asking.say("Không có điểm nóng nào nổi lên trên bản đồ", "No hotspot stands out on the map")
    n, hit = len(spots.spots), {spot.ward_code for spot in spots.spots}
    if wards == 1:
        named = asking.place(str(asking.chosen["name"].iloc[0]))
        return asking.say(
            f"{n} điểm nóng ở {named}", f"{n} hotspots in {named}" if n > 1 else f"One hotspot in {named}"
        )
    return asking.say(
        f"{n} điểm nóng nằm ở {len(hit)} trong {wards} phường",
        f"{n} hotspots lie in {len(hit)} of {wards} wards",
    )


def _two_maps(asking: Asking, leaving: Released) -> tuple[Slide, ...]:
    """Return the slide of both periods; none where no ward can be told in both, or there is but one.

    The classes of one ward would be its two rates, and paint the least change from light to dark.
    """
    figures, table = leaving.figures, leaving.figures.table
    if len(table) < 2:
        return ()
    now, before, title = _measured(asking, figures)
    known = table["bar"].notna() & table["bar_before"].notna()
    if not known.any() or np.isnan(now).all() or np.isnan(before).all():
        return ()
    classes, keys = asking.rate_keys(now, before)

    def body(values: np.ndarray, n: str, caption: str) -> MapBody:
        return asking.ward_map(
            values, classes, keys, keys_title=title, n=used(asking, n), caption=caption,
            left_out=left_out(asking, figures),
        )  # fmt: skip

    maps = (
        body(before, leaving.n_before, _dated(asking, "Kỳ trước", "Before", figures.compared)),
        body(now, leaving.n, _dated(asking, "Kỳ này", "Now", figures.query)),
    )
    up = int((table["bar"] > table["bar_before"]).sum())
    down = int((table["bar"] < table["bar_before"]).sum())
    same = int((table["bar"] == table["bar_before"]).sum())
    untold = int((~known).sum())
    kept = asking.say(f", {same} không đổi", f", {same} did not change") if same else ""
    more = asking.say(f"; {untold} phường không so được", f"; {untold} cannot be compared") if untold else ""
    said = asking.say(
        f"{up} phường tăng, {down} phường giảm{kept} so với kỳ trước{more}",
        f"{up} wards rose and {down} fell{kept} against the period before{more}",
    )
    return (Slide(said, maps, sources=source(asking)),)


def _dated(asking: Asking, vi: str, en: str, query: HotspotQuery) -> str:
    return f"{asking.say(vi, en)}, {asking.day(query.start)} – {asking.day(query.end)}"
