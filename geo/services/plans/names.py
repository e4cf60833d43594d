"""Blocks and beats by their names where planning speaks of units and parts by number."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from geo.domain.errors import InputError
from geo.domain.messages import Lang
from geo.planning import InfeasibleError, Move, Violation, sentence

# What the sentences of planning say themselves before the name of a unit or a part.
_UNIT_WORDS = re.compile(r"^(tổ( dân phố)?( số)?|unit|block)\s+", re.IGNORECASE)
_PART_WORDS = re.compile(r"^(khu vực|beat)\s+", re.IGNORECASE)
_UNITS, _PARTS = ("unit", "other"), ("part", "owner")


@dataclass(frozen=True)
class Names:
    """Names of the units and parts of a problem, by number; `counted` says in what their workload is."""

    units: tuple[str, ...]
    parts: tuple[str, ...]
    counted: str = "households"

    def unit(self, number: int) -> str:
        """Return what stands after the word for a unit."""
        return _UNIT_WORDS.sub("", self.units[number]) if 0 <= number < len(self.units) else str(number)

    def part(self, number: int) -> str:
        """Return what stands after the word for a beat."""
        return _PART_WORDS.sub("", self.parts[number]) if 0 <= number < len(self.parts) else str(number)

    def params(self, code: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return `params` of a message with names in the place of numbers."""
        said = dict(params)
        for name, value in params.items():
            if not isinstance(value, int):
                continue
            if name in _UNITS or (name == "first" and code == "plan_lock_without_owner"):
                said[name] = self.unit(value)
            elif name in _PARTS:
                said[name] = self.part(value)
        if isinstance(said.get("others"), str):
            listed, *rest = said["others"].split(" … ")
            shown = ", ".join(self.unit(int(number)) for number in listed.split(", "))
            said["others"] = " … ".join((shown, *rest))
        return said

    def violation(self, fault: Violation, lang: Lang) -> str:
        """Return what is wrong with a plan, in words."""
        return replace(fault, params=self.params(fault.code, fault.params)).message(lang)

    def move(self, move: Move, lang: Lang) -> str:
        """Return a move in words."""
        beats = dict(enumerate(self.parts))
        return sentence(move, lang, self.unit(move.unit), {**beats, -1: "–"}, f"plan_amount_{self.counted}")

    def error(self, fault: InputError) -> InputError:
        """Return an error of planning with names in the place of numbers."""
        params = self.params(fault.code, fault.params)
        if isinstance(fault, InfeasibleError):
            params.pop("smallest", None)
            return InfeasibleError(fault.code, fault.smallest_tolerance, fault.proved, fault.owner, **params)
        return InputError(fault.code, **params)


@contextmanager
def named(names: Names) -> Iterator[None]:
    """Let an error of planning that leaves the block speak of blocks and beats by name."""
    try:
        yield
    except InputError as fault:
        if not fault.code.startswith("plan_"):
            raise
        raise names.error(fault) from fault
