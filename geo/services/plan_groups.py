"""Khu phố on the desk: which of them a plan parts, and how much that is to count."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from geo.domain.messages import Lang, render
from geo.planning import NOBODY
from geo.planning.checking import parted
from geo.services.plan_ground import Ints
from geo.services.plan_problem import Desk

FREE, RATHER, MUST = 0, 1, 2  # whether groups stay whole: it does not matter, rather, must


@dataclass(frozen=True)
class SplitGroup:
    """A khu phố in several beats. beats : name of each and how many blocks it has of it, most first.

    number : of the group on the desk · already : whether it is split today
    """

    number: int
    name: str
    beats: tuple[tuple[str, int], ...]
    already: bool

    def said(self, lang: Lang) -> str:
        """Return it in words."""
        held = ", ".join(render("plan_group_part", {"beat": beat, "n": n}, lang) for beat, n in self.beats)
        code = "plan_group_split_today" if self.already else "plan_group_split"
        return render(code, {"name": self.name, "beats": held}, lang)


def split_groups(desk: Desk, owner: Any) -> tuple[SplitGroup, ...]:
    """Return the khu phố whose blocks lie in more than one beat of a plan, (n,), by number."""
    group, given = desk.ground.groups, np.asarray(owner, dtype=np.int64)
    now = set(split_numbers(group, desk.problem.owner))
    found = []
    for number in split_numbers(group, given):
        inside = np.flatnonzero((group == number) & (given != NOBODY))
        parts, counts = np.unique(given[inside], return_counts=True)
        order = np.lexsort((parts, -counts))
        beats = tuple((desk.beats[parts[at]].name, int(counts[at])) for at in order)
        found.append(SplitGroup(int(number), desk.ground.neighbourhoods[inside[0]], beats, number in now))
    return tuple(found)


def split_numbers(group: Ints, owner: Ints) -> tuple[int, ...]:
    """Return the numbers of the groups that lie in more than one beat, ascending."""
    held = owner != NOBODY
    return parted(group[held], owner[held])
