"""Beside the Coverage map: the sentence, the card of the beat that is picked, and all beats as a table."""

from html import escape

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from geo.maps.coverage_layers import short_name
from geo.services.coverage.result import BeatCoverage, CoverageResult, Holder
from geo.ui import formats, map_frame
from geo.ui.i18n import t

_NAMED_VACANT = 2
# Less is the noise of two ways to draw one border.
_WORTH_SAYING_M2 = 100.0
_HECTARE_M2 = 10_000.0
_COLUMNS = ("beat", "officer", "households", "load", "incidents")
_ROW_PX = 30
_WIDTHS_PX = (118, 106, 48, 52, 38)


def verdict(found: CoverageResult) -> str:
    """Return the sentence that the page opens with."""
    figures = found.summary()
    day = formats.day(found.as_of)
    if not figures.wards and not figures.beats:
        return t("coverage.no_unit", day=day)
    if not figures.beats:
        numbers = {name: formats.number(getattr(figures, name)) for name in ("households", "wards")}
        return t("coverage.no_beats", day=day, **numbers)
    return t(
        "coverage.verdict",
        covered=formats.number(figures.covered_beats),
        beats=formats.number(figures.beats),
        households=formats.number(figures.covered),
        all=formats.number(figures.households),
        share=formats.percent(figures.covered / figures.households if figures.households else None),
        vacant=_vacant_words(found),
        gap=_gap_words(found),
    )


def _vacant_words(found: CoverageResult) -> str:
    vacant = found.vacant_beats
    if not vacant:
        return t("coverage.verdict.none")
    names = "; ".join(
        t(
            "coverage.verdict.beat",
            name=beat.name,
            ward=beat.unit_name or formats.NOTHING,
            households=formats.number(beat.tally.households),
        )
        for beat in vacant[:_NAMED_VACANT]
    )
    if len(vacant) > _NAMED_VACANT:
        names = t("coverage.verdict.more", names=names, n=formats.number(len(vacant) - _NAMED_VACANT))
    key = "coverage.verdict.one" if len(vacant) == 1 else "coverage.verdict.some"
    return t(key, n=formats.number(len(vacant)), names=names)


def _gap_words(found: CoverageResult) -> str:
    said = ""
    if found.gap_m2 >= _WORTH_SAYING_M2 or found.elsewhere.households:
        households = formats.number(found.elsewhere.households)
        said += t("coverage.verdict.gap", area=area(found.gap_m2), households=households)
    if found.overlap_m2 >= _WORTH_SAYING_M2:
        said += t("coverage.verdict.overlap", area=area(found.overlap_m2))
    return said


def area(square_metres: float) -> str:
    """Return an area as it is said: m², from a hectare on ha, from a square kilometre on km²."""
    if square_metres >= 100 * _HECTARE_M2:
        return f"{formats.number(square_metres / 1e6, 1)} km²"
    if square_metres >= _HECTARE_M2:
        return f"{formats.number(square_metres / _HECTARE_M2, 1)} ha"
    return f"{formats.number(square_metres)} m²"


def whole_card(found: CoverageResult) -> None:
    """Show the figures of everything that is looked at."""
    figures = found.summary()
    load = figures.load
    spread = " – ".join(formats.number(value) for value in (load.min, load.median, load.max))
    lines = [
        (t("coverage.covered_beats"), _share(figures.covered_beats, figures.beats)),
        (t("coverage.covered_households"), _share(figures.covered, figures.households)),
        (t("coverage.gap"), area(found.gap_m2)),
        (t("coverage.overlap"), area(found.overlap_m2)),
        (t("coverage.load_range"), spread),
    ]
    st.html(f"<div class='cv-card'>{_lines(lines)}<p class='cv-hint'>{escape(t('coverage.hint'))}</p></div>")


