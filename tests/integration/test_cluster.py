"""The private cluster on real PostgreSQL: started twice, at once, killed, shut out of its port."""

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from geo.domain.errors import UnavailableError
from geo.settings import PROJECT_DIR, StoreSettings
from geo.store import bootstrap, postgres
from geo.store import cluster as private
from tests.conftest import TestCluster, new_folder, remove_cluster, store_settings


@pytest.fixture
def settings() -> Iterator[StoreSettings]:
    folder = new_folder()
    yield store_settings(folder)
    remove_cluster(folder)


_KILLS_TRIED = 10


def plain(url: str | None) -> str:
    assert url is not None
    return url.replace("+psycopg", "")


def scalar(url: str | None, query: str) -> object:
    with psycopg.connect(plain(url), connect_timeout=5) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def kill_postmaster(settings: StoreSettings) -> private.ClusterStatus:
    """Kill -9 the server's first process and wait until it is gone."""
    killed = private.status(settings)
    assert killed.pid is not None
    os.kill(killed.pid, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while Path("/proc", str(killed.pid), "cwd").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    return killed


def test_fresh_cluster_has_postgis_logins_and_icu(cluster: TestCluster) -> None:
    urls = cluster.urls()
    assert str(scalar(urls.owner, "SELECT postgis_version()")).startswith("3.")
    found = scalar(urls.owner, "SELECT string_agg(extname, ',' ORDER BY extname) FROM pg_extension")
    assert found == "btree_gist,plpgsql,postgis"
    assert scalar(urls.app, "SELECT current_user::text") == bootstrap.APP_ROLE
    assert scalar(urls.auth, "SELECT current_user::text") == bootstrap.AUTH_ROLE
    vietnamese = (
        "SELECT string_agg(w, ' ' ORDER BY w COLLATE \"vi-x-icu\") FROM unnest('{đa,da,eo}'::text[]) w"
    )
    assert scalar(urls.owner, vietnamese) == "da đa eo"
    assert scalar(urls.owner, "SELECT lower('ĐỐNG ĐA')") == "đống đa"


def test_logins_own_nothing_and_cannot_raise_themselves(cluster: TestCluster) -> None:
    urls = cluster.urls()
    owned = f"SELECT count(*) FROM pg_class WHERE relowner::regrole::text LIKE '{bootstrap.APP_ROLE[:-3]}%'"
    owned += f" AND relowner <> '{private.OWNER_ROLE}'::regrole"
    assert scalar(urls.owner, owned) == 0
    for url in (urls.app, urls.auth):
        with psycopg.connect(plain(url)) as connection, pytest.raises(errors.InsufficientPrivilege):
            connection.execute(f"SET ROLE {private.OWNER_ROLE}".encode())
        with psycopg.connect(plain(url)) as connection, pytest.raises(errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE public.mine (id int)")


def test_wrong_password_is_refused_on_tcp_and_socket(cluster: TestCluster) -> None:
    status = private.status(cluster.settings)
    wrong = {"user": private.OWNER_ROLE, "password": "wrong", "dbname": "diaban", "port": status.port}
    for host in ("127.0.0.1", str(Path(status.data_dir).parent)):
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(host=host, **wrong)


def test_listens_on_loopback_only(cluster: TestCluster) -> None:
    port = private.status(cluster.settings).port
    listening = [
        line.split()[1]
        for table in ("tcp", "tcp6")
        for line in Path("/proc/net", table).read_text().splitlines()[1:]
        if line.split()[3] == "0A" and line.split()[1].endswith(f":{port:04X}")
    ]
    assert listening == [f"0100007F:{port:04X}"]  # 127.0.0.1 in the byte order of the kernel's table


def test_secrets_are_for_the_owner_alone_and_not_printed(cluster: TestCluster) -> None:
    path = cluster.settings.var_dir / "pg" / "secrets.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    urls = cluster.urls()
    password = plain(urls.owner).split(":")[2].split("@")[0]
    assert len(password) >= 32
    assert password not in repr(urls) + repr(private.status(cluster.settings))


def test_up_again_finds_it_running_and_down_stops_it(settings: StoreSettings) -> None:
    first = private.up(settings, durable=False)
    again = private.up(settings, durable=False)
    assert (first.started, again.started) == (True, False)
    assert (first.pid, first.port) == (again.pid, again.port)
    assert not private.down(settings).running
    assert not private.down(settings).running
    assert private.up(settings, durable=False).port == first.port


def test_two_starts_at_once_make_one_cluster(settings: StoreSettings) -> None:
    program = (
        "import sys; from pathlib import Path; from tests.conftest import store_settings;"
        "from geo.store import cluster;"
        "print(cluster.up(store_settings(Path(sys.argv[1])), durable=False).pid)"
    )
    command = [sys.executable, "-W", "ignore", "-c", program, str(settings.var_dir)]

    def start(_: int) -> str:
        return subprocess.run(command, cwd=PROJECT_DIR, check=True, capture_output=True, text=True).stdout

    with ThreadPoolExecutor(2) as pool:
        pids = set(pool.map(start, range(2)))
    assert len(pids) == 1
    assert int(pids.pop()) == private.status(settings).pid


def test_committed_rows_survive_a_killed_server(settings: StoreSettings) -> None:
    private.up(settings)  # durable, as in use
    url = private.urls(settings).owner
    with psycopg.connect(plain(url)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS id")
    # A backend that computes does not notice that its postmaster is gone, and holds the shared memory.
    busy = psycopg.connect(plain(url), autocommit=True, options="-c statement_timeout=30s")
    with ThreadPoolExecutor(1) as pool:
        endless = pool.submit(
            busy.execute, "SELECT count(*) FROM generate_series(1, 40000) a, generate_series(1, 40000) b"
        )
        time.sleep(0.3)
        killed = kill_postmaster(settings)
        assert not private.status(settings).running
        revived = private.up(settings)
        with pytest.raises(psycopg.OperationalError):
            endless.result(timeout=20)
    busy.close()
    assert revived.started
    assert revived.pid != killed.pid
    assert scalar(url, "SELECT count(*) FROM kept") == 1000


def test_pid_file_that_names_another_process_is_not_believed(settings: StoreSettings) -> None:
    data_dir = Path(private.up(settings, durable=False).data_dir)
    kill_postmaster(settings)
    while list(postgres.processes(data_dir)):
        time.sleep(0.05)
    pid_file = data_dir / "postmaster.pid"
    lines = pid_file.read_text().split("\n")
    with subprocess.Popen(["/bin/sleep", "60"], user=data_dir.stat().st_uid) as stranger:
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]))
        assert not private.status(settings).running
        assert private.up(settings, durable=False).started
        assert stranger.poll() is None
        stranger.kill()


