"""How the figures of the four works are said: value, of how many, target, change."""

from geo.domain.messages import Lang
from geo.services.targets import AREA_TOLERANCE, DEFAULTS, SLIVER, Target, Targets
from geo.services.works.board import Board
from geo.services.works.figures import LOWER_IS_BETTER, SHARES, Change, Figures, Measure, Work
from geo.ui import formats
from geo.ui.i18n import current_lang, say, t

LEADING: dict[Work, Measure] = {
    Work.AREA: Measure.COVERAGE,
    Work.HOUSEHOLDS: Measure.FRESHNESS,
    Work.RESIDENTS: Measure.COMPLETENESS,
    Work.INCIDENTS: Measure.CLEARANCE,
}
_DIGITS: dict[str, int] = {Measure.MEDIAN_HOURS: 1, Measure.PER_1000: 1, SLIVER: 1}
_NEARLY = 0.9995  # what is not all must not be said as 100 %


def value(measure: Measure | str, number: float | None, lang: Lang | None = None) -> str:
    """Return a figure as it is said, with its unit where a number alone would not tell.

    lang : the reader's language where it is known: asking for it thousands of times takes seconds
    """
    lang = lang or current_lang()
    if number is None:
        return say(lang, "works.none")
    if is_share(measure):
        shown = min(number, 0.999) if _NEARLY <= number < 1 else number
        return formats.percent(shown, 0 if abs(100 * shown - round(100 * shown)) < 1e-9 else 1, lang)
    return formats.number(number, _DIGITS.get(measure, 0), lang)


def is_share(measure: str) -> bool:
    """Say whether a measure or norm is a share, and so said and typed in percent."""
    return measure in SHARES or measure == AREA_TOLERANCE


def made_of(figures: Figures, measure: Measure, lang: Lang | None = None) -> str:
    """Return n and the denominator of a figure in words; `lang` as for `value`."""
    lang = lang or current_lang()
    if measure is Measure.MEDIAN_HOURS:
        cleared = figures.cleared[-1] if figures.cleared else 0
        return say(lang, "works.of.median_hours", n=formats.number(cleared, lang=lang))
    quotient = figures.quotient(measure)
    digits = 1 if measure in {Measure.LOAD, Measure.RESIDENT_LOAD} and quotient.whole % 1 else 0
    part, whole = formats.number(quotient.part, lang=lang), formats.number(quotient.whole, digits, lang)
    return say(lang, f"works.of.{measure.value}", part=part, whole=whole)


def meets(measure: Measure, number: float | None, target: Target | None) -> bool | None:
    """Say whether a figure meets its target; None where there is no figure or no target for it."""
    if number is None or target is None:
        return None
    return number <= target.value if measure in LOWER_IS_BETTER else number >= target.value


def target_words(measure: Measure, target: Target) -> str:
    """Return a target with the document that it rests on, or that it is the product's default."""
    source = t("works.default") if target.is_default else (target.document or t("works.no_document"))
    return t("works.target", value=value(measure, target.value), source=source)


def change_words(change: Change, *, monthly: bool = False) -> str:
    """Return how a figure changed against the period before, or the month before."""
    before = t("works.before.month" if monthly else "works.before")
    if change.kind == "none" or change.value is None:
        return t("works.change.none", before=before)
    share = formats.signed(100 * change.value, 1)
    said = t(f"works.change.{change.kind}", change=share, before=before, n=formats.number(change.before))
    return said + (t("works.change.small") if change.small else "")


def unit_codes(board: Board) -> tuple[str, ...]:
    """Return codes of the units from the top down to the place of `board`, for looking up its target."""
    return tuple(code for code, _, level in board.path if level != "beat")


def targets_of_place(board: Board, targets: Targets, measure: Measure, code: str) -> Target | None:
    """Return the target that holds for a place of `board`: for beats and blocks that of their ward.

    None for what nobody aims at: where more is reported is no worse place.
    """
    if measure.value not in DEFAULTS:
        return None
    own = (code,) if board.places and board.places[0].level == "ward" else ()
    return targets.of(measure.value, (*unit_codes(board), *own))


def place_name(board: Board) -> str | None:
    """Return the name of what is looked at; None for everything in scope."""
    return board.path[-1][1] if board.path else None


def before_words(board: Board) -> str:
    """Return which period the change is against."""
    if len(board.periods.starts) < 2:
        return formats.NOTHING
    return formats.period(*board.periods.bounds(-2))
