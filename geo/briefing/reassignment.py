"""The deck about a plan: who has what before and after, how even it is, what moves, who hands over what."""

import geopandas as gpd
import numpy as np

from geo.briefing.asking import Asking
from geo.briefing.deck import ChartBody, ChartKind, Deck, Key, MapBody, Slide, TextBody
from geo.briefing.proposed import (
    Proposed,
    counted,
    officer,
    source,
    stored_plan,
    suggested_plan,
    totals,
)
from geo.briefing.reassignment_cells import count_said, evened, shares
from geo.briefing.reassignment_tables import beat_table, handovers, moves
from geo.briefing.sentences import Told, in_brackets, not_told, spoken
from geo.domain.errors import DiaBanError, InputError
from geo.maps.palettes import assign_colours
from geo.planning import NOBODY
from geo.services.plans.ground import Ints
from geo.services.plans.options import INCIDENT_DAYS

_NAMED_BLOCKS = 14
_CHARTED_BESIDE = 16


def build(asking: Asking) -> Deck:
    """Return the deck: of the stored plan asked for, else of one suggested for the ward most out of balance."""
    title = asking.say("Đề xuất điều chỉnh phân công", "A reassignment proposal")
    asking.watch.begin()
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
    asking.watch.begin()
    return asking.deck(title, asking.out.twice(lambda: plan_slides(asking, found)))


def plan_slides(asking: Asking, found: Proposed) -> tuple[Slide, ...]:
    """Return the slides about a plan, the summary and the two maps first."""
    several = (_balance(asking, found),) if len(found.beats) > _CHARTED_BESIDE else ()
    slides = (_summary(asking, found), _maps(asking, found), *several, beat_table(asking, found))
    if len(found.moved):
        slides += (_change_map(asking, found), *moves(asking, found), handovers(asking, found))
    return (*slides, _method(asking, found))


def _uneven(found: Proposed, households: np.ndarray) -> float:
    """Return the largest difference from the mean, of the beats that the plan has."""
    households = households[: len(found.desk.beats)]
    middle = households.mean()
    return float(np.abs(households - middle).max() / middle) if middle else float("nan")


def _ward(asking: Asking, found: Proposed) -> str:
    named = asking.place(found.desk.unit_name)
    return named[:1].upper() + named[1:]


def _summary(asking: Asking, found: Proposed) -> Slide:
    counts, unit = found.counts, counted(asking, found)
    before, after = (totals(found, owner, counts) for owner in (found.before, found.after))
    moved = found.moved
    n, out = count_said(asking, found, moved), asking.out
    every = evened(found, np.arange(len(counts)))
    part = (evened(found, moved),) if len(moved) else ()
    share = out.percent(counts[moved].sum() / max(1, counts.sum()), *part, every, digits=1)
    off = out.percent(_uneven(found, before), *shares(found, found.before))
    on = out.percent(_uneven(found, after), *shares(found, found.after))
    touched = len({int(part) for part in (*found.before[moved], *found.after[moved]) if part != NOBODY})
    told = Told(asking)
    away = found.desk.away
    if away and len(moved):
        empty = count_said(asking, found, np.flatnonzero(found.before >= len(found.desk.beats)))
        told.add(
            asking.say("số hộ đang chưa có cán bộ chính", "households without a primary officer"),
            lambda n: asking.say(f"{n} hộ đang chưa có cán bộ chính sẽ có người phụ trách.",
                                 f"{n} households without a primary officer get one."), empty,
        )  # fmt: skip
    off_the_mean = asking.say("độ lệch so với bình quân", "the difference from the mean")
    if away and len(moved):  # today's mean is that of fewer households
        told.add(
            off_the_mean,
            lambda then: asking.say(f"Sau khi chia, khu vực lệch nhất lệch {then} so với bình quân.",
                                    f"Then the beat farthest off differs by {then} from the mean."), on,
        )  # fmt: skip
    else:
        told.add(
            off_the_mean,
            lambda was, then: asking.say(f"Độ lệch lớn nhất so với bình quân: từ {was} còn {then}.",
                                         f"Largest difference from the mean: from {was} to {then}."), off, on,
        )  # fmt: skip
    homes = spoken(asking, n)
    told.say(
        asking.say(f"{len(moved)} trong {len(counts)} tổ dân phố đổi người phụ trách",
                   f"{len(moved)} of {len(counts)} blocks change hands")
        + (f", {homes} {unit}{in_brackets(asking, share)}." if homes else ".")
    )  # fmt: skip
    told.say(asking.say(f"{touched} trong {len(found.beats)} khu vực bị ảnh hưởng.",
                        f"{touched} of {len(found.beats)} beats are touched."))  # fmt: skip
    told.say(asking.say(f"Có hiệu lực từ {asking.day(found.desk.day)} nếu được duyệt.",
                        f"In force from {asking.day(found.desk.day)} if approved."))  # fmt: skip
    was, then = spoken(asking, off), spoken(asking, on)
    if away and len(moved):
        names = ", ".join(beat.name for beat in away)
        title = asking.say(f"{_ward(asking, found)}: chia {names} đang trống cho các khu vực bên cạnh",
                           f"{_ward(asking, found)}: vacant {names} shared out among its neighbours")  # fmt: skip
        title += asking.say(f", lệch nhiều nhất {then}", f", {then} of imbalance at most") if then else ""
    elif len(moved):
        title = asking.say(f"{_ward(asking, found)}: chuyển {len(moved)} tổ dân phố",
                           f"{_ward(asking, found)}: moving {len(moved)} blocks")  # fmt: skip
        title += (
            asking.say(f", độ lệch từ {was} còn {then}", f" brings {was} of imbalance to {then}") if was and then
            else asking.say(" để cân đối", " to even out the beats")
        )  # fmt: skip
    else:
        title = asking.say(f"{_ward(asking, found)}: không cần chuyển tổ dân phố nào",
                           f"{_ward(asking, found)}: no block needs to move")  # fmt: skip
    return _told(asking, found, title, told.lines)


