"""Which unit a word means: by code, by its name as offices write it, by the name it had before a merger.

Pure: the units that could be meant come in as a `Directory`. A word that could mean several stays
ambiguous; nothing is guessed.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from geo.domain.text import fold, nfc

How = Literal["code", "mended", "name", "other_type", "lineage", "elsewhere", "unknown"]

# Types of units by what they are called and cut down to, marks dropped.
_TYPES = {
    "phuong": "phuong", "p": "phuong", "ph": "phuong", "f": "phuong", "xa": "xa", "x": "xa",
    "thi tran": "thi tran", "tt": "thi tran",
    "dac khu": "dac khu", "dk": "dac khu", "thi xa": "thi xa", "tx": "thi xa", "thanh pho": "thanh pho",
    "tp": "thanh pho", "quan": "quan", "q": "quan", "huyen": "huyen", "h": "huyen", "tinh": "tinh",
    "t": "tinh",
}  # fmt: skip
# "P. Đồng Hới", "p.1", "P1", "Phường 1", "X: A"; "Xuân" has no type, as no mark or blank follows its X.
_TYPED = re.compile(
    r"(phuong|xa|thi tran|dac khu|thi xa|thanh pho|quan|huyen|tinh|t\.?t|t\.?x|t\.?p|dk|ph|p|f|x|q|h|t)"
    r"(?:\s*[.:]\s*|\s+|(?=\d))(?=\S)"
)
# "PĐồng Hới": the type grown together with a name, seen by its second capital.
_GROWN = re.compile(r"(P|X|TT)([^\W\d_])([^\W\d_])")
# Officers write "Công an phường Đồng Hới" where the ward is asked for.
_BEFORE = re.compile(r"(?:cong an|ubnd)\s+(?=\S)")
_INLINE = re.compile(r"[,;()]")
# 123, 0123, 123.0 and '00123: digits that a spreadsheet has taken for a number.
_NUMBER = re.compile(r"'?0*(\d+)(?:[.,]0+)?")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "Ð": "đ", "ð": "đ"})
# Hoà and Hòa, thuý and thúy: the two places of a tone in an open syllable, brought to the first vowel.
_TONES = dict(
    pair
    for late, early in (
        ("oà oá oả oã oạ", "òa óa ỏa õa ọa"),
        ("oè oé oẻ oẽ oẹ", "òe óe ỏe õe ọe"),
        ("uỳ uý uỷ uỹ uỵ", "ùy úy ủy ũy ụy"),
    )
    for pair in zip(late.split(), early.split(), strict=True)
)
_OPEN = re.compile(rf"({'|'.join(_TONES)})(?!\w)")


@dataclass(frozen=True)
class Unit:
    """A unit that a word may name, of today or of earlier.

    code : "" where it had none
    names : its name with and without its type, the one to show first
    parents : what it belongs or belonged to, nearest first
    became : codes of the units of today that it is or went into, one at least
    since : the day on which a former unit went into these; None for a unit of today
    decision : number of the document that says so, "" where it is not known
    """

    code: str
    names: tuple[str, ...]
    parents: tuple[str, ...]
    became: tuple[str, ...]
    since: dt.date | None = None
    decision: str = ""

    @property
    def shown(self) -> str:
        """What the unit is called, with what it belongs to: "Xã Bảo Ninh, Thành phố Đồng Hới"."""
        return ", ".join((self.names[0], *self.parents))


@dataclass(frozen=True)
class Written:
    """What a row says of its unit: the word, and what it says that the unit belongs to."""

    word: str
    parents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Meaning:
    """What a word may mean.

    units : the units it names; several former ones may be one unit today
    rivals : former units of the same name that went elsewhere
    how : "code"; "mended" code (zeros lost, made a float); "name"; "other_type" (a phường called a xã);
        "lineage" (a former unit); "elsewhere" (`units` have the name, but belong to something else than the
        row says); "unknown"
    """

    how: How
    units: tuple[Unit, ...] = ()
    rivals: tuple[Unit, ...] = ()

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Codes of the units of today that it may be: one where it is certain."""
        return tuple(sorted({code for unit in self.units for code in unit.became}))

    @property
    def certain(self) -> bool:
        """Say whether it is one unit of today."""
        return len(self.codes) == 1 and self.how not in {"elsewhere", "unknown"}


@dataclass(frozen=True)
class _Name:
    """A name apart from its type; `type` is None where the word has none."""

    type: str | None
    bare: str


