"""Drafts between people: two planners on one, the gate at submission, fifty who decide at once, bad input."""

import csv
import hashlib
import secrets
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import numpy as np
import openpyxl
import pypdf
import pytest
from sqlalchemy import text

from geo.briefing.handover_out import write_handover
from geo.domain.errors import ConflictError, DiaBanError, ForbiddenError, InputError
from geo.domain.kinds import PlanState
from geo.domain.roles import OPERATOR, Actor, Role
from geo.planning import InfeasibleError
from geo.services.plans import assignment_csv as plan_csv
from geo.services.plans import decisions as plan_decisions
from geo.services.plans import drafts as plan_drafts
from geo.services.plans import solve as plan_solve
from geo.services.plans.handover import handover
from geo.services.plans.options import (
    RESIDENTS,
    Absence,
    PlanOptions,
    Workload,
    from_json,
    with_absence,
    with_building,
)
from geo.services.plans.problem import desk
from geo.store.cluster import DatabaseUrls
from geo.store.engine import Database, transaction
from tests import planning_city
from tests.planning_city import code, households

TODAY, DAY = date(2027, 3, 1), date(2027, 3, 15)
LOOSE = PlanOptions(tolerance=0.5)
SignIn = Callable[[str, Role, tuple[str, ...]], Actor]


@pytest.fixture(scope="module")
def planners(database: DatabaseUrls, opened: Database, sign_in: SignIn) -> tuple[Actor, Actor]:
    planning_city.fill(database)
    return sign_in("mot", Role.PLANNER, ("00001",)), sign_in("hai", Role.PLANNER, ("*",))


@pytest.fixture(scope="module")
def chief(planners: tuple[Actor, Actor], sign_in: SignIn) -> Actor:
    return sign_in("chi-huy-2", Role.COMMANDER, ("*",))


def draft(
    database: Database, actor: Actor, *moves: tuple[str, str], options: PlanOptions = LOOSE
) -> plan_drafts.OpenDraft:
    """A stored draft in which blocks (code) go to beats (code)."""
    made = plan_drafts.create(
        database, actor, "00001", title="Thử", effective_on=DAY, options=options, today=TODAY
    )
    return plan_drafts.save(database, actor, made, moved(made, *moves), today=TODAY) if moves else made


def moved(found: plan_drafts.OpenDraft, *moves: tuple[str, str]) -> np.ndarray:
    owner = found.owner.copy()
    for block, beat in moves:
        owner[found.desk.unit_of(block)] = found.desk.part_of(beat)
    return owner


def test_the_later_of_two_planners_sees_the_conflict_and_reapplies(
    opened: Database, planners: tuple[Actor, Actor]
) -> None:
    one, other = planners
    base = draft(opened, one)
    theirs = plan_drafts.load(opened, other, base.draft.code)
    plan_drafts.save(
        opened, other, theirs, moved(theirs, (code(1, 0), "K2"), (code(3, 3), "K3")), today=TODAY
    )
    mine = moved(base, (code(1, 0), "K3"), (code(1, 1), "K2"))
    with pytest.raises(plan_drafts.DraftConflictError) as caught:
        plan_drafts.save(opened, one, base, mine, today=TODAY)
    assert set(caught.value.differing) == {code(1, 0), code(1, 1), code(3, 3)}
    assert base.draft.code in caught.value.message("vi")
    assert plan_drafts.load(opened, one, base.draft.code).draft.moved == 2  # nothing was written

    again = plan_drafts.reapply(base, mine, caught.value.theirs)
    assert [base.desk.codes[unit] for unit in again.both] == [code(1, 0)]
    stored = plan_drafts.save(opened, one, caught.value.theirs, again.owner, today=TODAY)
    assert {block: stored.desk.beats[stored.owner[stored.desk.unit_of(block)]].code
            for block in (code(1, 0), code(1, 1), code(3, 3))} == {
        code(1, 0): "K3", code(1, 1): "K2", code(3, 3): "K3"}  # fmt: skip