def _told(asking: Asking, found: Proposed, title: str, lines: tuple[str, ...]) -> Slide:
    """Return the summary, with the balance beside it where there is room for all beats."""
    if found.by_incidents:
        lines = (
            *lines,
            asking.say(f"Chưa có dữ liệu về hộ: cân đối theo số vụ của {INCIDENT_DAYS} ngày.",
                       f"No household is known: incidents of {INCIDENT_DAYS} days are evened out."),
        )  # fmt: skip
    beside = _balance(asking, found).bodies if len(found.beats) <= _CHARTED_BESIDE else ()
    beside = tuple(body for body in beside if isinstance(body, ChartBody))
    return Slide(title, (TextBody(lines), *beside), notes="\n".join(lines), sources=source(asking))


def _blocks(found: Proposed) -> gpd.GeoDataFrame:
    ground = found.desk.ground
    return gpd.GeoDataFrame(
        {"name": list(ground.names), "counts": found.counts},
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


def _maps(asking: Asking, found: Proposed) -> Slide:
    colours, some_held = _colours(found), not all(beat.vacant for beat in found.beats)
    keys = tuple(
        Key(f"{beat.name}: {officer(asking, found, part)}", colour, hatched=beat.vacant and some_held)
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
        sources=source(asking),
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
    named = set(found.moved[np.argsort(-found.counts[found.moved])][:_NAMED_BLOCKS].tolist())
    blocks["key"] = moved
    blocks["label"] = [name if i in named else "" for i, name in enumerate(blocks["name"])]
    blocks["rank"] = blocks["counts"]
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
    n, unit = spoken(asking, count_said(asking, found, found.moved)), counted(asking, found)
    many = f" ({n} {unit})" if n else ""
    return Slide(
        asking.say(f"Chỉ {len(found.moved)} tổ dân phố{many} đổi người phụ trách",
                   f"Only {len(found.moved)} blocks{many} change hands"),
        (body,), sources=source(asking),
    )  # fmt: skip


def _balance(asking: Asking, found: Proposed) -> Slide:
    unit, out = counted(asking, found), asking.out
    before, after = (totals(found, owner, found.counts) for owner in (found.before, found.after))
    middle = spoken(asking, out.figure(after[: len(found.desk.beats)].mean(), *shares(found, found.after)))

    def bar(totals: np.ndarray, owner: Ints, part: int) -> float | None:
        held = np.flatnonzero(owner == part)
        return out.bar(float(totals[part]), evened(found, held)) if len(held) else 0.0

    def most(totals: np.ndarray, owner: Ints) -> str | None:
        heaviest = np.flatnonzero(owner == int(totals.argmax()))
        return spoken(asking, out.figure(float(totals.max()), evened(found, heaviest)))

    beats = range(len(found.beats))
    body = ChartBody(
        ChartKind.BARS, tuple(beat.name for beat in found.beats),
        (
            (asking.say("Đề xuất", "Proposed"), tuple(bar(after, found.after, part) for part in beats)),
            (asking.say("Hiện nay", "Now"), tuple(bar(before, found.before, part) for part in beats)),
        ),
        asking.say(f"Số {unit}", unit.capitalize()),
        note=asking.say(f"Bình quân {middle} {unit} một khu vực.", f"{middle} {unit} a beat on average.")
        if middle else "",
    )  # fmt: skip
    if not any(value for _, values in body.series for value in values):
        line = not_told(asking, (asking.say(f"số {unit} của từng khu vực", f"{unit} of each beat"),))
        title = asking.say("Trước và sau, từng khu vực", "Before and after, beat by beat")
        return Slide(title, (TextBody(line),), sources=source(asking))
    then, now = most(after, found.after), most(before, found.before)
    if then is None or now is None:
        title = asking.say("Trước và sau, từng khu vực", "Before and after, beat by beat")
        return Slide(title, (body,), sources=source(asking))
    if after.max() == before.max():
        title = asking.say(f"Khu vực nặng nhất giữ {then} {unit}", f"The heaviest beat keeps {then} {unit}")
        return Slide(title, (body,), sources=source(asking))
    return Slide(
        asking.say(
            f"Khu vực nặng nhất: hiện nay {now} {unit}, đề xuất {then}",
            f"Heaviest beat: {now} {unit} now, {then} proposed",
        ),
        (body,),
        sources=source(asking),
    )


def _method(asking: Asking, found: Proposed) -> Slide:
    tolerance = asking.percent(found.desk.options.tolerance)
    lines = (
        asking.say(
            f"Mục tiêu: chuyển ít {counted(asking, found)} nhất mà mọi khu vực lệch không quá {tolerance} so với bình quân.",
            f"Aim: move the fewest {counted(asking, found)} while no beat is more than {tolerance} off the mean.",
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
        (TextBody(lines),), sources=source(asking),
    )  # fmt: skip
