"""Fixtures shared by all tests: one private cluster a process, one fresh database a module, the real data."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import hypothesis
import psycopg
import pytest

from geo.settings import PROJECT_DIR, StoreSettings
from geo.store import cluster as private_cluster
from geo.store.cluster import DatabaseUrls
from geo.store.engine import Database, open_database

_TEMPLATE = "diaban_template"
_FOLDER = "diaban-test-"

# How fast a machine draws its examples says nothing about the code.
_slow = [hypothesis.HealthCheck.too_slow]
hypothesis.settings.register_profile("suite", deadline=None, suppress_health_check=_slow)
hypothesis.settings.load_profile("suite")


@dataclass(frozen=True)
class TestCluster:
    """A running private cluster for tests; nothing in it survives the session."""

    __test__ = False

    settings: StoreSettings

    def urls(self, database: str = "diaban") -> DatabaseUrls:
        return private_cluster.urls(self.settings, database=database)

    def execute(self, statement: str) -> None:
        """Run one statement as the owner outside any transaction."""
        conninfo = self.urls("postgres").owner.replace("+psycopg", "")
        with psycopg.connect(conninfo, autocommit=True) as connection:
            connection.execute(statement.encode())


def store_settings(folder: Path) -> StoreSettings:
    """Return settings for a private cluster below `folder`, whatever DATABASE_URL says."""
    return StoreSettings(database_url=None, var_dir=folder, pg_port=0)


def new_folder() -> Path:
    """Make a folder that the server's user can enter too (pytest's own are closed to others)."""
    folder = Path(tempfile.mkdtemp(prefix=f"{_FOLDER}{os.getpid()}-"))
    folder.chmod(0o755)
    return folder


def remove_cluster(folder: Path) -> None:
    """Stop the cluster below `folder` and remove its files, also those it keeps elsewhere."""
    settings = store_settings(folder)
    data_dir = private_cluster.down(settings).data_dir
    if data_dir:
        shutil.rmtree(Path(data_dir).parent, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def _sweep() -> None:
    """Remove what a test run that was killed has left running."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*"):
        pid = folder.name.removeprefix(_FOLDER).split("-")[0]
        if pid.isdigit() and not Path("/proc", pid).exists():
            remove_cluster(folder)


@pytest.fixture(scope="session")
def cluster() -> Iterator[TestCluster]:
    """A private PostgreSQL + PostGIS cluster of this test session; DATABASE_URL is ignored."""
    _sweep()
    folder = new_folder()
    try:
        settings = store_settings(folder)
        private_cluster.up(settings, durable=False)
        yield TestCluster(settings)
    finally:
        remove_cluster(folder)


@pytest.fixture(scope="session")
def _template(cluster: TestCluster) -> str:
    """The name of a migrated database that others are copied from."""
    from geo.store import migrate

    cluster.execute(f"CREATE DATABASE {_TEMPLATE} TEMPLATE diaban")
    migrate.upgrade(cluster.urls(_TEMPLATE).owner)
    return _TEMPLATE


@pytest.fixture(scope="session")
def _numbers() -> Iterator[int]:
    return count(1)


@pytest.fixture(scope="module")
def database(cluster: TestCluster, _template: str, _numbers: Iterator[int]) -> Iterator[DatabaseUrls]:
    """The ways into a fresh, migrated, empty database of this test module."""
    name = f"test_{next(_numbers)}"
    cluster.execute(f"CREATE DATABASE {name} TEMPLATE {_template}")
    yield cluster.urls(name)
    cluster.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def opened(database: DatabaseUrls) -> Iterator[Database]:
    """The module's fresh database, opened for services; fill it before the first page is asked for."""
    found = open_database(database.owner, database.app, database.auth)
    yield found
    found.close()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the project; the test is skipped where there is none."""
    folder = PROJECT_DIR.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no real data at ../shared/data beside {PROJECT_DIR.name}")
    return folder
