"""What has changed in a table since a reader looked: by unit, so that the reader need not read all again."""

from dataclasses import dataclass

from sqlalchemy import Connection, text


@dataclass(frozen=True)
class Seen:
    """What a reader knows of the changes of one table.

    total, changes : sum and count of the ids of all of them · ids : of the newest of them
    """

    total: int
    changes: int
    ids: frozenset[int]

    @property
    def version(self) -> str:
        """The table's `data_version`."""
        return f"{self.total}.{self.changes}"


def units_changed(
    connection: Connection, topic: str, before: Seen | None = None
) -> tuple[Seen, list[int] | None]:
    """Return what is to be seen now of the table `topic`, and the units that changed since `before`.

    The units are None where they cannot be told (no `before`, too long ago, a change without units): all may
    have changed. Transactions end in another order than they take their ids, so a newer id says nothing: the
    rows that were not seen must make up exactly what sum and count have grown by.
    """
    past, rows = connection.execute(
        text("""
            SELECT
                (SELECT ARRAY[total, changes] FROM diaban.data_change_past WHERE topic = :topic),
                (SELECT json_agg(json_build_array(id, units)) FROM diaban.data_change WHERE topic = :topic)
            """),
        {"topic": topic},
    ).one()
    held: dict[int, list[int] | None] = dict(rows or ())
    total, changes = past or (0, 0)
    now = Seen(total + sum(held), changes + len(held), frozenset(held))
    if before is None:
        return now, None
    unseen = held.keys() - before.ids
    grown = now.total - before.total, now.changes - before.changes
    units = [held[noted] for noted in unseen]
    if grown != (sum(unseen), len(unseen)) or None in units:
        return now, None
    return now, sorted({unit for touched in units for unit in touched or ()})
