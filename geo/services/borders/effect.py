"""What an accepted border writes: today's areas, what they were until the day, and who lies where.

The earlier border stays with the block until the day on which the new one takes effect, so every earlier day
shows it still, with the households that lay in it (`geo.store.reads`). Households and incidents go to the
block that they lie in from then on; none is made, none is lost, and all of it can be taken back.
"""

from collections.abc import Mapping
from datetime import date

import shapely
from sqlalchemy import Connection, text

from geo.domain.errors import ConflictError, InputError
from geo.planning.border_shift import BorderShift

_SAID_CODES = 5


def require_day(connection: Connection, shift: BorderShift, effective_on: date, today: date) -> None:
    """Raise InputError where the border cannot take effect on `effective_on`.

    ``border_day_ahead``: a border is accepted on its day or later; ``border_day_too_early``: a block was not
    there yet, or had its border changed since.
    """
    if effective_on > today:
        raise InputError("border_day_ahead", day=effective_on, today=today)
    row = connection.execute(
        text("""
            SELECT k.code, greatest(lower(k.valid), max(b.until)) AS first
            FROM diaban.block k LEFT JOIN diaban.border_before b ON b.block_id = k.id
            WHERE k.code = ANY(:codes) AND k.valid @> CAST(:today AS date)
            GROUP BY k.id ORDER BY first DESC NULLS LAST, k.code LIMIT 1"""),
        {"codes": list(shift.shapes), "today": today},
    ).one()
    if row.first is not None and effective_on < row.first:
        raise InputError("border_day_too_early", block=row.code, first=row.first, day=effective_on)


def write(
    connection: Connection, proposal: int, shift: BorderShift, effective_on: date, today: date
) -> dict[str, int]:
    """Draw the blocks of `shift`, and the beats that were drawn with a border, anew from `effective_on` on.

    Returns how many rows went to another block: ``households``, ``incidents``.
    """
    held = connection.execute(
        text("""
            SELECT k.id, k.code, ST_AsBinary(k.geom) AS geom, x.beat_id FROM diaban.block k
            LEFT JOIN diaban.beat_block x ON x.block_id = k.id AND x.valid @> CAST(:today AS date)
            WHERE k.code = ANY(:codes) AND k.valid @> CAST(:today AS date) ORDER BY k.id"""),
        {"codes": list(shift.shapes), "today": today},
    ).all()
    before = {row.id: shapely.from_wkb(bytes(row.geom)) for row in held}
    after = {row.id: shift.shapes[row.code] for row in held}
    beat_of = {row.id: row.beat_id for row in held if row.beat_id is not None}
    beats = _beats_after(connection, before, after, beat_of)
    _keep(connection, proposal, "block", after, effective_on)
    _keep(connection, proposal, "beat", beats, effective_on)
    moved = _move_rows(connection, after)
    _draw(connection, "block", after)
    _draw(connection, "beat", beats)
    return moved


def take_back(connection: Connection, proposal: int) -> dict[str, int]:
    """Put back what accepting `proposal` drew; return the rows that went back to the block they were in.

    Raises ConflictError ``border_changed_since`` where an area was drawn anew since, and nothing is written.
    """
    # All blocks of the ward in the order in which accepting locks them: whoever comes second waits.
    connection.execute(
        text("""
            SELECT k.id FROM diaban.block k WHERE k.unit_id IN (SELECT unit_id FROM diaban.border_before
                WHERE proposal_id = :proposal) ORDER BY k.id FOR UPDATE"""),
        {"proposal": proposal},
    )
    for table in ("block", "beat"):
        changed = connection.execute(
            text(f"""
                SELECT t.code FROM diaban.border_before b JOIN diaban.{table} t ON t.id = b.{table}_id
                WHERE b.proposal_id = :proposal
                    AND (md5(ST_AsEWKB(t.geom)) <> b.became OR EXISTS (SELECT FROM diaban.border_before n
                        WHERE n.{table}_id = b.{table}_id AND n.id > b.id AND n.proposal_id <> b.proposal_id))
                ORDER BY t.code"""),  # noqa: S608 (names of our own tables)
            {"proposal": proposal},
        ).scalars()
        codes = list(changed)
        if codes:
            shown = ", ".join(codes[:_SAID_CODES]) + (" …" if len(codes) > _SAID_CODES else "")
            raise ConflictError("border_changed_since", codes=shown)
    moved = {"households": 0, "incidents": 0}
    for table in ("block", "beat"):
        rows = connection.execute(
            text(f"""
                SELECT b.{table}_id AS id, ST_AsBinary(b.geom) AS geom FROM diaban.border_before b
                WHERE b.proposal_id = :proposal AND b.{table}_id IS NOT NULL"""),  # noqa: S608
            {"proposal": proposal},
        ).all()
        shapes = {row.id: shapely.from_wkb(bytes(row.geom)) for row in rows}
        if table == "block":
            moved = _move_rows(connection, shapes)
        _draw(connection, table, shapes)
    connection.execute(
        text("DELETE FROM diaban.border_before WHERE proposal_id = :proposal"), {"proposal": proposal}
    )
    return moved


