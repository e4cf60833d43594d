"""The whole life of a plan: what it changes on which day, and that nothing is left when it is taken back."""

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pytest
import shapely
from sqlalchemy import text

from geo.domain.errors import ConflictError, ForbiddenError, InputError
from geo.domain.kinds import PlanState
from geo.domain.roles import OPERATOR, Actor, Role
from geo.services.borders import proposals as border_proposals
from geo.services.coverage.on_a_day import coverage
from geo.services.plans import decisions as plan_decisions
from geo.services.plans import drafts as plan_drafts
from geo.services.plans import solve as plan_solve
from geo.services.plans import splits as plan_splits
from geo.services.plans.handover import handover
from geo.services.plans.options import Absence, NewBeat, PlanOptions, StandIn, with_absence, with_new_beat
from geo.services.plans.problem import desk
from geo.store.cluster import DatabaseUrls
from geo.store.engine import Database, transaction
from tests import planning_city
from tests.planning_city import code, households, line, square

TODAY, DAY = date(2027, 3, 1), date(2027, 3, 15)  # the middle of a month
BEFORE = date(2027, 3, 14)
# What a plan may leave behind: its own record, and the audit.
_RECORD = {"plan", "plan_move", "plan_cover", "plan_split", "plan_decision", "legal_document"}
_TRAIL = {"audit_event", "data_change", "session", "sign_in_attempt"}

SignIn = Callable[[str, Role, tuple[str, ...]], Actor]


@pytest.fixture(scope="module")
def people(database: DatabaseUrls, opened: Database, sign_in: SignIn) -> dict[str, Actor]:
    planning_city.fill(database)
    return {
        "planner": sign_in("ke-hoach-1", Role.PLANNER, ("00001",)),
        "chief": sign_in("chi-huy-1", Role.COMMANDER, ("*",)),
    }


def tables(database: Database) -> dict[str, str]:
    """A fingerprint of every row of every table but the plan's own record and the trail."""
    with transaction(database, OPERATOR) as connection:
        names = connection.execute(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'diaban' ORDER BY 1")
        ).scalars()
        return {
            name: connection.execute(
                text(
                    "SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) "
                    f"FROM diaban.{name} t"
                )
            ).scalar_one()
            for name in list(names)
            if name not in _RECORD | _TRAIL
        }


def loads(database: Database, day: date) -> dict[str, int]:
    """Households of each beat of the ward on a day, as the Coverage page has them."""
    found = coverage(database, OPERATOR, day, "00001")
    return {beat.code: beat.tally.households for beat in found.beats}


def responsible(database: Database, incident: str) -> tuple[str, list[str]]:
    """The beat and the officers of an incident on its day."""
    with transaction(database, OPERATOR) as connection:
        row = connection.execute(
            text(
                "SELECT b.code, array_agg(o.service_number ORDER BY o.service_number) FROM diaban.incident i "
                "JOIN diaban.beat_block m ON m.block_id = i.block_id "
                "AND m.valid @> (i.occurred_from AT TIME ZONE 'Asia/Ho_Chi_Minh')::date "
                "JOIN diaban.beat b ON b.id = m.beat_id "
                "JOIN diaban.assignment a ON a.beat_id = b.id "
                "AND a.valid @> (i.occurred_from AT TIME ZONE 'Asia/Ho_Chi_Minh')::date "
                "JOIN diaban.officer o ON o.id = a.officer_id WHERE i.code = :code GROUP BY 1"
            ),
            {"code": incident},
        ).one()
    return row[0], row[1]


def an_incident(database: Database, name: str, block: str, day: date) -> None:
    with transaction(database, OPERATOR) as connection:
        connection.execute(
            text(
                "INSERT INTO diaban.incident (code, category_id, origin, status, occurred_from, occurred_to, "
                "unit_id, block_id) SELECT :name, (SELECT min(id) FROM diaban.category), 'reported', "
                "'received', CAST(:at AS timestamptz), CAST(:at AS timestamptz), unit_id, id "
                "FROM diaban.block WHERE code = :block"
            ),
            {"name": name, "block": block, "at": f"{day} 09:00+07"},
        )


def approved(database: Database, people: dict[str, Actor], found: plan_drafts.OpenDraft) -> plan_drafts.Draft:
    document = found.draft.document or "12/QĐ-CAP"
    draft = plan_decisions.submit(database, people["planner"], found.draft, document=document, today=TODAY)
    return plan_decisions.approve(database, people["chief"], draft, "Đồng ý")


