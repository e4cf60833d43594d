"""The key that stands on the map: what is measured, in which unit, of how many, and what was left out."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

Pattern = Literal["plain", "hatched", "crossed", "outline", "point"]


@dataclass(frozen=True)
class LegendEntry:
    """One line: a swatch and its label; `opacity` as the map paints it, so that the two look the same."""

    colour: str
    label: str
    pattern: Pattern = "plain"
    opacity: float = 1.0


@dataclass(frozen=True)
class Legend:
    """What the reader needs to read the map.

    title : what is shown; unit : in what, e.g. "vụ/km²"
    entries : the classes, from little to much
    notes : lines below: n used, left out and why, bandwidth
    """

    title: str
    unit: str
    entries: tuple[LegendEntry, ...] = ()
    notes: tuple[str, ...] = ()

    def payload(self) -> dict[str, Any]:
        """Return the legend as plain JSON for the map's script."""
        return asdict(self)


def entries_of(
    colours: Sequence[str], labels: Sequence[str], opacity: float = 1.0
) -> tuple[LegendEntry, ...]:
    """Return one plain entry a class."""
    return tuple(
        LegendEntry(colour, label, opacity=opacity) for colour, label in zip(colours, labels, strict=True)
    )
