import numpy as np
import pytest

from geo.maps.palettes import assign_colours, diverging, qualitative, sequential


def lightness(colour: str) -> float:
    """OKLab lightness of a colour."""
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    lms = np.cbrt(
        np.array(
            [
                [0.4122214708, 0.5363325363, 0.0514459929],
                [0.2119034982, 0.6806995451, 0.1073969566],
                [0.0883024619, 0.2817188376, 0.6299787005],
            ]
        )
        @ linear
    )
    return float(np.array([0.2104542553, 0.7936177850, -0.0040720468]) @ lms)


@pytest.mark.parametrize(("theme", "sign"), [("light", -1), ("dark", 1)])
def test_sequential_steps_are_equal_in_lightness(theme, sign):
    steps = sign * np.diff([lightness(colour) for colour in sequential(7, theme)])
    assert (steps > 0).all()
    assert steps.max() / steps.min() < 1.1


@pytest.mark.parametrize("n", range(1, 8))
def test_as_many_colours_as_classes(n):
    assert len(set(sequential(n))) == n


@pytest.mark.parametrize(("theme", "sign"), [("light", 1), ("dark", -1)])
def test_diverging_leads_evenly_from_both_ends_to_a_neutral_middle(theme, sign):
    steps = sign * np.diff([lightness(colour) for colour in diverging(theme)])
    assert (steps[:3] > 0).all()
    assert (steps[3:] < 0).all()
    middle = [int(diverging(theme)[3][i : i + 2], 16) for i in (1, 3, 5)]
    assert max(middle) - min(middle) < 16  # grey


def test_qualitative_colours_are_apart():
    colours = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in qualitative()])
    apart = np.linalg.norm(colours[:, None] - colours[None], axis=2)
    assert apart[~np.eye(len(colours), dtype=bool)].min() > 60


def test_neighbours_differ_on_a_grid_with_corners_and_a_double_holder():
    #  a b c
    #  d e f   eight neighbours each; g holds two places far apart
    #  h i g
    places = ["a", "b", "c", "d", "e", "f", "h", "i", "g"]
    pairs = [
        (places[i], places[j])
        for i in range(9)
        for j in range(i + 1, 9)
        if max(abs(i // 3 - j // 3), abs(i % 3 - j % 3)) == 1
    ] + [("g", "a")]
    colours = assign_colours(places, pairs)
    assert all(colours[left] != colours[right] for left, right in pairs)
    assert assign_colours(places[::-1], pairs[::-1]) == colours


def test_more_neighbours_than_colours_still_all_get_one():
    nodes = [str(i) for i in range(12)]
    pairs = [(a, b) for a in nodes for b in nodes if a < b]
    assert set(assign_colours(nodes, pairs)) == set(nodes)
