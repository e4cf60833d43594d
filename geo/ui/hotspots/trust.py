"""The part "How good is the map" of the Hotspots page: tests on past periods, and how sure ranks are."""

from dataclasses import replace

import altair as alt
import streamlit as st

from geo.maps.legend import Legend, LegendEntry
from geo.maps.overlay import AREA_OPACITY, Paint
from geo.maps.palettes import Theme, sequential
from geo.maps.popups import card
from geo.services.hotspots.review import SMALL_N
from geo.services.hotspots.trust import LEARNED, SHARES, Finding, Method, Record, TopCells, Trust, trust
from geo.ui import charts, formats, guard, map_frame, state
from geo.ui.hotspots import found as hotspots_found
from geo.ui.hotspots.found import Found
from geo.ui.hotspots.page import Page
from geo.ui.hotspots.state import HotspotsView
from geo.ui.hotspots.tables import finding, hint, table, title
from geo.ui.i18n import t

_COLUMNS = (5.2, 3.4, 3.1)
_CHART_PX = 132
_SURE, _LIKELY = 0.9, 0.6
_KEY = "hotspots.trust."


def show(page: Page, view: HotspotsView) -> HotspotsView:
    """Answer "how good is the map"; return the view as the part's settings left it."""
    sides = st.columns(_COLUMNS, gap="small")
    left, middle, right = (side.container(gap="xsmall") for side in sides)
    with left:
        view = _settings(view)
        state.keep(view, HotspotsView())  # before the work: a click meanwhile stops this run
        with st.spinner(t("trust.reading")):
            found = trust(guard.database(), page.actor, page.query, view.learned)
        finding(_finding(page, found, view.share))
        if found.tests:
            _methods(found, view.share)
        hint(_notes(found))
    with middle:
        hotspots_found.show(page, _cells(found, map_frame.theme()), "hotspots.trust.map")
    with right:
        _top(found.top)
    return view


def _settings(view: HotspotsView) -> HotspotsView:
    at_left, at_right = st.columns(2)
    with at_left:
        share = st.selectbox(
            t("trust.share"),
            SHARES,
            key=state.seeded(f"{_KEY}share", view.share if view.share in SHARES else SHARES[-1]),
            format_func=lambda part: t("trust.share_of", share=formats.percent(part, 0)),
        )
    with at_right:
        learned = st.selectbox(
            t("trust.learned"),
            LEARNED,
            key=state.seeded(f"{_KEY}learned", view.learned if view.learned in LEARNED else LEARNED[0]),
            format_func=_learned,
        )
    return replace(view, share=share, learned=learned)


def _finding(page: Page, found: Trust, share: float) -> str:
    advice = found.advice(share)
    if advice is None:
        since = page.review.data_since
        return t(
            "trust.none",
            learned=formats.number(found.learned),
            days=formats.number(found.query.days),
            since=t("trust.since", day=formats.day(since)) if since else "",
        )
    best = found.at(share)[0]
    methods = ", ".join(
        f"{_name(record.method)} {formats.percent(record.hit_rate, 0)}" for record in found.at(share)
    )
    said = t(
        "trust.caught",
        share=formats.percent(share, 0),
        area=formats.number(found.area_km2(best.area_share), 1 if best.area_share * found.cells > 9 else 2),
        cells=formats.number(best.cells),
        learned=_learned(found.learned),
        methods=methods,
    )
    points = {
        name: formats.signed(100 * value, 1)
        for name, value in (("gain", advice.gain), ("low", advice.low), ("high", advice.high))
    }
    more = t(
        f"trust.{advice.finding.value}",
        best=_name(advice.best),
        tests=formats.number(len(found.tests)),
        events=formats.number(found.events),
        **points,
    )
    return f"{said} {more}"


def _learned(periods: int) -> str:
    return t("trust.learned_of.1" if periods == 1 else "trust.learned_of", n=periods)


def _name(method: Method) -> str:
    return t(f"trust.method.{method.value}")


def _methods(found: Trust, share: float) -> None:
    records = found.at(share)
    title(t("trust.chart"))
    hint(t("trust.chart_how", tests=formats.number(len(found.tests))))
    charts.show(_chart(found, records), _CHART_PX, t("trust.chart"))
    advice = found.advice(share)
    recommended = [
        i
        for i, record in enumerate(records)
        if advice and advice.finding is not Finding.CHANCE and record.method is advice.recommended
    ]
    names = ("method", "hit", "spread", "pai", "pei", "ties")
    table([t(f"trust.col.{name}") for name in names], [_row(one) for one in records], strong=recommended)
    hint(t("trust.table_how", cell=formats.number(found.cell_m), h=formats.number(found.bandwidth_m)))


def _row(record: Record) -> list[str]:
    return [
        _name(record.method),
        formats.percent(record.hit_rate, 0),
        _between(*record.spread),
        formats.number(record.pai, 1),
        formats.percent(record.pei, 0),
        _between(record.tie_low, record.tie_high),
    ]


