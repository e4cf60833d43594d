"""Whatever a table holds: every row is taken or left out with a reason, and none is lost or doubled."""

import csv
import io
import re
import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from geo.domain.errors import InputError
from geo.domain.frames import CONTRACTS, check
from geo.domain.kinds import Kind
from geo.intake.reading import Intake, read

ANYTHING = st.one_of(
    st.sampled_from(
        ["", "NA", "H1", "h2", "105,8", "105.8", "21", "-3", "1e400", "NaN", "0", "x", "31/02/2026"]
    ),
    st.sampled_from(["2026-01-01", "5/3/2026 15:30", "2026-01-01T00:00:00Z", "primary", "Đã giải quyết"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8),
)
HEADERS = {
    Kind.HOUSEHOLDS: ["code", "lon", "lat", "permanent", "temporary", "absent", "reviewed_on", "Chủ hộ"],
    Kind.INCIDENTS: ["code", "category", "origin", "status", "date", "occurred_to", "lon", "lat"],
    Kind.ASSIGNMENTS: ["beat_code", "service_number", "role", "valid_from", "valid_to"],
    Kind.BEATS: ["code", "block_codes"],
    Kind.OFFICERS: ["service_number", "display_name", "unit_code", "beat_days_month"],
}


def took(kind: Kind, rows: list[list[str]]) -> Intake:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([HEADERS[kind], *rows])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "rows.csv")
        path.write_text(text.getvalue(), encoding="utf-8")
        return read(path, kind)


@st.composite
def tables(draw: st.DrawFn) -> tuple[Kind, list[list[str]]]:
    kind = draw(st.sampled_from(list(HEADERS)))
    width = len(HEADERS[kind])
    return kind, draw(st.lists(st.lists(ANYTHING, min_size=width, max_size=width), min_size=1, max_size=12))


@settings(max_examples=150, deadline=None)
@given(tables())
@example((Kind.HOUSEHOLDS, [["", "", "", "", "", "", "", "NA"], ["", "105,8", "105,8", "", "", "", "", ""]]))
def test_every_row_is_taken_or_left_out(table: tuple[Kind, list[list[str]]]) -> None:
    kind, rows = table
    filled = [row for row in rows if any(cell.strip(" \t\n\r\v\f") for cell in row)]
    if len(filled) < len(rows):
        return
    intake = _taken_unless_metres(kind, rows)
    if intake is None:
        assert _may_be_metres(kind, rows)
        return
    assert intake.rows_read == len(rows)
    assert intake.rows_read == intake.source_counts.sum() + len(intake.rejects)
    assert len(intake.frame) == len(intake.source_counts) == len(intake.source_rows)
    assert sum(intake.reasons.values()) == len(intake.rejects)
    numbers = [reject.row for reject in intake.rejects]
    assert numbers == sorted(set(numbers))
    assert not set(numbers) & set(intake.source_rows.tolist())
    check(intake.frame, CONTRACTS[kind])
    for reject in intake.rejects:
        for reason in (reject.reason, *reject.also):
            assert reason.sentence("vi")
            assert reason.sentence("en")


def _taken_unless_metres(kind: Kind, rows: list[list[str]]) -> Intake | None:
    try:
        return took(kind, rows)
    except InputError as fault:
        if fault.code != "coordinates_not_degrees":
            raise
        return None


def _may_be_metres(kind: Kind, rows: list[list[str]]) -> bool:
    """Whether a coordinate has digits enough to lie beyond degrees: such a file is refused as a whole."""
    places = [HEADERS[kind].index(name) for name in ("lon", "lat") if name in HEADERS[kind]]
    return any(len(re.findall(r"\d", row[place])) > 1 for row in rows for place in places)


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(8)))
def test_the_order_of_rows_changes_no_made_number(order: list[int]) -> None:
    rows = [["", "trộm", "", "", f"2026-01-0{1 + i % 3}", "", "105.8", "21"] for i in range(8)]
    codes = took(Kind.INCIDENTS, rows).frame["code"]
    shuffled = took(Kind.INCIDENTS, [rows[i] for i in order]).frame["code"]
    assert sorted(codes) == sorted(shuffled)
