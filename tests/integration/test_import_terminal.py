"""`geo import` where somebody looks on: a bar on the terminal, and one JSON object on stdout all the same.

One import runs as its own process, on a terminal; what is remembered between imports is in the database, and
is looked at in this one.
"""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from geo import settings
from geo.cli import main
from geo.store.cluster import DatabaseUrls

_WARD = 'code,name,WKT\n00001,Một,"POLYGON((105.8 21,105.9 21,105.9 21.1,105.8 21.1,105.8 21))"\n'
_POSTS = "Mã,Tên,ngang,doc\nT1,Trụ sở,105.805,21.005\n"


def run(url: str, *arguments: object) -> tuple[dict[str, object], str]:
    """Run the command with its stderr on a terminal; return its answer and what the terminal got."""
    ours, theirs = pty.openpty()
    started = subprocess.Popen(
        [sys.executable, "-m", "geo", "import", *map(str, arguments), "--json"],
        cwd=settings.PROJECT_DIR,
        env={**os.environ, "DATABASE_URL": url, "TERM": "xterm", "COLUMNS": "100"},
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            some = os.read(ours, 4096)
        except OSError:  # how Linux says that nobody has the terminal open any more
            break
        if not some:
            break
        shown += some
    os.close(ours)
    answer, _ = started.communicate(timeout=300)
    return json.loads(answer), shown.decode()


@pytest.fixture
def url(database: DatabaseUrls, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The module's database, also for commands in this process."""
    monkeypatch.setenv("DATABASE_URL", database.owner)
    settings.load.cache_clear()
    yield database.owner
    settings.load.cache_clear()


def test_a_bar_shows_the_steps_and_memory_can_be_dropped(url: str, tmp_path: Path) -> None:
    wards, posts = tmp_path / "phuong.csv", tmp_path / "tru-so.csv"
    wards.write_text(_WARD, encoding="utf-8")
    posts.write_text(_POSTS, encoding="utf-8")
    _, shown = run(url, "wards", wards)
    steps = [shown.index(step) for step in ("Read", "Place", "Store", "Commit")]
    assert steps == sorted(steps)
    assert "100%" in shown

    def here(*arguments: str) -> tuple[dict[str, object], str]:
        result = CliRunner().invoke(main, ["import", "posts", str(posts), *arguments, "--json"])
        return json.loads(result.stdout), result.stderr

    first, _ = here("--column", "lon=ngang", "--column", "lat=doc")
    again, _ = here()
    assert (first["accepted"], again["unchanged"]) == (1, 1)
    assert again["warnings"]["columns_remembered"] == 1  # type: ignore[index]
    refused, shown = here("--forget")
    assert refused["error"]["code"] == "missing_fields"  # type: ignore[index]
    assert "lon, lat" in shown
