"""What changed with an operation, against a recount by hand; while it lasted a ward lost most incidents."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import psycopg
import pytest

from geo.analysis.change import e_test
from geo.domain.errors import InputError
from geo.domain.kinds import Kind
from geo.domain.roles import OPERATOR, Role
from geo.services.hotspots.effect import Area, Finding, Operation, Scale, effect
from geo.services.hotspots.review import HotspotQuery
from geo.services.imports.importing import import_file
from geo.services.wards import successors
from tests import hotspots_city
from tests.hotspots_city import LAST_DAY

QUERY = HotspotQuery(LAST_DAY - timedelta(days=27), LAST_DAY)
START, DAYS = LAST_DAY - timedelta(days=89), 60
ZONE_H = np.timedelta64(7, "h")
A, B, C, D, E, F = (f"{i:05d}" for i in range(1, 7))  # A B C in the south, D E F north of them
OPERATION = Operation(START, DAYS, (A,))


@pytest.fixture(scope="module")
def city(database):
    """The small city; two of three incidents of ward A in the 60 days of the operation are taken out."""
    made = hotspots_city.fill(database.owner, incidents=9000)
    day = (made.occurred + ZONE_H).astype("datetime64[D]")
    during = (day >= np.datetime64(START)) & (day < np.datetime64(START + timedelta(days=DAYS)))
    gone = during & (made.ward == 0) & (np.arange(len(day)) % 3 > 0)
    with psycopg.connect(database.owner.replace("+psycopg", "")) as raw:
        codes = [f"I{i}" for i in np.flatnonzero(gone)]
        raw.execute("DELETE FROM diaban.incident WHERE code = ANY(%s)", (codes,))
    kept = ~gone
    return replace(made, **{name: getattr(made, name)[kept]
                            for name in ("xy", "occurred", "ward", "discovered", "category")})  # fmt: skip


@pytest.fixture(scope="module")
def found(opened, city):
    return effect(opened, OPERATOR, QUERY, OPERATION)


def count(city, first, last, codes):
    day = (city.occurred + ZONE_H).astype("datetime64[D]")
    rows = ~city.discovered & np.isin(city.ward, [int(code) - 1 for code in codes])
    return int((rows & (day >= np.datetime64(first)) & (day <= np.datetime64(last))).sum())


def test_counts_before_and_during_are_those_of_the_rows(found, city):
    before = (START - timedelta(days=DAYS), START - timedelta(days=1))
    during = (START, START + timedelta(days=DAYS - 1))
    for group, codes in ((found.treated, (A,)), (found.neighbours, (B, D, E)), (found.control, (C, F))):
        assert group.codes == codes
        assert (group.before, group.during) == (count(city, *before, codes), count(city, *during, codes))
        assert group.p == e_test(group.before, group.during)
        past = count(city, before[0] - timedelta(days=365), before[0] - timedelta(days=1), codes)
        assert group.usual == pytest.approx(past * DAYS / 365)


def test_the_effect_is_the_change_beyond_that_of_a_control_of_the_same_size(found):
    treated, control, neighbours = found.treated, found.control, found.neighbours
    assert found.scale is Scale.PAST
    for part, measured in (
        ((treated,), found.local),
        ((neighbours,), found.displacement),
        ((treated, neighbours), found.total),
    ):
        size = sum(one.usual for one in part) / control.usual
        change = sum(one.during - one.before for one in part)
        assert measured.estimate == pytest.approx(change - size * (control.during - control.before))
        counts = sum(one.during + one.before for one in part)
        variance = counts + size**2 * (control.during + control.before)
        assert measured.standard_error == pytest.approx(variance**0.5)
        assert measured.high - measured.low == pytest.approx(2 * 1.959964 * variance**0.5)
    assert found.total.estimate == pytest.approx(found.local.estimate + found.displacement.estimate)


def test_the_history_ends_with_the_operation_and_goes_back_as_far_as_the_data(found, city):
    history = found.history
    begins = (city.occurred.min() + ZONE_H).astype("datetime64[D]").astype(date)
    back = (START - begins).days // DAYS
    assert history.starts == tuple(START - timedelta(days=DAYS * i) for i in range(back, -1, -1))
    size = found.treated.usual / found.control.usual
    for start, treated, control in zip(history.starts, history.treated, history.control, strict=True):
        last = start + timedelta(days=DAYS - 1)
        assert treated == count(city, start, last, (A,))
        assert control == pytest.approx(size * count(city, start, last, (C, F)))


def test_the_incidents_taken_out_are_found_and_nothing_where_none_was(found, opened, city):
    assert found.finding is Finding.FEWER
    elsewhere = effect(opened, OPERATOR, QUERY, replace(OPERATION, treated=(F,), control=(C, E)))
    assert elsewhere.finding is Finding.UNCLEAR
    assert found.similarity.fewer == (A,)


def test_after_a_quiet_time_the_return_to_the_usual_looks_like_a_rise_and_is_said(opened, city):
    later = effect(opened, OPERATOR, QUERY, Operation(START + timedelta(days=DAYS), 30, (A,)))
    assert later.was_low
    assert not later.was_high
    assert later.treated.before < later.treated.usual


def test_a_chosen_control_is_used_and_is_no_neighbour(opened, city):
    found = effect(opened, OPERATOR, QUERY, replace(OPERATION, control=(B,)))
    assert found.control.codes == (B,)
    assert found.neighbours.codes == (D, E)


def test_where_all_others_are_next_to_it_they_are_the_control_and_displacement_is_not_told(opened, city):
    found = effect(opened, OPERATOR, QUERY, replace(OPERATION, treated=(B, E)))
    assert (found.neighbours, found.displacement, found.total) == (None, None, None)
    assert found.control.codes == (A, C, D, F)


def test_without_a_past_groups_are_sized_by_households_or_else_by_their_number(opened, city):
    begins = (city.occurred.min() + ZONE_H).astype("datetime64[D]").astype(date)
    early = Operation(begins + timedelta(days=31), 30, (A,), (B,))
    assert effect(opened, OPERATOR, QUERY, early).scale is Scale.HOUSEHOLDS
    assert effect(opened, OPERATOR, QUERY, replace(early, control=(F,))).scale is Scale.PLACES
    assert np.isnan(effect(opened, OPERATOR, QUERY, early).treated.usual)


def test_few_incidents_are_no_finding(opened, city):
    thefts = replace(QUERY, category="TS03")
    found = effect(opened, OPERATOR, thefts, Operation(LAST_DAY, 1, (D,)))
    assert found.finding is Finding.SMALL


def test_the_category_is_that_of_the_question_and_the_unit_is_not(opened, city):
    asked = replace(QUERY, unit=A)
    assert effect(opened, OPERATOR, asked, OPERATION).control.codes == (C, F)


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        (Operation(LAST_DAY - timedelta(days=5), 28, (A,)), "operation_not_over"),
        (Operation(date(2020, 1, 1), 28, (A,)), "operation_no_past"),
        (Operation(START, DAYS, ("99999",)), "operation_unit"),
        (Operation(START, DAYS, ()), "operation_unit"),
        (Operation(START, DAYS, (A, B, C, D, E, F)), "operation_alone"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_the_reason(opened, city, operation, code):
    with pytest.raises(InputError) as fault:
        effect(opened, OPERATOR, QUERY, operation)
    assert fault.value.code == code


def test_an_operation_that_makes_no_sense_is_refused():
    with pytest.raises(InputError, match="days"):
        Operation(START, 0, (A,))
    with pytest.raises(InputError, match="both"):
        Operation(START, 28, (A, B), (B, C))


def test_a_ward_officer_has_nothing_to_compare_the_own_ward_with(opened, city, sign_in):
    officer = sign_in("phuong.1", Role.WARD_OFFICER, (A,))
    with pytest.raises(InputError) as fault:
        effect(opened, officer, QUERY, OPERATION)
    assert fault.value.code == "operation_alone"


@pytest.fixture(scope="module")
def beats(opened, city, tmp_path_factory):
    """One beat over each ward, K1 over A and so on."""
    folder = tmp_path_factory.mktemp("beats")
    blocks, held = ["code,name,unit_code,wkt"], ["code,name,unit_code,block_codes,valid_from"]
    for i, unit in enumerate((A, B, C, D, E, F)):
        blocks.append(f'B{i + 1},Tổ {i + 1},{unit},"{hotspots_city._square(i % 3, i // 3).wkt}"')
        held.append(f"K{i + 1},Khu vực {i + 1},{unit},B{i + 1},2024-01-01")
    for kind, lines in ((Kind.BLOCKS, blocks), (Kind.BEATS, held)):
        path = folder / f"{kind.value}.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        assert import_file(opened, OPERATOR, path, kind).merged.accepted == 6
    return opened


def test_by_beats_as_large_as_the_wards_it_is_what_it_is_by_ward(beats, found):
    by_beat = effect(beats, OPERATOR, QUERY, Operation(START, DAYS, ("K1",), area=Area.BEAT))
    assert by_beat.control.codes == ("K3", "K6")
    assert by_beat.neighbours.codes == ("K2", "K4", "K5")
    for name in ("treated", "control", "neighbours"):
        one, other = getattr(by_beat, name), getattr(found, name)
        assert (one.before, one.during, one.usual) == (other.before, other.during, other.usual)
    assert by_beat.local == found.local
    assert by_beat.similarity.fewer == ("K1",)
    with pytest.raises(InputError) as fault:
        effect(beats, OPERATOR, QUERY, replace(OPERATION, area=Area.BEAT))
    assert fault.value.code == "operation_unit", "a ward is no beat"


def test_a_ward_of_before_a_merger_is_told_with_what_it_became(opened, city, database):
    with psycopg.connect(database.owner.replace("+psycopg", "")) as raw:
        raw.execute(
            "INSERT INTO diaban.admin_unit (code, level, name, name_folded, parent_id, valid, synthetic) "
            "SELECT '00901', 'ward', 'Đông Cũ', 'dong cu', id, '[,2025-07-01)', true "
            "FROM diaban.admin_unit WHERE code = '01'"
        )
        raw.execute(
            "INSERT INTO diaban.unit_lineage (from_unit_id, to_unit_id, on_date, share) "
            "SELECT former.id, later.id, '2025-07-01', CASE later.code WHEN '00002' THEN 0.7 ELSE 0.3 END "
            "FROM diaban.admin_unit former, diaban.admin_unit later "
            "WHERE former.code = '00901' AND later.code IN ('00001', '00002')"
        )
    told = successors(opened, OPERATOR, ["00901", A, "99999"])
    assert {code: (former.name, former.into) for code, former in told.items()} == {
        "00901": ("Đông Cũ", ("Đông Hồ", "An Bình"))
    }
