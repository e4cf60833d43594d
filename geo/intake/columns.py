"""Which header is read into which field, and which headers are dropped because they are about persons."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from geo.domain.errors import InputError
from geo.domain.frames import CONTRACTS
from geo.domain.kinds import Kind
from geo.intake import headers as spellings
from geo.intake.headers import header_key
from geo.intake.persons import is_about_persons, person_keys

# A beats or wards table may carry its border as WKT: a field of its own, though not of the contract.
WKT_FIELD = "geometry"
_DBF_LETTERS = 10


@dataclass(frozen=True)
class ColumnMap:
    """The understanding of a file's headers.

    fields : field -> header
    dropped : headers about persons or of free text, in order of the file
    """

    fields: Mapping[str, str]
    dropped: tuple[str, ...]


def match(
    headers: Sequence[str], kind: Kind, named: Mapping[str, str], empty: Collection[str] = ()
) -> ColumnMap:
    """Return the fields of `kind` found in `headers`.

    named : field -> header as the user gave them; they win over the spellings of `headers.py`
    empty : headers without any value; others are preferred unless it is named
    Raises InputError ``duplicate_header``, ``unknown_field``, ``unknown_header``, ``person_column_named``.
    """
    _check_distinct(headers)
    fields = {field: _named_header(headers, kind, field, header) for field, header in named.items()}
    # An empty column is taken only where no other would do.
    in_order = sorted(headers, key=lambda header: header not in empty)
    known = {header_key(header): header for header in in_order}
    filled = {key for key, header in known.items() if header not in empty}
    taken = set(fields.values())
    for field, keys in _keys_by_field(kind).items():
        if field in fields:
            continue
        present = [key for key in keys if key in known and known[key] not in taken]
        present = present or _cut_short(keys, known, taken)
        found = next((known[key] for key in sorted(present, key=lambda key: key not in filled)), None)
        if found is not None:
            fields[field] = found
            taken.add(found)
    dropped = tuple(header for header in headers if header not in taken and is_about_persons(header, kind))
    return ColumnMap(fields, dropped)


def _cut_short(keys: Sequence[str], known: Mapping[str, str], taken: Collection[str]) -> list[str]:
    """Headers of ten letters, as a DBF cuts them, that only one spelling of the field begins with."""
    return [
        key
        for key, header in known.items()
        if len(header) == _DBF_LETTERS
        and header not in taken
        and any(spelling.startswith(key) and spelling != key for spelling in keys)
    ]


def known_keys(kind: Kind, named: Mapping[str, str]) -> frozenset[str]:
    """Return the header keys by which the header of a table of `kind` is found; `named` as in `match`."""
    own = frozenset(key for keys in _keys_by_field(kind).values() for key in keys)
    return own | person_keys(kind) | frozenset(map(header_key, named.values()))


def may_be_named(header: str, field: str, kind: Kind) -> bool:
    """Say whether `header` may be read into `field`: there is one, and it is not about persons."""
    fields = [*CONTRACTS[kind].columns, WKT_FIELD]
    return field in fields and (not is_about_persons(header, kind) or header_key(header) in _own_keys(kind))


def _check_distinct(headers: Sequence[str]) -> None:
    twice = sorted({header for header in headers if headers.count(header) > 1})
    if twice:
        raise InputError("duplicate_header", headers=", ".join(twice))


def _named_header(headers: Sequence[str], kind: Kind, field: str, header: str) -> str:
    allowed = [*CONTRACTS[kind].columns, WKT_FIELD]
    if field not in allowed:
        raise InputError("unknown_field", field=field, kind=kind.value, fields=", ".join(allowed))
    by_key = {header_key(name): name for name in headers}
    found = header if header in headers else by_key.get(header_key(header))
    if found is None:
        raise InputError("unknown_header", header=header, headers=", ".join(headers))
    if not may_be_named(found, field, kind):
        raise InputError("person_column_named", header=found, field=field)
    return found


@cache
def _keys_by_field(kind: Kind) -> dict[str, tuple[str, ...]]:
    table = {**spellings.FIELDS[kind], WKT_FIELD: spellings.WKT}
    return {field: tuple(dict.fromkeys(map(header_key, names))) for field, names in table.items()}


@cache
def _own_keys(kind: Kind) -> frozenset[str]:
    """Spellings that a kind reads itself: an officer's name is no resident's."""
    return frozenset(key for keys in _keys_by_field(kind).values() for key in keys)