def test_the_desk_is_the_ward_of_the_day(opened: Database, people: dict[str, Actor]) -> None:
    found = desk(opened, people["planner"], "00001", DAY)
    assert len(found.codes) == 24
    assert [beat.code for beat in found.beats] == ["K1", "K2", "K3"]
    assert found.beats[0].service_number == "CB-1"
    unit = found.unit_of(code(2, 1))
    assert found.problem.workload[unit] == households(2, 1)
    assert found.problem.owner[unit] == found.part_of("K2")
    assert found.problem.area_m2 == pytest.approx(10_000, rel=1e-3)
    assert found.problem.border_m.sum() == pytest.approx((5 * 4 + 6 * 3) * 100, rel=1e-3)
    assert desk(opened, people["planner"], "00001", DAY).ground is found.ground  # kept


def test_from_draft_to_force_in_the_middle_of_a_month_and_back(
    opened: Database, people: dict[str, Actor]
) -> None:
    planner = people["planner"]
    an_incident(opened, "V-truoc", code(1, 0), BEFORE)
    an_incident(opened, "V-sau", code(1, 0), DAY)
    made = plan_drafts.create(
        opened, planner, "00001", title="Cân bằng", effective_on=DAY, document="12/QĐ-CAP", today=TODAY
    )
    suggestion = plan_solve.rebalance(planner, made.desk, time_limit_s=3)
    assert suggestion.proposal.bound <= suggestion.proposal.objective
    owner = made.owner.copy()  # by hand: what the solver finds in little time is not always the same
    owner[[made.desk.unit_of(code(1, row)) for row in range(2)]] = made.desk.part_of("K2")
    owner[made.desk.unit_of(code(3, 3))] = made.desk.part_of("K3")
    options, proposal = PlanOptions(tolerance=0.2), suggestion.summary()
    found = plan_drafts.save(opened, planner, made, owner, options=options, proposal=proposal, today=TODAY)
    assert (found.draft.moved, found.draft.proposal) == (3, proposal)
    assert np.array_equal(found.owner, owner)

    before, then = tables(opened), loads(opened, BEFORE)
    draft = approved(opened, people, found)
    with pytest.raises(ForbiddenError, match="planner"):
        plan_decisions.apply(opened, people["chief"], draft, today=TODAY)
    draft = plan_decisions.apply(opened, planner, draft, today=TODAY)
    assert draft.state is PlanState.IN_FORCE
    assert loads(opened, BEFORE) == then == loads(opened, TODAY)
    expected = np.bincount(owner, found.desk.problem.workload)
    assert loads(opened, DAY) == {f"K{part + 1}": n for part, n in enumerate(expected)}
    assert loads(opened, DAY) != then
    assert responsible(opened, "V-truoc") == ("K1", ["CB-1"])
    assert responsible(opened, "V-sau") == ("K2", ["CB-2"])
    with transaction(opened, OPERATOR) as connection:
        under = connection.execute(
            text(
                "SELECT DISTINCT d.number FROM diaban.beat_block m JOIN diaban.legal_document d "
                "ON d.id = m.document_id WHERE lower(m.valid) = :day"
            ),
            {"day": DAY},
        ).scalars()
        assert list(under) == ["12/QĐ-CAP"]

    with pytest.raises(ForbiddenError):
        plan_decisions.rollback(opened, people["chief"], draft)
    plan_decisions.rollback(opened, planner, draft, "Làm lại")
    assert tables(opened) == before
    assert loads(opened, DAY) == then
    history = plan_decisions.decisions(opened, people["chief"], draft)
    assert [(step.decision, step.by) for step in history] == [
        ("submitted", "ke-hoach-1"), ("approved", "chi-huy-1"), ("applied", "ke-hoach-1"),
        ("rolled_back", "ke-hoach-1"),
    ]  # fmt: skip
    with transaction(opened, OPERATOR) as connection:
        actions = connection.execute(
            text("SELECT action FROM diaban.audit_event WHERE object_key = :plan ORDER BY id"),
            {"plan": draft.code},
        ).scalars()
        assert list(actions) == ["draft", "save", "submit", "approve", "apply", "rollback"]


