"""The deck about a plan: who has what before and after, how even it is, what moves, who hands over what."""

from datetime import timedelta

import geopandas as gpd
import numpy as np

from geo.briefing.asking import Asking
from geo.briefing.deck import ChartBody, ChartKind, Deck, Key, MapBody, Slide, TableBody, TextBody
from geo.briefing.proposed import Proposed, stored_plan, suggested_plan
from geo.briefing.reassignment_cells import area_held, area_of, count_said, shares
from geo.domain.errors import DiaBanError, InputError
from geo.maps.palettes import assign_colours
from geo.planning import NOBODY
from geo.planning.ordering import Move
from geo.services.plan_drafts import explained
from geo.services.plan_ground import Ints
from geo.services.plan_options import INCIDENT_DAYS
from geo.services.release_cells import Cell, Measure

_NAMED_BLOCKS = 14
_MOVES_A_SLIDE = 16


def build(asking: Asking) -> Deck:
    """Return the deck: of the stored plan asked for, else of one suggested for the ward most out of balance."""
    title = asking.say("Đề xuất điều chỉnh phân công", "A reassignment proposal")
    try:
        found = stored_plan(asking) if asking.plan else suggested_plan(asking)
    except DiaBanError as fault:
        if isinstance(fault, InputError) and fault.code in {"unknown_unit", "plan_unknown"}:
            raise
        said = fault.message(asking.lang)
        line = asking.say("Không lập được đề xuất cho đơn vị này", "No proposal can be made for this unit")
        return asking.deck(title, (Slide(line, (TextBody((said,)),)),))
    if found is None:
        line = asking.say("Đơn vị này chưa có khu vực nào để cân đối", "This unit has no beats to balance")
        more = asking.say("Nhập tổ dân phố, khu vực và phân công trước.",
                          "Import blocks, beats and assignments first.")  # fmt: skip
        return asking.deck(title, (Slide(line, (TextBody((more,)),)),))
    return asking.deck(title, asking.out.twice(lambda: _slides(asking, found)))


def _slides(asking: Asking, found: Proposed) -> tuple[Slide, ...]:
    slides: tuple[Slide, ...] = tuple(
        part(asking, found) for part in (_summary, _maps, _balance, _beat_table)
    )
    if len(found.moved):
        slides += (_change_map(asking, found), *_moves(asking, found), _handovers(asking, found))
    return (*slides, _method(asking, found))


def _source(asking: Asking) -> str:
    return asking.say(
        "Nguồn: tổ dân phố, khu vực và phân công trong CSDL Địa Bàn; số hộ là số đang lưu.",
        "Source: blocks, beats and assignments in the Địa Bàn database; households as stored.",
    )


def _totals(found: Proposed, owner: Ints, counts: Ints) -> np.ndarray:
    total = np.zeros(len(found.beats))
    held = owner != NOBODY
    np.add.at(total, owner[held], counts[held])
    return total


def _uneven(found: Proposed, households: np.ndarray) -> float:
    """Return the largest difference from the mean, of the beats that the plan has."""
    households = households[: len(found.desk.beats)]
    middle = households.mean()
    return float(np.abs(households - middle).max() / middle) if middle else float("nan")


