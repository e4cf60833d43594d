"""Incidents: times in order, hotspots, rhythms, near repeats: each found by a count of its own."""

import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.spatial import KDTree
from scipy.stats import chisquare

from geo.domain.crs import lonlat_to_metric_xy, to_metric

METRIC = "EPSG:3405"


@pytest.fixture(scope="module")
def located(city):
    rows = city.incidents.dropna(subset=["lon"])
    xy = lonlat_to_metric_xy(rows["lon"], rows["lat"], METRIC)
    local = rows["occurred_from"].dt.tz_convert("Asia/Ho_Chi_Minh")
    return rows.assign(x=xy[:, 0], y=xy[:, 1], local=local)


def around(rows, spot, radius_m=150.0):
    x, y = lonlat_to_metric_xy([spot["lon"]], [spot["lat"]], METRIC)[0]
    return rows[np.hypot(rows["x"] - x, rows["y"] - y) <= radius_m]


def spots(city, life):
    return [row for _, row in city.hotspots[city.hotspots["life"] == life].iterrows()]


def test_times_are_in_order_and_nothing_is_later_than_today(city):
    rows = city.incidents
    now = pd.Timestamp(city.parameters.today, tz="Asia/Ho_Chi_Minh").tz_convert("UTC")
    assert (rows["occurred_from"] <= rows["occurred_to"]).all()
    assert (rows["occurred_to"] <= rows["recorded_at"]).all()
    assert (rows["recorded_at"] <= now).all()
    assert (rows["due_at"] > rows["recorded_at"]).all()
    assert not (rows["resolved_at"] <= rows["recorded_at"]).any()
    assert not (rows["resolved_at"] > now).any()
    period = now - rows["occurred_from"].min()
    assert pd.Timedelta(days=728) < period <= pd.Timedelta(days=730)
    assert rows["recorded_at"].is_monotonic_increasing


def test_status_agrees_with_the_resolution(city):
    rows = city.incidents
    assert set(rows["status"]) == {"received", "assigned", "in_progress", "resolved"}
    assert ((rows["status"] == "resolved") == rows["resolved_at"].notna()).all()


def test_nearly_all_that_is_old_is_resolved_most_of_it_when_due_and_a_few_dozens_are_late(city):
    rows = city.incidents
    now = pd.Timestamp(city.parameters.today, tz="Asia/Ho_Chi_Minh").tz_convert("UTC")
    past = rows[rows["due_at"] < now]
    overdue = past["resolved_at"].isna()
    assert 24 <= overdue.sum() <= 96
    assert 0.7 < (past["resolved_at"] <= past["due_at"]).mean() < 0.9
    assert (past.loc[past["due_at"] < now - pd.Timedelta(days=30), "resolved_at"].notna()).mean() > 0.998
    assert 1 <= (overdue & (past["due_at"] < now - pd.Timedelta(days=30))).sum() <= 15  # stuck for months
    still = rows["resolved_at"].isna()
    assert set(rows.loc[still, "status"]) == {"received", "assigned", "in_progress"}


def test_what_is_missing_is_missing_together(city):
    rows = city.incidents
    unknown = rows["lon"].isna()
    assert (unknown == rows["lat"].isna()).all()
    assert (unknown == rows["precision_m"].isna()).all()
    assert 0.01 < unknown.mean() < 0.05
    assert rows["precision_m"].nunique() == 4
    assert 0.03 < (rows["occurred_to"] > rows["occurred_from"]).mean() < 0.3


def test_incidents_lie_in_the_ward_they_name(city):
    rows = city.incidents.dropna(subset=["lon"])
    ward = city.wards.set_index("code").geometry.reindex(rows["unit_code"]).array
    assert shapely.contains_xy(ward, rows["lon"], rows["lat"]).all()


