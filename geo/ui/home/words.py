"""The sentence that Home opens with."""

from geo.services.targets import Targets
from geo.services.works.board import Board
from geo.services.works.figures import Work
from geo.ui import formats, works_words
from geo.ui.i18n import t


def verdict(board: Board, targets: Targets) -> str:
    """Return how many of the four works meet their target, which do not, and what is vacant or overdue."""
    figures, codes = board.total, works_words.unit_codes(board)
    missed, known = [], 0
    for work in Work:
        measure = works_words.LEADING[work]
        target, number = targets.of(measure.value, codes), figures.value(measure)
        met = works_words.meets(measure, number, target)
        known += met is not None
        if met is False:
            said = works_words.value(measure, number)
            missed.append(t(f"home.verdict.{work.value}", value=said))
    wards = len(board.wards)
    scope = t("home.verdict.one") if wards == 1 else t("home.verdict.scope", n=formats.number(wards))
    place = works_words.place_name(board) or scope
    opening = t("home.verdict.met", place=place, met=known - len(missed), known=known)
    short = t("home.verdict.missed", which="; ".join(missed)) if missed else ""
    return opening + short + t(
        "home.verdict.rest",
        vacant=formats.number(figures.vacant), beats=formats.number(figures.beats),
        stale=formats.number(figures.stale), overdue=formats.number(figures.overdue),
    )  # fmt: skip
