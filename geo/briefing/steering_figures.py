"""The deck for a steering committee: the figures of the works by place, what is late, who is missing."""

import numpy as np
import pandas as pd

from geo.briefing.asking import Asking
from geo.briefing.deck import ChartBody, ChartKind, Key, Slide, TableBody, TextBody
from geo.briefing.leaving import WITHHELD, level_note, levels, too_few
from geo.briefing.steering_cells import PlaceCells, in_beats, in_no_beat, of_place, whole
from geo.maps.classes import Classes
from geo.maps.palettes import sequential
from geo.services.attention import Group, Item, Matter, attention
from geo.services.coverage_result import CoverageResult
from geo.services.load import Need, need
from geo.services.release_cells import EVERYTHING, Area, Part, beat, without
from geo.services.targets import Targets
from geo.services.tasks import Task
from geo.services.works import Board, Place
from geo.services.works_figures import SHARES, Measure, Work

MEASURE_NAMES: dict[Measure, tuple[str, str]] = {
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
WORK_NAMES: dict[Work, tuple[str, str]] = {
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
_ROLLED = (Measure.COVERAGE, Measure.FRESHNESS, Measure.COMPLETENESS, Measure.CLEARANCE, Measure.ON_TIME)


def source(asking: Asking) -> str:
    """Return where the figures are from."""
    return asking.say(
        "Nguồn: phân công, hộ, báo cáo và vụ việc trong CSDL Địa Bàn; số hộ là số đang lưu.",
        "Source: assignments, households, reports and incidents in the Địa Bàn database; households as stored.",
    )


def figure(asking: Asking, measure: Measure, value: float | None) -> str:
    """Return a figure as it is read."""
    if measure in SHARES:
        return asking.percent(value, 1)
    return asking.number(value, 1 if measure in {Measure.PER_1000, Measure.MEDIAN_HOURS} else 0)


def said(asking: Asking, works: Board, place: Place, measure: Measure) -> str:
    """Return a figure of a place as it leaves."""
    if not asking.out.given(*of_place(place, works).of(measure)):
        return WITHHELD
    return figure(asking, measure, place.figures.value(measure))


def _ward_values(asking: Asking, works: Board, measure: Measure) -> np.ndarray:
    held = {
        place.code: asking.out.bar(place.figures.value(measure), *of_place(place, works).of(measure))
        for place in works.places
    }
    values = pd.Series([held.get(code) for code in asking.chosen["code"]], dtype=float)
    return values.to_numpy()


def _place_map(asking: Asking, works: Board, measure: Measure) -> np.ndarray | None:
    if not works.places or works.places[0].level != "ward":
        return None
    return _ward_values(asking, works, measure)


def _alone(asking: Asking, works: Board, measure: Measure) -> Slide:
    cells = whole(asking, works)
    value = (
        figure(asking, measure, works.total.value(measure))
        if asking.out.given(*cells.of(measure))
        else WITHHELD
    )
    line = f"{asking.say(*MEASURE_NAMES[measure])}: {value}"
    rows = tuple(
        (place.name, said(asking, works, place, measure),
         asking.out.count(place.figures.households, of_place(place, works).households))
        for place in works.places
    )  # fmt: skip
    body = TableBody(
        (
            asking.say("Khu vực", "Beat"),
            asking.say(*MEASURE_NAMES[measure]),
            asking.say("Hộ", "Households"),
        ),
        rows,
        frozenset({1, 2}),
    )
    return Slide(line, (body if rows else TextBody((line,)),), sources=source(asking))


def share_map(asking: Asking, works: Board, measure: Measure) -> Slide:
    """Return the slide with a map of a share by ward."""
    values = _place_map(asking, works, measure)
    if values is None:
        return _alone(asking, works, measure)
    classes = Classes((0.0, 0.5, 0.7, 0.8, 0.9))
    shares = [asking.number(100 * border) for border in classes.borders]
    labels = [f"{low}–{asking.percent(high)}" for low, high in zip(shares, classes.borders[1:], strict=False)]
    labels.append(asking.say(f"từ {asking.percent(0.9)}", f"{asking.percent(0.9)} or more"))
    colours = sequential(5)[::-1]  # dark where least is done
    keys = tuple(Key(label, colour) for label, colour in zip(labels, colours, strict=True))
    cells = whole(asking, works)
    households = asking.out.count(works.total.households, cells.households)
    later = asking.out.count(works.total.later, cells.reviewed(Part.LATER))
    body = asking.ward_map(
        values, classes, keys, keys_title=asking.say(*MEASURE_NAMES[measure]), as_of=works.query.day,
        n=asking.say(f"n = {households} hộ", f"n = {households} households"),
        left_out=asking.say(
            f"Không tính: {later} hộ rà soát sau ngày này",
            f"Left out: {later} households reviewed after this day",
        ),
    )  # fmt: skip
    low = int(np.nansum(values < 0.9))
    return Slide(
        asking.say(
            f"{low} trong {len(values)} phường có dưới 90 % hộ được rà soát",
            f"In {low} of {len(values)} wards fewer than 90% of households were reviewed",
        ),
        (body,),
        sources=source(asking),
    )


def load_map(asking: Asking, works: Board) -> Slide:
    """Return the slide with a map of households an officer."""
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
        (body,), sources=source(asking),
    )  # fmt: skip


def roll_up(asking: Asking, works: Board) -> Slide:
    """Return the slide with all works by place."""

    def row(place: Place) -> tuple[str, ...]:
        cells = whole(asking, works) if place.level == "all" else of_place(place, works)
        values = [(m, place.figures.value(m), asking.out.given(*cells.of(m))) for m in _ROLLED]
        return (
            place.name, asking.out.count(place.figures.households, cells.households),
            *(figure(asking, measure, value) if given else WITHHELD for measure, value, given in values),
            asking.out.count(place.figures.overdue, cells.overdue),
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
        (body,), sources=source(asking),
    )  # fmt: skip


def need_chart(asking: Asking, works: Board, goals: Targets) -> Slide:
    """Return the slide of officers asked for by the norm and present."""
    codes = tuple(code for code, _, _ in works.path)
    places = works.places if works.places and works.places[0].level == "ward" else ()
    everything = Place(0, "", asking.unit_name, "all", works.total)
    needs: list[Need] = [
        need(place, goals, (*codes, place.code))
        for place in places or (everything,)
        if _sayable(asking, works, place)
    ]
    if not needs:
        line = asking.say("Nhu cầu cán bộ được giữ kín để không suy ra được số nhỏ",
                          "Staff needed is withheld, so that no small count can be worked out")  # fmt: skip
        return Slide(line, (TextBody((line + ".",)),), sources=source(asking))
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
        (body,), sources=source(asking),
    )  # fmt: skip


