"""``geo import KIND FILE``, ``geo import undo BATCH``, ``geo import rejects BATCH --out FILE``."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from geo.cli.output import answers, require_file, say
from geo.domain.errors import InputError
from geo.domain.kinds import Kind

_WHOLE = 100
_STEPS = {
    "read": "Đọc / Read",
    "place": "Tìm nơi / Place",
    "store": "Lưu / Store",
    "commit": "Ghi / Commit",
}


@click.group(name="import")
def import_group() -> None:
    """Đưa tệp vào cơ sở dữ liệu. / Bring a file into the database."""


def _kind_command(kind: Kind) -> click.Command:
    @click.command(name=kind.value, help=f"Import FILE as {kind.value}.")
    @click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
    @click.option(
        "--crs", default="auto", show_default=True, help="EPSG:n, where the file is wrong or silent."
    )
    @click.option(
        "--column", "columns", multiple=True, metavar="FIELD=HEADER", help="Say which header is which."
    )
    @click.option("--sheet", default=None, help="Sheet of a workbook or layer of a GeoPackage.")
    @click.option("--forget", is_flag=True, help="Do not read columns as named for the last such file.")
    @click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")
    @answers
    def command(
        *, file: Path, crs: str, columns: tuple[str, ...], sheet: str | None, forget: bool, dry_run: bool
    ) -> dict[str, Any]:
        from geo.domain.roles import OPERATOR
        from geo.intake import Options
        from geo.services.deployment import deployment
        from geo.services.imports.importing import import_file

        options = Options(
            crs=None if crs == "auto" else crs, columns=_pairs(columns), sheet=sheet, recall=not forget
        )
        with deployment() as database, _progress() as tell:
            report = import_file(
                database, OPERATOR, require_file(file), kind, options, dry_run=dry_run, progress=tell
            )
        return report.as_dict()

    return command


@contextmanager
def _progress() -> Iterator[Callable[[str, float], None]]:
    """A bar on stderr that says which step is done; nothing where nobody looks at it."""
    if not sys.stderr.isatty():
        yield lambda _step, _share: None
        return
    with click.progressbar(length=_WHOLE, file=sys.stderr, show_eta=False) as bar:

        def tell(step: str, share: float) -> None:
            bar.label = _STEPS[step]
            bar.update(round(_WHOLE * share) - bar.pos)
            bar.render_progress()

        yield tell


def _pairs(columns: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for given in columns:
        field, equals, header = given.partition("=")
        if not equals or not field or not header:
            raise InputError("column_option", given=given)
        pairs[field] = header
    return pairs


@click.command()
@click.argument("batch", type=int)
@answers
def undo(*, batch: int) -> dict[str, Any]:
    """Take BATCH back: added rows go, changed rows become what they were."""
    from geo.domain.roles import OPERATOR
    from geo.services.deployment import deployment
    from geo.services.imports import importing

    with deployment() as database:
        return dict(importing.undo(database, OPERATOR, batch))


@click.command()
@click.argument("batch", type=int)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@answers
def rejects(*, batch: int, out: Path) -> dict[str, Any]:
    """Write the rows that BATCH did not take, with the reason beside each, ready to be mended."""
    from geo.domain.roles import OPERATOR
    from geo.services.deployment import deployment
    from geo.services.imports import importing

    with deployment() as database:
        rows = importing.rejects_file(database, OPERATOR, batch, out)
    say(f"Đã ghi {rows} dòng vào {out}", f"Wrote {rows} rows to {out}")
    return {"batch": batch, "rows": rows, "file": out}


for _kind in Kind:
    import_group.add_command(_kind_command(_kind))
import_group.add_command(undo)
import_group.add_command(rejects)

COMMANDS = (import_group,)
