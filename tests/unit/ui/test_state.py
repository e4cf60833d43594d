"""A view is a link: what is written is what is read, and what cannot be read is said."""

from dataclasses import dataclass, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.domain.kinds import OriginFilter
from geo.ui import state


@dataclass(frozen=True)
class View:
    unit: str = "*"
    day: date | None = None
    origin: OriginFilter = OriginFilter.REPORTED
    bandwidth_m: float = 300.0
    cells: int = 5
    compare: bool = True
    categories: tuple[str, ...] = ()


TEXT = st.text(st.characters(exclude_characters="~", exclude_categories=("Cs",)))


@given(
    st.builds(
        View,
        unit=TEXT,
        day=st.none() | st.dates(),
        origin=st.sampled_from(OriginFilter),
        bandwidth_m=st.floats(allow_nan=False, allow_infinity=False),
        cells=st.integers(),
        compare=st.booleans(),
        categories=st.lists(TEXT.filter(bool)).map(tuple),
    )
)
def test_what_is_written_is_what_is_read(view: View) -> None:
    assert state.from_query(View(), state.to_query(view, View())) == (view, [])


def test_a_link_says_only_what_differs() -> None:
    assert state.to_query(View(), View()) == {}
    assert state.to_query(replace(View(), compare=False, unit="00001"), View()) == {
        "unit": "00001",
        "compare": "0",
    }


def test_a_choice_can_be_taken_back_to_none() -> None:
    start = View(day=date(2026, 1, 1))
    assert state.from_query(start, state.to_query(replace(start, day=None), start))[0].day is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("day", "2026-02-30"),
        ("day", "hôm qua"),
        ("origin", "heard"),
        ("bandwidth_m", "nan"),
        ("bandwidth_m", "inf"),
        ("cells", "5.5"),
        ("compare", "yes"),
    ],
)
def test_a_part_that_cannot_be_read_keeps_its_default_and_is_named(name: str, value: str) -> None:
    view, faults = state.from_query(View(), {name: value, "unit": "00001"})
    assert view == View(unit="00001")
    assert [(fault.code, fault.params) for fault in faults] == [
        ("bad_link_part", {"name": name, "value": value})
    ]
