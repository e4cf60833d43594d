"""``geo user add`` and ``geo audit verify``."""

from typing import Any

import click

from geo.cli.output import answers, say
from geo.domain.errors import ConflictError
from geo.domain.roles import OPERATOR, Role


@click.group()
def user() -> None:
    """Tài khoản. / Accounts."""


@user.command(name="add")
@click.argument("name")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option(
    "--unit", "units", required=True, multiple=True, help="Unit code; '*' is everything. Repeatable."
)
@answers
def add_user(*, name: str, role: str, units: tuple[str, ...]) -> dict[str, Any]:
    """Add an account with a random password, shown once."""
    from geo.services import accounts
    from geo.services.deployment import deployment

    with deployment() as database:
        password = accounts.add_account(database, OPERATOR, name, role=role, unit_codes=units)
    say(f"Mật khẩu của {name} (chỉ hiện một lần): {password}", f"Password of {name} (shown once): {password}")
    return {"name": name, "role": role, "units": list(units), "password": password}


@click.group()
def audit() -> None:
    """Nhật ký. / The audit trail."""


@audit.command()
@answers
def verify() -> dict[str, Any]:
    """Recompute the whole chain of the audit trail; exit 1 where it is broken."""
    from geo.services.audit import verify as verify_chain
    from geo.services.deployment import deployment

    with deployment() as database:
        found = verify_chain(database, OPERATOR)
    if not found.whole:
        raise ConflictError("audit_broken", event=found.broken_id, fault=found.fault)
    return {"events": found.events, "whole": True, "last_hash": found.last_hash}


COMMANDS = (user, audit)