def test_branches_lists_and_deletion(opened: Database, planners: tuple[Actor, Actor]) -> None:
    one, other = planners
    first = draft(opened, one, (code(1, 0), "K2"))
    branch = plan_drafts.branch(opened, other, first.draft.code, "Nhánh")
    assert branch.draft.parent == first.draft.code
    assert np.array_equal(branch.owner, first.owner)
    assert not plan_drafts.load(opened, one, branch.draft.code).draft.mine
    listed = plan_drafts.drafts(opened, one, "00001", [PlanState.DRAFT])
    assert [each.code for each in listed[:2]] == [branch.draft.code, first.draft.code]
    assert listed[0].author == "hai"
    plan_drafts.delete(opened, one, first.draft)
    with pytest.raises(InputError, match="no plan"):
        plan_drafts.load(opened, one, first.draft.code)
    assert plan_drafts.load(opened, other, branch.draft.code).draft.parent is None
    with pytest.raises(ConflictError):
        plan_drafts.delete(opened, other, plan_drafts.Draft(**{**vars(branch.draft), "version": 0}))


def test_moves_are_stored_in_order_with_their_reasons(
    opened: Database, planners: tuple[Actor, Actor]
) -> None:
    made = draft(opened, planners[0], (code(1, 0), "K2"), (code(0, 0), "K2"))
    with transaction(opened, planners[0]) as connection:
        reasons = connection.execute(
            text("SELECT m.reason FROM diaban.plan_move m WHERE plan_id = :plan ORDER BY ordinal"),
            {"plan": made.draft.id},
        ).scalars()
        first, second = (str(reason).split("\n") for reason in reasons)
    assert first[0].startswith(f"tổ 10, {households(1, 0)} hộ, Khu vực 1 → Khu vực 2: Khu vực 1 +")
    assert first[1].startswith(f"block 10, {households(1, 0)} households, Khu vực 1 → Khu vực 2: Khu vực 1 +")
    assert second[0].startswith("tổ 00, ")  # only after the one between
    assert [said for _, said in plan_drafts.explained(made.desk, made.owner, "vi")] == [first[0], second[0]]


def test_the_gate_names_every_planted_fault(opened: Database, planners: tuple[Actor, Actor]) -> None:
    one = planners[0]
    torn = draft(opened, one, (code(0, 0), "K3"), options=PlanOptions(tolerance=0.01))
    with pytest.raises(plan_decisions.PlanRefusedError) as caught:
        plan_decisions.submit(opened, one, torn.draft, today=TODAY)
    found = Counter(fault.code for fault in caught.value.report.violations)
    assert found["plan_fault_pieces"] == 1
    assert found["plan_fault_deviation"] >= 2
    assert "Khu vực 3 rời thành 2 mảng; tổ 00 nằm ngoài" in caught.value.message("vi")
    assert "Beat 3 is in 2 pieces" in caught.value.message("en")

    nobody = moved(torn)
    nobody[torn.desk.unit_of(code(5, 5 - 2))] = -1
    left = plan_drafts.save(opened, one, torn, nobody, options=LOOSE, today=TODAY)
    with pytest.raises(plan_decisions.PlanRefusedError, match="given to no beat"):
        plan_decisions.submit(opened, one, left.draft, today=TODAY)

    held = PlanOptions(tolerance=0.5, locked_beats=("K1",))
    locked = draft(opened, one, (code(1, 0), "K2"), options=held)
    with pytest.raises(plan_decisions.PlanRefusedError, match="Unit 10 is locked in beat 1"):
        plan_decisions.submit(opened, one, locked.draft, today=TODAY)
    assert plan_drafts.load(opened, one, locked.draft.code).draft.state is PlanState.DRAFT


