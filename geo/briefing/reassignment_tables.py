"""The deck about a plan: what each beat has before and after, what moves, who hands over what."""

import math

import numpy as np

from geo.briefing.asking import Asking
from geo.briefing.deck import Slide, TableBody
from geo.briefing.proposed import Proposed, counted, evened, officer, source
from geo.planning import NOBODY
from geo.services.plan_drafts import explained
from geo.services.plan_ground import Ints
from geo.services.plan_options import INCIDENT_DAYS

_MOVES_A_SLIDE = 16


def beat_table(asking: Asking, found: Proposed) -> Slide:
    """Return the slide of beats before and after."""
    ground = found.desk.ground
    kinds = [
        (name, counts)
        for name, counts in (
            (asking.say("Hộ", "Households"), ground.households),
            (asking.say("Nhân khẩu", "Residents"), ground.residents),
            (asking.say(f"Vụ {INCIDENT_DAYS} ngày", f"Incidents, {INCIDENT_DAYS} days"), ground.incidents),
        )
        if counts.any()
    ]
    columns = [column for _, counts in kinds for column in evened(found, counts)]
    rows = tuple(
        (beat.name, officer(asking, found, part), *(asking.number(column[part]) for column in columns))
        for part, beat in enumerate(found.beats)
    )
    moments = asking.say("nay", "now"), asking.say("sau", "after")
    heads = [f"{name}, {when}" for name, _ in kinds for when in moments]
    body = TableBody(
        (asking.say("Khu vực", "Beat"), asking.say("Cán bộ", "Officer"), *heads), rows,
        frozenset(range(2, 2 + len(heads))),
        note=asking.say("Số vụ làm tròn đến 5.", "Incidents are rounded to fives."),
    )  # fmt: skip
    named = asking.say(" và ", " and ").join(name.lower() for name, _ in (kinds[0], kinds[-1])[: len(kinds)])
    return Slide(
        asking.say(f"Trước và sau, từng khu vực: {named}", f"Before and after, beat by beat: {named}"),
        (body,), sources=source(asking),
    )  # fmt: skip


def moves(asking: Asking, found: Proposed) -> tuple[Slide, ...]:
    """Return the slides of what moves, in the order to be made."""
    if found.by_incidents:  # what is said of a move has the count of one block in it
        moves = [_carried(asking, found, int(block)) for block in found.moved]
    else:
        moves = [said[:1].upper() + said[1:] for _, said in explained(found.desk, found.after, asking.lang)]
    rows = tuple((str(i), said) for i, said in enumerate(moves, start=1))
    header = ("#", asking.say("Bước chuyển", "Move"))
    title = asking.say(
        f"{len(moves)} bước chuyển, theo thứ tự thực hiện",
        f"{len(moves)} moves, in the order to be made",
    )
    each = math.ceil(len(rows) / math.ceil(len(rows) / _MOVES_A_SLIDE))  # none of them nearly empty
    parts = [rows[at : at + each] for at in range(0, len(rows), each)]
    return tuple(
        Slide(
            title if len(parts) == 1 else f"{title} ({number}/{len(parts)})",
            (TableBody(header, part, frozenset({0})),),
            sources=source(asking),
        )
        for number, part in enumerate(parts, start=1)
    )


def _carried(asking: Asking, found: Proposed, block: int) -> str:
    before, after = (int(owner[block]) for owner in (found.before, found.after))
    start = found.beats[before].name if before != NOBODY else asking.say("chưa có người phụ trách", "nobody")
    return f"{found.desk.ground.names[block]}: {start} → {found.beats[after].name}"


def handovers(asking: Asking, found: Proposed) -> Slide:
    """Return the slide of who gives and takes how much."""
    beats, unit = found.beats, "" if found.by_incidents else f" / {counted(asking, found)}"
    rows = []
    for part, beat in enumerate(beats):
        gives = np.flatnonzero((found.before == part) & (found.after != part))
        takes = np.flatnonzero((found.after == part) & (found.before != part))
        if len(gives) or len(takes):
            rows.append(
                (
                    beat.name, officer(asking, found, part),
                    *(_carries(asking, found, blocks) for blocks in (gives, takes)),
                    str(_open_tasks(found, beat.id)) if found.stored else "–",
                )
            )  # fmt: skip
    body = TableBody(
        (
            asking.say("Khu vực", "Beat"), asking.say("Cán bộ", "Officer"),
            asking.say(f"Giao: tổ{unit}", f"Gives: blocks{unit}"),
            asking.say(f"Nhận: tổ{unit}", f"Takes: blocks{unit}"),
            asking.say("Nhiệm vụ dở dang", "Open tasks"),
        ),
        tuple(rows), frozenset({2, 3, 4}),
    )  # fmt: skip
    return Slide(
        asking.say(f"{len(rows)} khu vực phải bàn giao", f"{len(rows)} beats hand over"),
        (body,), sources=source(asking),
    )  # fmt: skip


def _carries(asking: Asking, found: Proposed, blocks: Ints) -> str:
    n = str(len(blocks))
    return n if found.by_incidents else f"{n} / {asking.number(found.counts[blocks].sum())}"


def _open_tasks(found: Proposed, beat_id: int) -> int:
    assert found.stored is not None
    return sum(len(sheet.tasks) for sheet in found.stored.sheets if sheet.beat.id == beat_id)