def beat_card(beat: BeatCoverage) -> None:
    """Show one beat: who holds it, and what is in it."""
    tally = beat.tally
    known = tally.households - tally.later
    fresh = t("coverage.freshness_of", share=formats.percent(tally.freshness, 0), n=formats.number(known))
    incidents = t(
        "coverage.incidents_of", n=formats.number(tally.incidents), reported=formats.number(tally.reported)
    )
    lines = [
        (t("coverage.households"), formats.number(tally.households)),
        (t("coverage.residents"), formats.number(tally.residents)),
        (t("coverage.load"), formats.number(beat.load)),
        (t("coverage.permanent"), formats.number(tally.permanent)),
        (t("coverage.temporary"), formats.number(tally.temporary)),
        (t("coverage.absent"), formats.number(tally.absent)),
        (t("coverage.incidents"), incidents),
        (t("coverage.freshness"), fresh),
        (t("coverage.area"), _area_and_parts(beat)),
    ]
    holders = "".join(_holder(holder) for holder in beat.holders)
    if beat.vacant:
        holders = f"<div class='cv-vacant'>{escape(t('coverage.nobody'))}</div>{holders}"
    blocks = t("coverage.blocks", n=formats.number(len(beat.blocks)))
    names = escape(", ".join(beat.blocks) or formats.NOTHING)
    st.html(
        f"<div class='cv-card'><h3>{escape(beat.name)} <small>{escape(beat.unit_name)} · {escape(beat.code)}"
        f"</small></h3>{holders}{_lines(lines)}"
        f"<details><summary>{escape(blocks)}</summary><p>{names}</p></details></div>"
    )


def _area_and_parts(beat: BeatCoverage) -> str:
    if beat.area_m2 is None:
        return t("coverage.no_border")
    words = t("coverage.one_part") if beat.parts == 1 else t("coverage.parts", n=formats.number(beat.parts))
    return f"{area(beat.area_m2)}, {words}"


def _holder(holder: Holder) -> str:
    role = t(f"coverage.role.{holder.role.value}")
    since = (
        t("coverage.since", day=formats.day(holder.since)) if holder.since else t("coverage.since_unknown")
    )
    until = f" {t('coverage.until', day=formats.day(holder.until))}" if holder.until else ""
    rank = f"{holder.rank} " if holder.rank else ""
    decision = f"{t('coverage.decision')} {holder.decision}" if holder.decision else t("coverage.no_decision")
    return (
        f"<div class='cv-holder'><b>{escape(rank + holder.display_name)}</b> <span>{escape(role)}</span>"
        f"<div>{escape(since + until)} · {escape(decision)}</div></div>"
    )


def _lines(lines: list[tuple[str, str]]) -> str:
    return "".join(
        f"<div class='cv-line'><span>{escape(label)}</span><b>{escape(value)}</b></div>"
        for label, value in lines
    )


def _share(part: int, whole: int) -> str:
    share = formats.percent(part / whole if whole else None)
    return t("coverage.of", share=share, n=formats.number(part), all=formats.number(whole))


def _in_order(found: CoverageResult) -> list[BeatCoverage]:
    """Return the beats, what needs action first: vacant, then the heaviest."""
    return sorted(found.beats, key=lambda beat: (not beat.vacant, -beat.tally.households, beat.code))


def picked_row(found: CoverageResult, key: str) -> str | None:
    """Return the code of the beat whose row is picked in the table of that key; known before it is shown."""
    at = map_frame.picked_position(key, len(found.beats))
    return None if at is None else _in_order(found)[at].code