def test_states_refuse_what_is_out_of_turn(
    opened: Database, planners: tuple[Actor, Actor], chief: Actor
) -> None:
    one, other = planners
    made = draft(opened, one, (code(1, 0), "K2"))
    with pytest.raises(ConflictError, match="it cannot be brought into force"):
        plan_decisions.apply(opened, one, made.draft, today=TODAY)
    with pytest.raises(ForbiddenError):
        plan_decisions.approve(opened, one, made.draft)
    sent = plan_decisions.submit(opened, one, made.draft, today=TODAY)
    with pytest.raises(ConflictError) as caught:
        plan_drafts.save(opened, one, made, made.owner, today=TODAY)
    assert "đã trình" in caught.value.message("vi")
    with pytest.raises(InputError, match="reason"):
        plan_decisions.reject(opened, chief, sent, " ")
    back = plan_decisions.reject(opened, chief, sent, "Tổ 10 ở xa trụ sở")
    assert plan_decisions.decisions(opened, one, back)[-1].reason == "Tổ 10 ở xa trụ sở"
    again = plan_drafts.load(opened, one, back.code)
    again = plan_drafts.save(opened, one, again, again.owner, today=TODAY)
    assert again.draft.state is PlanState.DRAFT
    sent = plan_decisions.submit(opened, other, again.draft, today=TODAY)
    assert plan_decisions.withdraw(opened, one, sent).state is PlanState.DRAFT


def test_nobody_approves_what_he_made_or_submitted(
    opened: Database, planners: tuple[Actor, Actor], chief: Actor
) -> None:
    made = draft(opened, planners[0], (code(1, 0), "K2"))
    sent = plan_decisions.submit(opened, planners[0], made.draft, today=TODAY)
    with transaction(opened, OPERATOR) as connection:  # a planner who became a commander since
        connection.execute(
            text("UPDATE diaban.plan SET created_by = :chief WHERE id = :id"),
            {"chief": chief.account_id, "id": sent.id},
        )
    with pytest.raises(ForbiddenError, match="made or submitted"):
        plan_decisions.approve(opened, chief, sent)


def commanders(database: Database, n: int) -> list[Actor]:
    made = []
    with transaction(database, OPERATOR) as connection:
        for number in range(n):
            token = secrets.token_urlsafe(32)
            account = connection.execute(
                text(
                    "INSERT INTO diaban.account (name, password_hash, role, all_units) "
                    "VALUES (:name, '-', 'commander', true) RETURNING id"
                ),
                {"name": f"chi-huy-so-{number}"},
            ).scalar_one()
            connection.execute(
                text(
                    "INSERT INTO diaban.session (token_hash, account_id, idle_until, expires_at) "
                    "VALUES (:hash, :account, now() + interval '1 hour', now() + interval '1 hour')"
                ),
                {"hash": hashlib.sha256(token.encode()).digest(), "account": account},
            )
            made.append(Actor(account, f"chi-huy-so-{number}", Role.COMMANDER, ("*",), token))
    return made


def test_fifty_decide_at_once_and_one_wins(opened: Database, planners: tuple[Actor, Actor]) -> None:
    made = draft(opened, planners[0], (code(1, 0), "K2"))
    sent = plan_decisions.submit(opened, planners[0], made.draft, today=TODAY)
    people, gate = commanders(opened, 50), threading.Barrier(50)

    def decide(actor: Actor) -> str:
        gate.wait()
        try:
            return str(plan_decisions.approve(opened, actor, sent).state)
        except ConflictError as fault:
            return fault.code

    with ThreadPoolExecutor(50) as pool:
        outcomes = Counter(pool.map(decide, people))
    assert outcomes == {"approved": 1, "plan_decided_already": 49}
    decided = plan_decisions.decisions(opened, planners[0], sent)
    assert [step.decision for step in decided] == ["submitted", "approved"]


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        (PlanOptions(workload=Workload(households=-1)), "plan_negative"),
        (PlanOptions(added={code(0, 0): -500}), "plan_negative"),
        (PlanOptions(workload=Workload(0, 0, 0)), "plan_no_workload"),
        (PlanOptions(locked_blocks=("X",)), "plan_no_such_block"),
        (PlanOptions(locked_beats=("X",)), "plan_no_such_beat"),
        (PlanOptions(absent=(Absence("K8"),)), "plan_no_such_beat"),
        (PlanOptions(absent=(Absence("K2", DAY),)), "plan_bad_expiry"),
        (PlanOptions(absent=(Absence("K1"), Absence("K2"), Absence("K3"))), "plan_last_beat"),
        (PlanOptions(norm=1.0), "plan_capacity_short"),
        (PlanOptions(merge_with="00009"), "unknown_unit"),
    ],
)
def test_what_cannot_be_planned_is_said(
    opened: Database, planners: tuple[Actor, Actor], options: PlanOptions, fault: str
) -> None:
    with pytest.raises(DiaBanError) as caught:
        desk(opened, planners[0], "00001", DAY, options)
    assert caught.value.code == fault
    assert all("{" not in caught.value.message(lang) for lang in ("vi", "en"))


