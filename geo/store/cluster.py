"""The private PostgreSQL cluster of one installation: started, stopped and found again by the project.

It lives under ``var/pg`` and listens on 127.0.0.1 and a socket only. Where ``DATABASE_URL`` names an outside
database instead, nothing is started: that database is checked and given what it lacks.
"""

import fcntl
import hashlib
import json
import os
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from geo.domain.errors import UnavailableError
from geo.settings import StoreSettings, load
from geo.store import bootstrap, postgres

DATABASE = "diaban"
OWNER_ROLE = "diaban_owner"
_HOST = "127.0.0.1"

# Below the range that Linux hands to outgoing connections, so that none of those takes our port meanwhile.
_FIRST_PORT, _PORTS = 25_432, 2_000
_SYSTEM_PLACE = Path("/var/lib/diaban")
_LONGEST_SOCKET_PATH = 107  # sun_path of a unix socket, less its closing zero
_LOCK_PATIENCE_S = 120.0
_START_TRIES = 4
_START_PATIENCE_S = 280


@dataclass(frozen=True)
class DatabaseUrls:
    """Ways into the database, as SQLAlchemy URLs with psycopg 3.

    owner : may change the schema; for migrations and the operator's command line
    app, auth : logins that own nothing; None stands for the owner's login with SET ROLE (outside database)
    """

    owner: str = field(repr=False)
    app: str | None = field(repr=False)
    auth: str | None = field(repr=False)


@dataclass(frozen=True)
class ClusterStatus:
    """What is known about the database server.

    outside : named by DATABASE_URL and not ours to start or stop
    started : this very call started it
    place : host, port and database, without a password
    data_dir : empty where there is none or it is not ours
    """

    running: bool
    outside: bool
    started: bool
    place: str
    port: int | None
    pid: int | None
    version: str | None
    data_dir: str


@dataclass(frozen=True)
class _State:
    """What is remembered between runs in ``cluster.json``."""

    server_dir: str
    version: str
    port: int = 0
    prepared: bool = False

    @property
    def data_dir(self) -> Path:
        return Path(self.server_dir) / "data"


def up(settings: StoreSettings | None = None, *, durable: bool = True) -> ClusterStatus:
    """Start the private cluster, or check the outside database; a second call finds it running.

    durable : False trades safety against power loss for speed; for tests only
    Raises UnavailableError that says what is missing and what to do.
    """
    settings = settings or load()
    if settings.database_url is not None:
        return _outside(settings.database_url.get_secret_value(), prepare=True)
    home = _home(settings)
    with _locked(home):
        passwords = _passwords(home)
        state = _read_state(home) or _choose_place(home)
        user = postgres.server_user()
        programs = postgres.find_programs(state.version)
        postgres.clear_remains(Path(state.server_dir))
        if not state.data_dir.exists():
            _initialise(state, programs, user, passwords[OWNER_ROLE])
        started = postgres.postmaster(state.data_dir) is None
        if started:
            state = _start(home, state, programs, user, settings.pg_port, durable=durable)
        else:
            _await_ready(state, programs, user)
        if not state.prepared:
            bootstrap.prepare_private(_conninfo(state.port, OWNER_ROLE, passwords), DATABASE, passwords)
            state = _write_state(home, replace(state, prepared=True))
        return _status(state, started=started)


def down(settings: StoreSettings | None = None) -> ClusterStatus:
    """Stop the private cluster; open transactions are rolled back. An outside database is left alone."""
    settings = settings or load()
    if settings.database_url is not None:
        return _outside(settings.database_url.get_secret_value(), prepare=False)
    home = _home(settings)
    with _locked(home):
        state = _read_state(home)
        if state is not None and postgres.postmaster(state.data_dir) is not None:
            programs, user = postgres.find_programs(state.version), postgres.server_user()
            pg_ctl = str(programs.folder / "pg_ctl")
            stop = [pg_ctl, "stop", "-D", str(state.data_dir), "-m", "fast", "-w", "-t", "120"]
            result = postgres.run(user, stop, cwd=Path(state.server_dir))
            if result.returncode != 0:
                raise UnavailableError("cluster_stop_failed", detail=_last_line(result.stderr))
        return _status(state, started=False)


def status(settings: StoreSettings | None = None) -> ClusterStatus:
    """Say whether the database server runs and where; starts and changes nothing."""
    settings = settings or load()
    if settings.database_url is not None:
        return _outside(settings.database_url.get_secret_value(), prepare=False)
    return _status(_read_state(_home(settings)), started=False)