def _between(low: float, high: float) -> str:
    first, last = formats.number(100 * low), formats.percent(high, 0)
    return last if formats.percent(low, 0) == last else f"{first}–{last}"


def _chart(found: Trust, records: tuple[Record, ...]) -> charts.Chart:
    tone, names = charts.colours(), [_name(record.method) for record in records]
    dots = [
        {"method": name, "rate": float(rate),
         "said": t("trust.dot", method=name, period=formats.period(test.start, test.end),
                   rate=formats.percent(rate, 0), n=formats.number(test.events))}
        for name, record in zip(names, records, strict=True)
        for test, rate in zip(found.tests, record.hit_rates.tolist(), strict=True)
    ]  # fmt: skip
    bars = [
        {"method": name, "rate": record.hit_rate,
         "said": t("trust.bar", method=name, tests=formats.number(len(found.tests)),
                   rate=formats.percent(record.hit_rate, 0))}
        for name, record in zip(names, records, strict=True)
    ]  # fmt: skip
    most = max(*(float(record.hit_rates.max()) for record in records), records[0].area_share)
    across = alt.X(
        "rate:Q",
        title=t("trust.axis"),
        scale=alt.Scale(domain=[0, min(1.0, 1.08 * most)], nice=False),
        axis=alt.Axis(format=".0%", tickCount=5),
    )
    down = alt.Y("method:N", sort=names, title=None, axis=alt.Axis(labelLimit=160, ticks=False))
    tooltip = alt.Tooltip("said:N")
    chance = alt.Chart(charts.rows_of([{"rate": records[0].area_share}])).encode(x=across)
    layers = [
        chance.mark_rule(color=tone.context, strokeDash=[4, 3]),
        alt.Chart(charts.rows_of(dots))
        .mark_point(filled=True, size=55, opacity=0.55, color=tone.main)
        .encode(x=across, y=down, tooltip=tooltip),
        alt.Chart(charts.rows_of(bars))
        .mark_tick(thickness=3, size=26, color=tone.ink)
        .encode(x=across, y=down, tooltip=tooltip),
    ]
    return alt.LayerChart(layer=layers)


def _notes(found: Trust) -> str:
    said = []
    if found.tests:
        said.append(
            t(
                "trust.used",
                tests=formats.number(len(found.tests)),
                days=formats.number(found.query.days),
                events=formats.number(found.events),
            )
        )
    for name, n in (
        ("missing", found.missing), ("not_in_cells", found.not_in_cells),
        ("undated", found.left_out.undated),
    ):  # fmt: skip
        if n:
            said.append(t(f"trust.{name}", n=formats.number(n)))
    return " ".join(said)


def _top(top: TopCells) -> None:
    title(t("trust.top"))
    frame = top.frame
    if len(frame):
        if int(frame["count"].iloc[0]) < SMALL_N:
            hint(t("trust.top_few", n=formats.number(frame["count"].iloc[0])))
        else:
            sure = int((frame["in_top"] >= _SURE).sum())
            hint(t("trust.top_sure", sure=formats.number(sure), n=formats.number(len(frame))))
        rows = [
            [f"{i} · {name}", formats.number(count), formats.percent(share, 0), f"{low:.0f}–{high:.0f}"]
            for i, (name, count, share, low, high) in enumerate(
                zip(*(frame[one].tolist() for one in ("name", "count", "in_top", "rank_low", "rank_high")),
                    strict=True), start=1)
        ]  # fmt: skip
        table([t(f"trust.col.{name}") for name in ("cell", "count", "in_top", "ranks")], rows)
        hint(t("trust.top_how", resamples=formats.number(top.resamples)))
    elif not top.hidden:
        hint(t("trust.top_none"))
    if top.hidden:
        hint(t("trust.top_hidden", n=formats.number(top.hidden)))


def _cells(found: Trust, theme: Theme) -> Found:
    frame = found.top.frame
    toss, likely, sure = (sequential(7, theme)[i] for i in (1, 3, 5))
    codes = [str(i + 1) for i in range(len(frame))]
    shown = frame[["geometry"]].assign(code=codes, name=codes, label=codes)
    paints = {
        code: Paint(
            sure if share >= _SURE else likely if share >= _LIKELY else toss,
            card=card(
                f"{code} · {name}",
                [
                    (t("hotspots.count"), formats.number(count)),
                    (t("trust.legend"), formats.percent(share, 0)),
                ],
            ),
        )
        for code, name, count, share in zip(
            codes, frame["name"].tolist(), frame["count"].tolist(), frame["in_top"].tolist(), strict=True
        )
    }
    legend = Legend(
        t("trust.legend"),
        t("trust.legend_unit"),
        (
            LegendEntry(toss, t("trust.legend.toss"), opacity=AREA_OPACITY),
            LegendEntry(likely, t("trust.legend.likely"), opacity=AREA_OPACITY),
            LegendEntry(sure, t("trust.legend.sure"), opacity=AREA_OPACITY),
        ),
        (t("hotspots.legend.n", n=formats.number(found.n)),),
    )
    return Found(shown, paints, legend)