def test_categories_are_leaves_of_the_tree(city):
    tree = city.categories
    assert tree["code"].is_unique
    assert tree["parent_code"].dropna().isin(tree["code"]).all()
    assert set(city.incidents["category_code"]) == set(tree.loc[tree["parent_code"].notna(), "code"])
    assert 12 <= tree["parent_code"].notna().sum() <= 16


def test_lasting_hotspots_are_hot_by_a_plain_count(city, located):
    reported = located[located["origin"] == "reported"]
    city_mean = len(reported) / to_metric(city.wards, METRIC).area.sum() * np.pi * 150.0**2
    for spot in spots(city, "persistent"):
        assert len(around(reported, spot)) > 4 * city_mean


def test_one_hotspot_is_new_and_one_is_fading(city, located):
    reported = located[located["origin"] == "reported"]
    age_days = (reported["recorded_at"].max() - reported["occurred_from"]).dt.days
    (new,), (fading,) = spots(city, "new"), spots(city, "fading")
    near_new, near_fading = around(reported, new), around(reported, fading)
    last_month = (age_days[near_new.index] < 30).sum()
    usual_month = (age_days[near_new.index] >= 30).sum() / 23.3
    assert last_month > 4 * usual_month
    first_half = (age_days[near_fading.index] >= 365).sum()
    assert first_half > 1.8 * (len(near_fading) - first_half)


@pytest.mark.parametrize(("category", "peak"), [("TT01", range(20, 24)), ("AT02", range(16, 19))])
def test_hours_have_a_rhythm(located, category, peak):
    hours = located.loc[located["category_code"] == category, "local"].dt.hour
    counts = np.bincount(hours, minlength=24)
    assert chisquare(counts).pvalue < 1e-6
    assert counts.argmax() in peak


def test_weekdays_have_a_rhythm(located):
    day = located.loc[located["category_code"] == "TT01", "local"].dt.day_of_week
    counts = np.bincount(day, minlength=7)
    assert chisquare(counts).pvalue < 1e-6
    assert counts.argmax() == 5  # Saturday


def close_pairs(rows, days):
    pairs = KDTree(rows[["x", "y"]].to_numpy()).query_pairs(200.0, output_type="ndarray")
    return int((np.abs(days[pairs[:, 0]] - days[pairs[:, 1]]) <= 14).sum())


def test_burglaries_repeat_near_and_soon(city, located):
    """Knox's count: pairs within 200 m and 14 days, against the same places with the days shuffled.

    Away from the hotspots that come and go: those are close in space and time without any repeat.
    """
    burglaries = located[(located["category_code"] == "TS01") & (located["precision_m"] < 100)]
    for spot in spots(city, "new") + spots(city, "fading"):
        burglaries = burglaries.drop(around(burglaries, spot, radius_m=500.0).index)
    days = burglaries["occurred_from"].astype("int64").to_numpy() / 86_400e6
    rng = np.random.default_rng(7)
    shuffled = [close_pairs(burglaries, rng.permutation(days)) for _ in range(19)]
    assert close_pairs(burglaries, days) > 1.1 * max(shuffled)


def test_discovered_incidents_follow_the_posts(city, located):
    posts = KDTree(lonlat_to_metric_xy(city.posts["lon"], city.posts["lat"], METRIC))
    away = pd.Series(posts.query(located[["x", "y"]].to_numpy())[0], index=located.index)
    near = (away < 300).groupby(located["origin"]).mean()
    assert near["discovered"] > 1.4 * near["reported"]


def test_incidents_concentrate_on_few_streets(city, located):
    """Weisburd's law: half of all incidents on a few per cent of the street segments."""
    streets = to_metric(city.streets, METRIC)
    known = located[located["precision_m"] < 100]
    _, street = streets.sindex.nearest(shapely.points(known[["x", "y"]].to_numpy()), return_all=False)
    counts = np.sort(np.bincount(street, minlength=len(streets)))[::-1]
    half = np.searchsorted(np.cumsum(counts), counts.sum() / 2) / len(streets)
    assert 0.021 <= half <= 0.06
