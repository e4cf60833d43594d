"""What a chart hands to the browser: words, classes, locale; nothing that speaks English in Vietnamese."""

from datetime import date

import numpy as np
import pytest

from geo.ui import chart_look, charts


def _layer_values(chart, layer=0):
    made = chart.to_dict()
    found = made["layer"][layer].get("data") or made["data"]
    return found["values"] if "values" in found else made["datasets"][found["name"]]


def test_bars_keep_their_order_and_write_their_numbers_in_vietnamese():
    made = charts.bars(["Phố Vọng", "Phố Huế"], [1250.0, 4.0], ["một", "hai"], marked=[1])
    rows = _layer_values(made)
    assert [row["label"] for row in rows] == ["Phố Vọng", "Phố Huế"]
    assert [row["number"] for row in rows] == ["1.250", "4"]
    assert rows[0]["tone"] != rows[1]["tone"]


def test_a_cell_of_nothing_is_no_class_and_a_cell_without_data_is_not_drawn():
    values = np.array([[0.0, np.nan], [3.0, 14.0]])
    made = charts.heat_grid(values, ["a", "b"], ["x", "y"], [["", ""], ["", ""]], legend="Vụ", whole=True)
    rows = _layer_values(made)
    assert [(row["row"], row["column"]) for row in rows] == [("a", "x"), ("b", "x"), ("b", "y")]
    assert [row["class"] for row in rows] == ["0", "3–4", "≥ 13"]


def test_every_value_has_a_class_and_classes_are_few():
    for highest in (1, 2, 6, 7, 8, 29, 700, 12345):
        classes = charts.even_classes(float(highest), whole=True)
        assert len(classes.borders) <= 7
        assert (classes.of(np.arange(1, highest + 1)) >= 0).all()
        steps = np.diff(classes.borders)
        assert np.allclose(steps, steps[0] if len(steps) else 0)
    for highest in (0.004, 0.7, 1.0, 3.14, 29.1):
        classes = charts.even_classes(highest)
        assert len(classes.borders) <= 7
        assert (classes.of(np.linspace(1e-9, highest, 50)) >= 0).all()
    assert charts.even_classes(0.0).borders == ()


def test_an_unknown_band_is_left_out_and_days_stay_days():
    made = charts.line_with_band(
        [date(2026, 1, 1), date(2026, 1, 8)], [5, 7], expected=[np.nan, 6.0], low=[np.nan, 2.0],
        high=[np.nan, 11.0], said=["", ""], names=charts.BandNames("Số vụ", "Dự kiến", "Khoảng", "Vụ"),
        marked=[1],
    )  # fmt: skip
    rows = _layer_values(made)
    assert rows[0] == {
        "day": "2026-01-01", "n": 5.0, "expected": None, "low": None, "high": None, "said": "",
        "marked": False,
    }  # fmt: skip
    assert rows[1]["marked"] is True


def test_a_curve_of_a_million_places_is_drawn_with_few_points_and_keeps_its_ends():
    shares = np.linspace(0, 1, 1_000_001)
    made = charts.lorenz(shares, shares, 1.0, 0.5, axes=("Nơi", "Vụ"), said_half="một nửa")
    curve = next(values for values in (_layer_values(made, layer) for layer in range(6)) if len(values) > 100)
    assert len(curve) <= 400
    assert (curve[0]["places"], curve[-1]["places"]) == (0.0, 1.0)


@pytest.mark.parametrize(("lang", "decimal", "has_times"), [("vi", ",", True), ("en", ".", False)])
def test_numbers_and_days_are_in_the_readers_language(monkeypatch, lang, decimal, has_times):
    monkeypatch.setattr(chart_look, "current_lang", lambda: lang)
    locale = chart_look._config()["locale"]
    assert locale["number"]["decimal"] == decimal
    assert ("time" in locale) is has_times
    if has_times:
        assert len(locale["time"]["days"]) == len(locale["time"]["shortDays"]) == 7
        assert len(locale["time"]["months"]) == len(locale["time"]["shortMonths"]) == 12
