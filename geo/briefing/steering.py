"""The deck for a steering committee: coverage and the four works, vacancies, what is overdue, staff needed."""

import numpy as np
import pandas as pd

from geo.briefing.asking import Asking
from geo.briefing.deck import ChartBody, ChartKind, Deck, Key, MapBody, Slide, TableBody, TextBody
from geo.maps.classes import Classes
from geo.maps.palettes import sequential
from geo.services.attention import Matter, attention
from geo.services.coverage import coverage
from geo.services.coverage_result import CoverageResult
from geo.services.load import Need, need
from geo.services.targets import Targets, targets_on
from geo.services.tasks import Task, tasks
from geo.services.works import Board, Place, WorksQuery, board
from geo.services.works_figures import MEASURES, SHARES, Measure, Work

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
    given = [
        task for task in tasks(asking.database, asking.actor, day, asking.unit) if task.state == "open"
    ]
    slides = (
        _summary(asking, held, works, given),
        _works_table(asking, works, goals),
        _vacancy_map(asking, held),
        _vacancy_table(asking, held),
        _share_map(asking, works, Measure.FRESHNESS),
        _load_map(asking, works),
        _roll_up(asking, works),
        _need_chart(asking, works, goals),
        _attention(asking, works),
        _task_table(asking, given),
        _incidents(asking, works),
        _method(asking, held),
    )
    return asking.deck(title, slides)


def _source(asking: Asking) -> str:
    return asking.say(
        "Nguồn: phân công, hộ, báo cáo và vụ việc trong CSDL Địa Bàn; số hộ là số đang lưu.",
        "Source: assignments, households, reports and incidents in the Địa Bàn database; households as stored.",
    )


def _nothing(asking: Asking) -> Slide:
    line = asking.say("Đơn vị này chưa có phường hay khu vực nào vào ngày này",
                      "This unit has no ward or beat on this day")  # fmt: skip
    more = asking.say("Kiểm tra ngày và đơn vị, hoặc nhập ranh giới và phân công trước.",
                      "Check the day and the unit, or import borders and assignments first.")  # fmt: skip
    return Slide(line, (TextBody((more,)),), sources=_source(asking))


_MEASURES: dict[Measure, tuple[str, str]] = {
    Measure.COVERAGE: ("Ngày-khu vực có người phụ trách", "Beat-days with a primary officer"),
    Measure.HOUSEHOLD_COVERAGE: ("Hộ có người phụ trách", "Households with a primary officer"),
    Measure.FRESHNESS: ("Hộ được rà soát trong 90 ngày", "Households reviewed within 90 days"),
    Measure.LOAD: ("Hộ / cán bộ", "Households an officer"),
    Measure.COMPLETENESS: ("Báo cáo tháng đã nộp", "Monthly reports handed in"),
    Measure.RESIDENT_LOAD: ("Nhân khẩu / cán bộ", "Residents an officer"),
    Measure.CLEARANCE: ("Vụ đã giải quyết", "Incidents cleared"),
    Measure.ON_TIME: ("Giải quyết đúng hạn", "Resolved in time"),
    Measure.MEDIAN_HOURS: ("Giờ giải quyết (trung vị)", "Median hours to resolution"),
    Measure.PER_1000: ("Vụ / 1.000 hộ", "Incidents per 1,000 households"),
}
_WORKS: dict[Work, tuple[str, str]] = {
    Work.AREA: ("Nắm địa bàn", "Know the area"),
    Work.HOUSEHOLDS: ("Nắm hộ", "Know households"),
    Work.RESIDENTS: ("Nắm người (số lượng)", "Know residents (counts)"),
    Work.INCIDENTS: ("Giải quyết vụ việc", "Resolve incidents"),
}
_MATTERS: dict[Matter, tuple[str, str]] = {
    Matter.VACANT_BEAT: ("Khu vực chưa có người phụ trách", "Beats without a primary officer"),
    Matter.NO_BEAT: ("Hộ chưa thuộc khu vực nào", "Households in no beat"),
    Matter.OVERDUE_INCIDENT: ("Vụ việc quá hạn", "Overdue incidents"),
    Matter.OVERDUE_TASK: ("Nhiệm vụ quá hạn", "Overdue tasks"),
    Matter.STALE_COUNT: ("Hộ quá 90 ngày chưa rà soát", "Households not reviewed for 90 days"),
    Matter.MISSING_REPORT: ("Báo cáo tháng còn thiếu", "Monthly reports missing"),
    Matter.MISPLACED: ("Hộ sai vị trí", "Misplaced households"),
    Matter.HOUSEHOLD_OUTSIDE: ("Hộ nằm ngoài phường của mình", "Households outside their ward"),
    Matter.INCIDENT_OUTSIDE: ("Vụ việc nằm ngoài phường của mình", "Incidents outside their ward"),
    Matter.AREA_MISMATCH: ("Diện tích không khớp", "Areas that do not match"),
}


