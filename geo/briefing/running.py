"""Work on many parts that says how far it is and can be stopped."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from geo.briefing.deck import Cancelled, Progress
from geo.domain.errors import InputError

T = TypeVar("T")


class Watch:
    """One file from its first figure to its last page: how far it is, and whether to stop.

    The figures come first and are counted as they are begun, then the pages. How many pages there will be is
    a guess until they are written.
    """

    def __init__(self, progress: Progress | None = None, cancelled: Cancelled | None = None) -> None:
        self.cancelled = cancelled
        self._progress = progress
        self._begun = 0
        self._figures = self._pages = 0

    def expect(self, figures: int, pages: int) -> None:
        """Say how many parts there are to be, and that none is made yet."""
        self._figures, self._pages = figures, pages
        self._tell(0)

    def begin(self) -> None:
        """Begin the next figure. Raises InputError ``briefing_cancelled``."""
        if self.cancelled is not None and self.cancelled():
            raise InputError("briefing_cancelled")
        self._tell(self._begun)
        self._begun += 1

    def page(self, done: int, pages: int) -> None:
        """Tell that so many of `pages` are written."""
        self._figures, self._pages = self._begun, pages
        self._tell(self._begun + done)

    def _tell(self, done: int) -> None:
        if self._progress is not None:
            self._progress(done, max(self._figures, self._begun) + self._pages)


def counted(
    parts: Iterable[T], total: int, progress: Progress | None, cancelled: Cancelled | None
) -> Iterator[T]:
    """Yield `parts` and tell `progress` after each; InputError ``briefing_cancelled`` when asked to stop."""
    for done, part in enumerate(parts, start=1):
        if cancelled is not None and cancelled():
            raise InputError("briefing_cancelled")
        yield part
        if progress is not None:
            progress(done, total)
