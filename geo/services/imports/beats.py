"""Which blocks the beats of a file are made of, and what of that is new."""
# ruff: noqa: S608 (SQL is put together from names of our own tables and columns; values are bound)

import geopandas as gpd
import numpy as np
from sqlalchemy import Connection, text

from geo.intake.report import Intake
from geo.services.imports import places
from geo.services.imports.merge import image
from geo.services.imports.places import NONE, Areas, Ids
from geo.services.imports.resolve import block_lists
from geo.store import copy
from geo.store.engine import driver

_COLUMNS = ["id", "beat_id", "block_id", "valid", "document_id", "batch_id"]
# Beats of the file and the blocks that they are to have: beat_id, block_id.
_WANTED = "pg_temp.wanted"


def store_blocks(connection: Connection, intake: Intake, batch_id: int) -> dict[str, int]:
    """Make the stored beats of `intake` consist of the blocks that the file says.

    Returns how many blocks were left out, by reason: ``block_in_other_beat``, ``block_beyond_ward``.

    Called after the beats are merged: their ids are in ``stage_beat``. Where a border is given, a block
    belongs to the beat that covers the largest part of it. A block that another beat has, one that the
    file does not name, stays there. A border that reaches over into another ward takes no block there. A beat
    whose blocks change counts as updated.
    """
    blocks = places.blocks(connection)
    if isinstance(intake.frame, gpd.GeoDataFrame):
        shapes = np.asarray(intake.frame.geometry.array, dtype=object)
        beat, block = places.largest_overlap(shapes, blocks.shapes), blocks.ids
    else:
        beat, block = _listed(intake, blocks)
    _stage_wanted(connection, beat[beat != NONE], block[beat != NONE])
    left = {
        "block_in_other_beat": _leave_to_others(connection),
        "block_beyond_ward": _leave_beyond(connection),
    }
    _remove(connection, batch_id)
    _add(connection, batch_id)
    return {reason: count for reason, count in left.items() if count}


def fill_with_new_blocks(connection: Connection, batch_id: int) -> None:
    """Give the blocks that came after their beats, and have none, to the beat whose border covers most."""
    free = places.blocks_without_beat(connection)
    beats = places.beats_with_border(connection)
    if not len(free.ids) or not len(beats.ids):
        return
    position = places.largest_overlap(beats.shapes, free.shapes)
    held = position != NONE
    _insert(connection, beats.ids[position[held]], free.ids[held], batch_id)


def _listed(intake: Intake, blocks: Areas) -> tuple[Ids, Ids]:
    lists = block_lists(intake.frame)
    beat = np.repeat(np.arange(len(lists)), [len(codes) for codes in lists])
    block = np.array([blocks.by_code[code] for codes in lists for code in codes], dtype=np.int64)
    return beat.astype(np.int64), block


def _stage_wanted(connection: Connection, row: Ids, block: Ids) -> None:
    connection.execute(text("DROP TABLE IF EXISTS pg_temp.wanted_rows, pg_temp.wanted"))
    connection.execute(text("CREATE TEMP TABLE wanted_rows (row int4, block_id int4) ON COMMIT DROP"))
    columns = {"row": copy.int4(row), "block_id": copy.int4(block)}
    copy.copy_in(driver(connection), "pg_temp.wanted_rows", columns)
    connection.execute(
        text(
            "CREATE TEMP TABLE wanted ON COMMIT DROP AS SELECT s.id AS beat_id, w.block_id "
            "FROM pg_temp.wanted_rows w JOIN pg_temp.stage_beat s ON s.row = w.row"
        )
    )


def _leave_to_others(connection: Connection) -> int:
    return connection.execute(
        text(
            f"DELETE FROM {_WANTED} w USING diaban.beat_block x WHERE x.block_id = w.block_id "
            "AND upper_inf(x.valid) AND x.beat_id NOT IN (SELECT id FROM pg_temp.stage_beat)"
        )
    ).rowcount


def _leave_beyond(connection: Connection) -> int:
    return connection.execute(
        text(
            f"DELETE FROM {_WANTED} w USING diaban.beat b, diaban.block k WHERE b.id = w.beat_id "
            "AND k.id = w.block_id AND b.unit_id <> k.unit_id "
            "AND NOT diaban.one_ward(b.unit_id, k.unit_id, lower(b.valid))"
        )
    ).rowcount


def _remove(connection: Connection, batch_id: int) -> None:
    gone = (
        "x.beat_id IN (SELECT id FROM pg_temp.stage_beat) AND upper_inf(x.valid) AND NOT EXISTS "
        f"(SELECT FROM {_WANTED} w WHERE w.beat_id = x.beat_id AND w.block_id = x.block_id)"
    )
    connection.execute(
        text(
            "INSERT INTO diaban.import_change (batch_id, table_name, row_id, before, after) "
            f"SELECT :batch, 'beat_block', x.id, {image('x', _COLUMNS)}, '{{}}' "
            f"FROM diaban.beat_block x WHERE {gone}"
        ),
        {"batch": batch_id},
    )
    _mark_updated(connection, f"SELECT x.beat_id FROM diaban.beat_block x WHERE {gone}")
    connection.execute(text(f"DELETE FROM diaban.beat_block x WHERE {gone}"))


def _add(connection: Connection, batch_id: int) -> None:
    new = (
        f"FROM {_WANTED} w WHERE NOT EXISTS (SELECT FROM diaban.beat_block x WHERE "
        "x.beat_id = w.beat_id AND x.block_id = w.block_id AND upper_inf(x.valid))"
    )
    _mark_updated(connection, f"SELECT w.beat_id {new}")
    connection.execute(
        text(
            "INSERT INTO diaban.beat_block (beat_id, block_id, valid, batch_id) "
            f"SELECT n.beat_id, n.block_id, b.valid, :batch FROM (SELECT w.* {new}) n "
            "JOIN diaban.beat b ON b.id = n.beat_id"
        ),
        {"batch": batch_id},
    )


def _mark_updated(connection: Connection, beats: str) -> None:
    connection.execute(
        text(f"UPDATE pg_temp.stage_beat SET state = 'updated' WHERE state = 'unchanged' AND id IN ({beats})")
    )


def _insert(connection: Connection, beats: Ids, blocks: Ids, batch_id: int) -> None:
    connection.execute(
        text(
            "INSERT INTO diaban.beat_block (beat_id, block_id, valid, batch_id) "
            "SELECT b.id, n.block, b.valid * k.valid, :batch "
            "FROM unnest(CAST(:beats AS int[]), CAST(:blocks AS int[])) AS n (beat, block) "
            "JOIN diaban.beat b ON b.id = n.beat JOIN diaban.block k ON k.id = n.block "
            "WHERE NOT isempty(b.valid * k.valid) AND (b.unit_id = k.unit_id "
            "OR diaban.one_ward(b.unit_id, k.unit_id, lower(b.valid * k.valid)))"
        ),
        {"beats": beats.tolist(), "blocks": blocks.tolist(), "batch": batch_id},
    )