def urls(settings: StoreSettings | None = None, *, database: str = DATABASE) -> DatabaseUrls:
    """Return the ways into the database. Raises UnavailableError where `up` has never been called."""
    settings = settings or load()
    if settings.database_url is not None:
        plain = bootstrap.plain_url(settings.database_url.get_secret_value())
        return DatabaseUrls(plain.replace("postgresql://", "postgresql+psycopg://", 1), None, None)
    home = _home(settings)
    state = _read_state(home)
    if state is None or not state.port:
        raise UnavailableError("cluster_not_up")
    passwords = _passwords(home)
    owner, app, auth = (
        f"postgresql+psycopg://{role}:{passwords[role]}@{_HOST}:{state.port}/{database}"
        for role in (OWNER_ROLE, bootstrap.APP_ROLE, bootstrap.AUTH_ROLE)
    )
    return DatabaseUrls(owner, app, auth)


def _home(settings: StoreSettings) -> Path:
    return settings.var_dir / "pg"


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    """Hold the cluster's lock: two starts at once would both make one. The kernel frees it at a kill -9."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        handle = (home / "lock").open("w")
    except PermissionError as fault:
        raise UnavailableError("cluster_not_yours", path=str(home)) from fault
    with handle:
        deadline = time.monotonic() + _LOCK_PATIENCE_S
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as fault:
                if time.monotonic() > deadline:
                    raise UnavailableError("cluster_busy", path=str(home)) from fault
                time.sleep(0.05)
        yield


def _read_state(home: Path) -> _State | None:
    try:
        return _State(**json.loads((home / "cluster.json").read_text()))
    except FileNotFoundError:
        return None
    except PermissionError as fault:
        raise UnavailableError("cluster_not_yours", path=str(home)) from fault


def _write_state(home: Path, state: _State) -> _State:
    _write_whole(home / "cluster.json", json.dumps(asdict(state), indent=2) + "\n", 0o644)
    return state


def _write_whole(path: Path, content: str, mode: int) -> None:
    """Write so that a reader, or a kill at any moment, sees the old file or the new one, never a half."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(path)


def _passwords(home: Path) -> dict[str, str]:
    """Return the password of each login, made at the first call and kept in a file only we can read."""
    path = home / "secrets.json"
    try:
        stored: dict[str, str] = json.loads(path.read_text())
        return stored
    except PermissionError as fault:
        raise UnavailableError("cluster_not_yours", path=str(home)) from fault
    except FileNotFoundError:
        state = _read_state(home)
        if state is not None and state.data_dir.exists():
            raise UnavailableError("cluster_secrets_lost", path=str(path), data_dir=state.data_dir) from None
    made = {role: secrets.token_urlsafe(24) for role in (OWNER_ROLE, bootstrap.APP_ROLE, bootstrap.AUTH_ROLE)}
    _write_whole(path, json.dumps(made) + "\n", 0o600)
    return made


def _choose_place(home: Path) -> _State:
    """Decide where the server's files go: beside the project, or where its user can reach them."""
    programs, user = postgres.find_programs(), postgres.server_user()
    beside = home / "server"
    if postgres.own(beside, user):
        return _write_state(home, _State(str(beside.resolve()), programs.version))
    if beside.is_dir():
        beside.rmdir()
    # The random part keeps a deleted and newly cloned project from meeting the data of the one before.
    name = f"{hashlib.sha256(str(home).encode()).hexdigest()[:8]}-{secrets.token_hex(4)}"
    elsewhere = _SYSTEM_PLACE / name
    if not postgres.own(elsewhere, user):
        raise UnavailableError("cluster_no_place", user=user.name or str(user.uid), path=str(elsewhere))
    _SYSTEM_PLACE.chmod(0o711)
    return _write_state(home, _State(str(elsewhere), programs.version))


def _initialise(state: _State, programs: postgres.Programs, user: postgres.ServerUser, password: str) -> None:
    """Make the data directory; it gets its name only when complete, so a kill leaves nothing half-made."""
    server_dir = Path(state.server_dir)
    draft, password_file = server_dir / "data.new", server_dir / "initdb.password"
    postgres.remove(draft)
    _write_whole(password_file, password + "\n", 0o600)
    os.chown(password_file, user.uid, user.gid)
    # C.UTF-8 sorts by code point, the same on every machine, and still folds the case of Vietnamese
    # letters; a query that sorts for people says COLLATE "vi-x-icu".
    arguments = ["--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256", f"--username={OWNER_ROLE}"]
    made = postgres.run(
        user,
        [programs.folder / "initdb", "-D", draft, f"--pwfile={password_file}", *arguments],
        cwd=server_dir,
    )
    password_file.unlink()
    if made.returncode != 0:
        raise UnavailableError("cluster_init_failed", detail=_last_line(made.stderr))
    (draft / "pg_hba.conf").write_text(
        f"local all all scram-sha-256\nhost all all {_HOST}/32 scram-sha-256\n"
    )
    with (draft / "postgresql.conf").open("a") as conf:
        conf.write("include 'diaban.conf'\n")
    draft.replace(state.data_dir)