def _figure(asking: Asking, measure: Measure, value: float | None) -> str:
    if measure in SHARES:
        return asking.percent(value, 1)
    return asking.number(value, 1 if measure in {Measure.PER_1000, Measure.MEDIAN_HOURS} else 0)


def _summary(asking: Asking, held: CoverageResult, works: Board, given: list[Task]) -> Slide:
    known = held.summary()
    total = works.total
    late = sum(task.overdue for task in given)
    lines = (
        asking.say(
            f"{asking.number(known.uncovered)} trong {asking.number(known.households)} hộ chưa có người phụ trách "
            f"({asking.percent(known.uncovered / known.households if known.households else None, 1)}).",
            f"{asking.number(known.uncovered)} of {asking.number(known.households)} households have no primary "
            f"officer ({asking.percent(known.uncovered / known.households if known.households else None, 1)}).",
        ),
        asking.say(
            f"Hộ được rà soát trong 90 ngày: {asking.percent(total.value(Measure.FRESHNESS), 1)}.",
            f"Households reviewed within 90 days: {asking.percent(total.value(Measure.FRESHNESS), 1)}.",
        ),
        asking.say(
            f"Giải quyết đúng hạn: {asking.percent(total.value(Measure.ON_TIME), 1)}; "
            f"{asking.number(total.overdue)} vụ đang quá hạn.",
            f"Resolved in time: {asking.percent(total.value(Measure.ON_TIME), 1)}; "
            f"{asking.number(total.overdue)} incidents are overdue.",
        ),
        asking.say(
            f"Nhiệm vụ đang giao: {len(given)}, quá hạn {late}.", f"Open tasks: {len(given)}, {late} overdue."
        ),
        asking.say(
            f"Mỗi cán bộ bình quân {asking.number(total.value(Measure.LOAD))} hộ; "
            f"khu vực lệch nhất lệch {asking.percent(known.load.deviation)} so với bình quân.",
            f"An officer has {asking.number(total.value(Measure.LOAD))} households on average; the beat farthest "
            f"off differs by {asking.percent(known.load.deviation)}.",
        ),
    )
    n = known.vacant_beats
    title = (
        asking.say(
            f"{n} trong {known.beats} khu vực chưa có người phụ trách",
            f"{n} of {known.beats} beats have no primary officer",
        )
        if n
        else asking.say(
            f"Cả {known.beats} khu vực đều có người phụ trách", f"All {known.beats} beats have a primary officer"
        )
    )
    return Slide(title, (TextBody(lines),), notes="\n".join(lines), sources=_source(asking))


