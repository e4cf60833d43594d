"""The deck for a steering committee: coverage and the four works, vacancies, what is overdue, staff needed."""

import numpy as np

from geo.briefing.asking import Asking
from geo.briefing.deck import ChartBody, ChartKind, Deck, Key, MapBody, Slide, TableBody, TextBody
from geo.briefing.leaving import WITHHELD
from geo.briefing.steering_cells import PlaceCells, in_beats, of_coverage, whole
from geo.briefing.steering_figures import (
    MEASURE_NAMES,
    WORK_NAMES,
    figure,
    incidents,
    load_map,
    need_chart,
    needing_attention,
    roll_up,
    share_map,
    source,
    task_table,
)
from geo.services.coverage import coverage
from geo.services.coverage_result import BeatCoverage, CoverageResult
from geo.services.release_cells import Cell
from geo.services.release_cells import Measure as Counted
from geo.services.targets import Targets, targets_on
from geo.services.tasks import Task, tasks
from geo.services.works import Board, WorksQuery, board
from geo.services.works_figures import MEASURES, SHARES, Measure

_HELD, _VACANT, _NO_BEAT = "#a9c9de", "#f2b77e", "#f9e1c0"
_NAMED_BEATS = 60


def build(asking: Asking) -> Deck:
    """Return the deck as of the last day of the period. Raises InputError ``unknown_unit``."""
    day = asking.period[1]
    held = coverage(asking.database, asking.actor, day, asking.unit)
    title = asking.say("Bốn mặt công tác và phụ trách địa bàn", "The four works and coverage")
    if not held.beats and not len(held.areas.wards):
        return asking.deck(title, (_nothing(asking),))
    works = board(asking.database, asking.actor, WorksQuery(day, asking.unit))
    goals = targets_on(asking.database, asking.actor, day)
    given = [task for task in tasks(asking.database, asking.actor, day, asking.unit) if task.state == "open"]
    slides = asking.out.twice(lambda: _slides(asking, held, works, (goals, given)))
    return asking.deck(title, slides)


def _slides(
    asking: Asking, held: CoverageResult, works: Board, work: tuple[Targets, list[Task]]
) -> tuple[Slide, ...]:
    goals, given = work
    return (
        _summary(asking, held, works, given),
        _works_table(asking, held, works, goals),
        _vacancy_map(asking, held),
        _vacancy_table(asking, held),
        *_of_households(asking, works, goals),
        roll_up(asking, works),
        needing_attention(asking, works, held),
        *task_table(asking, given),
        incidents(asking, works),
        _method(asking, held),
    )


def _of_households(asking: Asking, works: Board, goals: Targets) -> tuple[Slide, ...]:
    if not works.total.households:
        line = asking.say("Trong phạm vi chưa có hộ nào", "There is no household in scope")
        more = asking.say("Không tính được rà soát, số hộ trên cán bộ và nhu cầu cán bộ. Hãy nhập dữ liệu hộ trước.",
                          "Reviews, households an officer and staff needed cannot be told. Import households first.")  # fmt: skip
        return (Slide(line, (TextBody((more,)),), sources=source(asking)),)
    return (
        share_map(asking, works, Measure.FRESHNESS),
        load_map(asking, works),
        need_chart(asking, works, goals),
    )


def _nothing(asking: Asking) -> Slide:
    line = asking.say("Đơn vị này chưa có phường hay khu vực nào vào ngày này",
                      "This unit has no ward or beat on this day")  # fmt: skip
    more = asking.say("Kiểm tra ngày và đơn vị, hoặc nhập ranh giới và phân công trước.",
                      "Check the day and the unit, or import borders and assignments first.")  # fmt: skip
    return Slide(line, (TextBody((more,)),), sources=source(asking))


