"""``rebalance`` and ``plan …`` as an operator uses them: the whole chain, its answers, its exit codes."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest
from click.testing import CliRunner

from geo import settings
from geo.cli import main
from geo.store.cluster import DatabaseUrls
from tests import planning_city


class Finished(NamedTuple):
    code: int
    answer: dict[str, Any]
    stderr: str


Geo = Callable[..., Finished]


@pytest.fixture(scope="module")
def url(database: DatabaseUrls) -> str:
    planning_city.fill(database)
    return database.owner.replace("+psycopg", "")


@pytest.fixture
def geo(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Geo]:
    monkeypatch.setenv("DATABASE_URL", url)
    settings.load.cache_clear()

    def run(*arguments: object) -> Finished:
        result = CliRunner().invoke(main, [*map(str, arguments), "--json"])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Finished(result.exit_code, json.loads(result.stdout) if result.stdout else {}, result.stderr)

    yield run
    settings.load.cache_clear()


def test_a_plan_from_the_solver_to_the_handover_and_back(geo: Geo, tmp_path: Path) -> None:
    file, out = tmp_path / "plan.json", tmp_path / "ban-giao.xlsx"
    found = geo("rebalance", "--unit", "00001", "--tolerance", 0.05, "--time-limit", 10, "--out", file)
    assert found.code == 0
    assert found.answer["moved_units"] > 0
    assert 0 <= found.answer["gap"] < 0.5
    written = json.loads(file.read_text())
    assert len(written["owner"]) == 24
    assert len(written["moves"]) == found.answer["moved_units"]
    assert "hộ" in written["moves"][0]["reason"]["vi"]

    sent = geo("plan", "submit", file, "--document", "15/QĐ-CAP")
    assert (sent.code, sent.answer["state"], sent.answer["document"]) == (0, "submitted", "15/QĐ-CAP")
    plan = sent.answer["plan"]
    assert json.loads(file.read_text())["code"] == plan
    assert geo("plan", "submit", file).code == 1  # it is known by its code now, and submitted already
    back = geo("plan", "reject", plan)
    assert (back.code, back.answer["error"]["code"]) == (1, "plan_no_reason")
    assert geo("plan", "reject", plan, "--reason", "xem lại").answer["state"] == "rejected"
    assert geo("plan", "submit", plan).answer["state"] == "submitted"
    assert geo("plan", "approve", plan).answer["state"] == "approved"
    assert geo("plan", "apply", plan).answer["state"] == "in_force"
    day = sent.answer["from"]
    covered = geo("coverage", "--as-of", day, "--unit", "00001").answer
    assert covered["households"] == covered["covered"]
    handed = geo("plan", "handover", file, "--out", out)
    assert (handed.code, handed.answer["blocks"]) == (0, found.answer["moved_units"])
    assert len(openpyxl.load_workbook(out).sheetnames) == 1 + found.answer["beats_touched"]
    assert geo("plan", "rollback", plan).answer["state"] == "rolled_back"
    again = geo("plan", "rollback", plan)
    assert (again.code, again.answer["error"]["code"]) == (1, "plan_wrong_state")
    assert "đã hoàn tác" in again.stderr


def test_an_absent_officer_by_number(geo: Geo, tmp_path: Path) -> None:
    file = tmp_path / "nghi.json"
    common = (
        "rebalance",
        "--unit",
        "00001",
        "--tolerance",
        0.15,
        "--time-limit",
        5,
        "--out",
        file,
        "--absent",
    )
    found = geo(*common, "CB-2", "--until", "2099-01-01")
    assert (found.code, found.answer["beats"]) == (0, 2)
    assert json.loads(file.read_text())["options"]["absent"] == [{"beat": "K2", "until": "2099-01-01"}]
    assert geo("plan", "submit", file).answer["moved"] == found.answer["moved_units"]
    found = geo(*common, "CB-2", "--from", "2099-01-01")
    assert found.answer["until"] == "2099-01-31"  # a cover always ends, unless it is said that it does not
    assert geo(*common, "CB-2", "--for-good").answer["until"] is None
    assert geo(*common, "CB-77").answer["error"]["code"] == "plan_holds_no_beat"


def test_refusals_are_clear_and_wrong_usage_is_two(geo: Geo, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    refused = geo("rebalance", "--unit", "00001", "--tolerance", 0.0001, "--time-limit", 1, "--out", file)
    assert refused.code == 1
    assert refused.answer["error"]["code"].startswith("plan_")
    assert not file.exists()
    assert geo("rebalance", "--unit", "77777", "--out", file).answer["error"]["code"] == "unknown_unit"
    past = geo("rebalance", "--unit", "00001", "--from", "2025-06-01", "--out", file)
    assert past.code == 0  # what could have been may be asked
    assert geo("plan", "submit", file).answer["error"]["code"] == "plan_date_past"
    assert geo("plan", "approve", "PA-0").answer["error"]["code"] == "plan_unknown"
    assert geo("plan", "approve", tmp_path / "fehlt.json").answer["error"]["code"] == "no_such_file"
    file.write_text("{}")
    assert geo("plan", "submit", file).answer["error"]["code"] == "plan_bad_file"
    assert geo("rebalance", "--unit", "00001").code == 2
    assert geo("plan", "fly", "PA-0").code == 2
