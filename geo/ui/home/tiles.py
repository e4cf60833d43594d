"""The four tiles of Home: a work each, with value, target, n, denominator and the trend."""

from base64 import b64encode
from collections.abc import Sequence
from html import escape

from geo.services.targets import Targets
from geo.services.works.board import Board
from geo.services.works.figures import Figures, Measure, Work
from geo.ui import chart_look, formats, works_words
from geo.ui.i18n import t

_WIDTH, _HEIGHT, _PAD = 132.0, 30.0, 3.0


def tile(board: Board, targets: Targets, work: Work) -> str:
    """Return the tile of a work as HTML."""
    figures, measure = board.total, works_words.LEADING[work]
    target = targets.of(measure.value, works_words.unit_codes(board))
    number = figures.value(measure)
    met = works_words.meets(measure, number, target)
    state = "none" if met is None else "met" if met else "missed"
    change = works_words.change_words(figures.change(measure), monthly=work is Work.RESIDENTS)
    if work is Work.HOUSEHOLDS and figures.change(measure).kind == "none":
        change = t("home.no_history")
    lines = "".join(f"<div>{escape(line)}</div>" for line in (*_more(board, targets, work), change))
    return (
        f'<section class="hm-tile hm-{state}" aria-label="{escape(t(f"works.{work.value}"))}">'
        f"<h3>{escape(t(f'works.{work.value}'))}</h3>"
        f'<div class="hm-main"><div><b>{escape(works_words.value(measure, number))}</b>'
        f'<span class="hm-state">{escape(t(f"home.state.{state}"))}</span></div>{_spark(figures, work)}</div>'
        f'<div class="hm-n">{escape(works_words.made_of(figures, measure))}</div>'
        f'<div class="hm-n">{escape(works_words.target_words(measure, target))}</div>'
        f'<div class="hm-more">{lines}</div></section>'
    )


def _more(board: Board, targets: Targets, work: Work) -> list[str]:
    """Return the other figures of the work, one line each."""
    figures, codes = board.total, works_words.unit_codes(board)

    def line(measure: Measure) -> str:
        said = works_words.value(measure, figures.value(measure))
        key = "home.line_norm" if measure in {Measure.LOAD, Measure.RESIDENT_LOAD} else "home.line"
        norm = works_words.value(measure, targets.of(measure.value, codes).value) if "norm" in key else ""
        return t(key, name=t(f"works.short.{measure.value}"), value=said, norm=norm)

    if work is Work.AREA:
        return [line(Measure.HOUSEHOLD_COVERAGE), t("home.vacant", n=formats.number(figures.vacant))]
    if work is Work.HOUSEHOLDS:
        return [line(Measure.LOAD), t("home.stale", n=formats.number(figures.stale))]
    if work is Work.RESIDENTS:
        counts = {
            name: formats.number(getattr(figures, name)) for name in ("permanent", "temporary", "absent")
        }
        return [line(Measure.RESIDENT_LOAD), t("home.residents", **counts)]
    change = works_words.change_words(figures.incident_change)
    said = {
        measure.value: works_words.value(measure, figures.value(measure))
        for measure in (Measure.PER_1000, Measure.ON_TIME, Measure.MEDIAN_HOURS)
    }
    return [
        t("home.incidents", n=formats.number(figures.occurred[-1]), change=change),
        t("home.course", **said),
    ]


def _spark(figures: Figures, work: Work) -> str:
    """Return the trend as a small picture, with its numbers for those who do not see it."""
    if work is Work.HOUSEHOLDS:
        values: Sequence[float | None] = figures.freshness_ahead
        label = t("home.spark.households", values=_said(values))
    elif work is Work.INCIDENTS:
        values = figures.occurred
        label = t("home.spark.incidents", values="; ".join(formats.number(n) for n in figures.occurred))
    else:
        values = figures.trend(works_words.LEADING[work])
        label = t(f"home.spark.{work.value}", values=_said(values))
    dashed = ' stroke-dasharray="3 3"' if work is Work.HOUSEHOLDS else ""
    return spark(values, label, dashed=dashed, from_zero=work is Work.INCIDENTS)


def _said(values: Sequence[float | None]) -> str:
    return "; ".join(formats.percent(number, 0) for number in values)


def spark(values: Sequence[float | None], label: str, *, dashed: str = "", from_zero: bool = False) -> str:
    """Return a line through `values`, broken where one is missing, its last point marked; "" for none."""
    known = [number for number in values if number is not None]
    if len(known) < 2:
        return ""
    low = 0.0 if from_zero else min(known)
    reach = (max(known) - low) or 1.0
    step = (_WIDTH - 2 * _PAD) / (len(values) - 1)
    points = [
        None if number is None
        else (_PAD + step * at, _HEIGHT - _PAD - (number - low) / reach * (_HEIGHT - 2 * _PAD))
        for at, number in enumerate(values)
    ]  # fmt: skip
    path, begun = "", False
    for point in points:
        if point is None:
            begun = False
            continue
        path += f"{'L' if begun else 'M'}{point[0]:.1f} {point[1]:.1f}"
        begun = True
    last = next(point for point in reversed(points) if point is not None)
    colour = chart_look.colours().main
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}">'
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.6"{dashed}/>'
        f'<circle cx="{last[0]:.1f}" cy="{last[1]:.1f}" r="2.6" fill="{colour}"/></svg>'
    )
    # As a picture: Streamlit takes drawings out of the HTML that it shows.
    data = b64encode(drawn.encode()).decode()
    return (
        f'<img class="hm-spark" src="data:image/svg+xml;base64,{data}" width="{_WIDTH:.0f}"'
        f' height="{_HEIGHT:.0f}" alt="{escape(label)}" title="{escape(label)}">'
    )


STYLE = """<style>
.hm-tile { border: 1px solid var(--db-rule, #dcd8ce); border-top-width: 3px; border-radius: 8px;
  padding: .25rem .55rem .3rem; font-variant-numeric: tabular-nums; min-height: 10.4rem; }
.hm-tile h3 { font-size: .86rem; font-weight: 600; margin: 0; padding: 0; }
.hm-main { display: flex; justify-content: space-between; align-items: center; gap: .4rem; }
.hm-main b { font-size: 1.4rem; font-weight: 600; line-height: 1.25; white-space: nowrap; }
.hm-state { font-size: .76rem; margin-left: .4rem; color: var(--db-muted, #5b6375); white-space: nowrap; }
.hm-missed { border-top-color: var(--db-action, #b3261e); }
.hm-missed .hm-state { color: var(--db-action, #b3261e); font-weight: 600; }
.hm-n, .hm-more { font-size: .75rem; line-height: 1.45; color: var(--db-muted, #5b6375); }
@media (max-width: 70rem) {
  .hm-n, .hm-more { font-size: .69rem; line-height: 1.35; letter-spacing: -.01em; }
  .hm-main b { font-size: 1.2rem; }
  .hm-tile { padding: .2rem .4rem; }
}
.hm-spark { flex: 0 1 auto; min-width: 0; max-width: 42%; height: 30px; object-fit: contain; }
[class*="st-key-home_rows"] { margin-top: -.95rem; }
[class*="st-key-home_rows"] button { min-height: 0; padding: 0 .65rem; }
[class*="st-key-home_rows"] button p { font-size: .8rem; color: var(--db-link, #1d4e89);
  text-decoration: underline; }
</style>"""