def beat_table(found: CoverageResult, picked: str | None, key: str, height: int) -> None:
    """Show all beats, vacant ones first; a cell can be picked, see `picked_row`."""
    beats = _in_order(found)
    names = [t(f"coverage.col.{name}") for name in _COLUMNS]
    rows = [
        (
            _unique_name(beat, found),
            beat.primary.display_name if beat.primary else t("coverage.vacant"),
            beat.tally.households,
            beat.load,
            beat.tally.incidents,
        )
        for beat in beats
    ]
    shown = pd.DataFrame(rows, columns=names).astype({names[3]: "float64"})
    place = next((n for n, beat in enumerate(beats) if beat.code == picked), None)
    styled = shown.style.format(dict.fromkeys(names[2:], number_cell)).apply(
        lambda row: _row_style(beats[row.name].vacant, row.name == place), axis=1
    )
    pick_table(styled, dict(zip(names, _WIDTHS_PX, strict=True)), len(beats), key, height)


def pick_table(styled: Styler, widths_px: dict[str, int], rows: int, key: str, height: int) -> None:
    """Show a table of which a cell can be picked, no higher than its rows."""
    st.dataframe(
        styled, hide_index=True, height=min(height, _ROW_PX * (rows + 1) + 8), key=key,
        on_select="rerun", selection_mode="single-cell", placeholder=formats.NOTHING, row_height=_ROW_PX,
        column_config={name: st.column_config.Column(width=width) for name, width in widths_px.items()},
    )  # fmt: skip


def _unique_name(beat: BeatCoverage, found: CoverageResult) -> str:
    """Return the beat's name, with its ward where several are looked at: each counts its beats from 1."""
    name = short_name(beat.name)
    return f"{name}, {beat.unit_name}" if len(found.areas.wards) > 1 and beat.unit_name else name


def number_cell(value: object) -> str:
    """Return a number of a table as the reader writes it."""
    return formats.number(float(value))  # type: ignore[arg-type]


def _row_style(vacant: bool, picked: bool) -> list[str]:
    rules = ["font-weight: 600"] if picked else []
    if picked:
        rules.append("background-color: rgba(29, 78, 137, 0.16)")
    elif vacant:
        rules.append("background-color: rgba(179, 38, 30, 0.12)")
    return ["; ".join(rules)] * len(_COLUMNS)


STYLE = """<style>
.cv-card h3 { font-size: 1.08rem; margin: 0 0 .3rem; padding: 0; }
.cv-card h3 small { font-weight: 400; font-size: .82rem; color: var(--db-muted, #5b6375); }
.cv-line { display: flex; justify-content: space-between; gap: .8rem; font-size: .88rem; line-height: 1.6;
  font-variant-numeric: tabular-nums; }
.cv-line span { color: var(--db-muted, #5b6375); }
.cv-line b { font-weight: 600; text-align: right; white-space: nowrap; }
.cv-holder { font-size: .88rem; line-height: 1.4; padding: .15rem 0 .3rem; }
.cv-holder span, .cv-holder div, .cv-hint { color: var(--db-muted, #5b6375); }
.cv-holder div { font-size: .82rem; }
.cv-hint { font-size: .82rem; margin: .35rem 0 0; }
[data-testid="stButtonGroup"] button { padding: 0 .3rem !important; min-width: 0 !important; }
[data-testid="stButtonGroup"] button p { font-size: .86rem; white-space: nowrap; }
.cv-sub { font-weight: 600; font-size: .9rem; margin: .35rem 0 .05rem; }
.cv-sub small, .cv-changes small { font-weight: 400; color: var(--db-muted, #5b6375); }
.cv-todo { font-size: .88rem; line-height: 1.45; margin: .35rem 0 0; }
.cv-changes { font-size: .86rem; line-height: 1.45; margin: 0; padding-left: 1.05rem; max-height: 11rem;
  overflow-y: auto; }
.cv-vacant { color: var(--db-action, #b3261e); font-weight: 600; font-size: .9rem; padding: .1rem 0; }
.cv-card details { font-size: .84rem; margin-top: .25rem; }
.cv-card summary { cursor: pointer; color: var(--db-link, #1d4e89); }
.cv-card details p { margin: .2rem 0 0; max-height: 5.2rem; overflow-y: auto;
  color: var(--db-muted, #5b6375); }
</style>"""