def _summary(asking: Asking, held: CoverageResult, works: Board, given: list[Task]) -> Slide:
    known = held.summary()
    total, out = works.total, asking.out
    late = sum(task.overdue for task in given)
    cells = whole(asking, works)
    all_homes, uncovered_homes, *_ = of_coverage(asking, held)
    uncovered = out.count(known.uncovered, uncovered_homes)
    households = out.count(known.households, all_homes)
    share = out.percent(
        known.uncovered / known.households if known.households else None, all_homes, uncovered_homes, digits=1
    )
    fresh = out.percent(total.value(Measure.FRESHNESS), *cells.of(Measure.FRESHNESS), digits=1)
    in_time = out.percent(total.value(Measure.ON_TIME), *cells.of(Measure.ON_TIME), digits=1)
    overdue = out.count(total.overdue, cells.overdue)
    load = out.figure(total.value(Measure.LOAD), *cells.of(Measure.LOAD))
    deviation = out.percent(known.load.deviation, all_homes, *_farthest(held))
    lines: tuple[str, ...] = (
        asking.say(
            f"{uncovered} trong {households} hộ chưa có người phụ trách ({share}).",
            f"{uncovered} of {households} households have no primary officer ({share}).",
        ),
        asking.say(
            f"Hộ được rà soát trong 90 ngày: {fresh}.", f"Households reviewed within 90 days: {fresh}."
        ),
        asking.say(
            f"Giải quyết đúng hạn: {in_time}; {overdue} vụ đang quá hạn.",
            f"Resolved in time: {in_time}; {overdue} incidents are overdue.",
        ),
        asking.say(
            f"Nhiệm vụ đang giao: {len(given)}, quá hạn {late}.", f"Open tasks: {len(given)}, {late} overdue."
        ),
        asking.say(
            f"Mỗi cán bộ bình quân {load} hộ; khu vực lệch nhất lệch {deviation} so với bình quân.",
            f"An officer has {load} households on average; the beat farthest off differs by {deviation}.",
        ),
    )
    if not known.households:
        lines = (_of_households(asking, works, Targets({}))[0].title + ".", lines[2], lines[3])
    n = known.vacant_beats
    title = (
        asking.say(
            f"{n} trong {known.beats} khu vực chưa có người phụ trách",
            f"{n} of {known.beats} beats have no primary officer",
        )
        if n
        else asking.say(
            f"Cả {known.beats} khu vực đều có người phụ trách",
            f"All {known.beats} beats have a primary officer",
        )
    )
    shares = [measure for measure in MEASURE_NAMES if measure in SHARES]
    values = {m: out.bar(total.value(m), *_needed(asking, held, cells, m)) for m in shares}
    chart = ChartBody(
        ChartKind.BARS, tuple(asking.say(*MEASURE_NAMES[measure]) for measure in shares),
        ((asking.say("Kết quả", "Result"),
          tuple(None if value is None else 100 * value for value in values.values())),),
        "%", digits=1,
    )  # fmt: skip
    return Slide(title, (TextBody(lines), chart), notes="\n".join(lines), sources=source(asking))


def _needed(asking: Asking, held: CoverageResult, cells: PlaceCells, measure: Measure) -> tuple[Cell, ...]:
    return of_coverage(asking, held) if measure is Measure.HOUSEHOLD_COVERAGE else cells.of(measure)


def _farthest(held: CoverageResult) -> tuple[Cell, ...]:
    """Return the cell of the beat whose load is farthest off the mean, which the deviation would tell."""
    loads = [(beat.load, beat.code) for beat in held.beats if beat.load is not None]
    middle = held.load.mean
    if not loads or middle is None:
        return ()
    _, code = max(loads, key=lambda one: (abs(one[0] - middle), one[1]))
    return (Cell.homes(in_beats(held, (code,))),)


def _works_table(asking: Asking, held: CoverageResult, works: Board, goals: Targets) -> Slide:
    codes, cells = tuple(code for code, _, _ in works.path), whole(asking, works)
    rows, short = [], 0
    for work, measures in MEASURES.items():
        for measure in measures:
            found = works.total.quotient(measure)
            goal = goals.of(measure.value, codes) if measure is not Measure.PER_1000 else None
            given = asking.out.given(*_needed(asking, held, cells, measure))
            # household-days of several beats are no count that the release knows
            apart = given and measure not in {Measure.MEDIAN_HOURS, Measure.HOUSEHOLD_COVERAGE}
            met = _met(measure, found.value, goal.value if goal else None) if given else None
            short += met is False
            rows.append(
                (
                    asking.say(*WORK_NAMES[work]), asking.say(*MEASURE_NAMES[measure]),
                    figure(asking, measure, found.value) if given else WITHHELD,
                    figure(asking, measure, goal.value) if goal else "–",
                    {None: "–", True: asking.say("đạt", "met"), False: asking.say("chưa đạt", "not met")}[met],
                    f"{asking.number(found.part)} / {asking.number(found.whole)}" if apart else "–",
                )
            )  # fmt: skip
    body = TableBody(
        (
            asking.say("Mặt công tác", "Work"), asking.say("Chỉ số", "Figure"),
            asking.say("Kết quả", "Result"), asking.say("Chỉ tiêu", "Target"),
            asking.say("Đánh giá", "Verdict"), asking.say("Tử số / mẫu số", "Part / whole"),
        ),
        tuple(rows), frozenset({2, 3, 5}),
        note=asking.say(
            f"Kỳ 28 ngày {asking.day(works.periods.first)} – {asking.day(works.periods.last)}.",
            f"28 days, {asking.day(works.periods.first)} – {asking.day(works.periods.last)}.",
        ),
    )  # fmt: skip
    title = (
        asking.say(f"{short} chỉ số chưa đạt chỉ tiêu", f"{short} figures miss their target")
        if short
        else asking.say("Mọi chỉ số có chỉ tiêu đều đạt", "Every figure with a target meets it")
    )
    return Slide(title, (body,), sources=source(asking))


def _met(measure: Measure, value: float | None, goal: float | None) -> bool | None:
    if value is None or goal is None:
        return None
    lower = measure in {Measure.LOAD, Measure.RESIDENT_LOAD, Measure.MEDIAN_HOURS}
    return value <= goal if lower else value >= goal