def _summary(asking: Asking, found: Proposed) -> Slide:
    counts = found.desk.ground.households
    before, after = (_totals(found, owner, counts) for owner in (found.before, found.after))
    moved = found.moved
    n, out = count_said(asking, found, moved), asking.out
    every = Cell.homes(area_of(found, np.arange(len(counts))))
    part = (Cell.homes(area_of(found, moved)),) if len(moved) else ()
    share = out.percent(counts[moved].sum() / max(1, counts.sum()), *part, every, digits=1)
    off = out.percent(_uneven(found, before), *shares(found, found.before))
    on = out.percent(_uneven(found, after), *shares(found, found.after))
    touched = len({int(part) for part in (*found.before[moved], *found.after[moved]) if part != NOBODY})
    lines = (
        asking.say(f"Độ lệch lớn nhất so với bình quân: từ {off} còn {on}.",
                   f"Largest difference from the mean: from {off} to {on}."),
        asking.say(f"{len(moved)} trong {len(counts)} tổ dân phố đổi người phụ trách, {n} hộ ({share}).",
                   f"{len(moved)} of {len(counts)} blocks change hands, {n} households ({share})."),
        asking.say(f"{touched} trong {len(found.beats)} khu vực bị ảnh hưởng.",
                   f"{touched} of {len(found.beats)} beats are touched."),
        asking.say(f"Có hiệu lực từ {asking.day(found.desk.day)} nếu được duyệt.",
                   f"In force from {asking.day(found.desk.day)} if approved."),
    )  # fmt: skip
    away = found.desk.away
    if away and len(moved):
        empty = count_said(asking, found, np.flatnonzero(found.before >= len(found.desk.beats)))
        lines = (
            asking.say(
                f"{empty} hộ đang chưa có cán bộ chính sẽ có người phụ trách; lệch nhiều nhất {on} so với bình quân.",
                f"{empty} households without a primary officer get one; {on} off the mean at most.",
            ),
            *lines[1:],
        )
        names = ", ".join(beat.name for beat in away)
        title = asking.say(
            f"{found.desk.unit_name}: chia {names} đang trống cho các khu vực bên cạnh, lệch nhiều nhất {on}",
            f"{found.desk.unit_name}: sharing out vacant {names} leaves {on} of imbalance at most",
        )
        return Slide(title, (TextBody(lines),), notes="\n".join(lines), sources=_source(asking))
    title = (
        asking.say(
            f"{found.desk.unit_name}: chuyển {len(moved)} tổ dân phố, độ lệch từ {off} còn {on}",
            f"{found.desk.unit_name}: moving {len(moved)} blocks brings {off} of imbalance to {on}",
        )
        if len(moved)
        else asking.say(
            f"{found.desk.unit_name}: không cần chuyển tổ dân phố nào",
            f"{found.desk.unit_name}: no block needs to move",
        )
    )
    return Slide(title, (TextBody(lines),), notes="\n".join(lines), sources=_source(asking))


def _blocks(found: Proposed) -> gpd.GeoDataFrame:
    ground = found.desk.ground
    return gpd.GeoDataFrame(
        {"name": list(ground.names), "households": ground.households},
        geometry=list(ground.metric), crs=ground.crs,
    )  # fmt: skip


def _beats(found: Proposed, owner: Ints) -> gpd.GeoDataFrame:
    blocks = _blocks(found).assign(part=owner)
    merged = blocks[blocks["part"] != NOBODY].dissolve("part")
    return gpd.GeoDataFrame(
        {"part": merged.index.to_numpy(), "name": [found.beats[part].name for part in merged.index]},
        geometry=merged.geometry.to_numpy(), crs=blocks.crs,
    )  # fmt: skip


def _colours(found: Proposed) -> list[str]:
    codes = [beat.code for beat in found.beats]
    pairs = set()
    edges = found.desk.problem.edges
    for owner in (found.before, found.after):
        for a, b in edges.tolist():
            one, other = int(owner[a]), int(owner[b])
            if one != other and NOBODY not in {one, other}:
                pairs.add((codes[min(one, other)], codes[max(one, other)]))
    chosen = assign_colours(codes, sorted(pairs))
    return [chosen[code] for code in codes]


def _officer(asking: Asking, found: Proposed, part: int) -> str:
    return found.beats[part].officer or asking.say("chưa có người", "nobody")


def _maps(asking: Asking, found: Proposed) -> Slide:
    colours = _colours(found)
    keys = tuple(
        Key(f"{beat.name}: {_officer(asking, found, part)}", colour, hatched=beat.vacant)
        for part, (beat, colour) in enumerate(zip(found.beats, colours, strict=True))
    )
    moved = asking.number(len(found.moved))

    def body(owner: Ints, caption: str) -> MapBody:
        beats = _beats(found, owner)
        areas = beats.assign(key=beats["part"], label=beats["name"], rank=beats.geometry.area)
        return _map(asking, found, areas, keys, asking.say("Khu vực: cán bộ phụ trách", "Beat: officer"),
                    caption=caption)  # fmt: skip

    return Slide(
        asking.say(f"Trước và sau: {moved} tổ dân phố đổi khu vực",
                   f"Before and after: {moved} blocks change beats"),
        (body(found.before, asking.say("Hiện nay", "Now")), body(found.after, asking.say("Đề xuất", "Proposed"))),
        sources=_source(asking),
    )  # fmt: skip


def _map(
    asking: Asking,
    found: Proposed,
    areas: gpd.GeoDataFrame,
    keys: tuple[Key, ...],
    title: str,
    *,
    caption: str = "",
) -> MapBody:
    n = len(found.desk.codes)
    return MapBody(
        areas, keys, title, asking.say("CSDL Địa Bàn", "Địa Bàn database"), found.desk.day,
        found.desk.ground.crs, asking.say(f"n = {n} tổ dân phố", f"n = {n} blocks"), caption=caption,
        ground=asking.ground,
    )  # fmt: skip