def test_a_taken_port_is_left_to_its_user(settings: StoreSettings) -> None:
    first = private.up(settings, durable=False)
    private.down(settings)
    assert first.port is not None
    with socket.create_server(("127.0.0.1", first.port)):
        second = private.up(settings, durable=False)
        assert second.port != first.port
        assert scalar(private.urls(settings).app, "SELECT 1") == 1
        private.down(settings)
        fixed = settings.model_copy(update={"pg_port": first.port})
        with pytest.raises(UnavailableError) as refused:
            private.up(fixed, durable=False)
    assert refused.value.code == "cluster_port_taken"
    assert private.up(fixed, durable=False).port == first.port


def test_a_kill_during_the_first_start_leaves_nothing_half_made(settings: StoreSettings) -> None:
    program = (
        "import sys; from pathlib import Path; from tests.conftest import store_settings;"
        "from geo.store import cluster; cluster.up(store_settings(Path(sys.argv[1])), durable=False)"
    )
    command = [sys.executable, "-W", "ignore", "-c", program, str(settings.var_dir)]
    draft = settings.var_dir / "pg" / "server" / "data.new" / "PG_VERSION"
    with subprocess.Popen(command, cwd=PROJECT_DIR) as first:
        while not draft.exists():
            assert first.poll() is None
            time.sleep(0.005)
        first.kill()
    assert private.up(settings, durable=False).running
    assert scalar(private.urls(settings).app, "SELECT postgis_version() IS NOT NULL") is True


