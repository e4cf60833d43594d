"""The one wrapper for what a map says about a thing under the pointer.

folium's own popups and tooltips put strings into a JavaScript template literal, where ``${...}`` runs and
HTML is parsed; escaping HTML does not help. A card travels as JSON and is written by `textContent`.
Nothing else in the project may make a popup or a tooltip; a test looks for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Card:
    """A title and lines of (label, value), shown as text and never as anything else."""

    title: str
    lines: tuple[tuple[str, str], ...] = ()

    def payload(self, labels: dict[tuple[str, ...], int]) -> dict[str, Any]:
        """Return the card as plain JSON for the map's script.

        labels : the sets of labels so far with their numbers; a new one is added. Three thousand wards have
        the same labels, which then travel once.
        """
        names = tuple(label for label, _ in self.lines)
        known = labels.setdefault(names, len(labels))
        return {"title": self.title, "labels": known, "values": [value for _, value in self.lines]}


def card(title: str, lines: Sequence[tuple[str, str]] = ()) -> Card:
    """Return a card of `title` and `lines`."""
    return Card(title, tuple((label, value) for label, value in lines))