def _change_map(asking: Asking, found: Proposed) -> Slide:
    blocks = _blocks(found)
    moved = np.zeros(len(blocks), dtype=int)
    moved[found.moved] = 1
    named = set(found.moved[np.argsort(-found.desk.ground.households[found.moved])][:_NAMED_BLOCKS].tolist())
    blocks["key"] = moved
    blocks["label"] = [name if i in named else "" for i, name in enumerate(blocks["name"])]
    blocks["rank"] = blocks["households"]
    keys = (
        Key(asking.say("Giữ nguyên", "Stays"), "#e8e4da"),
        Key(asking.say("Đổi người phụ trách", "Changes hands"), "#eb873d", hatched=True),
    )
    beats = _beats(found, found.after)
    body = _map(asking, found, blocks, keys, asking.say("Tổ dân phố", "Blocks"))
    lines = beats.assign(label=beats["name"])
    body = MapBody(
        body.areas, body.keys, body.keys_title, body.source, body.as_of, body.crs, body.n,
        outlines=lines, outlines_label=asking.say("Khu vực sau khi chuyển", "Beats after the moves"),
        ground=body.ground,
    )  # fmt: skip
    n = count_said(asking, found, found.moved)
    return Slide(
        asking.say(f"Chỉ {len(found.moved)} tổ dân phố ({n} hộ) đổi người phụ trách",
                   f"Only {len(found.moved)} blocks ({n} households) change hands"),
        (body,), sources=_source(asking),
    )  # fmt: skip


def _balance(asking: Asking, found: Proposed) -> Slide:
    counts = found.desk.ground.households
    before, after = (_totals(found, owner, counts) for owner in (found.before, found.after))
    out = asking.out
    mean = out.figure(after[: len(found.desk.beats)].mean(), *shares(found, found.after))

    def bar(totals: np.ndarray, owner: Ints, part: int) -> float | None:
        if not (owner == part).any():
            return 0.0
        return out.bar(float(totals[part]), Cell.homes(area_held(found, owner, part)))

    def most(totals: np.ndarray, owner: Ints) -> str:
        return out.figure(float(totals.max()), Cell.homes(area_held(found, owner, int(totals.argmax()))))

    beats = range(len(found.beats))
    body = ChartBody(
        ChartKind.BARS, tuple(beat.name for beat in found.beats),
        (
            (asking.say("Đề xuất", "Proposed"), tuple(bar(after, found.after, part) for part in beats)),
            (asking.say("Hiện nay", "Now"), tuple(bar(before, found.before, part) for part in beats)),
        ),
        asking.say("Số hộ", "Households"),
        note=asking.say(f"Bình quân {mean} hộ một khu vực.", f"{mean} households a beat on average."),
    )  # fmt: skip
    then, now = most(after, found.after), most(before, found.before)
    if after.max() == before.max():
        title = asking.say(f"Khu vực nặng nhất giữ {then} hộ", f"The heaviest beat keeps {then} households")
        return Slide(title, (body,), sources=_source(asking))
    return Slide(
        asking.say(
            f"Khu vực nặng nhất: hiện nay {now} hộ, đề xuất {then} hộ",
            f"Heaviest beat: {now} households now, {then} proposed",
        ),
        (body,),
        sources=_source(asking),
    )


def _beat_table(asking: Asking, found: Proposed) -> Slide:
    ground = found.desk.ground
    days = (found.desk.day - timedelta(days=INCIDENT_DAYS), found.desk.day - timedelta(days=1))
    columns = [
        (_totals(found, owner, counts), owner, measure)
        for counts, measure in (
            (ground.households, Measure.HOUSEHOLDS),
            (ground.residents, Measure.RESIDENTS),
            (ground.incidents, Measure.INCIDENTS),
        )
        for owner in (found.before, found.after)
    ]

    def said(part: int, totals: np.ndarray, owner: Ints, measure: Measure) -> str:
        if not (owner == part).any():
            return asking.number(0)
        area = area_held(found, owner, part)
        cell = Cell.within(area, days, measure) if measure is Measure.INCIDENTS else Cell.homes(area, measure)
        return asking.out.count(totals[part], cell)

    rows = tuple(
        (beat.name, _officer(asking, found, part), *(said(part, *column) for column in columns))
        for part, beat in enumerate(found.beats)
    )
    now, then = asking.say("nay", "now"), asking.say("sau", "after")
    heads = [
        f"{name}, {when}"
        for name in (
            asking.say("Hộ", "Households"),
            asking.say("Nhân khẩu", "Residents"),
            asking.say(f"Vụ {INCIDENT_DAYS} ngày", f"Incidents, {INCIDENT_DAYS} days"),
        )
        for when in (now, then)
    ]
    body = TableBody(
        (asking.say("Khu vực", "Beat"), asking.say("Cán bộ", "Officer"), *heads), rows,
        frozenset(range(2, 8)),
    )  # fmt: skip
    return Slide(
        asking.say("Hộ, nhân khẩu và vụ việc của từng khu vực trước và sau",
                   "Households, residents and incidents of each beat before and after"),
        (body,), sources=_source(asking),
    )  # fmt: skip


