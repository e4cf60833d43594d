"""Sentences around figures that may be withheld: said without the number, never with a sign in its place.

A table may have "…" and "<5", explained below it. A sentence that needs a number is either said with it or
left out, and what was left out is named, with the reason, in a sentence of its own.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Protocol

from geo.analysis.disclosure import SMALL
from geo.briefing.deck import Body, ChartBody, ChartKind, Slide, TableBody
from geo.briefing.leaving import WITHHELD
from geo.domain.numerals import NOTHING

_FEW = f"<{SMALL}"


class Says(Protocol):
    """What knows the reader's language."""

    def say(self, vi: str, en: str) -> str:
        """Return the words of the reader's language."""


def spoken(says: Says, figure: str) -> str | None:
    """Return a figure as it stands in a sentence, "<5" in words; None where it is withheld."""
    if figure == WITHHELD:
        return None
    return says.say(f"dưới {SMALL}", f"fewer than {SMALL}") if figure == _FEW else figure


def counted(says: Says, figure: str, unit: str) -> str:
    """Return how many of `unit` a map or a chart is made of, as it stands beside it."""
    if figure in {WITHHELD, NOTHING}:
        return says.say(f"Số {unit} không nêu", f"Number of {unit} not given")
    return f"n < {SMALL} {unit}" if figure == _FEW else f"n = {figure} {unit}"


def in_brackets(says: Says, figure: str) -> str:
    """Return a figure in brackets after what it is of, nothing where it is withheld."""
    words = spoken(says, figure)
    return "" if words in {None, NOTHING} else f" ({words})"


@dataclass
class Told:
    """The sentences of a slide, in their order, those last that name what cannot be said."""

    says: Says
    _lines: list[str] = field(default_factory=list)
    _withheld: list[str] = field(default_factory=list)
    _unknown: list[str] = field(default_factory=list)

    def add(self, name: str, sentence: Callable[..., str], *figures: str) -> None:
        """Say `sentence` of the figures; where one is withheld or not known, only name what it is about."""
        words = [spoken(self.says, figure) for figure in figures]
        if None in words:
            self._withheld.append(name)
        elif NOTHING in words:
            self._unknown.append(name)
        else:
            self._lines.append(sentence(*words))

    def say(self, line: str) -> None:
        """Say what needs no figure."""
        self._lines.append(line)

    @property
    def lines(self) -> tuple[str, ...]:
        """All of them."""
        return (*self._lines, *not_told(self.says, self._withheld, self._unknown))


def not_told(says: Says, withheld: Iterable[str], unknown: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the sentences that name what is withheld, and what the data does not tell."""
    hidden, missing = "; ".join(withheld), "; ".join(unknown)
    return (
        *([says.say(f"Không nêu, để không suy ra được số nhỏ: {hidden}.",
                    f"Not given, so that no small count can be worked out: {hidden}.")] if hidden else []),
        *([says.say(f"Chưa đủ dữ liệu để tính: {missing}.", f"Not told for want of data: {missing}.")]
          if missing else []),
    )  # fmt: skip


def with_legend(says: Says, slide: Slide) -> Slide:
    """Return `slide` with the signs of its tables, and the gaps of its bars, explained below them."""
    return replace(slide, bodies=tuple(_with_note(says, one) for one in slide.bodies))


def _with_note(says: Says, body: Body) -> Body:
    if isinstance(body, TableBody):
        return _explained(says, body)
    if not isinstance(body, ChartBody) or body.kind is not ChartKind.BARS:
        return body
    if all(value is not None for _, values in body.series for value in values):
        return body
    gaps = says.say("Chỗ trống: giữ kín để không suy ra được số nhỏ.",
                    "Gaps: withheld so that no small count can be worked out.")  # fmt: skip
    return replace(body, note=" ".join(part for part in (body.note, gaps) if part))


def _explained(says: Says, table: TableBody) -> TableBody:
    cells = [cell for row in table.rows for cell in row]
    signs = (
        (_FEW, says.say(f"“{_FEW}”: từ 0 đến {SMALL - 1}", f"“{_FEW}”: 0 to {SMALL - 1}")),
        (WITHHELD, says.say(
            f"“{WITHHELD}”: giữ kín để không suy ra được số nhỏ",
            f"“{WITHHELD}”: withheld so that no small count can be worked out",
        )),
    )  # fmt: skip
    met = [words for sign, words in signs if any(sign in cell for cell in cells) and words not in table.note]
    if not met:
        return table
    return replace(table, note=" ".join(part for part in (table.note, f"{'; '.join(met)}.") if part))