def _works_table(asking: Asking, works: Board, goals: Targets) -> Slide:
    codes = tuple(code for code, _, _ in works.path)
    rows, short = [], 0
    for work, measures in MEASURES.items():
        for measure in measures:
            found = works.total.quotient(measure)
            goal = goals.of(measure.value, codes) if measure is not Measure.PER_1000 else None
            met = _met(measure, found.value, goal.value if goal else None)
            short += met is False
            rows.append(
                (
                    asking.say(*_WORKS[work]), asking.say(*_MEASURES[measure]),
                    _figure(asking, measure, found.value),
                    _figure(asking, measure, goal.value) if goal else "–",
                    {None: "–", True: asking.say("đạt", "met"), False: asking.say("chưa đạt", "not met")}[met],
                    f"{asking.number(found.part)} / {asking.number(found.whole)}"
                    if measure is not Measure.MEDIAN_HOURS
                    else "–",
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
    return Slide(title, (body,), sources=_source(asking))


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
        name if few or code in vacant else "" for code, name in zip(areas["code"], areas["name"], strict=True)
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
    households = asking.number(known.in_vacant)
    return Slide(
        asking.say(
            f"{known.vacant_beats} khu vực trống, có {households} hộ",
            f"{known.vacant_beats} vacant beats hold {households} households",
        ),
        (body,),
        sources=_source(asking),
    )


def _vacancy_table(asking: Asking, held: CoverageResult) -> Slide:
    rows = tuple(
        (
            beat.unit_name, beat.name, asking.number(beat.tally.households),
            asking.number(beat.tally.residents),
            "; ".join(
                f"{holder.rank + ' ' if holder.rank else ''}{holder.display_name}" for holder in beat.holders
            ) or asking.say("không có ai", "nobody"),
        )
        for beat in held.vacant_beats
    )  # fmt: skip
    if not rows:
        line = asking.say("Không có khu vực nào trống", "No beat is vacant")
        return Slide(line, (TextBody((line + ".",)),), sources=_source(asking))
    body = TableBody(
        (
            asking.say("Phường", "Ward"), asking.say("Khu vực", "Beat"), asking.say("Hộ", "Households"),
            asking.say("Nhân khẩu", "Residents"), asking.say("Ai đang trông thay", "Who stands in"),
        ),
        rows, frozenset({2, 3}),
    )  # fmt: skip
    first = held.vacant_beats[0]
    return Slide(
        asking.say(
            f"Cần bố trí trước: {first.name}, {asking.number(first.tally.households)} hộ",
            f"Staff first: {first.name}, {asking.number(first.tally.households)} households",
        ),
        (body,),
        sources=_source(asking),
    )


def _ward_values(asking: Asking, works: Board, measure: Measure) -> np.ndarray:
    held = {place.code: place.figures.value(measure) for place in works.places}
    values = pd.Series([held.get(code) for code in asking.chosen["code"]], dtype=float)
    return values.to_numpy()


def _place_map(asking: Asking, works: Board, measure: Measure) -> np.ndarray | None:
    if not works.places or works.places[0].level != "ward":
        return None
    return _ward_values(asking, works, measure)


def _alone(asking: Asking, works: Board, measure: Measure) -> Slide:
    said = f"{asking.say(*_MEASURES[measure])}: {_figure(asking, measure, works.total.value(measure))}"
    rows = tuple(
        (place.name, _figure(asking, measure, place.figures.value(measure)),
         asking.number(place.figures.households))
        for place in works.places
    )  # fmt: skip
    body = TableBody(
        (
            asking.say("Khu vực", "Beat"),
            asking.say(*_MEASURES[measure]),
            asking.say("Hộ", "Households"),
        ),
        rows,
        frozenset({1, 2}),
    )
    return Slide(said, (body if rows else TextBody((said,)),), sources=_source(asking))


def _share_map(asking: Asking, works: Board, measure: Measure) -> Slide:
    values = _place_map(asking, works, measure)
    if values is None:
        return _alone(asking, works, measure)
    classes = Classes((0.0, 0.5, 0.7, 0.8, 0.9))
    labels = classes.labels(lambda value: asking.percent(value))
    colours = sequential(5)[::-1]  # dark where least is done
    keys = tuple(Key(label, colour) for label, colour in zip(labels, colours, strict=True))
    body = asking.ward_map(
        values, classes, keys, keys_title=asking.say(*_MEASURES[measure]), as_of=works.query.day,
        n=asking.say(f"n = {asking.number(works.total.households)} hộ",
                     f"n = {asking.number(works.total.households)} households"),
        left_out=asking.say(
            f"Không tính: {asking.number(works.total.later)} hộ rà soát sau ngày này",
            f"Left out: {asking.number(works.total.later)} households reviewed after this day",
        ),
    )  # fmt: skip
    low = int(np.nansum(values < 0.9))
    return Slide(
        asking.say(
            f"{low} trong {len(values)} phường có dưới 90 % hộ được rà soát",
            f"In {low} of {len(values)} wards fewer than 90% of households were reviewed",
        ),
        (body,),
        sources=_source(asking),
    )


def _load_map(asking: Asking, works: Board) -> Slide:
    values = _place_map(asking, works, Measure.LOAD)
    if values is None:
        return _alone(asking, works, Measure.LOAD)
    classes, keys = asking.rate_keys(values, digits=0)
    without = int(np.isnan(values).sum())
    body = asking.ward_map(
        values, classes, keys, keys_title=asking.say("Hộ trên một cán bộ", "Households an officer"),
        as_of=works.query.day,
        n=asking.say(f"n = {asking.number(works.total.holders, 1)} cán bộ",
                     f"n = {asking.number(works.total.holders, 1)} officers"),
        left_out=asking.say(f"Xám: {without} phường không có cán bộ",
                            f"Grey: {without} wards without an officer") if without else "",
    )  # fmt: skip
    if np.isnan(values).all():
        return Slide(asking.say("Chưa phường nào có cán bộ", "No ward has an officer"), (body,))
    most = int(np.nanargmax(values))
    name = str(asking.chosen["name"].iloc[most])
    return Slide(
        asking.say(f"{name} nặng nhất: {asking.number(values[most])} hộ trên một cán bộ",
                   f"{name} carries most: {asking.number(values[most])} households an officer"),
        (body,), sources=_source(asking),
    )  # fmt: skip


_ROLLED = (Measure.COVERAGE, Measure.FRESHNESS, Measure.COMPLETENESS, Measure.CLEARANCE, Measure.ON_TIME)


def _roll_up(asking: Asking, works: Board) -> Slide:
    def row(place: Place) -> tuple[str, ...]:
        return (
            place.name, asking.number(place.figures.households),
            *(_figure(asking, measure, place.figures.value(measure)) for measure in _ROLLED),
            asking.number(place.figures.overdue),
        )  # fmt: skip

    total = Place(0, "", asking.say("Toàn bộ", "All"), "all", works.total)
    body = TableBody(
        (
            asking.say("Đơn vị", "Unit"), asking.say("Hộ", "Households"),
            asking.say("Phụ trách", "Covered"), asking.say("Rà soát", "Reviewed"),
            asking.say("Báo cáo", "Reports"), asking.say("Giải quyết", "Cleared"),
            asking.say("Đúng hạn", "In time"), asking.say("Quá hạn", "Overdue"),
        ),
        (row(total), *map(row, works.places)), frozenset(range(1, 8)),
    )  # fmt: skip
    return Slide(
        asking.say(f"Tổng hợp bốn mặt công tác của {len(works.places)} đơn vị",
                   f"The four works rolled up over {len(works.places)} places"),
        (body,), sources=_source(asking),
    )  # fmt: skip


def _need_chart(asking: Asking, works: Board, goals: Targets) -> Slide:
    codes = tuple(code for code, _, _ in works.path)
    places = works.places if works.places and works.places[0].level == "ward" else ()
    whole = Place(0, "", asking.unit_name, "all", works.total)
    needs: list[Need] = [need(place, goals, (*codes, place.code)) for place in places or (whole,)]
    needs.sort(key=lambda one: (-one.need, one.name))
    shown = needs[:14]
    body = ChartBody(
        ChartKind.BARS, tuple(one.name for one in shown),
        (
            (asking.say("Cần theo định mức", "By the norm"), tuple(float(one.norm) for one in shown)),
            (asking.say("Hiện có", "Present"), tuple(float(one.actual) for one in shown)),
        ),
        asking.say("Cán bộ", "Officers"), digits=1,
        note=asking.say(
            "Định mức hộ hoặc nhân khẩu, lấy số lớn hơn; cán bộ kiêm nhiệm tính một nửa.",
            "Norm of households or residents, whichever asks for more; concurrent officers count half.",
        ),
    )  # fmt: skip
    lacking = sum(max(0.0, one.need) for one in needs)
    return Slide(
        asking.say(f"Theo định mức còn thiếu {asking.number(lacking, 1)} cán bộ",
                   f"The norm asks for {asking.number(lacking, 1)} officers more"),
        (body,), sources=_source(asking),
    )  # fmt: skip


def _attention(asking: Asking, works: Board) -> Slide:
    found = attention(asking.database, asking.actor, works)
    if not found.groups:
        line = asking.say("Không có việc gì cần xử lý gấp", "Nothing needs attention")
        return Slide(line, (TextBody((line + ".",)),), sources=_source(asking))
    rows = tuple(
        (
            asking.say(*_MATTERS[group.matter]), asking.number(group.count), asking.number(group.whole),
            ", ".join(
                f"{item.beat_name or item.ward_name} ({asking.number(item.count)})" for item in group.items[:3]
            ),
        )
        for group in found.groups
    )  # fmt: skip
    body = TableBody(
        (
            asking.say("Việc", "Matter"), asking.say("Số", "Number"), asking.say("Trong", "Of"),
            asking.say("Nhiều nhất ở", "Most in"),
        ),
        rows, frozenset({1, 2}),
    )  # fmt: skip
    first = found.groups[0]
    return Slide(
        asking.say(
            f"Gấp nhất: {asking.number(first.count)} {_lower(_MATTERS[first.matter][0])}",
            f"Most pressing: {asking.number(first.count)} {_lower(_MATTERS[first.matter][1])}",
        ),
        (body,),
        sources=_source(asking),
    )


def _lower(words: str) -> str:
    return words[0].lower() + words[1:]


def _task_table(asking: Asking, given: list[Task]) -> Slide:
    if not given:
        line = asking.say("Không có nhiệm vụ nào đang giao", "No task is open")
        return Slide(line, (TextBody((line + ".",)),), sources=_source(asking))
    late = sum(task.overdue for task in given)
    rows = tuple(
        (
            task.title, task.beat_name or task.unit_name, task.document, asking.day(task.due_on),
            asking.say(f"quá {task.days_late} ngày", f"{task.days_late} days late") if task.overdue else "",
            asking.percent(task.progress / 100),
        )
        for task in given
    )  # fmt: skip
    body = TableBody(
        (
            asking.say("Nhiệm vụ", "Task"), asking.say("Nơi", "Where"), asking.say("Văn bản", "Document"),
            asking.say("Hạn", "Due"), asking.say("Quá hạn", "Late"), asking.say("Tiến độ", "Progress"),
        ),
        rows, frozenset({5}),
    )  # fmt: skip
    return Slide(
        asking.say(
            f"{late} trong {len(given)} nhiệm vụ đang giao đã quá hạn",
            f"{late} of {len(given)} open tasks are overdue",
        ),
        (body,),
        sources=_source(asking),
    )


def _incidents(asking: Asking, works: Board) -> Slide:
    bounds = [works.periods.bounds(i)[1] for i in range(len(works.total.occurred))]
    body = ChartBody(
        ChartKind.COLUMNS, tuple(f"{day:%d/%m}" for day in bounds),
        (
            (asking.say("Xảy ra", "Occurred"), tuple(works.total.occurred)),
            (asking.say("Đã giải quyết", "Cleared"), tuple(works.total.cleared)),
        ),
        asking.say("Vụ việc mỗi 28 ngày, theo ngày cuối", "Incidents in 28 days, by the last day"),
    )  # fmt: skip
    share = asking.percent(works.total.value(Measure.CLEARANCE), 1)
    return Slide(
        asking.say(f"{share} số vụ trong 28 ngày gần nhất đã được giải quyết",
                   f"{share} of the incidents of the last 28 days were cleared"),
        (body,), sources=_source(asking),
    )  # fmt: skip


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
        sources=_source(asking),
    )