def test_bad_days_units_and_settings(opened: Database, planners: tuple[Actor, Actor]) -> None:
    one, other = planners
    with pytest.raises(InputError, match="does not rewrite days"):
        plan_drafts.create(opened, one, "00001", title="Cũ", effective_on=date(2027, 2, 1), today=TODAY)
    with pytest.raises(InputError, match="is not a ward"):
        desk(opened, other, "01", DAY)
    with pytest.raises(InputError, match="00002"):
        desk(opened, one, "00002", DAY)  # another's ward
    with pytest.raises(InputError, match="no blocks"):
        desk(opened, one, "00001", date(2020, 1, 1))
    with pytest.raises(InputError):
        from_json({"tolerance": "nhiều"})
    made = draft(opened, one, (code(1, 0), "K2"))
    with pytest.raises(InputError):
        plan_drafts.save(opened, one, made, np.full(24, 7), today=TODAY)
    with pytest.raises(InputError, match="does not rewrite days"):
        plan_decisions.submit(opened, one, made.draft, today=date(2027, 3, 16))


def test_targets_by_beat_days_and_workload_by_residents(
    opened: Database, planners: tuple[Actor, Actor]
) -> None:
    with transaction(opened, OPERATOR) as connection:
        connection.execute(
            text("UPDATE diaban.officer SET beat_days_month = 10 WHERE service_number = 'CB-3'")
        )
    options = PlanOptions(targets="days", norm=30, workload=RESIDENTS)
    found = desk(opened, planners[0], "00001", DAY, options)
    total = 4 * sum(households(x, y) for x in range(6) for y in range(4))  # three permanent, one temporary
    assert found.problem.target == pytest.approx(total * np.array([15, 15, 10]) / 40)
    assert found.problem.capacity == pytest.approx([450, 450, 300])
    moves = plan_drafts.explained(found, np.where(found.problem.owner == 0, 1, found.problem.owner), "vi")
    assert "nhân khẩu" in moves[0][1]


def test_infeasible_comes_with_its_proof_by_name(opened: Database, planners: tuple[Actor, Actor]) -> None:
    one = planners[0]
    tower = with_building(PlanOptions(), code(2, 2), 500)
    with pytest.raises(InfeasibleError) as caught:
        plan_solve.rebalance(one, desk(opened, one, "00001", DAY, tower))
    assert caught.value.code == "plan_unit_above_target"
    assert caught.value.message("vi").startswith("Riêng tổ 22 đã bằng ")
    assert caught.value.smallest_tolerance > 0.9
    held = PlanOptions(locked_beats=("K1", "K2"))
    with pytest.raises(InfeasibleError, match=r"beat [12]|Beat [123]"):
        plan_solve.rebalance(one, desk(opened, one, "00001", DAY, held))
    points = plan_solve.curve(
        one, desk(opened, one, "00001", DAY), tolerances=(0.001, 0.05, 0.3), time_limit_s=3
    )
    moved_workload = [point.moved_workload for point in points if point.proposal is not None]
    assert moved_workload == sorted(moved_workload, reverse=True)
    assert points[-1].moved_workload == 0


