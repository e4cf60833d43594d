"""Classes of cells whose history is drawn by hand, and the same through Gi* from counts."""

import numpy as np
import pytest

from geo.analysis import emerging
from geo.analysis.emerging import classify, examine
from geo.analysis.emerging_words import CLASS_WORDS, EmergingClass
from geo.analysis.hotspots import adjust, local_g, p_values
from geo.domain.errors import InputError

# H hot, C cold, - neither; oldest first
HISTORIES = [
    ("----------", EmergingClass.NONE),
    ("---------H", EmergingClass.NEW),
    ("--C------H", EmergingClass.NEW),
    ("--------HH", EmergingClass.CONSECUTIVE),
    ("---HHHHHHH", EmergingClass.CONSECUTIVE),
    ("HHHHHHHHHH", EmergingClass.PERSISTENT),
    ("HHH-HHHHHH", EmergingClass.PERSISTENT),
    ("-HHHHHHHHH", EmergingClass.PERSISTENT),
    ("H--------H", EmergingClass.SPORADIC),
    ("HH-HH-HH-H", EmergingClass.SPORADIC),
    ("H---H-----", EmergingClass.SPORADIC),
    ("C-HH--HH-H", EmergingClass.OSCILLATING),
    ("C-----HHHH", EmergingClass.OSCILLATING),
    ("HHHHHHHHH-", EmergingClass.HISTORICAL),
    ("HHH-------", EmergingClass.HISTORICAL),
    ("-----H----", EmergingClass.HISTORICAL),
    ("H--C-H----", EmergingClass.HISTORICAL),
    ("---------C", EmergingClass.COLD_NEW),
    ("H--------C", EmergingClass.COLD_NEW),
    ("H-C------C", EmergingClass.COLD_OSCILLATING),
    ("CCCCCCCCCC", EmergingClass.COLD_PERSISTENT),
    ("-CCC------", EmergingClass.COLD_HISTORICAL),
    ("C---C---CC", EmergingClass.COLD_SPORADIC),
]


def of_history(history: str, trend: int = 0) -> EmergingClass:
    spots = np.array(list(history)).reshape(-1, 1, 1)
    hot, cold = spots == "H", spots == "C"
    up, down = np.array([[trend > 0]]), np.array([[trend < 0]])
    return EmergingClass(int(emerging._classes_of(hot, cold, up, down)[0, 0]))


@pytest.mark.parametrize(("history", "expected"), HISTORIES)
def test_each_history_has_its_class(history: str, expected: EmergingClass) -> None:
    assert of_history(history) is expected


def test_a_trend_tells_lasting_hotspots_apart() -> None:
    assert of_history("HHHHHHHHHH", 1) is EmergingClass.INTENSIFYING
    assert of_history("HHHHHHHHHH", -1) is EmergingClass.FADING
    assert of_history("HHHHHHHHHH", -1) is EmergingClass.DIMINISHING
    assert of_history("CCCCCCCCCC", -1) is EmergingClass.COLD_INTENSIFYING
    assert of_history("CCCCCCCCCC", 1) is EmergingClass.COLD_FADING
    assert of_history("-----HHHHH", 1) is EmergingClass.CONSECUTIVE


def city(periods: int = 8) -> np.ndarray:
    """A quiet city of 30 x 30 cells with six places of 3 x 3 cells, each with its own story."""
    counts = np.random.default_rng(7).poisson(1.0, (periods, 30, 30)).astype(float)
    month = np.arange(periods)
    stories = [
        10 + 3 * month,                     # (3, 3) rises
        34 - 3 * month,                     # (3, 13) falls, but stays hot
        np.full(periods, 15),               # (3, 23) stays
        np.where(month == periods - 1, 15, 0),  # (13, 3) is new
        np.where(month < 3, 15, 0),         # (13, 13) is over
        np.where(month % 2 == 1, 15, 0),    # (13, 23) comes and goes
    ]  # fmt: skip
    for place, story in enumerate(stories):
        row, column = 3 + 10 * (place // 3), 3 + 10 * (place % 3)
        counts[:, row - 1 : row + 2, column - 1 : column + 2] += story[:, None, None]
    return counts


def test_stories_planted_in_counts_are_told_apart() -> None:
    found = examine(city())
    told = {(r, c): EmergingClass(int(found.classes[r, c])) for r in (3, 13) for c in (3, 13, 23)}
    assert told == {
        (3, 3): EmergingClass.INTENSIFYING,
        (3, 13): EmergingClass.FADING,
        (3, 23): EmergingClass.PERSISTENT,
        (13, 3): EmergingClass.NEW,
        (13, 13): EmergingClass.HISTORICAL,
        (13, 23): EmergingClass.SPORADIC,
    }
    assert found.classes.shape == (30, 30)
    np.testing.assert_array_equal(classify(city()), found.classes)
    quiet = (found.classes[20:, :] == EmergingClass.NONE).mean()
    assert quiet > 0.95  # false discoveries are controlled
    assert sum(found.counts.values()) == 900


def test_every_period_is_scored_by_itself_with_its_own_control() -> None:
    counts = city(4)
    found = examine(counts, radius_cells=2, adjustment="by")
    for period in range(4):
        z = local_g(counts[period], radius_cells=2)
        np.testing.assert_array_equal(found.z[period], z)
        np.testing.assert_array_equal(found.q[period], adjust(p_values(z), "by"))
    assert examine(counts, radius_cells=2, adjustment="none").hot.sum() > found.hot.sum()


def test_the_trend_is_of_counts_or_of_scores() -> None:
    #  a lone hotspot that doubles: there is more to do there, but it stands out from the city as before
    counts = np.zeros((8, 20, 20))
    counts[:, 9:12, 9:12] = (10 * 2.0 ** np.arange(8))[:, None, None]
    assert classify(counts)[10, 10] == EmergingClass.INTENSIFYING
    assert classify(counts, trend_of="z")[10, 10] == EmergingClass.PERSISTENT


def test_cells_outside_are_outside_and_do_not_count() -> None:
    counts, area = city(3), np.ones((30, 30), bool)
    area[:, 25:] = False
    holed = counts.copy()
    holed[1, :, 25:] = np.nan  # unknown in one period is unknown
    np.testing.assert_array_equal(classify(counts, area), classify(holed))
    assert (classify(holed)[:, 25:] == EmergingClass.OUTSIDE).all()
    loud = np.where(area, counts, 1000.0)
    np.testing.assert_array_equal(classify(loud, area), classify(counts, area))
    assert EmergingClass.OUTSIDE not in examine(counts, area).counts


def test_nothing_everywhere_is_no_pattern() -> None:
    for value in (0.0, 4.0):
        assert (classify(np.full((5, 6, 7), value)) == EmergingClass.NONE).all()


def test_bad_input_is_refused() -> None:
    for wrong in (np.zeros((4, 5)), np.zeros((1, 4, 5))):
        with pytest.raises(InputError, match="2 periods"):
            classify(wrong)
    with pytest.raises(InputError, match="mask"):
        classify(city(2), np.ones((3, 3), bool))
    for name, value in (("significance", 0), ("trend_of", "hope")):
        with pytest.raises(InputError, match=name):
            classify(city(2), **{name: value})  # type: ignore[arg-type]
    with pytest.raises(InputError, match="bh, by"):
        classify(city(2), adjustment="fdr")


def test_every_class_has_words_in_both_languages() -> None:
    assert set(CLASS_WORDS) == set(EmergingClass)
    names = [words.name_vi for words in CLASS_WORDS.values()]
    assert len(set(names)) == len(names)
    assert all(text.strip() for words in CLASS_WORDS.values() for text in words)