class Directory:
    """The units that words may name, found by code, by name and by former name."""

    def __init__(self, units: Iterable[Unit], parents: Iterable[str] = ()) -> None:
        """Units of today, and former ones that went into them.

        parents : further districts and provinces that there are: a row that names one of them means no unit
            outside it
        """
        self.units = tuple(units)
        self._other_parents = frozenset(map(_parent, parents))
        self._present = {unit.code: unit for unit in self.units if unit.since is None}
        self._former: dict[str, list[Unit]] = defaultdict(list)
        self._by_value: dict[str, list[Unit]] = defaultdict(list)
        self._spelled: dict[str, list[tuple[str | None, Unit]]] = defaultdict(list)
        self._folded: dict[str, list[tuple[str | None, Unit]]] = defaultdict(list)
        for unit in self.units:
            value = number_of(unit.code)
            if value is not None:
                self._by_value[value].append(unit)
            if unit.since is not None:
                self._former[unit.code].append(unit)
            self._index(unit)

    def _index(self, unit: Unit) -> None:
        typed = [_typed(nfc(name)) for name in unit.names]
        kind = next((name.type for name in typed if name.type), None)
        # Whole as well: the name alone may look like a type and a name ("Xa La").
        names = {*unit.names, *(name.bare for name in typed)}
        for key in set(map(spelled, names)):
            self._spelled[key].append((kind, unit))
        for key in set(map(folded, names)):
            self._folded[key].append((kind, unit))

    def __getitem__(self, code: str) -> Unit:
        """Return the unit of today with `code`."""
        return self._present[code]

    def __contains__(self, code: str) -> bool:
        """Say whether a unit of today has `code`."""
        return code in self._present

    def find_all(self, asked: Sequence[Written]) -> list[Meaning]:
        """Return what each of the distinct words of one file means.

        The file decides what a single word cannot: without any mark in it, spelling tells nothing ("Thanh
        An" may be Thạnh An); with former names in it, the name of a unit of today may be meant in its
        former sense too.
        """
        marked = any(_has_marks(one.word) for one in asked)
        meanings = [self.find(one, marked=marked) for one in asked]
        if all(meaning.how != "lineage" for meaning in meanings):
            return meanings
        return [
            replace(meaning, units=(*meaning.units, *meaning.rivals), rivals=())
            if meaning.rivals
            else meaning
            for meaning in meanings
        ]

    def find(self, asked: Written, *, marked: bool = True) -> Meaning:
        """Return what one word means; without `marked`, units that differ in marks alone are the same."""
        word = nfc(asked.word)
        if word in self._present:
            return Meaning("code", (self._present[word],))
        name, *inline = (part.strip() for part in _INLINE.split(word))
        named = self._named(name, (*filter(None, inline), *asked.parents), marked=marked)
        numbered = self._numbered(word)
        if numbered is None:
            return named
        if named.how in {"unknown", "elsewhere"} or set(named.codes) == set(numbered.codes):
            return numbered
        return replace(numbered, units=(*numbered.units, *named.units))

    def _numbered(self, word: str) -> Meaning | None:
        value = number_of(word)
        units = self._former.get(word) or (self._by_value.get(value, []) if value is not None else [])
        present = tuple(unit for unit in units if unit.since is None)
        if present:
            return Meaning("mended", present)
        return Meaning("lineage", tuple(units)) if units else None

    def _named(self, name: str, parents: tuple[str, ...], *, marked: bool) -> Meaning:
        indexes = [(self._folded, folded)]
        if marked:
            indexes.insert(0, (self._spelled, spelled))
        elsewhere: tuple[Unit, ...] = ()
        for index, key in indexes:
            for form in _forms(name):
                found = index.get(key(form.bare), [])
                for how, units in _tiers(found, form.type):
                    fitting, others = self._within(units, parents)
                    elsewhere += others
                    if not fitting:
                        continue
                    formers, _ = self._within(_of(found, form.type, present=False), parents)
                    return Meaning(how, fitting, _rivals(fitting, formers) if how == "name" else ())
        return Meaning("elsewhere", tuple(dict.fromkeys(elsewhere))) if elsewhere else Meaning("unknown")

    def _within(
        self, units: tuple[Unit, ...], parents: tuple[str, ...]
    ) -> tuple[tuple[Unit, ...], tuple[Unit, ...]]:
        """The units that belong to what the row says, and those that belong elsewhere.

        A parent that nothing here belongs to tells nothing (a number of a police district, a country).
        """
        fitting, others = units, units[:0]
        for parent in map(_parent, parents):
            held = tuple(unit for unit in fitting if _is_in(parent, self._parents[_key(unit)]))
            if held or _is_in(parent, self._known_parents):
                others += tuple(unit for unit in fitting if unit not in held)
                fitting = held
        return fitting, others

    @cached_property
    def _parents(self) -> Mapping[tuple[str, str], frozenset[_Name]]:
        """What each unit belongs to; a unit of today also to what its former parts belonged to."""
        own = {_key(unit): frozenset(map(_parent, unit.parents)) for unit in self.units}
        inherited: dict[str, set[_Name]] = defaultdict(set)
        for unit in self.units:
            for code in unit.became:
                inherited[code] |= own[_key(unit)]
        return {
            _key(unit): own[_key(unit)] if unit.since else frozenset(inherited[unit.code])
            for unit in self.units
        }

    @cached_property
    def _known_parents(self) -> frozenset[_Name]:
        return self._other_parents.union(*self._parents.values())