def test_more_beats_than_blocks_and_a_graph_in_two_parts(
    opened: Database, planners: tuple[Actor, Actor]
) -> None:
    other = planners[1]
    many = from_json({"new_beats": [{"code": f"M{n}", "name": f"M{n}"} for n in range(22)]})
    with pytest.raises(InputError) as caught:
        desk(opened, other, "00001", DAY, many)
    assert caught.value.code == "plan_k_above_units"
    assert len(desk(opened, other, "00001", DAY, PlanOptions(merge_with="00002")).codes) == 26
    with transaction(opened, OPERATOR) as connection:
        river = planning_city.square(3.95, -1, 0.1, 6)
        connection.execute(
            text(
                "INSERT INTO diaban.water (name, geom) VALUES ('Sông', ST_Multi(ST_GeomFromText(:wkt, 4326)))"
            ),
            {"wkt": river.wkt},
        )
    with pytest.raises(InputError) as caught:
        desk(opened, other, "00001", DAY)
    assert caught.value.code == "plan_graph_in_parts"
    assert "tổ 40" in caught.value.message("vi")
    with transaction(opened, OPERATOR) as connection:
        connection.execute(
            text(
                "INSERT INTO diaban.street (code, kind, geom) "
                "VALUES ('C1', 'bridge', ST_GeomFromText(:wkt, 4326))"
            ),
            {"wkt": planning_city.line((3.5, 1.5), (4.5, 1.5)).wkt},
        )
    kinds = desk(opened, other, "00001", DAY).ground.borders.kinds
    assert Counter(kinds) == {"border": 34, "river": 4, "bridge": 1}
    with transaction(opened, OPERATOR) as connection:
        connection.execute(text("DELETE FROM diaban.water"))


def test_assignments_go_out_as_csv_and_come_back_with_faults_by_row(
    opened: Database, planners: tuple[Actor, Actor], tmp_path: Path
) -> None:
    one, file = planners[0], tmp_path / "phan-cong.csv"
    made = draft(opened, one, (code(1, 0), "K2"))
    plan_csv.write_csv(opened, one, made, file, purpose="test")
    rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0] == list(plan_csv.HEADERS)
    assert [row[2] for row in rows if row[0] == code(1, 0)] == ["K2"]
    same = plan_csv.read_csv(one, made, file)
    assert (same.changed, same.faults, same.rows) == (0, (), 24)
    edited = tmp_path / "sua.csv"
    edited.write_text(
        f"Mã tổ;Mã khu vực\n{code(1, 1)};K2\nT99;K2\n{code(0, 0)};K77\n{code(1, 1)};K1\n{code(5, 0)};\n",
        encoding="utf-8",
    )
    found = plan_csv.read_csv(one, made, edited)
    assert found.changed == 2
    assert found.owner[made.desk.unit_of(code(1, 1))] == made.desk.part_of("K2")
    assert found.owner[made.desk.unit_of(code(5, 0))] == -1
    assert [(fault.row, fault.reason.code) for fault in found.faults] == [
        (3, "plan_no_such_block"), (4, "plan_no_such_beat"), (5, "plan_csv_twice"),
    ]  # fmt: skip
    edited.write_text("tên,số\na,1\n", encoding="utf-8")
    with pytest.raises(InputError, match="block_code"):
        plan_csv.read_csv(one, made, edited)