def _start(
    home: Path,
    state: _State,
    programs: postgres.Programs,
    user: postgres.ServerUser,
    fixed_port: int,
    *,
    durable: bool,
) -> _State:
    """Start the server on the fixed, the remembered or a free port and return the state with that port."""
    server_dir = Path(state.server_dir)
    detail = ""
    for _ in range(_START_TRIES):
        port = fixed_port or _free_port(state)
        state = _write_state(home, replace(state, port=port))
        _configure(state, user, durable=durable)
        log = server_dir / "start.log"
        started = postgres.run(
            user,
            [
                programs.folder / "pg_ctl",
                "start",
                "-D",
                state.data_dir,
                "-w",
                "-t",
                str(_START_PATIENCE_S),
                "-l",
                log,
            ],
            cwd=server_dir,
        )
        if started.returncode == 0:
            return state
        if postgres.postmaster(state.data_dir) is not None:  # that of a start that was killed came first
            _await_ready(state, programs, user)
            return state
        detail = _start_failure(server_dir)
        # Between the probe and the start another program may take the port: then try the next one.
        if _is_free(port):
            break
    if fixed_port and not _is_free(fixed_port):
        raise UnavailableError("cluster_port_taken", port=fixed_port)
    raise UnavailableError("cluster_start_failed", detail=detail, log=str(server_dir))


def _await_ready(state: _State, programs: postgres.Programs, user: postgres.ServerUser) -> None:
    """Wait for a server that somebody else's killed start left recovering."""
    ask: list[str | Path] = [programs.folder / "pg_isready", "-q", "-h", _HOST, "-p", str(state.port)]
    deadline = time.monotonic() + _START_PATIENCE_S
    while postgres.run(user, ask, cwd=Path(state.server_dir)).returncode != 0:
        if time.monotonic() > deadline or postgres.postmaster(state.data_dir) is None:
            raise UnavailableError(
                "cluster_start_failed", detail=_start_failure(Path(state.server_dir)), log=state.server_dir
            )
        time.sleep(0.2)


def _free_port(state: _State) -> int:
    """Return the remembered port while nobody else has it, else a free one that depends on the place."""
    if state.port and _is_free(state.port):
        return state.port
    offset = int(hashlib.sha256(state.server_dir.encode()).hexdigest()[:8], 16)
    for step in range(_PORTS):
        port = _FIRST_PORT + (offset + step) % _PORTS
        if _is_free(port):
            return port
    raise UnavailableError("cluster_port_taken", port=f"{_FIRST_PORT}-{_FIRST_PORT + _PORTS - 1}")


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As PostgreSQL does: connections of a server that was killed a moment ago do not block the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError:
            return False
    return True


def _configure(state: _State, user: postgres.ServerUser, *, durable: bool) -> None:
    path = state.data_dir / "diaban.conf"
    _write_whole(path, bootstrap.server_configuration(_HOST, state.port, _socket_dir(state), durable), 0o600)
    os.chown(path, user.uid, user.gid)


def _socket_dir(state: _State) -> str:
    """Return the folder of the unix socket; none where its path would be too long for the kernel."""
    name = f"{state.server_dir}/.s.PGSQL.{state.port}"
    return state.server_dir if len(name.encode()) <= _LONGEST_SOCKET_PATH else ""


def _conninfo(port: int, role: str, passwords: dict[str, str]) -> str:
    return f"postgresql://{role}:{passwords[role]}@{_HOST}:{port}/postgres"


def _status(state: _State | None, *, started: bool) -> ClusterStatus:
    if state is None:
        return ClusterStatus(False, False, False, "", None, None, None, "")
    pid = postgres.postmaster(state.data_dir)
    place = f"{_HOST}:{state.port}/{DATABASE}"
    return ClusterStatus(
        pid is not None, False, started, place, state.port, pid, state.version, str(state.data_dir)
    )


def _outside(url: str, *, prepare: bool) -> ClusterStatus:
    found = bootstrap.outside(url, prepare=prepare)
    return ClusterStatus(found.reachable, True, False, found.place, found.port, None, found.version, "")


def _last_line(output: str) -> str:
    lines = output.strip().splitlines()
    return lines[-1] if lines else "-"


def _start_failure(server_dir: Path) -> str:
    """Return the line that says why the server did not start: the last grave one, newest log first."""
    logs = [*server_dir.glob("log/*.log"), server_dir / "start.log"]
    present = sorted((log for log in logs if log.exists()), key=lambda log: log.stat().st_mtime, reverse=True)
    for log in present:
        lines = log.read_text(errors="replace").splitlines()[-40:]
        grave = [line for line in lines if "FATAL" in line or "ERROR" in line]
        if grave:
            return grave[-1]
    return "-"
