"""Commands on the database and the app as a whole, from `up` to `serve`."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geo.cli.output import answers, require_file, say

if TYPE_CHECKING:
    from geo.store.engine import Database


@click.command()
@answers
def up() -> dict[str, Any]:
    """Start the private cluster, or find it running."""
    from geo.services import operate

    return operate.up()


@click.command()
@answers
def down() -> dict[str, Any]:
    """Stop the private cluster."""
    from geo.services import operate

    return operate.down()


@click.command()
@answers
def status() -> dict[str, Any]:
    """Say whether the database answers, at which revision it is, and what it holds."""
    from geo.services import operate

    return operate.status()


@click.command()
@answers
def migrate() -> dict[str, Any]:
    """Bring the schema to the revision of this program; on the first time make the admin account."""
    from geo.services import operate

    reached = operate.migrate()
    password = reached.pop("admin_password", None)
    if password:
        say(
            f"Tài khoản quản trị: admin · mật khẩu (chỉ hiện một lần): {password}",
            f"Administrator account: admin · password (shown once): {password}",
        )
    return reached


@click.command()
@click.option("--seed", default=0, show_default=True, help="Same seed, same city.")
@click.option("--wards", default=6, show_default=True)
@click.option("--households", default=60_000, show_default=True)
@click.option("--incidents", default=40_000, show_default=True)
@click.option("--if-empty", is_flag=True, help="Do nothing where the database already holds data.")
@answers
def demo(*, seed: int, wards: int, households: int, incidents: int, if_empty: bool) -> dict[str, Any]:
    """Load the synthetic city and one account per role."""
    from geo import settings
    from geo.services import operate

    return operate.load_demo(
        today=datetime.now(settings.load().timezone).date(),
        seed=seed,
        wards=wards,
        households=households,
        incidents=incidents,
        only_if_empty=if_empty,
    )


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@answers
def backup(file: Path) -> dict[str, Any]:
    """Write the whole database into FILE; it must not exist yet."""
    from geo.services import operate

    return operate.backup(file)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Replace what the database holds now.")
@answers
def restore(*, file: Path, replace: bool) -> dict[str, Any]:
    """Bring the database back to what FILE holds, all of it or nothing."""
    from geo.services import operate

    return operate.restore(require_file(file), replace=replace)


@click.command()
@click.option("--host", default=None, help="Address to listen on, instead of DIABAN_HOST.")
@click.option("--port", type=int, default=None, help="Port to listen on, instead of DIABAN_PORT.")
@answers
def serve(*, host: str | None, port: int | None) -> None:
    """Serve the app until interrupted."""
    from geo import settings
    from geo.ui.serve import serve as run

    chosen = settings.load()
    address, door = host or chosen.host, port or chosen.port
    run(address, door, lambda database: _announce(database, f"http://{address}:{door}"))


def _announce(database: "Database", url: str) -> None:
    """Print where the app is and, while there is nothing but the demo, who may sign in how."""
    from geo.services import accounts

    say(f"Mở {url} · dừng bằng Ctrl+C", f"Open {url} · stop with Ctrl+C")
    offered = accounts.offered_demo_accounts(database)
    if offered:
        say("Dữ liệu giả lập; đăng nhập thử bằng:", "Synthetic data; sign in to try as:")
    for account in offered:
        units = ", ".join(account.unit_names) or "*"
        click.echo(f"  {account.role.value:<13} {account.name:<10} {account.password}  ({units})", err=True)


COMMANDS = (up, down, status, migrate, demo, backup, restore, serve)