def test_cover_for_an_absent_officer_ends_by_itself(opened: Database, people: dict[str, Actor]) -> None:
    planner, until = people["planner"], date(2027, 4, 10)
    made = plan_drafts.create(opened, planner, "00001", title="Nghỉ phép", effective_on=DAY, today=TODAY)
    options = with_absence(PlanOptions(tolerance=0.15), Absence("K2", until))
    found = plan_drafts.save(opened, planner, made, made.owner, options=options, today=TODAY)
    assert [beat.code for beat in found.desk.away] == ["K2"]
    assert (found.owner == -1).sum() == 8
    suggestion = plan_solve.rebalance(planner, found.desk)
    found = plan_drafts.save(opened, planner, found, suggestion.owner, today=TODAY)
    assert {(cover.beat, cover.officer) for cover in found.covers} == {("K2", "CB-1"), ("K2", "CB-3")}
    sheets = handover(opened, people["chief"], found.draft.code).sheets
    assert sheets[1].beat.code == "K2"
    assert sum(line.households for line in sheets[1].gives) == sum(
        households(x, y) for x in (2, 3) for y in range(4)
    )

    before = tables(opened)
    draft = plan_decisions.apply(opened, planner, approved(opened, people, found), today=TODAY)
    assert loads(opened, DAY)["K2"] == 0
    assert sum(loads(opened, DAY).values()) == sum(loads(opened, BEFORE).values())
    assert loads(opened, until) == loads(opened, BEFORE)  # everything is back
    acting = {
        (beat.code, holder.service_number, holder.until)
        for beat in coverage(opened, OPERATOR, DAY, "00001").beats
        for holder in beat.holders
        if holder.role == "acting"
    }
    assert acting == {("K2", "CB-1", until), ("K2", "CB-3", until)}
    plan_decisions.rollback(opened, planner, draft)
    assert tables(opened) == before


def test_a_block_cut_by_a_line_keeps_its_past(opened: Database, people: dict[str, Actor]) -> None:
    planner, whole = people["planner"], code(1, 2)
    an_incident(opened, "V-cat", whole, BEFORE)
    # Its northern rim, where nobody lives, has gone to the block beside: the cut goes through what was, too.
    rim = shapely.difference(square(1, 2), square(1, 2.9))
    border = border_proposals.propose(opened, planner, whole, rim, "water", day=TODAY)
    border_proposals.decide(opened, planner, border, 1, accept=True, day=TODAY)
    made = plan_drafts.create(opened, planner, "00001", title="Tách tổ", effective_on=DAY, today=TODAY)
    n = households(1, 2)
    for crossing, fault in (
        (line((1.5, 2.2), (1.5, 2.8)), "plan_line_does_not_cut"),
        (line((0.0, 0.0), (0.5, 3.9)), "plan_line_does_not_cut"),
        (line((1.2, 1.9), (1.3, 3.1), (1.6, 3.1), (1.7, 1.9)), "plan_line_cuts_more"),
    ):
        with pytest.raises(InputError) as caught:
            plan_splits.look_at_split(opened, planner, made.draft.code, whole, crossing)
        assert caught.value.code == fault
    # three households from the east lie beyond the line
    crossing = line((2 - 3 / n, 1.8), (2 - 3 / n, 3.2))
    halves = plan_splits.add_split(opened, planner, made.draft.code, whole, crossing)
    assert halves.households == (n - 3, 3)
    assert halves.residents == (4 * (n - 3), 12)
    with pytest.raises(ConflictError):
        plan_splits.add_split(opened, planner, made.draft.code, whole, crossing)
    plan_splits.remove_split(opened, planner, made.draft.code, whole)
    assert len(plan_drafts.load(opened, planner, made.draft.code).desk.codes) == 24
    plan_splits.add_split(opened, planner, made.draft.code, whole, crossing)
    found = plan_drafts.load(opened, planner, made.draft.code)
    half = found.desk.unit_of(whole + plan_splits.SUFFIX)
    assert found.desk.problem.workload[half] == 3
    owner = found.owner.copy()
    owner[half] = found.desk.part_of("K2")
    options = PlanOptions(tolerance=0.5)
    found = plan_drafts.save(opened, planner, found, owner, options=options, today=TODAY)
    assert np.array_equal(found.owner, owner)

    before, then = tables(opened), loads(opened, BEFORE)
    draft = plan_decisions.apply(opened, planner, approved(opened, people, found), today=TODAY)
    assert loads(opened, BEFORE) == then
    assert loads(opened, DAY) == {**then, "K1": then["K1"] - 3, "K2": then["K2"] + 3}
    assert responsible(opened, "V-cat") == ("K1", ["CB-1"])
    with transaction(opened, OPERATOR) as connection:
        was = connection.execute(
            text(
                "SELECT array_agg(ST_Area(w.geom) ORDER BY k.code) FROM diaban.blocks_then(:day) w "
                "JOIN diaban.block k ON k.id = w.id WHERE k.code LIKE :code"
            ),
            {"day": TODAY - timedelta(days=1), "code": f"{whole}%"},
        ).scalar_one()
    assert len(was) == 2
    assert sum(was) == pytest.approx(square(1, 2).area)
    shown = plan_drafts.load(opened, planner, draft.code)
    assert [shown.desk.codes[unit] for unit in np.flatnonzero(shown.owner != shown.desk.problem.owner)] == [
        whole + plan_splits.SUFFIX
    ]
    with transaction(opened, OPERATOR) as connection:  # somebody registers a household in the new half
        half_id = connection.execute(
            text("SELECT id FROM diaban.block WHERE code = :half"), {"half": whole + plan_splits.SUFFIX}
        ).scalar_one()
        connection.execute(
            text(
                "INSERT INTO diaban.household (code, unit_id, block_id, permanent, temporary, absent, geom) "
                "SELECT 'moi', unit_id, :half, 1, 0, 0, geom FROM diaban.household WHERE code = 'H120'"
            ),
            {"half": half_id},
        )
    plan_decisions.rollback(opened, planner, draft)
    with transaction(opened, OPERATOR) as connection:
        gone = connection.execute(
            text(
                "DELETE FROM diaban.household h USING diaban.block b "
                "WHERE h.code = 'moi' AND b.id = h.block_id RETURNING b.code"
            )
        ).scalar_one()
    assert gone == whole
    assert tables(opened) == before
    border_proposals.take_back(opened, planner, border, 2)


