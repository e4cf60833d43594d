"""Row changes in the audit trail: each row with its code, its new version, and what it held before and after.

This is what one's own last change is undone from (`geo.services.edits`). It holds counts, codes, days and
states; never a coordinate, never a person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection

from geo.domain.roles import Actor
from geo.services import audit


@dataclass(frozen=True)
class RowChange:
    """One row that was changed.

    version : that the change left it at · before : None for a new row · after : the same fields as `before`
    """

    key: str
    version: int
    before: Mapping[str, Any] | None
    after: Mapping[str, Any]


def record_rows(
    connection: Connection,
    actor: Actor,
    action: str,
    table: str,
    rows: Sequence[RowChange],
    **about: Any,
) -> None:
    """Append one event about `rows` of `table`; last in the transaction, as `audit.record`.

    about : facts of the change as a whole, such as its beat
    """
    key = rows[0].key if len(rows) == 1 else str(about.get("beat", len(rows)))
    audit.record(connection, actor, action, table, key, {**about, "rows": [asdict(row) for row in rows]})