def _moves(asking: Asking, found: Proposed) -> tuple[Slide, ...]:
    moves = explained(found.desk, found.after, asking.lang)
    # The reasons name what beats have between two moves, and so what each block has.
    told = asking.out.given(
        *shares(found, found.before), *(Cell.homes(area_of(found, np.array([one]))) for one in found.moved)
    )
    rows = tuple(
        (str(i), said if told else _plainly(found, move)) for i, (move, said) in enumerate(moves, start=1)
    )
    header = ("#", asking.say("Bước chuyển", "Move"))
    title = asking.say(
        f"{len(moves)} bước chuyển, theo thứ tự thực hiện",
        f"{len(moves)} moves, in the order to be made",
    )
    parts = [rows[at : at + _MOVES_A_SLIDE] for at in range(0, len(rows), _MOVES_A_SLIDE)]
    return tuple(
        Slide(
            title if len(parts) == 1 else f"{title} ({number}/{len(parts)})",
            (TableBody(header, part, frozenset({0})),),
            sources=_source(asking),
        )
        for number, part in enumerate(parts, start=1)
    )


def _plainly(found: Proposed, move: Move) -> str:
    name, beats = found.desk.ground.names[move.unit], found.desk.beats
    giver, taker = (
        beats[part].name if 0 <= part < len(beats) else "–" for part in (move.source, move.target)
    )
    return f"{name}: {giver} → {taker}"


def _handovers(asking: Asking, found: Proposed) -> Slide:
    beats = found.beats
    rows = []
    for part, beat in enumerate(beats):
        gives = np.flatnonzero((found.before == part) & (found.after != part))
        takes = np.flatnonzero((found.after == part) & (found.before != part))
        if len(gives) or len(takes):
            rows.append(
                (
                    beat.name, _officer(asking, found, part),
                    f"{len(gives)} / {count_said(asking, found, gives)}",
                    f"{len(takes)} / {count_said(asking, found, takes)}",
                    str(_open_tasks(found, beat.id)) if found.stored else "–",
                )
            )  # fmt: skip
    body = TableBody(
        (
            asking.say("Khu vực", "Beat"), asking.say("Cán bộ", "Officer"),
            asking.say("Giao: tổ / hộ", "Gives: blocks / households"),
            asking.say("Nhận: tổ / hộ", "Takes: blocks / households"),
            asking.say("Nhiệm vụ dở dang", "Open tasks"),
        ),
        tuple(rows), frozenset({2, 3, 4}),
    )  # fmt: skip
    return Slide(
        asking.say(f"{len(rows)} khu vực phải bàn giao", f"{len(rows)} beats hand over"),
        (body,), sources=_source(asking),
    )  # fmt: skip


def _open_tasks(found: Proposed, beat_id: int) -> int:
    assert found.stored is not None
    return sum(len(sheet.tasks) for sheet in found.stored.sheets if sheet.beat.id == beat_id)


def _method(asking: Asking, found: Proposed) -> Slide:
    tolerance = asking.percent(found.desk.options.tolerance)
    lines = (
        asking.say(
            f"Mục tiêu: chuyển ít hộ nhất mà mọi khu vực lệch không quá {tolerance} so với bình quân.",
            f"Aim: move the fewest households while no beat is more than {tolerance} off the mean.",
        ),
        asking.say("Mỗi khu vực liền một khối; tổ dân phố không bị chia trừ khi đã vẽ đường chia.",
                   "Each beat is one piece; no block is divided unless a line was drawn."),
        asking.say(
            f"Phương án đang lưu: {found.title}." if found.stored
            else "Đây là gợi ý của máy trong thời gian có hạn; lưu thành phương án thì lần sau mới ra đúng như vậy.",
            f"Stored plan: {found.title}." if found.stored
            else "A suggestion of the program within a time limit; only a stored plan is the same when made again.",
        ),
    )  # fmt: skip
    return Slide(
        asking.say("Đề xuất được lập như thế nào", "How the proposal was made"),
        (TextBody(lines),), sources=_source(asking),
    )  # fmt: skip