def test_an_officer_who_leaves_for_good_takes_the_beat_along(
    opened: Database, people: dict[str, Actor]
) -> None:
    planner = people["planner"]
    options = with_absence(PlanOptions(tolerance=0.3), Absence("K3"))
    made = plan_drafts.create(
        opened, planner, "00001", title="Nghỉ hưu", effective_on=DAY, options=options, today=TODAY
    )
    suggestion = plan_solve.rebalance(planner, made.desk, time_limit_s=3)
    found = plan_drafts.save(opened, planner, made, suggestion.owner, today=TODAY)
    assert found.covers == ()
    before = tables(opened)
    draft = plan_decisions.apply(opened, planner, approved(opened, people, found), today=TODAY)
    assert set(loads(opened, DAY)) == {"K1", "K2"}
    assert set(loads(opened, BEFORE)) == {"K1", "K2", "K3"}
    plan_decisions.rollback(opened, planner, draft)
    assert tables(opened) == before


def test_two_wards_planned_as_one(opened: Database, people: dict[str, Actor], sign_in: SignIn) -> None:
    planner = sign_in("ke-hoach-2", Role.PLANNER, ("00001", "00002"))
    with pytest.raises(InputError, match="00002"):  # the other ward is not in this planner's scope
        desk(opened, people["planner"], "00001", DAY, PlanOptions(merge_with="00002"))
    options = PlanOptions(tolerance=0.7, merge_with="00002")
    made = plan_drafts.create(
        opened, planner, "00001", title="Gộp", effective_on=DAY, options=options, today=TODAY
    )
    owner = made.owner.copy()
    owner[made.desk.unit_of(code(5, 3))] = made.desk.part_of("K9")
    found = plan_drafts.save(opened, planner, made, owner, today=TODAY)
    before = tables(opened)
    sent = plan_decisions.submit(opened, planner, found.draft, today=TODAY)
    with pytest.raises(InputError) as refused:  # under no document nothing comes into force
        plan_decisions.apply(
            opened, planner, plan_decisions.approve(opened, people["chief"], sent), today=TODAY
        )
    assert refused.value.code == "plan_needs_document"
    assert "số quyết định" in refused.value.message("vi")
    assert tables(opened) == before
    sent = plan_drafts.load(opened, planner, sent.code).draft
    draft = plan_decisions.apply(opened, planner, sent, document="13/QĐ-CAP", today=TODAY)
    an_incident(opened, "V-gop", code(5, 3), DAY)
    assert responsible(opened, "V-gop") == ("K9", ["CB-9"])
    with transaction(opened, OPERATOR) as connection:
        connection.execute(text("DELETE FROM diaban.incident WHERE code = 'V-gop'"))
    plan_decisions.rollback(opened, planner, draft)
    assert tables(opened) == before


