"""Work on many pages that says how far it is and can be stopped."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from geo.briefing.deck import Cancelled, Progress
from geo.domain.errors import InputError

T = TypeVar("T")


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