def fingerprint(connection: Connection, codes: list[str], day: date) -> str:
    """Return a text that changes with the borders of the blocks `codes` that hold on `day`."""
    return str(
        connection.execute(
            text("""
                SELECT md5(string_agg(k.code || md5(ST_AsEWKB(k.geom)), ',' ORDER BY k.code))
                FROM diaban.block k WHERE k.code = ANY(:codes) AND k.valid @> CAST(:day AS date)"""),
            {"codes": codes, "day": day},
        ).scalar_one()
    )


def _beats_after(
    connection: Connection,
    before: Mapping[int, shapely.Geometry],
    after: Mapping[int, shapely.Geometry],
    beat_of: Mapping[int, int],
) -> dict[int, shapely.Geometry]:
    """Return the new borders of the beats that were drawn with one and whose blocks give up or take land.

    What a beat's blocks give up goes from its border and what they take comes to it; the rest stays as drawn.
    """
    rows = connection.execute(
        text(
            "SELECT id, ST_AsBinary(geom) AS geom FROM diaban.beat "
            "WHERE id = ANY(:ids) AND geom IS NOT NULL ORDER BY id FOR UPDATE"
        ),
        {"ids": sorted(set(beat_of.values()))},
    )
    found: dict[int, shapely.Geometry] = {}
    for row in rows:
        mine = [block for block, beat in beat_of.items() if beat == row.id]
        was = shapely.union_all([before[block] for block in mine])
        held = shapely.union_all([after[block] for block in mine])
        gone, come = shapely.difference(was, held), shapely.difference(held, was)
        if shapely.area(gone) or shapely.area(come):
            drawn = shapely.from_wkb(bytes(row.geom))
            found[int(row.id)] = _areas(shapely.union(shapely.difference(drawn, gone), come))
    return found


def _areas(shape: shapely.Geometry) -> shapely.MultiPolygon:
    parts = shapely.get_parts(shapely.get_parts(shape)).tolist()
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"])


def _rows(shapes: Mapping[int, shapely.Geometry]) -> dict[str, list[object]]:
    return {"ids": list(shapes), "shapes": [shapely.to_wkb(shape) for shape in shapes.values()]}


# The areas of today, drawn anew: id, geom.
_NEW = """(SELECT u.id, ST_GeomFromWKB(u.shape, 4326) AS geom
    FROM unnest(CAST(:ids AS int[]), CAST(:shapes AS bytea[])) AS u(id, shape))"""


def _keep(
    connection: Connection,
    proposal: int,
    table: str,
    shapes: Mapping[int, shapely.Geometry],
    effective_on: date,
) -> None:
    connection.execute(
        text(f"""
            INSERT INTO diaban.border_before (proposal_id, unit_id, {table}_id, until, geom, became)
            SELECT :proposal, t.unit_id, t.id, :until, t.geom, md5(ST_AsEWKB(n.geom))
            FROM diaban.{table} t JOIN {_NEW} n ON n.id = t.id ORDER BY t.id"""),  # noqa: S608
        {**_rows(shapes), "proposal": proposal, "until": effective_on},
    )


def _draw(connection: Connection, table: str, shapes: Mapping[int, shapely.Geometry]) -> None:
    connection.execute(
        text(f"UPDATE diaban.{table} t SET geom = n.geom FROM {_NEW} n WHERE n.id = t.id"),  # noqa: S608
        _rows(shapes),
    )


def _move_rows(connection: Connection, shapes: Mapping[int, shapely.Geometry]) -> dict[str, int]:
    """Put what lies in its block, and will lie in another once `shapes` are drawn, into that other.

    What lies outside its block for another reason stays with it; so does what lies on a border.
    """
    return {f"{table}s": _move(connection, table, shapes) for table in ("household", "incident")}


def _move(connection: Connection, table: str, shapes: Mapping[int, shapely.Geometry]) -> int:
    # First found, then changed: an update driven by the spatial index of the rows that it changes left live
    # rows marked as dead in that index when one of its pages was split under it (PostgreSQL 15.18, seen).
    found = connection.execute(
        text(f"""
            SELECT t.id, n.id AS block
            FROM {_NEW} n, diaban.block old JOIN diaban.{table} t ON t.block_id = old.id
            WHERE old.id = ANY(:ids) AND n.id <> old.id
                AND ST_Contains(old.geom, t.geom) AND ST_Contains(n.geom, t.geom)"""),  # noqa: S608
        _rows(shapes),
    ).all()
    connection.execute(
        text(f"""
            UPDATE diaban.{table} t SET block_id = m.block
            FROM unnest(CAST(:rows AS int[]), CAST(:blocks AS int[])) AS m(id, block)
            WHERE t.id = m.id"""),  # noqa: S608
        {"rows": [row.id for row in found], "blocks": [row.block for row in found]},
    )
    return len(found)
