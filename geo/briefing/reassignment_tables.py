"""The deck about a plan: what each beat has before and after, what moves, who hands over what."""

import math

import numpy as np

from geo.briefing.asking import Asking
from geo.briefing.deck import Slide, TableBody
from geo.briefing.proposed import Proposed, counted, officer, source
from geo.briefing.reassignment_cells import cell, count_said, evened, shares
from geo.planning.ordering import Move
from geo.services.plans.ground import Ints
from geo.services.plans.options import INCIDENT_DAYS
from geo.services.plans.records import moves_of
from geo.services.release.cells import Measure

_MOVES_A_SLIDE = 16


def beat_table(asking: Asking, found: Proposed) -> Slide:
    """Return the slide of beats before and after."""
    ground = found.desk.ground
    kinds = [
        (name, counts, measure)
        for name, counts, measure in (
            (asking.say("Hộ", "Households"), ground.households, Measure.HOUSEHOLDS),
            (asking.say("Nhân khẩu", "Residents"), ground.residents, Measure.RESIDENTS),
            (asking.say(f"Vụ {INCIDENT_DAYS} ngày", f"Incidents, {INCIDENT_DAYS} days"), ground.incidents,
             Measure.INCIDENTS),
        )
        if counts.any()
    ]  # fmt: skip

    def said(part: int, counts: Ints, measure: Measure, owner: Ints) -> str:
        held = np.flatnonzero(owner == part)
        return asking.out.count(counts[held].sum(), cell(found, held, measure)) if len(held) else "0"

    rows = tuple(
        (beat.name, officer(asking, found, part), *(
            said(part, counts, measure, owner)
            for _, counts, measure in kinds for owner in (found.before, found.after)
        ))
        for part, beat in enumerate(found.beats)
    )  # fmt: skip
    moments = asking.say("nay", "now"), asking.say("sau", "after")
    heads = [f"{name}, {when}" for name, *_ in kinds for when in moments]
    body = TableBody(
        (asking.say("Khu vực", "Beat"), asking.say("Cán bộ", "Officer"), *heads), rows,
        frozenset(range(2, 2 + len(heads))),
    )  # fmt: skip
    named = asking.say(" và ", " and ").join(name.lower() for name, *_ in (kinds[0], kinds[-1])[: len(kinds)])
    return Slide(
        asking.say(f"Trước và sau, từng khu vực: {named}", f"Before and after, beat by beat: {named}"),
        (body,), sources=source(asking),
    )  # fmt: skip


def moves(asking: Asking, found: Proposed) -> tuple[Slide, ...]:
    """Return the slides of what moves, in the order to be made."""
    # How far beats are off between two moves tells what each block has.
    told = asking.out.given(
        *shares(found, found.before), *(evened(found, np.array([one])) for one in found.moved)
    )
    moves = moves_of(found.desk, found.after)
    kept = [_row(asking, found, move, told=told) for move in moves]
    rows = tuple((str(i), *row) for i, row in enumerate(kept, start=1))
    off = asking.say("Nơi nhận lệch so với bình quân", "Taker off the mean")
    header = (
        "#", asking.say("Tổ dân phố", "Block"), counted(asking, found).capitalize(),
        asking.say("Từ", "From"), asking.say("Sang", "To"), *([off] if told else []),
    )  # fmt: skip
    title = asking.say(
        f"{len(moves)} bước chuyển, theo thứ tự thực hiện",
        f"{len(moves)} moves, in the order to be made",
    )
    each = math.ceil(len(rows) / math.ceil(len(rows) / _MOVES_A_SLIDE))  # none of them nearly empty
    parts = [rows[at : at + each] for at in range(0, len(rows), each)]
    return tuple(
        Slide(
            title if len(parts) == 1 else f"{title} ({number}/{len(parts)})",
            (TableBody(header, part, frozenset({0, 2, 5} if told else {0, 2})),),
            sources=source(asking),
        )
        for number, part in enumerate(parts, start=1)
    )


def _row(asking: Asking, found: Proposed, move: Move, *, told: bool) -> tuple[str, ...]:
    beats = found.desk.beats
    giver, taker = (
        beats[part].name if 0 <= part < len(beats) else asking.say("chưa có người", "nobody")
        for part in (move.source, move.target)
    )
    off = f"{asking.signed_percent(move.target_before)} → {asking.signed_percent(move.target_after)}"
    n = count_said(asking, found, np.array([move.unit]))
    return (found.desk.ground.names[move.unit], n, giver, taker, *([off] if told else []))


def handovers(asking: Asking, found: Proposed) -> Slide:
    """Return the slide of who gives and takes how much."""
    beats, unit = found.beats, f" / {counted(asking, found)}"
    rows = []
    for part, beat in enumerate(beats):
        gives = np.flatnonzero((found.before == part) & (found.after != part))
        takes = np.flatnonzero((found.after == part) & (found.before != part))
        if len(gives) or len(takes):
            rows.append(
                (
                    beat.name, officer(asking, found, part),
                    *(f"{len(blocks)} / {count_said(asking, found, blocks)}" for blocks in (gives, takes)),
                    *([str(_open_tasks(found, beat.id))] if found.stored else []),
                )
            )  # fmt: skip
    body = TableBody(
        (
            asking.say("Khu vực", "Beat"), asking.say("Cán bộ", "Officer"),
            asking.say(f"Giao: tổ{unit}", f"Gives: blocks{unit}"),
            asking.say(f"Nhận: tổ{unit}", f"Takes: blocks{unit}"),
            *([asking.say("Nhiệm vụ dở dang", "Open tasks")] if found.stored else []),
        ),
        tuple(rows), frozenset({2, 3, 4}),
    )  # fmt: skip
    return Slide(
        asking.say(f"{len(rows)} khu vực phải bàn giao", f"{len(rows)} beats hand over"),
        (body,), sources=source(asking),
    )  # fmt: skip


def _open_tasks(found: Proposed, beat_id: int) -> int:
    assert found.stored is not None
    return sum(len(sheet.tasks) for sheet in found.stored.sheets if sheet.beat.id == beat_id)
