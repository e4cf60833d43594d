"""The deck for a steering committee: coverage and the four works, vacancies, what is overdue, staff needed."""

from dataclasses import dataclass
from datetime import date, timedelta

from geo.briefing.asking import Asking
from geo.briefing.deck import ChartBody, ChartKind, Deck, Slide, TableBody, TextBody
from geo.briefing.leaving import WITHHELD
from geo.briefing.sentences import Told, in_brackets
from geo.briefing.steering_access import reach
from geo.briefing.steering_cells import PlaceCells, in_beats, of_coverage, whole
from geo.briefing.steering_changes import changes, nothing_changed
from geo.briefing.steering_equipment import equipment_table
from geo.briefing.steering_figures import (
    MEASURE_NAMES,
    WORK_NAMES,
    figure,
    incidents,
    measure_map,
    need_chart,
    roll_up,
    source,
)
from geo.briefing.steering_tasks import task_table
from geo.briefing.steering_urgent import needing_attention, overdue
from geo.briefing.steering_vacant import vacancies
from geo.briefing.steering_workload import AtWork, workload
from geo.services.coverage.on_a_day import coverage
from geo.services.coverage.result import CoverageResult
from geo.services.release.cells import Cell
from geo.services.targets import Targets, targets_on
from geo.services.tasks import Task, tasks
from geo.services.works.board import Board, WorksQuery, board
from geo.services.works.figures import MEASURES, SHARES, Measure

_QUARTER_DAYS = 90


def build(asking: Asking) -> Deck:
    """Return the deck as of the last day of the period. Raises InputError ``unknown_unit``."""
    day = asking.period[1]
    asking.watch.begin()
    held = coverage(asking.database, asking.actor, day, asking.unit)
    title = asking.say("Bốn mặt công tác và phụ trách địa bàn", "The four works and coverage")
    asking.watch.begin()
    works = board(asking.database, asking.actor, WorksQuery(day, asking.unit))
    if not (held.beats or works.total.households or any(works.total.occurred)):
        return asking.deck(title, (_nothing(asking),))
    asking.watch.begin()
    goals = targets_on(asking.database, asking.actor, day)
    given = [task for task in tasks(asking.database, asking.actor, day, asking.unit) if task.state == "open"]
    asking.watch.begin()
    at_work = None if works.total.households else workload(asking, held, works)
    asking.watch.begin()
    moved, ways = changes(asking, _since_last_review(asking)), reach(asking, held)
    also = Also(goals, given, at_work, moved, ways)
    slides = asking.out.twice(lambda: _slides(asking, held, works, also))
    return asking.deck(title, slides)


def _since_last_review(asking: Asking) -> tuple[date, date]:
    """Return the days of the period, a quarter at least: nobody notes when a review was held."""
    first, last = asking.period
    return min(first, last - timedelta(days=_QUARTER_DAYS - 1)), last


@dataclass(frozen=True, eq=False)
class Also:
    """What else the deck tells of: targets, open tasks, incidents a beat, what changed hands, ways to posts."""

    goals: Targets
    given: list[Task]
    at_work: AtWork | None
    moved: tuple[Slide, ...]
    ways: tuple[Slide, ...]


def _slides(asking: Asking, held: CoverageResult, works: Board, also: Also) -> tuple[Slide, ...]:
    goals, at_work = also.goals, also.at_work
    return (
        _summary(asking, held, works, also),
        *(() if at_work else _works_table(asking, held, works, goals)),
        *vacancies(asking, held, at_work),
        *also.moved,
        *(at_work.slides if at_work else _of_households(asking, works, goals)),
        *also.ways,
        *equipment_table(asking, works, goals),
        *roll_up(asking, works),
        *needing_attention(asking, works, held),
        *overdue(asking, works),
        *task_table(asking, also.given),
        *_ended(asking, held, works, goals, at_work),
        _method(asking, held),
    )


def _ended(
    asking: Asking, held: CoverageResult, works: Board, goals: Targets, at_work: AtWork | None
) -> tuple[Slide, ...]:
    """Return incidents by period, together with the few figures that can be told without households."""
    slide = incidents(asking, works)
    table = _works_table(asking, held, works, goals) if at_work else ()
    if not table:
        return (slide,)
    return (Slide(slide.title, (*table[0].bodies, *slide.bodies), sources=slide.sources),)


def _of_households(asking: Asking, works: Board, goals: Targets) -> tuple[Slide, ...]:
    return (
        measure_map(asking, works, Measure.FRESHNESS),
        measure_map(asking, works, Measure.LOAD),
        need_chart(asking, works, goals),
    )


def _nothing(asking: Asking) -> Slide:
    line = asking.say("Đơn vị này chưa có khu vực, hộ hay vụ việc nào",
                      "This unit has no beat, household or incident")  # fmt: skip
    more = asking.say("Kiểm tra ngày và đơn vị, hoặc nhập ranh giới và phân công trước.",
                      "Check the day and the unit, or import borders and assignments first.")  # fmt: skip
    return Slide(line, (TextBody((more,)),), sources=source(asking))


