"""The command line as an operator uses it: its stdout, its stderr, its exit code.

Most run in this process; two start a real one, to prove the way in and that nothing else reaches stdout.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text

from geo import settings
from geo.cli import main
from geo.store.cluster import DatabaseUrls

WARDS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"code": code, "name": name},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[x, 21.0], [x + 0.01, 21.0], [x + 0.01, 21.01], [x, 21.01], [x, 21.0]]],
            },
        }
        for code, name, x in (("99001", "Phường Một", 105.80), ("99002", "Phường Hai", 105.81))
    ],
}


@dataclass
class Finished:
    code: int
    stdout: str
    stderr: str

    @property
    def answer(self) -> dict[str, Any]:
        return json.loads(self.stdout)


Geo = Callable[..., Finished]


@pytest.fixture
def geo(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Geo]:
    """Run a command in this process against the module's database."""
    monkeypatch.setenv("DATABASE_URL", url)
    settings.load.cache_clear()

    def run(*arguments: object) -> Finished:
        result = CliRunner().invoke(main, [str(argument) for argument in arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Finished(result.exit_code, result.stdout, result.stderr)

    yield run
    settings.load.cache_clear()


def process(database_url: str, *arguments: object) -> Finished:
    """Run a command as a process of its own."""
    finished = subprocess.run(
        [sys.executable, "-m", "geo", *map(str, arguments)],
        check=False,
        cwd=settings.PROJECT_DIR,
        env={**os.environ, "DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        timeout=300,
    )
    return Finished(finished.returncode, finished.stdout, finished.stderr)


@pytest.fixture(scope="module")
def url(database: DatabaseUrls) -> str:
    return database.owner


@pytest.fixture
def wards_file(tmp_path: Path) -> Path:
    path = tmp_path / "wards.geojson"
    path.write_text(json.dumps(WARDS), encoding="utf-8")
    return path


def test_import_answers_with_one_object_that_conserves_rows(geo: Geo, wards_file: Path) -> None:
    first = geo("import", "wards", wards_file, "--json")
    assert first.code == 0, first.stderr
    answer = first.answer
    assert (answer["kind"], answer["rows_read"], answer["accepted"]) == ("wards", 2, 2)

    again = geo("import", "wards", wards_file, "--json").answer
    assert (again["accepted"], again["updated"], again["unchanged"], again["rejected"]) == (0, 0, 2, 0)

    undone = geo("import", "undo", answer["batch"], "--json")
    assert undone.code == 0, undone.stderr
    assert geo("status", "--json").answer["rows"]["admin_unit"] == 0


def test_dry_run_writes_nothing(geo: Geo, wards_file: Path) -> None:
    before = geo("status", "--json").answer["rows"]
    answer = geo("import", "wards", wards_file, "--dry-run", "--json").answer
    assert answer["accepted"] == 2
    assert geo("status", "--json").answer["rows"] == before


def test_a_process_prints_its_answer_and_nothing_else(url: str) -> None:
    finished = process(url, "status", "--json")
    assert finished.code == 0, finished.stderr
    assert finished.answer["running"] is True
    assert len(finished.stdout.splitlines()) == 1


def test_migrate_again_changes_nothing(geo: Geo) -> None:
    answer = geo("migrate", "--json").answer
    again = geo("migrate", "--json").answer
    assert again["revision"] == answer["revision"]


def test_wrong_usage_is_two(geo: Geo) -> None:
    assert geo("import", "ghosts", "x").code == 2
    assert geo("coverage", "--as-of", "32/13/2026").code == 2


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["coverage", "--as-of", "2026-01-01", "--unit", "no-such-unit"], "unknown_unit"),
        (
            ["hotspots", "--unit", "*", "--from", "2026-02-01", "--to", "2026-01-01", "--out", "x.geojson"],
            "end_before_start",
        ),
        (["import", "wards", "no-such-file.geojson"], "no_such_file"),
        (["restore", "pyproject.toml"], "not_a_backup"),
    ],
)
def test_refusals_say_what_and_what_to_do_in_both_languages(
    geo: Geo, arguments: list[str], code: str
) -> None:
    refused = geo(*arguments, "--json")
    assert refused.code == 1
    error = refused.answer["error"]
    assert error["code"] == code
    assert error["vi"] in refused.stderr
    assert error["en"] in refused.stderr
    assert not (settings.PROJECT_DIR / "x.geojson").exists()


def test_unreachable_database_is_said_plainly() -> None:
    refused = process(
        "postgresql://nobody:secret@127.0.0.1:1/none", "coverage", "--as-of", "2026-01-01", "--json"
    )
    assert refused.code == 1
    assert refused.answer["error"]["code"] == "database_unreachable"
    assert "secret" not in refused.stdout + refused.stderr
    assert "Traceback" not in refused.stderr


def test_backup_and_restore_bring_all_back(geo: Geo, url: str, wards_file: Path, tmp_path: Path) -> None:
    owner = create_engine(url)
    geo("import", "wards", wards_file)
    archive = tmp_path / "all.backup"
    assert geo("backup", archive, "--json").code == 0
    assert archive.stat().st_mode & 0o077 == 0
    assert geo("backup", archive, "--json").answer["error"]["code"] == "backup_exists"

    with owner.begin() as connection:
        connection.execute(text("UPDATE diaban.admin_unit SET name = 'changed'"))
    kept = geo("restore", archive, "--json")
    assert kept.answer["error"]["code"] == "restore_would_replace"

    restored = geo("restore", archive, "--replace", "--json")
    assert restored.code == 0, restored.stderr
    with owner.connect() as connection:
        names = connection.execute(text("SELECT name FROM diaban.admin_unit ORDER BY code")).scalars().all()
        policies = connection.execute(text("SELECT count(*) FROM pg_policies WHERE schemaname = 'diaban'"))
        assert policies.scalar_one() > 50
    owner.dispose()
    assert names == ["Phường Một", "Phường Hai"]


def test_user_add_and_audit_verify(geo: Geo) -> None:
    added = geo("user", "add", "chi.huy.thu", "--role", "commander", "--unit", "*", "--json")
    assert added.code == 0, added.stderr
    assert len(added.answer["password"]) >= 16
    refused = geo("user", "add", "chi.huy.thu", "--role", "commander", "--unit", "*", "--json")
    assert refused.code == 1
    verified = geo("audit", "verify", "--json")
    assert verified.code == 0, verified.stderr
    assert verified.answer["whole"] is True
    assert verified.answer["events"] >= 1
