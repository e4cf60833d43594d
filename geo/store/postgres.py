"""PostgreSQL's own programs: where they are, who may run them, and whether a server is alive.

PostgreSQL refuses to run as root, so as root every program runs as the system user ``postgres``.
"""

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from geo.domain.errors import UnavailableError

SERVER_USER = "postgres"
_DEBIAN_PROGRAMS = Path("/usr/lib/postgresql")
_DEBIAN_EXTENSIONS = Path("/usr/share/postgresql")
_PROGRAM_NAMES = ("postgres", "initdb", "pg_ctl")
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}


@dataclass(frozen=True)
class Programs:
    """One installed version of PostgreSQL: its major version and the folder of its programs."""

    version: str
    folder: Path


@dataclass(frozen=True)
class ServerUser:
    """Who runs the server: ids for files, and the name to switch to (None: whoever we are)."""

    uid: int
    gid: int
    name: str | None


def server_user() -> ServerUser:
    """Return who runs PostgreSQL's programs. Raises UnavailableError as root without a user ``postgres``."""
    if os.geteuid() != 0:
        return ServerUser(os.geteuid(), os.getegid(), None)
    try:
        entry = pwd.getpwnam(SERVER_USER)
    except KeyError as fault:
        raise UnavailableError("server_user_missing", user=SERVER_USER) from fault
    return ServerUser(entry.pw_uid, entry.pw_gid, entry.pw_name)


def find_programs(version: str | None = None) -> Programs:
    """Return the newest installed PostgreSQL that has PostGIS, or exactly `version` where it is given.

    Raises UnavailableError that says what to install.
    """
    installed = _installed()
    if version is not None:
        if version not in installed:
            raise UnavailableError("postgres_version_missing", version=version)
        return Programs(version, installed[version])
    if not installed:
        raise UnavailableError("postgres_missing")
    for candidate in sorted(installed, key=int, reverse=True):
        if (_DEBIAN_EXTENSIONS / candidate / "extension" / "postgis.control").is_file():
            return Programs(candidate, installed[candidate])
    raise UnavailableError("postgis_missing", version=max(installed, key=int))


def _installed() -> dict[str, Path]:
    found = _DEBIAN_PROGRAMS.glob("*/bin/initdb")
    return {path.parents[1].name: path.parent for path in found if path.parents[1].name.isdigit()}


def run(
    user: ServerUser, arguments: Sequence[str | Path], *, cwd: Path, timeout_s: float = 300
) -> subprocess.CompletedProcess[str]:
    """Run one program as `user` in `cwd` and return what it printed; never raises on a non-zero exit."""
    switch = user.name is not None
    return subprocess.run(
        [str(argument) for argument in arguments],
        check=False,
        cwd=cwd,
        env=_ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=timeout_s,
        umask=0o077,
        user=user.uid if switch else None,
        group=user.gid if switch else None,
        extra_groups=[] if switch else None,
    )


def own(folder: Path, user: ServerUser) -> bool:
    """Create `folder`, give it to `user` with mode 0700, and say whether `user` can work in it.

    False where a parent folder is closed to `user` (a project under /root) or the file system keeps no
    owners (a shared folder of a virtual machine).
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        os.chown(folder, user.uid, user.gid)
        folder.chmod(0o700)
        probe = run(user, ["/usr/bin/test", "-w", folder, "-a", "-x", folder], cwd=Path("/"))
    except OSError:
        return False
    return probe.returncode == 0


def postmaster(data_dir: Path) -> int | None:
    """Return the process id of the server that runs on `data_dir`, or None.

    The pid file alone proves nothing: after a power cut its number may belong to any other process.
    """
    try:
        pid = int((data_dir / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    return pid if pid in set(processes(data_dir)) else None


def processes(folder: Path) -> Iterator[int]:
    """Yield the ids of PostgreSQL's running programs that work in `folder` or below it."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if (entry / "comm").read_text().strip() in _PROGRAM_NAMES:
                cwd = (entry / "cwd").readlink()
                if cwd.is_relative_to(folder):
                    yield int(entry.name)
        except OSError:  # ended meanwhile, or not ours to look at
            continue


def clear_remains(server_dir: Path, patience_s: float = 20.0) -> None:
    """Make `server_dir` startable after the server, or whoever was starting it, was killed.

    Backends that outlive their postmaster hold its shared memory, and PostgreSQL then refuses to start. They
    leave by themselves once they notice; one that is busy is told to. An initdb or pg_ctl whose caller was
    killed is waited for. Lock files left over, of the data and of the socket beside it, are removed:
    PostgreSQL believes them as long as any process of the same user has the number in them, be it a stranger
    or a zombie. Nothing happens where a server is running.
    """
    data_dir = server_dir / "data"
    deadline = time.monotonic() + patience_s
    told = False
    while remaining := list(processes(server_dir)):
        if postmaster(data_dir) is not None:
            return
        if time.monotonic() > deadline:
            raise UnavailableError("cluster_orphans", pids=", ".join(map(str, remaining)))
        if not told and time.monotonic() > deadline - patience_s * 0.75:
            _signal(remaining, signal.SIGQUIT)
            told = True
        time.sleep(0.05)
    for lock in [data_dir / "postmaster.pid", *server_dir.glob(".s.PGSQL.*")]:
        lock.unlink(missing_ok=True)


def _signal(pids: Sequence[int], number: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def remove(folder: Path) -> None:
    """Remove `folder` with everything in it; nothing happens where there is none."""
    if folder.exists():
        shutil.rmtree(folder)