def test_a_beat_founded_and_one_stood_in_for(opened: Database, people: dict[str, Actor]) -> None:
    planner = people["planner"]
    options = with_new_beat(PlanOptions(tolerance=0.2), NewBeat("K4", "Khu vực 4", "CB-9"))
    options = PlanOptions(**{**vars(options), "stand_ins": (StandIn("K3", "CB-1", date(2027, 5, 1)),)})
    with pytest.raises(InputError, match="CB-9"):  # the officer of another ward is nobody here
        plan_drafts.create(
            opened, planner, "00001", title="Thêm", effective_on=DAY, options=options, today=TODAY
        )
    options = PlanOptions(**{**vars(options), "new_beats": (NewBeat("K4", "Khu vực 4"),)})
    made = plan_drafts.create(
        opened, planner, "00001", title="Thêm", effective_on=DAY, options=options, today=TODAY
    )
    found = plan_drafts.save(opened, planner, made, plan_solve.draw(planner, made.desk).owner, today=TODAY)
    assert plan_decisions.report(found).ok
    before = tables(opened)
    draft = plan_decisions.apply(opened, planner, approved(opened, people, found), today=TODAY)
    assert loads(opened, DAY)["K4"] > 0
    assert "K4" not in loads(opened, BEFORE)
    plan_decisions.rollback(opened, planner, draft)
    assert tables(opened) == before


def test_a_code_that_another_ward_has_stops_the_whole_plan(
    opened: Database, people: dict[str, Actor]
) -> None:
    planner = people["planner"]
    options = with_new_beat(PlanOptions(tolerance=0.5), NewBeat("K9", "Khu vực 9"))  # K9 is out of sight
    made = plan_drafts.create(
        opened, planner, "00001", title="Trùng mã", effective_on=DAY, options=options, today=TODAY
    )
    owner = plan_solve.draw(planner, made.desk).owner
    found = plan_drafts.save(opened, planner, made, owner, today=TODAY)
    before, draft = tables(opened), approved(opened, people, found)
    with pytest.raises(ConflictError) as caught:
        plan_decisions.apply(opened, planner, draft, today=TODAY)
    assert caught.value.code == "plan_in_the_way"
    assert tables(opened) == before
    assert plan_drafts.load(opened, planner, draft.code).draft.state is PlanState.APPROVED


def test_what_changed_since_is_not_overwritten(opened: Database, people: dict[str, Actor]) -> None:
    planner = people["planner"]

    def one(name: str, day: date) -> plan_drafts.Draft:
        options = PlanOptions(tolerance=0.5)
        made = plan_drafts.create(
            opened, planner, "00001", title=name, effective_on=day, options=options, today=TODAY
        )
        owner = made.owner.copy()
        owner[made.desk.unit_of(code(1, 3))] = made.desk.part_of("K2")
        return approved(opened, people, plan_drafts.save(opened, planner, made, owner, today=TODAY))

    first, second, earlier = one("một", DAY), one("hai", DAY), one("sớm", date(2027, 3, 10))
    first = plan_decisions.apply(opened, planner, first, today=TODAY)
    before = tables(opened)
    for draft, code_ in ((second, "plan_hands_changed"), (earlier, "plan_later_change")):
        with pytest.raises(ConflictError) as caught:
            plan_decisions.apply(opened, planner, draft, today=TODAY)
        assert caught.value.code == code_
        assert code(1, 3) in caught.value.message("vi")
    assert tables(opened) == before
    with transaction(opened, OPERATOR) as connection:
        connection.execute(
            text("UPDATE diaban.beat_block SET document_id = NULL, valid = daterange(:day, '2030-01-01') "
                 "WHERE lower(valid) = :day"), {"day": DAY},
        )  # fmt: skip
    with pytest.raises(ConflictError) as caught:
        plan_decisions.rollback(opened, planner, first)
    assert caught.value.code == "plan_rollback_changed"


def test_a_beat_torn_since_the_approval_is_not_applied(opened: Database, people: dict[str, Actor]) -> None:
    planner = people["planner"]
    made = plan_drafts.create(
        opened,
        planner,
        "00001",
        title="Rách",
        effective_on=DAY,
        options=PlanOptions(tolerance=0.5),
        today=TODAY,
    )
    owner = made.owner.copy()
    owner[[made.desk.unit_of(code(2, row)) for row in (0, 1)]] = made.desk.part_of("K1")
    draft = approved(opened, people, plan_drafts.save(opened, planner, made, owner, today=TODAY))
    with transaction(opened, OPERATOR) as connection:  # a block in the middle of K3 becomes another's
        connection.execute(
            text(
                "UPDATE diaban.beat_block SET beat_id = (SELECT id FROM diaban.beat WHERE code = 'K1') "
                "WHERE block_id = (SELECT id FROM diaban.block WHERE code = :block)"
            ),
            {"block": code(5, 1)},
        )
    before = tables(opened)
    with pytest.raises(plan_decisions.PlanRefusedError) as caught:
        plan_decisions.apply(opened, planner, draft, today=TODAY)
    assert caught.value.code == "plan_torn_since"
    assert "Khu vực 1 rời thành 2 mảng" in caught.value.message("vi")
    assert tables(opened) == before