def _summary(asking: Asking, held: CoverageResult, works: Board, also: Also) -> Slide:
    given, at_work = also.given, also.at_work
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
    told = Told(asking)
    told.add(
        asking.say("số hộ chưa có người phụ trách", "households without a primary officer"),
        lambda n, all_: asking.say(
            f"{n} trong {all_} hộ chưa có người phụ trách{in_brackets(asking, share)}.",
            f"{n} of {all_} households have no primary officer{in_brackets(asking, share)}.",
        ), uncovered, households,
    )  # fmt: skip
    told.add(
        asking.say("tỷ lệ hộ được rà soát", "share of households reviewed"),
        lambda n: asking.say(f"Hộ được rà soát trong 90 ngày: {n}.", f"Households reviewed within 90 days: {n}."),
        fresh,
    )  # fmt: skip
    told.add(
        asking.say("tỷ lệ giải quyết đúng hạn", "share resolved in time"),
        lambda n: asking.say(f"Giải quyết đúng hạn: {n}.", f"Resolved in time: {n}."), in_time,
    )  # fmt: skip
    told.add(
        asking.say("số vụ quá hạn", "overdue incidents"),
        lambda n: asking.say(f"Vụ việc đang quá hạn: {n}.", f"Incidents overdue: {n}."), overdue,
    )  # fmt: skip
    tasks_said = asking.say(
        f"Nhiệm vụ đang giao: {len(given)}, quá hạn {late}.", f"Open tasks: {len(given)}, {late} overdue."
    )
    told.say(tasks_said)
    still = () if also.moved else (nothing_changed(asking, _since_last_review(asking)),)
    for line in still:
        told.say(line)
    told.add(
        asking.say("số hộ mỗi cán bộ", "households an officer"),
        lambda n, most: asking.say(
            f"Mỗi cán bộ bình quân {n} hộ; khu vực lệch nhất lệch {most} so với bình quân.",
            f"An officer has {n} households on average; the beat farthest off differs by {most}.",
        ), load, deviation,
    )  # fmt: skip
    lines = told.lines
    if at_work is not None:
        lines = (*at_work.lines, *_without_households(asking), *([tasks_said] if given else []), *still)
    n = known.vacant_beats
    title = (
        asking.say(
            f"{n} trong {known.beats} khu vực chưa có người phụ trách",
            f"{n} of {known.beats} beats have no primary officer",
        )
        if n
        else asking.say(
            "Trong phạm vi chưa có khu vực nào vào ngày này", "There is no beat in scope on this day"
        )
        if not known.beats
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
        asking.say("Kết quả, %", "Result, %"), digits=1,
    )  # fmt: skip
    shown = at_work.chart if at_work is not None else chart
    return Slide(title, (TextBody(lines), shown), notes="\n".join(lines), sources=source(asking))


def _without_households(asking: Asking) -> tuple[str, ...]:
    return (
        asking.say("Trong phạm vi chưa có hộ nào: chưa tính được rà soát, số hộ trên cán bộ, nhu cầu theo định mức, đường đi.",
                   "There is no household in scope: reviews, households an officer, the norm and ways cannot be told."),
        asking.say("Nhập hộ và phân công cán bộ để có đủ bốn mặt công tác.",
                   "Import households and assignments to see all four works."),
    )  # fmt: skip


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


def _works_table(asking: Asking, held: CoverageResult, works: Board, goals: Targets) -> tuple[Slide, ...]:
    codes, cells = tuple(code for code, _, _ in works.path), whole(asking, works)
    rows, short, judged, untold = [], 0, 0, []
    for work, measures in MEASURES.items():
        for measure in measures:
            found = works.total.quotient(measure)
            if found.value is None or (measure is Measure.CLEARANCE and not any(works.total.cleared)):
                untold.append(asking.say(*MEASURE_NAMES[measure]))
                continue
            goal = goals.of(measure.value, codes) if measure is not Measure.PER_1000 else None
            given = asking.out.given(*_needed(asking, held, cells, measure))
            # household-days of several beats are no count that the release knows
            apart = given and measure not in {Measure.MEDIAN_HOURS, Measure.HOUSEHOLD_COVERAGE}
            met = _met(measure, found.value, goal.value if goal else None) if given else None
            short += met is False
            judged += met is not None
            rows.append(
                (
                    asking.say(*WORK_NAMES[work]), asking.say(*MEASURE_NAMES[measure]),
                    figure(asking, measure, found.value) if given else WITHHELD,
                    figure(asking, measure, goal.value) if goal else "–",
                    {None: "–", True: asking.say("đạt", "met"), False: asking.say("chưa đạt", "not met")}[met],
                    f"{_counted(asking, found.part)} / {_counted(asking, found.whole)}" if apart else "–",
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
        ) + (asking.say(" Chưa tính được: ", " Not told for want of data: ") + "; ".join(untold) + "." if untold else ""),
    )  # fmt: skip
    if not rows:
        return ()
    title = (
        asking.say(
            f"{short} trong {judged} chỉ số có chỉ tiêu chưa đạt",
            f"{short} of {judged} figures miss their target",
        )
        if short
        else asking.say("Mọi chỉ số có chỉ tiêu đều đạt", "Every figure with a target meets it")
        if judged
        else asking.say("Chỉ số của bốn mặt công tác", "The figures of the four works")
    )
    return (Slide(title, (body,), sources=source(asking)),)


def _counted(asking: Asking, value: float) -> str:
    """Return a part or a whole; concurrent officers count half."""
    return asking.number(value, 0 if float(value).is_integer() else 1)


def _met(measure: Measure, value: float | None, goal: float | None) -> bool | None:
    if value is None or goal is None:
        return None
    lower = measure in {Measure.LOAD, Measure.RESIDENT_LOAD, Measure.MEDIAN_HOURS}
    return value <= goal if lower else value >= goal


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