def _sayable(asking: Asking, works: Board, place: Place) -> bool:
    """Say whether the norm, which is households or residents in other words, may be said."""
    cells = whole(asking, works) if place.level == "all" else of_place(place, works)
    return asking.out.given(cells.households, cells.residents)


def needing_attention(asking: Asking, works: Board, held: CoverageResult) -> Slide:
    """Return the slide of what needs attention."""
    found = attention(asking.database, asking.actor, works)
    if not found.groups:
        line = asking.say("Không có việc gì cần xử lý gấp", "Nothing needs attention")
        return Slide(line, (TextBody((line + ".",)),), sources=source(asking))
    rows = tuple(
        (
            asking.say(*_MATTERS[group.matter]),
            _matter(asking, group.matter, group.count, _everywhere(asking, group, held), works),
            _of(asking, group, works),
            "; ".join(
                f"{_place(item)} ({_matter(asking, group.matter, item.count, _area(item, works, held), works)})"
                for item in group.items[:2]
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
    count = rows[0][1]
    return Slide(
        asking.say(
            f"Gấp nhất: {count} {_lower(_MATTERS[first.matter][0])}",
            f"Most pressing: {count} {_lower(_MATTERS[first.matter][1])}",
        ),
        (body,),
        sources=source(asking),
    )


_OF_WORK = {Matter.VACANT_BEAT, Matter.OVERDUE_TASK, Matter.MISSING_REPORT, Matter.AREA_MISMATCH}


def _matter(asking: Asking, matter: Matter, count: float, area: Area, works: Board) -> str:
    """Return how many of a matter there are; work to be done is no secret, homes and incidents are counted so."""
    if matter in _OF_WORK:
        return asking.number(count)
    cells = PlaceCells(area, works)
    cell = {
        Matter.OVERDUE_INCIDENT: cells.overdue,
        Matter.STALE_COUNT: cells.reviewed(Part.STALE),
        Matter.NO_BEAT: cells.households,
    }.get(matter)
    return WITHHELD if cell is None else asking.out.count(count, cell)


def _everywhere(asking: Asking, group: Group, held: CoverageResult) -> Area:
    return in_no_beat(asking.area, held) if group.matter is Matter.NO_BEAT else asking.area


def _of(asking: Asking, group: Group, works: Board) -> str:
    cells = whole(asking, works)
    if group.matter in _OF_WORK:
        return asking.number(group.whole)
    if group.matter is Matter.STALE_COUNT:
        return asking.out.count(group.whole, cells.reviewed(Part.KNOWN))
    return asking.out.count(group.whole, cells.households) if group.matter is Matter.NO_BEAT else "–"


def _area(item: Item, works: Board, held: CoverageResult) -> Area:
    if item.beat:
        return (beat(item.beat, works.query.day),)
    mine = [one.code for one in held.beats if one.unit_code == item.ward]
    return (item.ward or EVERYTHING, *without(in_beats(held, mine)))


def _place(item: Item) -> str:
    return f"{item.beat_name}, {item.ward_name}" if item.beat_name else item.ward_name


def _lower(words: str) -> str:
    return words[0].lower() + words[1:]


def task_table(asking: Asking, given: list[Task]) -> tuple[Slide, ...]:
    """Return the slide of open tasks, none where nothing is open."""
    if not given:
        return ()
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
    title = asking.say(
        f"{late} trong {len(given)} nhiệm vụ đang giao đã quá hạn",
        f"{late} of {len(given)} open tasks are overdue",
    )
    return (Slide(title, (body,), sources=source(asking)),)


def incidents(asking: Asking, works: Board) -> Slide:
    """Return the slide of incidents and how many were cleared: levels, as periods are no cells that leave."""
    bounds = [works.periods.bounds(i)[1] for i in range(len(works.total.occurred))]
    cells, out = whole(asking, works), asking.out
    unit = asking.say("Vụ việc mỗi 28 ngày, theo ngày cuối; kỳ cao nhất là 100",
                      "Incidents in 28 days, by the last day; the highest is 100")  # fmt: skip
    drawn = levels(works.total.occurred, works.total.cleared)
    body: ChartBody | TextBody = TextBody((unit + ": " + too_few(asking),))
    if drawn is not None:
        names = (asking.say("Xảy ra", "Occurred"), asking.say("Đã giải quyết", "Cleared"))
        body = ChartBody(
            ChartKind.COLUMNS, tuple(f"{day:%d/%m}" for day in bounds),
            tuple(zip(names, drawn, strict=True)), unit, note=level_note(asking),
        )  # fmt: skip
    share = out.percent(works.total.value(Measure.CLEARANCE), *cells.of(Measure.CLEARANCE), digits=1)
    return Slide(
        asking.say(f"{share} số vụ trong 28 ngày gần nhất đã được giải quyết",
                   f"{share} of the incidents of the last 28 days were cleared"),
        (body,), sources=source(asking),
    )  # fmt: skip
