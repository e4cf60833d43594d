"""Officers and assignments: one primary a beat, a few vacant beats, a history that rests on decisions."""

import pandas as pd
import pytest


@pytest.fixture
def today(city):
    return pd.Timestamp(city.parameters.today)


def held_on(assignments, day, *roles):
    begun = assignments["valid_from"] <= day
    lasting = assignments["valid_to"].isna() | (assignments["valid_to"] > day)
    return assignments[begun & lasting & assignments["role"].isin(roles)]


def most_at_once(rows):
    """Sweep over the days: the largest number of assignments of one beat that hold together."""
    opened = pd.DataFrame({"beat": rows["beat_code"], "day": rows["valid_from"], "step": 1})
    closed = pd.DataFrame({"beat": rows["beat_code"], "day": rows["valid_to"], "step": -1}).dropna()
    # An end is the first day no longer held, so on a day of handover the end counts before the start.
    events = pd.concat([opened, closed]).sort_values(["beat", "day", "step"])
    return events.groupby("beat")["step"].cumsum().max()


def test_one_primary_per_beat_at_any_time(city):
    primary = city.assignments[city.assignments["role"] == "primary"]
    assert most_at_once(primary) == 1
    overlapping = primary.assign(valid_to=primary["valid_to"] + pd.Timedelta(days=1))
    assert most_at_once(overlapping) == 2  # the sweep sees a single day of overlap


def test_no_assignment_is_empty_or_in_the_future(city, today):
    rows = city.assignments
    assert (rows["valid_to"].isna() | (rows["valid_to"] > rows["valid_from"])).all()
    assert (rows["valid_from"] <= today).all()


def test_a_beat_in_three_of_the_six_wards_is_vacant_today(city, today):
    held = held_on(city.assignments, today, "primary", "acting")["beat_code"]
    vacant = city.beats[~city.beats["code"].isin(held)]
    assert vacant["unit_code"].tolist() == [*sorted(city.wards["code"])[1::3], max(city.wards["code"])]
    a_year_ago = held_on(city.assignments, today - pd.Timedelta(days=365), "primary", "acting")
    assert set(a_year_ago["beat_code"]) == set(city.beats["code"])


def test_there_are_handovers_helpers_and_an_acting_period(city, today):
    primary = city.assignments[city.assignments["role"] == "primary"]
    holders = primary.drop_duplicates(["beat_code", "service_number"]).groupby("beat_code").size()
    assert (holders > 1).sum() >= 10
    assert len(held_on(city.assignments, today, "concurrent")) >= 1
    acting = city.assignments[city.assignments["role"] == "acting"]
    assert len(acting) == 1
    gap = acting.iloc[0]
    there = held_on(primary[primary["beat_code"] == gap["beat_code"]], gap["valid_from"], "primary")
    assert there.empty


def test_an_officer_is_primary_in_one_beat_at_a_time(city):
    primary = city.assignments[city.assignments["role"] == "primary"]
    assert most_at_once(primary.assign(beat_code=primary["service_number"])) == 1


def test_officers_serve_in_the_ward_of_their_beat(city):
    unit = city.officers.set_index("service_number")["unit_code"]
    ward = city.beats.set_index("code")["unit_code"]
    rows = city.assignments
    assert (unit[rows["service_number"]].to_numpy() == ward[rows["beat_code"]].to_numpy()).all()


def test_assignments_rest_on_documents(city, today):
    documents = city.legal_documents.set_index("number")
    assert documents.index.is_unique
    assert city.assignments["decision"].isin(documents.index).all()
    issued = documents.loc[city.assignments["decision"], "issued_on"].to_numpy()
    assert (issued <= city.assignments["valid_from"].to_numpy()).all()
    assert (documents["issued_on"] <= today).all()


def test_officers_are_labels_not_people(city):
    assert city.officers["display_name"].str.fullmatch(r"Cán bộ M-\d{3,}").all()
    assert city.officers["display_name"].is_unique
    assert city.officers["beat_days_month"].between(0, 31).all()
