"""Colours with a meaning: how much, which way, who. All can be told apart with a colour-vision deficiency.

Sequential ramps have equal steps of lightness (OKLab), so that a printed or projected map keeps its order;
in the dark theme the ramp is turned round, because there the bright end stands out.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

Theme = Literal["light", "dark"]

MAX_CLASSES = 7

_SEQUENTIAL: dict[Theme, tuple[str, ...]] = {
    "light": ("#f9e1c0", "#f2b77e", "#eb873d", "#db5600", "#bd2703", "#900f20", "#5e1024"),
    "dark": ("#592432", "#883136", "#b94224", "#d96604", "#f19100", "#fac053", "#feeba6"),
}

# PuOr (ColorBrewer): purple is fewer, orange is more, the middle is no news.
_DIVERGING: dict[Theme, tuple[str, ...]] = {
    "light": ("#542788", "#998ec3", "#d8daeb", "#f2f0ea", "#fee0b6", "#f1a340", "#b35806"),
    "dark": ("#b9a5e8", "#8471b8", "#554a78", "#3c3f45", "#7a5527", "#c47f2a", "#fdb863"),
}

# Okabe and Ito (2008) without black and its pale yellow, and with Tol's grape and olive.
_QUALITATIVE = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#882255", "#999933")

NO_DATA: dict[Theme, str] = {"light": "#e4e1da", "dark": "#33363c"}
ACCENT: dict[Theme, str] = {"light": "#b3261e", "dark": "#ff8a80"}
INK: dict[Theme, str] = {"light": "#14213d", "dark": "#f2f0ea"}
OUTLINE: dict[Theme, str] = {"light": "#4a5263", "dark": "#a9b1c0"}


def sequential(n: int, theme: Theme = "light") -> tuple[str, ...]:
    """Return `n` colours (1 to 7) from little to much."""
    ramp = _SEQUENTIAL[theme]
    if n == 1:
        return (ramp[3],)
    return tuple(ramp[round(i * (len(ramp) - 1) / (n - 1))] for i in range(n))


def diverging(theme: Theme = "light") -> tuple[str, ...]:
    """Return seven colours from much fewer, by no change in the middle, to much more."""
    return _DIVERGING[theme]


def qualitative() -> tuple[str, ...]:
    """Return the eight colours for officers or other names without an order."""
    return _QUALITATIVE


def assign_colours(
    nodes: Sequence[str], neighbours: Sequence[tuple[str, str]], before: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return a colour for each of `nodes` such that neighbours differ wherever eight colours allow it.

    nodes : names, e.g. service numbers; neighbours : pairs of names whose areas touch
    before : colours that names had a moment ago; kept where no neighbour has it, so that a map that is played
        day by day changes where something changed
    Same input, same colours: the most constrained node goes first (DSATUR, Brélaz 1979), ties by name,
    and takes the least used of the colours its neighbours leave.
    """
    around: dict[str, set[str]] = {node: set() for node in nodes}
    for left, right in neighbours:
        if left != right and left in around and right in around:
            around[left].add(right)
            around[right].add(left)
    chosen: dict[str, int] = {}
    used = [0] * len(_QUALITATIVE)
    while len(chosen) < len(around):
        node = min(
            (name for name in around if name not in chosen),
            key=lambda name: (
                -len({chosen[o] for o in around[name] if o in chosen}),
                -len(around[name]),
                name,
            ),
        )
        taken = {chosen[other] for other in around[node] if other in chosen}
        free = [c for c in range(len(_QUALITATIVE)) if c not in taken] or list(range(len(_QUALITATIVE)))
        had = (before or {}).get(node)
        chosen[node] = min(free, key=lambda c: (_QUALITATIVE[c] != had, used[c], c))
        used[chosen[node]] += 1
    return {node: _QUALITATIVE[colour] for node, colour in chosen.items()}
