"""Khu phố on the desk: which of them a plan parts, and how much that is to count."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from geo.domain.messages import Lang, render
from geo.domain.numerals import counted
from geo.planning import NOBODY
from geo.planning.checking import parted
from geo.services.plans.ground import Ints
from geo.services.plans.problem import Desk

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

    def held(self, lang: Lang) -> str:
        """Return the beats and how many blocks each has, in words."""
        return ", ".join(
            render("plan_group_part", {"beat": beat, "n": counted(n, lang)}, lang) for beat, n in self.beats
        )

    def said(self, lang: Lang) -> str:
        """Return it in words."""
        code = "plan_group_split_today" if self.already else "plan_group_split"
        return render(code, {"name": self.name, "beats": self.held(lang)}, lang)


def split_groups(desk: Desk, owner: Any) -> tuple[SplitGroup, ...]:
    """Return the khu phố whose blocks lie in more than one beat of a plan, (n,), 2 before 10."""
    group, given = desk.ground.groups, np.asarray(owner, dtype=np.int64)
    now = set(split_numbers(group, desk.problem.owner))
    found = []
    for number in split_numbers(group, given):
        inside = np.flatnonzero((group == number) & (given != NOBODY))
        parts, counts = np.unique(given[inside], return_counts=True)
        order = np.lexsort((parts, -counts))
        beats = tuple((desk.beats[parts[at]].name, int(counts[at])) for at in order)
        found.append(SplitGroup(int(number), desk.ground.neighbourhoods[inside[0]], beats, number in now))
    return tuple(sorted(found, key=lambda group: _counted(group.name)))


def _counted(name: str) -> list[tuple[int, str]]:
    """Return a key that sorts names as people count: Khu phố 2 before Khu phố 10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]


def split_numbers(group: Ints, owner: Ints) -> tuple[int, ...]:
    """Return the numbers of the groups that lie in more than one beat, ascending."""
    held = owner != NOBODY
    return parted(group[held], owner[held])
