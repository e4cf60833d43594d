"""Thousands of spoiled files: each is read or refused with a sentence; none crashes or hangs."""

import re
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

from geo.domain.errors import InputError
from geo.domain.frames import CONTRACTS, check
from geo.intake import confined, reading
from geo.intake.confined import Limits
from geo.intake.faults import _records
from geo.intake.report import Intake
from geo.intake.source import Options
from tests.property.intake.mutations import Good, good_files, mutated

FILES = 2100
LIMITS = Limits(seconds=30, memory_mb=512)
# The name that pyogrio gives to bytes in memory.
_RANDOM = re.compile(r"pyogrio_[0-9a-f]+")
OPTIONS = Options(max_bytes=64 * 2**20)
# A parser that crashed, a fault that nobody foresaw, a file that hangs: defects of ours, told or not.
DEFECTS = {"file_stops_reader", "file_not_understood", "file_too_slow", "frame_contract"}


def kept(intake: Intake) -> None:
    """Assert that no row is lost, none doubled, and each reason makes a sentence."""
    assert intake.rows_read == int(intake.source_counts.sum()) + len(intake.rejects)
    assert sum(intake.reasons.values()) == len(intake.rejects)
    assert not {reject.row for reject in intake.rejects} & set(intake.taken_rows.tolist())
    check(intake.frame, CONTRACTS[intake.kind])
    for reject in intake.rejects:
        for reason in (reject.reason, *reject.also):
            assert reason.sentence("vi") != reason.sentence("en")


def written(good: Good, folder: Path) -> Path:
    folder.mkdir()
    path = folder / good.name
    path.write_bytes(good.content)
    return path


def outcome(number: int, folder: Path) -> tuple[str, str]:
    """What the file of this number came to: ``("read" | code, "" | what is wrong with that)``."""
    good = mutated(number)
    path = written(good, folder / str(number))
    try:
        kept(confined.read(path, good.kind, OPTIONS, LIMITS))
    except InputError as fault:
        told = fault.message("vi") != fault.message("en")
        wrong = f"{number} {path}: {fault}" if fault.code in DEFECTS or not told else ""
        return fault.code, wrong
    except Exception as fault:
        return "broken", f"{number} {path}: {fault!r}"
    return "read", ""


@pytest.mark.slow
def test_thousands_of_spoiled_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "scratch").mkdir()
    good_files()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda number: outcome(number, tmp_path), range(FILES)))
    assert [wrong for _, wrong in found if wrong] == []
    assert list((tmp_path / "scratch").iterdir()) == []
    codes = Counter(code for code, _ in found)
    # Spoiling that only ever breaks the container, or never breaks anything, would show nothing.
    assert codes["read"] > FILES // 5
    assert len(codes) > 8
    assert codes.total() == FILES


@pytest.mark.parametrize("good", good_files(), ids=lambda good: good.name)
def test_a_confined_reader_reads_the_same(tmp_path: Path, good: Good) -> None:
    path = written(good, tmp_path / "good")
    ours, theirs = reading.read(path, good.kind, OPTIONS), confined.read(path, good.kind, OPTIONS)
    same(ours, theirs)
    kept(theirs)


def test_a_confined_reader_refuses_the_same(tmp_path: Path) -> None:
    refused = 0
    for number in range(120):
        good = mutated(number)
        path = written(good, tmp_path / str(number))
        theirs = _read_by(confined.read, path, good)
        # What takes too much of a confined process would take it of this one.
        if isinstance(theirs, InputError) and theirs.code == "file_needs_memory":
            continue
        ours = _read_by(reading.read, path, good)
        if isinstance(ours, InputError):
            assert isinstance(theirs, InputError)
            assert (type(ours), ours.code) == (type(theirs), theirs.code), number
            assert _RANDOM.sub("", str(ours)) == _RANDOM.sub("", str(theirs))
            refused += 1
        else:
            assert isinstance(theirs, Intake)
            same(ours, theirs)
    assert 20 < refused < 100


def _read_by(read: object, path: Path, good: Good) -> Intake | InputError:
    try:
        return read(path, good.kind, OPTIONS, *([LIMITS] if read is confined.read else []))  # type: ignore[operator,no-any-return]
    except InputError as fault:
        return fault


def same(ours: Intake, theirs: Intake) -> None:
    """Assert that two Intakes tell the same; cells of `originals` as a reject would show them."""
    assert type(ours.frame) is type(theirs.frame)
    pd.testing.assert_frame_equal(ours.frame, theirs.frame)
    assert ours.taken_rows.tolist() == theirs.taken_rows.tolist()
    assert ours.taken_by.tolist() == theirs.taken_by.tolist()
    assert list(ours.originals) == list(theirs.originals)
    assert _records(ours.originals) == _records(theirs.originals)
    for one, other in zip(ours.rejects, theirs.rejects, strict=True):
        assert (one.row, one.original) == (other.row, other.original)
        for lang in ("vi", "en"):
            assert [r.sentence(lang) for r in (one.reason, *one.also)] == [
                r.sentence(lang) for r in (other.reason, *other.also)
            ]
    assert (ours.rows_read, ours.warnings) == (theirs.rows_read, theirs.warnings)
    assert [(n.row, n.reason.code, dict(n.reason.params)) for n in ours.notes] == [
        (n.row, n.reason.code, dict(n.reason.params)) for n in theirs.notes
    ]
    assert (ours.columns, ours.dropped_columns) == (theirs.columns, theirs.dropped_columns)
    assert (ours.crs.code, ours.crs.sentence("vi")) == (theirs.crs.code, theirs.crs.sentence("vi"))
    assert (ours.encoding, ours.sheet, ours.kind) == (theirs.encoding, theirs.sheet, theirs.kind)
