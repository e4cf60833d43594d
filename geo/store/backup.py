"""The whole database into one file and back, by PostgreSQL's own pg_dump and pg_restore."""

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import make_url

from geo.domain.errors import ConflictError, InputError, UnavailableError
from geo.store.postgres import find_programs
from geo.store.tables import SCHEMA

_MAGIC = b"PGDMP"


def dump(owner_url: str, target: Path) -> int:
    """Write the schema ``diaban`` of the database to `target` and return the file's size in bytes.

    `target` gets its name only when complete. Raises ConflictError where it exists already,
    UnavailableError where pg_dump is missing or fails.
    """
    if target.exists():
        raise ConflictError("backup_exists", path=str(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(target.name + ".part")
    try:
        # Compressed by the server's own format; readable only by who wrote it, since it holds everything.
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.close(descriptor)
        _run("pg_dump", owner_url, ["--format=custom", f"--schema={SCHEMA}", f"--file={draft}"])
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return target.stat().st_size


def restore(owner_url: str, source: Path) -> None:
    """Put the database back to what `source` holds, in one transaction: all of it or nothing.

    Raises InputError where `source` is not a backup, UnavailableError where pg_restore is missing or fails.
    """
    require_backup(source)
    _run(
        "pg_restore", owner_url, ["--single-transaction", "--clean", "--if-exists", "--no-owner", str(source)]
    )


def require_backup(source: Path) -> None:
    """Raise InputError ``not_a_backup`` unless `source` begins as pg_dump's archives do."""
    with source.open("rb") as handle:
        if handle.read(len(_MAGIC)) != _MAGIC:
            raise InputError("not_a_backup", path=str(source))


def _run(program: str, owner_url: str, arguments: list[str]) -> None:
    url = make_url(owner_url).set(drivername="postgresql")
    # The password goes by the environment: arguments can be read by everybody on the machine.
    environment = {**os.environ, "PGPASSWORD": url.password or "", "PGCONNECT_TIMEOUT": "10"}
    target = url.set(password=None).render_as_string(hide_password=False)
    finished = subprocess.run(
        [str(_find(program)), *arguments, "--dbname", target],
        check=False,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
    )
    if finished.returncode != 0:
        detail = next((line for line in finished.stderr.splitlines() if "error" in line.lower()), "-")
        raise UnavailableError("backup_failed", program=program, detail=detail)


def _find(program: str) -> Path:
    """Return PostgreSQL's own program of the newest version; Debian's wrapper on PATH only without it."""
    try:
        return find_programs().folder / program
    except UnavailableError:
        found = shutil.which(program)
        if found is None:
            raise
        return Path(found)
