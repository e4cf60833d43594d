"""Columns named by hand for one file, taken for the next of the same shape."""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geo.domain.kinds import Kind
from geo.intake.columns import may_be_named
from geo.intake.headers import header_key
from geo.intake.report import Note, Reason


@dataclass(frozen=True)
class Remembered:
    """What was named when a file of one shape was last brought in.

    columns : field -> header; batch, day : the import that it was said for
    """

    batch: int
    day: dt.date
    columns: Mapping[str, str]


def shape_of(headers: Sequence[str]) -> str:
    """Return the same word for all files with the same headers, in any order, capitals and accents."""
    keys = "\n".join(sorted({header_key(header) for header in headers}))
    return hashlib.blake2b(keys.encode(), digest_size=12).hexdigest()


def recall(
    known: Mapping[str, Remembered], headers: Sequence[str], kind: Kind, named: Mapping[str, str]
) -> tuple[dict[str, str], tuple[Note, ...]]:
    """Return field -> header as remembered for a file with `headers`, and the sentence that says so.

    known : by shape. What is named for this file wins: neither its fields nor its headers are taken.
    A header that is about persons by the rules of today is not taken, whatever was named once.
    """
    found = known.get(shape_of(headers))
    if found is None:
        return {}, ()
    by_key = {header_key(header): header for header in headers}
    taken = {header_key(header) for header in named.values()}
    columns = {
        field: by_key[header_key(header)]
        for field, header in found.columns.items()
        if field not in named and header_key(header) not in taken and may_be_named(header, field, kind)
    }
    if not columns:
        return {}, ()
    listed = ", ".join(header for header in headers if header in columns.values())
    day = f"{found.day.day}-{found.day.month}-{found.day.year}"
    return columns, (
        Note(0, Reason("columns_remembered", {"columns": listed, "batch": found.batch, "day": day})),
    )