def _vacancy_map(asking: Asking, held: CoverageResult) -> Slide:
    known = held.summary()
    areas = held.areas.beats.to_crs(asking.wards.metric_crs)[["code", "name", "geometry"]].copy()
    vacant = {beat.code for beat in held.vacant_beats}
    areas["key"] = [1 if code in vacant else 0 for code in areas["code"]]
    few = len(areas) <= _NAMED_BEATS
    areas["label"] = [
        name if few or (code in vacant and len(vacant) <= _NAMED_BEATS // 3) else ""
        for code, name in zip(areas["code"], areas["name"], strict=True)
    ]
    areas["rank"] = areas.geometry.area + np.where(areas["key"] == 1, 1e12, 0)
    body = MapBody(
        areas,
        (
            Key(asking.say("Có người phụ trách", "Has a primary officer"), _HELD),
            Key(asking.say("Chưa có người phụ trách", "Vacant"), _VACANT, hatched=True),
        ),
        asking.say("Khu vực theo người phụ trách", "Beats by primary officer"),
        asking.say("CSDL Địa Bàn", "Địa Bàn database"), held.as_of, asking.wards.metric_crs,
        asking.say(f"n = {known.beats} khu vực", f"n = {known.beats} beats"),
        asking.say(
            f"Không vẽ: {known.beats - len(areas)} khu vực chưa có ranh giới",
            f"Not drawn: {known.beats - len(areas)} beats without a border",
        ),
        ground=asking.ground,
    )  # fmt: skip
    empty = in_beats(held, (beat.code for beat in held.vacant_beats))
    households = asking.out.count(known.in_vacant, Cell.homes(empty)) if empty else asking.number(0)
    return Slide(
        asking.say(
            f"{known.vacant_beats} khu vực trống, có {households} hộ",
            f"{known.vacant_beats} vacant beats hold {households} households",
        ),
        (body,),
        sources=source(asking),
    )


def _vacancy_table(asking: Asking, held: CoverageResult) -> Slide:
    rows = tuple(
        (
            beat.unit_name, beat.name, *_counts(asking, held, beat),
            "; ".join(
                f"{holder.rank + ' ' if holder.rank else ''}{holder.display_name}" for holder in beat.holders
            ) or asking.say("không có ai", "nobody"),
        )
        for beat in held.vacant_beats
    )  # fmt: skip
    if not rows:
        line = asking.say("Không có khu vực nào trống", "No beat is vacant")
        return Slide(line, (TextBody((line + ".",)),), sources=source(asking))
    body = TableBody(
        (
            asking.say("Phường", "Ward"), asking.say("Khu vực", "Beat"), asking.say("Hộ", "Households"),
            asking.say("Nhân khẩu", "Residents"), asking.say("Ai đang trông thay", "Who stands in"),
        ),
        rows, frozenset({2, 3}),
    )  # fmt: skip
    first = held.vacant_beats[0]
    households, _ = _counts(asking, held, first)
    return Slide(
        asking.say(
            f"Cần bố trí trước: {first.name}, {first.unit_name}, {households} hộ",
            f"Staff first: {first.name}, {first.unit_name}, {households} households",
        ),
        (body,),
        sources=source(asking),
    )


def _counts(asking: Asking, held: CoverageResult, beat: BeatCoverage) -> tuple[str, str]:
    """Return households and residents of a beat as they leave."""
    area, tally = in_beats(held, (beat.code,)), beat.tally
    return (
        asking.out.count(tally.households, Cell.homes(area)),
        asking.out.count(tally.residents, Cell.homes(area, Counted.RESIDENTS)),
    )


def _method(asking: Asking, held: CoverageResult) -> Slide:
    known = held.summary()
    lines = (
        asking.say(
            f"Phụ trách tính đến {asking.day(held.as_of)}: khu vực không có cán bộ chính là khu vực trống, "
            "dù có người trông thay.",
            f"Coverage as of {asking.day(held.as_of)}: a beat without a primary officer is vacant, whoever "
            "stands in.",
        ),
        asking.say(
            f"Khoảng hở {asking.number(known.gap_m2 / 1e4, 1)} ha, chồng lấn "
            f"{asking.number(known.overlap_m2 / 1e4, 1)} ha; {known.wards_without_border} phường chưa có ranh giới.",
            f"Gaps {asking.number(known.gap_m2 / 1e4, 1)} ha, overlaps "
            f"{asking.number(known.overlap_m2 / 1e4, 1)} ha; {known.wards_without_border} wards have no border.",
        ),
        asking.say(
            "Số hộ và nhân khẩu là số đang lưu, lịch sử của chúng không được giữ.",
            "Households and residents are those stored now; their history is not kept.",
        ),
        asking.say(
            "Cán bộ không bị xếp hạng theo số vụ việc.", "Officers are not ranked by numbers of incidents."
        ),
    )
    return Slide(
        asking.say("Cách tính và giới hạn của số liệu", "How the figures are made and their limits"),
        (TextBody(lines),),
        sources=source(asking),
    )