def number_of(code: str) -> str | None:
    """Return the digits of a code that is a number, without zeros before them: ``"00123.0"`` -> ``"123"``."""
    found = _NUMBER.fullmatch(code)
    return found[1].lstrip("0") or "0" if found else None


def spelled(name: str) -> str:
    """Return what exact spellings are compared by: no case, one place for the tone (Hoà = Hòa)."""
    plain = nfc(name).translate(_APOSTROPHES).casefold()
    return _OPEN.sub(lambda found: _TONES[found[1]], _number_name(plain))


def folded(name: str) -> str:
    """Return what names are compared by where marks are missing: letters and digits alone (Ma Đa Guôi)."""
    return _number_name("".join(re.findall(r"[a-z0-9]+", fold(name))))


def _number_name(name: str) -> str:
    """Phường 01 is Phường 1."""
    return name.lstrip("0") or "0" if name.isdigit() else name


def _has_marks(word: str) -> bool:
    return fold(word) != nfc(word).casefold()


def _typed(word: str) -> _Name:
    """The type before a name and the name; the word itself where there is no type."""
    word = word.translate(_APOSTROPHES)
    bare = fold(word)
    if len(bare) != len(word):
        return _Name(None, word)
    before = _BEFORE.match(bare)
    start = before.end() if before else 0
    found = _TYPED.match(bare, start)
    return (
        _Name(_TYPES[found[1].replace(".", "")], word[found.end() :]) if found else _Name(None, word[start:])
    )


def _forms(word: str) -> Iterator[_Name]:
    """Ways to take a word apart: as a name ("Xa La" is one), with a type, with a type grown to it."""
    yield _Name(None, word)
    typed = _typed(word)
    if typed.bare != word:
        yield typed
    grown = _GROWN.match(word)
    if grown and grown[2].isupper() and grown[3].islower():
        yield _Name(_TYPES[grown[1].casefold()], word[grown.start(2) :])


def _parent(word: str) -> _Name:
    typed = _typed(nfc(word))
    return _Name(typed.type, folded(typed.bare))


def _is_in(parent: _Name, parents: frozenset[_Name]) -> bool:
    if parent.type is None:
        return any(parent.bare == known.bare for known in parents)
    return parent in parents or _Name(None, parent.bare) in parents


def _tiers(
    found: Sequence[tuple[str | None, Unit]], kind: str | None
) -> Iterator[tuple[How, tuple[Unit, ...]]]:
    """Units of one name, the likelier meaning first: those of the type that was written before others."""
    yield "name", _of(found, kind, present=True)
    yield "lineage", _of(found, kind, present=False)
    yield "other_type", tuple(unit for _, unit in found if unit.since is None)
    yield "lineage", tuple(unit for _, unit in found if unit.since is not None)


def _of(found: Sequence[tuple[str | None, Unit]], kind: str | None, *, present: bool) -> tuple[Unit, ...]:
    return tuple(
        unit
        for other, unit in found
        if (kind is None or other in {None, kind}) and (unit.since is None) == present
    )


def _rivals(units: tuple[Unit, ...], formers: tuple[Unit, ...]) -> tuple[Unit, ...]:
    codes = {unit.code for unit in units}
    return tuple(former for former in formers if not codes.issuperset(former.became))


def _key(unit: Unit) -> tuple[str, str]:
    return (unit.code, unit.shown if unit.since else "")