def test_the_handover_list_as_workbook_and_pdf(
    opened: Database, planners: tuple[Actor, Actor], chief: Actor, tmp_path: Path
) -> None:
    one = planners[0]
    with transaction(opened, OPERATOR) as connection:
        connection.execute(
            text("UPDATE diaban.block SET name = '=1+1' WHERE code = :code"), {"code": code(1, 0)}
        )
        # One khu phố that the plan splits, and one that it leaves alone.
        for name, blocks in (
            ("Khu phố 1", [code(0, 0), code(1, 0)]),
            ("Khu phố 2", [code(4, 0), code(5, 0)]),
        ):
            connection.execute(
                text("UPDATE diaban.block SET neighbourhood = :name WHERE code = ANY(:codes)"),
                {"name": name, "codes": blocks},
            )
        connection.execute(
            text(
                "INSERT INTO diaban.legal_document (number) VALUES ('07/KH'); "
                "INSERT INTO diaban.task (code, document_id, unit_id, beat_id, work, title, due_on) "
                "SELECT 'NV-1', d.id, b.unit_id, b.id, 'households', 'Rà soát hộ', '2027-06-01' "
                "FROM diaban.legal_document d, diaban.beat b WHERE d.number = '07/KH' AND b.code = 'K1'"
            )
        )
    made = draft(opened, one, (code(1, 0), "K2"), (code(1, 1), "K2"))
    sheets = handover(opened, chief, made.draft.code).sheets
    assert [[group.name for group in sheet.split] for sheet in sheets] == [["Khu phố 1"], ["Khu phố 1"]]
    out = tmp_path / "ban-giao.xlsx"
    written = write_handover(opened, chief, made.draft.code, out, purpose="test")
    assert (written["beats"], written["blocks"]) == (2, 2)
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["Tổng hợp", "1. K1", "2. K2"]
    cells = [cell for row in book["1. K1"].iter_rows() for cell in row if cell.value is not None]
    formula = next(cell for cell in cells if cell.value == "=1+1")
    assert (formula.data_type, formula.quotePrefix) == ("s", True)
    values = [cell.value for cell in cells]
    summary = [[cell.value for cell in row] for row in book["Tổng hợp"].iter_rows()]
    total = next(row for row in summary if row[0] == "Cộng bàn giao")
    assert total[3:5] == [2, households(1, 0) + households(1, 1)]
    assert [book[name].print_title_rows for name in book.sheetnames[1:]] == ["$1:$2", "$1:$2"]
    assert [book[name].freeze_panes for name in book.sheetnames] == [None, "A3", "A3"]
    assert all(book[name].oddHeader.right.text == made.draft.code for name in book.sheetnames)
    head = next(cell for cell in cells if cell.value == "Số hộ")
    assert head.alignment.horizontal == "right"  # as the numbers below it
    assert "2 tổ" in values
    assert households(1, 0) + households(1, 1) in values
    assert "NV-1" in values
    assert [row[:3] for row in book["2. K2"].iter_rows(values_only=True) if row[0] == "Khu phố 1"] == [
        ("Khu phố 1", None, "Khu vực 1 (1\u00a0tổ), Khu vực 2 (1\u00a0tổ)")
    ]
    pdf = tmp_path / "ban-giao.pdf"
    write_handover(opened, chief, made.draft.code, pdf, purpose="test", lang="en")
    signed = [
        page.extract_text()
        for page in pypdf.PdfReader(pdf).pages
        if "(signature, name)" in page.extract_text()
    ]
    homes = households(1, 0) + households(1, 1)
    said = [f"{how}: 2\u00a0blocks, {homes}\u00a0households" for how in ("Hands over", "Takes over")]
    assert [line in text for line, text in zip(said, signed, strict=True)] == [True, True]
    with transaction(opened, OPERATOR) as connection:
        kinds = connection.execute(text("SELECT kind, sha256 FROM diaban.export_log ORDER BY id")).all()
    assert ("handover.pdf", hashlib.sha256(pdf.read_bytes()).hexdigest()) in [tuple(row) for row in kinds]
    with pytest.raises(InputError):
        write_handover(opened, chief, made.draft.code, tmp_path / "x.doc", purpose="test")


def test_an_absence_taken_out_of_the_options_gives_everything_back(
    opened: Database, planners: tuple[Actor, Actor]
) -> None:
    one = planners[0]
    made = draft(opened, one, (code(1, 0), "K2"))
    away = plan_drafts.save(
        opened,
        one,
        made,
        made.owner,
        options=with_absence(LOOSE, Absence("K3", date(2027, 5, 1))),
        today=TODAY,
    )
    assert (away.owner == -1).sum() == 8
    back = plan_drafts.save(opened, one, away, away.owner, options=LOOSE, today=TODAY)
    assert np.array_equal(back.owner, made.owner)