def test_a_kill_of_the_program_that_starts_the_server_is_made_good(settings: StoreSettings) -> None:
    private.up(settings, durable=False)
    private.down(settings)
    program = (
        "import sys; from pathlib import Path; from tests.conftest import store_settings;"
        "from geo.store import cluster; cluster.up(store_settings(Path(sys.argv[1])), durable=False)"
    )
    command = [sys.executable, "-W", "ignore", "-c", program, str(settings.var_dir)]
    server_dir = settings.var_dir / "pg" / "server"
    # A start can be over before it is seen: then nothing was killed, and there is nothing to make good.
    for _ in range(_KILLS_TRIED):
        with subprocess.Popen(command, cwd=PROJECT_DIR) as first:
            while first.poll() is None and not list(postgres.processes(server_dir)):
                pass
            first.kill()
        if first.returncode == -signal.SIGKILL:
            break
        assert first.returncode == 0
        private.down(settings)
    assert first.returncode == -signal.SIGKILL
    assert private.up(settings, durable=False).running
    assert scalar(private.urls(settings).app, "SELECT 1") == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can close a folder to the server's user")
def test_project_closed_to_the_server_user_keeps_its_data_elsewhere(settings: StoreSettings) -> None:
    settings.var_dir.chmod(0o700)
    status = private.up(settings, durable=False)
    assert status.data_dir.startswith("/var/lib/diaban/")
    assert scalar(private.urls(settings).owner, "SELECT 1") == 1
    assert private.up(settings, durable=False).data_dir == status.data_dir


def test_lost_passwords_and_missing_cluster_are_told(settings: StoreSettings) -> None:
    with pytest.raises(UnavailableError) as early:
        private.urls(settings)
    assert early.value.code == "cluster_not_up"
    private.up(settings, durable=False)
    (settings.var_dir / "pg" / "secrets.json").unlink()
    with pytest.raises(UnavailableError) as lost:
        private.up(settings, durable=False)
    assert lost.value.code == "cluster_secrets_lost"


def test_missing_postgis_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(postgres, "_DEBIAN_EXTENSIONS", tmp_path)
    with pytest.raises(UnavailableError) as bare:
        postgres.find_programs()
    assert bare.value.code == "postgis_missing"
    assert "postgis-3" in bare.value.message("vi")
    monkeypatch.setattr(postgres, "_DEBIAN_PROGRAMS", tmp_path)
    with pytest.raises(UnavailableError, match="make setup"):
        postgres.find_programs()


def test_outside_database_gets_roles_and_extensions(cluster: TestCluster) -> None:
    cluster.execute("CREATE DATABASE outside")
    url = plain(cluster.urls("outside").owner).replace("postgresql://", "postgres://")
    settings = StoreSettings(database_url=url, var_dir=cluster.settings.var_dir)
    status = private.up(settings)
    assert (status.outside, status.running, status.started) == (True, True, False)
    assert "@" not in status.place
    urls = private.urls(settings)
    assert urls.owner.startswith("postgresql+psycopg://")
    assert (urls.app, urls.auth) == (None, None)
    assert scalar(urls.owner, "SELECT count(*) FROM pg_extension") == 3


def test_outside_login_without_rights_is_told_what_to_ask_for(cluster: TestCluster) -> None:
    cluster.execute("CREATE DATABASE foreign_owned")
    settings = StoreSettings(
        database_url=plain(cluster.urls("foreign_owned").app), var_dir=cluster.settings.var_dir
    )
    with pytest.raises(UnavailableError) as refused:
        private.up(settings)
    assert refused.value.code == "database_needs_admin"


def test_unreachable_outside_database_is_an_answer_and_for_up_an_error(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings = StoreSettings(database_url=f"postgresql://u:secret@127.0.0.1:{port}/x", var_dir=tmp_path)
    assert not private.status(settings).running
    with pytest.raises(UnavailableError) as refused:
        private.up(settings)
    assert refused.value.code == "database_unreachable"
    assert "secret" not in str(refused.value)
