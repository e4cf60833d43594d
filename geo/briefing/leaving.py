"""The counts of a deck as they leave: gathered from its slides, decided upon together, and said.

A deck is built twice: first to learn which cells it would show, then, when these are decided, to show them.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar, cast

from geo.analysis.disclosure import SMALL, Mark
from geo.briefing.deck import ChartBody, ChartKind, TextBody
from geo.domain.messages import Lang
from geo.domain.numerals import number, percent
from geo.domain.roles import Actor
from geo.services.release.cells import Cell
from geo.services.release.counts import release_counts
from geo.store.engine import Database

Made = TypeVar("Made")
WITHHELD = "…"
_LEVELS = ((100, 10), (40, 25))  # from so high a highest, steps of so many per cent
_SHARES = ((200, 0.05), (100, 0.1), (40, 0.25))  # of so many or more, steps of so much
_ROUNDING = 0.5
LEVEL_TOP = 100.0


@dataclass(frozen=True)
class Counted:
    """A count as it would be shown, and what it counts.

    What is counted otherwise than the release counts it (a place drawn, not made of blocks; a share of a ward
    that was split; incidents of one ward in a block that lies in two) is not protected by it, and withheld.
    """

    cell: Cell
    n: float


class Leaving:
    """What of the figures of one deck may be said. Nothing may before `twice` has decided."""

    leaves = True

    def __init__(self, database: Database, actor: Actor, lang: Lang) -> None:
        self._database, self._actor, self._lang = database, actor, lang
        self._said: dict[Cell, tuple[Mark, int]] = {}
        self._wanted: dict[Cell, None] | None = None
        self._answers: dict[Hashable, object] = {}

    def once(self, key: tuple[Callable[..., Made], *tuple[Hashable, ...]], make: Callable[[], Made]) -> Made:
        """Return what `make` answers, worked out once for all slides and both rounds of `twice`.

        key : what is asked, with all that decides the answer. For answers of services, above all decisions on
        what leaves, which take turns; what is drawn of them is drawn anew.
        """
        if key not in self._answers:
            self._answers[key] = make()
        return cast("Made", self._answers[key])

    def twice(self, build: Callable[[], Made]) -> Made:
        """Return what `build` makes when all cells that it asks for are decided, and remembered."""
        self._wanted = {}
        try:
            build()
            wanted = list(self._wanted)
        finally:
            self._wanted = None
        if wanted:
            found = release_counts(self._database, self._actor, wanted)
            self._said |= {
                cell: (mark, total) for cell, mark, total in zip(wanted, found.marks, found.sums, strict=True)
            }
        return build()

    def _mark(self, cell: Cell) -> Mark:
        if self._wanted is not None:
            self._wanted.setdefault(cell)
            return Mark.GIVEN
        return self._said.get(cell, (Mark.WITHHELD, 0))[0]

    def _same(self, n: float, cell: Cell) -> bool:
        """Say whether the release counts `n` as well; before it has decided, it is taken to."""
        return self._wanted is not None or abs(n - self._said[cell][1]) <= _ROUNDING

    def given(self, *cells: Cell | Counted) -> bool:
        """Say whether all of these counts may be said, and so what is worked out of them."""
        counts = [(one.cell, one.n) if isinstance(one, Counted) else (one, None) for one in cells]
        given = [cell for cell, _ in counts if self._mark(cell) is Mark.GIVEN]
        return len(given) == len(counts) and all(n is None or self._same(n, cell) for cell, n in counts)

    def bar(self, n: float | None, *cells: Cell | Counted) -> float | None:
        """Return a value for a chart or a map, a gap where one of the counts it is made of is withheld."""
        return n if self.given(*cells) else None

    def count(self, n: float, cell: Cell) -> str:
        """Return a count as it is read: the figure, "<5", or "…"."""
        mark = self._mark(cell)
        if self._wanted is not None:
            return number(n, lang=self._lang)
        if mark is Mark.WITHHELD or not self._same(n, cell):
            return WITHHELD
        return number(n, lang=self._lang) if mark is Mark.GIVEN and n >= SMALL else f"<{SMALL}"

    def figure(self, value: float | None, *cells: Cell | Counted, digits: int = 0) -> str:
        """Return a figure that is made of counts."""
        return number(value, digits, self._lang) if self.given(*cells) else WITHHELD

    def percent(self, share: float | None, *cells: Cell | Counted, digits: int = 0) -> str:
        """Return a share, made of its part and its whole."""
        return percent(share, digits, self._lang) if self.given(*cells) else WITHHELD


class Staying(Leaving):
    """Figures that are looked at in the app and do not leave it: everything is said."""

    leaves = False

    def twice(self, build: Callable[[], Made]) -> Made:
        """Return what `build` makes."""
        return build()

    def _mark(self, cell: Cell) -> Mark:
        del cell
        return Mark.GIVEN

    def _same(self, n: float, cell: Cell) -> bool:
        del n, cell
        return True

    def count(self, n: float, cell: Cell) -> str:
        """Return the count."""
        del cell
        return number(n, lang=self._lang)


def levels(*series: Iterable[float]) -> tuple[tuple[float, ...], ...] | None:
    """Return series as shares of their highest value, in per cent of wide steps; None where few.

    For counts that are no cells of the memory, such as hours and weeks: the highest is not said, and a step
    is at least ten of what is counted, so that no level says a count to within five.
    """
    counts = [[float(value) for value in one] for one in series]
    top = max((max(one, default=0.0) for one in counts), default=0.0)
    step = next((share for least, share in _LEVELS if top >= least), None)
    if step is None:
        return None
    return tuple(tuple(step * round(100 * n / top / step) for n in one) for one in counts)


def coarse_share(part: float, whole: float) -> float | None:
    """Return a share in steps so wide that it says no count to within five; None of a small `whole`."""
    step = next((share for least, share in _SHARES if whole >= least), None)
    return None if step is None else step * round(part / whole / step)


class _Says(Protocol):
    def say(self, vi: str, en: str) -> str: ...


def level_note(asking: _Says) -> str:
    """Return why levels stand where numbers might."""
    return asking.say(
        "Mức làm tròn, không nêu số vụ, để không suy ra được số nhỏ.",
        "Levels are rounded and no numbers given, so that no small one can be worked out.",
    )


def too_few(asking: _Says) -> str:
    """Return that there are too few for levels."""
    return asking.say(
        "quá ít vụ để vẽ mà không để lộ số nhỏ.",
        "too few incidents to draw without giving small counts away.",
    )


def level_columns(
    asking: _Says, names: tuple[str, ...], unit: str, *series: tuple[str, Iterable[float]]
) -> ChartBody | TextBody:
    """Return columns of `series` (name, counts) in levels on one scale, or a line that says why not."""
    drawn = levels(*(counts for _, counts in series))
    if drawn is None:
        return TextBody((f"{unit}: {too_few(asking)}",))
    named = tuple((name, values) for (name, _), values in zip(series, drawn, strict=True))
    return ChartBody(ChartKind.COLUMNS, names, named, unit, note=level_note(asking), highest=LEVEL_TOP)
