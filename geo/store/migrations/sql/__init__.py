"""The SQL of steps that are functions, triggers and policies. A released file is never edited."""

from pathlib import Path

from sqlalchemy import Connection


def run(connection: Connection, name: str) -> None:
    """Run ``name``.sql as it stands.

    Through the driver, because its per cent signs and colons are not parameters.
    """
    script = (Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8")
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(script)
