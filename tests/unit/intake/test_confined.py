"""The reader that is trusted with nothing: what it cannot do, and that it reads the same all the same."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from geo.domain.errors import InputError, UnavailableError
from geo.domain.kinds import Kind
from geo.intake import confined, handover, sandbox, warden
from geo.intake.confined import Limits
from geo.intake.source import Options
from geo.settings import PROJECT_DIR

POSTS = "code,name,lon,lat\nT1,Đội 1,105.81,21.01\nT2,Đội 2,105.82,21.02\n"

# Stands for a parser that a file has taken over: runs attacks where a reader would read.
_TAKEN_OVER = """
import json, os, pathlib
from geo.intake import sandbox, task, warden
walled = {walled}
def attack(folder, request):
    found = []
    for one in {attacks!r}:
        try:
            exec(one)
        except BaseException as fault:
            found.append([type(fault).__name__, getattr(fault, "errno", None)])
        else:
            found.append("done")
    (folder / "found.json").write_text(json.dumps(found))
    return 0
task.perform = attack
warden._become_reader(pathlib.Path({folder!r}), {{"seconds": 20, "memory_mb": 256}}, walled=walled)
"""
_CONNECT = "import socket; socket.create_connection(('127.0.0.1', {port}), 5)"
FORBIDDEN, TOO_LARGE, TOO_MANY = ["PermissionError", 1], ["OSError", 27], ["OSError", 24]


def outcomes(folder: Path, attacks: Sequence[str], walled: str = "False") -> list[object]:
    """What each of `attacks` came to in a reader; empty where it did not even begin."""
    code = _TAKEN_OVER.format(attacks=list(attacks), folder=str(folder), walled=walled)
    subprocess.run([sys.executable, "-c", code], cwd=PROJECT_DIR, check=False, timeout=60)
    told = folder / "found.json"
    found: list[object] = json.loads(told.read_text()) if told.exists() else []
    return found


@pytest.fixture
def listening() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_what_a_reader_cannot_do(tmp_path: Path, listening: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    expected = {
        _CONNECT.format(port=listening): FORBIDDEN,
        "import socket; socket.socket(socket.AF_UNIX)": FORBIDDEN,
        "import socket; socket.socketpair()": FORBIDDEN,
        "os.fork()": FORBIDDEN,
        "os.execv('/bin/true', ['true'])": FORBIDDEN,
        "import subprocess; subprocess.run(['/bin/true'])": FORBIDDEN,
        "os.kill(os.getppid(), 0)": FORBIDDEN,
        "bytearray(2**30)": ["MemoryError", None],
        "open('big', 'wb').close(); os.truncate('big', 2**40)": TOO_LARGE,
        "[open('/dev/null') for _ in range(10_000)]": TOO_MANY,
        # What it needs, and what it does not know.
        "import threading; t = threading.Thread(target=int); t.start(); t.join()": "done",
        "assert not os.environ.keys() & {'DATABASE_URL', 'DIABAN_VAR_DIR'}": "done",
        "assert len(os.listdir('/proc/self/fd')) <= 4": "done",
    }
    assert dict(zip(expected, outcomes(tmp_path, list(expected)), strict=True)) == expected


def test_the_other_wall_alone_keeps_off_the_network(tmp_path: Path, listening: int) -> None:
    if not _may_leave_network():
        pytest.skip("this kernel or container allows no network namespace")
    alone = "sandbox.leave_network() and not setattr(sandbox, 'refuse_calls', bool)"
    assert outcomes(tmp_path, [_CONNECT.format(port=listening)], alone) == [["OSError", 101]]


def test_without_any_wall_nothing_is_read(tmp_path: Path) -> None:
    assert outcomes(tmp_path, ["pass"]) == ["done"]
    (tmp_path / "found.json").unlink()
    assert outcomes(tmp_path, ["pass"], "setattr(sandbox, 'refuse_calls', bool)") == []


def _may_leave_network() -> bool:
    code = "from geo.intake import sandbox; print(sandbox.leave_network())"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT_DIR, capture_output=True, text=True, check=True
    )
    return ran.stdout.strip() == "True"


def test_the_warm_process_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://owner:secret@db/diaban")
    monkeypatch.setenv("DIABAN_VAR_DIR", "/srv/diaban")
    given = confined._environment()
    assert "secret" not in " ".join(given.values())
    assert not {name for name in given if name.startswith(("DATABASE", "DIABAN", "PG"))}


def test_only_the_drivers_of_the_formats_read_are_there() -> None:
    code = "import pyogrio; print(*sorted(pyogrio.list_drivers()), sep=';')"
    ran = subprocess.run(
        [sys.executable, "-c", code], env=confined._environment(), capture_output=True, text=True, check=True
    )
    drivers = set(ran.stdout.strip().split(";"))
    assert {"GeoJSON", "GPKG", "ESRI Shapefile"} <= drivers
    assert not drivers & {"OGR_VRT", "HTTP", "WFS", "CSW", "SQLite", "GML", "PDF", "Carto", "OSM"}


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "posts.csv"
    path.write_text(POSTS, encoding="utf-8")
    return path


def test_memory_beyond_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("code,name,lon,lat\n" + "T,Đội,105.81,21.01\n" * 400_000, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        confined.read(path, Kind.POSTS, None, Limits(60, 64))
    assert caught.value.code == "file_needs_memory"
    assert "64 MB" in caught.value.message("vi")


def test_time_beyond_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "long.html"
    path.write_text("<table><tr><th>code<th>name<th>lon<th>lat" + "<tr><td>1<td>2<td>3<td>4" * 200_000)
    with pytest.raises(InputError) as caught:
        confined.read(path, Kind.POSTS, None, Limits(1, 2048))
    assert caught.value.code == "file_too_slow"


def test_a_reader_that_dies_is_told_of_and_the_next_file_is_read(
    csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for status in (-11, -6, 1):
        monkeypatch.setattr(confined._WARDEN, "ask", lambda *_, s=status: {"status": s, "late": False})
        with pytest.raises(InputError) as caught:
            confined.read(csv, Kind.POSTS)
        assert caught.value.code == "file_stops_reader"
    monkeypatch.undo()
    assert confined.read(csv, Kind.POSTS).rows_read == 2


def test_a_warden_that_dies_is_replaced(csv: Path) -> None:
    confined.prepare()
    process = confined._WARDEN._process
    assert process is not None
    process.kill()
    process.wait()
    assert confined.read(csv, Kind.POSTS).rows_read == 2


def test_many_files_at_once(tmp_path: Path) -> None:
    found: list[int] = []

    def one(number: int) -> None:
        path = tmp_path / f"{number}.csv"
        path.write_text("code,name,lon,lat\n" + f"T,{number},105.8,21\n".join([""] * (number + 2)))
        found.append(confined.read(path, Kind.POSTS).rows_read - number)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1] * 12


def test_nothing_is_left_when_the_app_is_killed(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    path = tmp_path / "long.html"
    path.write_text("<table><tr><th>code<th>name<th>lon<th>lat" + "<tr><td>1<td>2<td>3<td>4" * 400_000)
    code = (
        "import pathlib; from geo.intake import confined; from geo.domain.kinds import Kind\n"
        f"confined.read(pathlib.Path({str(path)!r}), Kind.POSTS)"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path / "tmp")}
    app = subprocess.Popen([sys.executable, "-c", code], cwd=PROJECT_DIR, env=environment)
    _until(lambda: any((tmp_path / "tmp").glob("diaban-read-*/said.txt")))
    app.kill()
    app.wait()
    _until(lambda: not list((tmp_path / "tmp").iterdir()))


def _until(holds: object, within_s: float = 60) -> None:
    import time

    end = time.monotonic() + within_s
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize("part", ["facts.json", "frame.arrow", "taken.arrow", "originals.arrow"])
@pytest.mark.parametrize("bend", [lambda _: b"", lambda content: content[: len(content) // 2]])
def test_an_answer_that_is_none(csv: Path, monkeypatch: pytest.MonkeyPatch, part: str, bend: object) -> None:
    ask = confined._WARDEN.ask

    def bent(folder: Path, limits: Limits) -> dict[str, object]:
        ended = ask(folder, limits)
        content = (folder / part).read_bytes()
        (folder / part).write_bytes(bend(content))  # type: ignore[operator]
        return ended

    monkeypatch.setattr(confined._WARDEN, "ask", bent)
    with pytest.raises(InputError) as caught:
        confined.read(csv, Kind.POSTS)
    assert caught.value.code == "file_stops_reader"


@pytest.mark.parametrize(
    ("key", "value"),
    [("rows_read", 9), ("rows_read", 1), ("rejects", [[3, ["missing_value", {"column": "a"}], [], {}]])],
)
def test_an_answer_that_loses_rows(
    csv: Path, monkeypatch: pytest.MonkeyPatch, key: str, value: object
) -> None:
    ask = confined._WARDEN.ask

    def lied(folder: Path, limits: Limits) -> dict[str, object]:
        ended = ask(folder, limits)
        facts = json.loads((folder / handover.FACTS).read_text())
        (folder / handover.FACTS).write_text(json.dumps({**facts, key: value}))
        return ended

    monkeypatch.setattr(confined._WARDEN, "ask", lied)
    with pytest.raises(InputError) as caught:
        confined.read(csv, Kind.POSTS)
    assert caught.value.code == "file_stops_reader"


def test_no_reader_at_all(csv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client = confined._Client()
    monkeypatch.setattr(confined, "_WARDEN", client)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(UnavailableError) as caught:
        confined.read(csv, Kind.POSTS)
    assert caught.value.code == "no_reader"


def test_headers(csv: Path) -> None:
    assert confined.headers(csv, Kind.POSTS) == ("code", "name", "lon", "lat")
    with pytest.raises(InputError):
        confined.headers(csv.with_name("none.csv"), Kind.POSTS, Options())


def test_the_temporary_folder_goes(csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    intake = confined.read(csv, Kind.POSTS)
    assert list((tmp_path / "scratch").iterdir()) == []
    # What is mapped stays readable when its file is gone.
    assert intake.frame["name"].tolist() == ["Đội 1", "Đội 2"]


def test_the_filter_is_known_for_this_machine() -> None:
    import platform

    assert platform.machine() in sandbox._CALLS
    assert os.pathconf("/", "PC_PATH_MAX") <= warden.LONGEST_FOLDER
