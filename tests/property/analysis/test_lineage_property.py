"""What became of units: shares stay shares, and nothing is lost or made on the way."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.analysis.lineage import shares


@st.composite
def mergers(draw: st.DrawFn) -> tuple[list[list[int]], pd.DataFrame]:
    """Generations of units, each unit of one wholly divided among some of the next."""
    sizes = draw(st.lists(st.integers(1, 5), min_size=2, max_size=4))
    starts = np.cumsum([1, *sizes])
    generations = [list(range(starts[at], starts[at + 1])) for at in range(len(sizes))]
    edges = []
    for before, after in pairwise(generations):
        for unit in before:
            heirs = draw(st.lists(st.sampled_from(after), min_size=1, max_size=3, unique=True))
            parts = draw(st.lists(st.integers(1, 9), min_size=len(heirs), max_size=len(heirs)))
            edges += [(unit, heir, part / sum(parts)) for heir, part in zip(heirs, parts, strict=True)]
    return generations, pd.DataFrame(edges, columns=["source", "target", "share"])


@settings(max_examples=25, deadline=None)
@given(mergers(), st.randoms(use_true_random=False))
def test_figures_of_former_units_are_all_in_those_that_hold(made: object, dice: object) -> None:
    generations, edges = made  # type: ignore[misc]
    holding = pd.Series(generations[-1])
    former = pd.Series([unit for generation in generations[:-1] for unit in generation])
    found = shares(former, holding, edges)
    assert set(found["target"]) <= set(holding)
    assert found.groupby("unit")["weight"].sum().to_numpy() == pytest.approx(np.ones(len(former)))
    counts = pd.Series([dice.randint(0, 1000) for _ in former], index=former)  # type: ignore[attr-defined]
    carried = (found["weight"] * found["unit"].map(counts)).groupby(found["target"]).sum()
    assert carried.sum() == pytest.approx(counts.sum())


@settings(max_examples=25, deadline=None)
@given(mergers())
def test_later_units_seen_from_an_earlier_day_are_all_in_those_that_held(made: object) -> None:
    generations, edges = made  # type: ignore[misc]
    origin = edges["target"].unique()
    later = pd.Series([unit for unit in generations[1] if unit in origin])
    found = shares(later, pd.Series(generations[0]), edges)
    assert found.groupby("unit")["weight"].sum().to_numpy() == pytest.approx(np.ones(len(later)))


@settings(max_examples=25, deadline=None)
@given(mergers())
def test_a_unit_that_holds_counts_to_itself_alone(made: object) -> None:
    generations, edges = made  # type: ignore[misc]
    for generation in generations:
        found = shares(pd.Series(generation), pd.Series(generation), edges)
        assert found["unit"].tolist() == found["target"].tolist() == generation
        assert (found["weight"] == 1).all()


def test_a_circle_in_the_lineage_ends() -> None:
    edges = pd.DataFrame({"source": [1, 2], "target": [2, 1], "share": [1.0, 1.0]})
    assert shares(pd.Series([1]), pd.Series([9]), edges).empty
