"""The deck for a steering committee: the figures of the works by place, what is late, who is missing."""

import numpy as np
import pandas as pd

from geo.briefing.asking import Asking
from geo.briefing.deck import ChartBody, ChartKind, Key, Slide, TableBody, TextBody
from geo.briefing.weekly_released import small
from geo.domain.numerals import NOTHING
from geo.maps.classes import Classes
from geo.maps.palettes import sequential
from geo.services.attention import Item, Matter, attention
from geo.services.load import Need, need
from geo.services.targets import Targets
from geo.services.tasks import Task
from geo.services.works import Board, Place
from geo.services.works_figures import SHARES, SMALL_N, Measure, Work

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
_LATE_PLACES, _FEW_MATTERS = 12, 4
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


def _ward_values(asking: Asking, works: Board, measure: Measure) -> np.ndarray:
    held = {place.code: place.figures.value(measure) for place in works.places}
    values = pd.Series([held.get(code) for code in asking.chosen["code"]], dtype=float)
    return values.to_numpy()


def _place_map(asking: Asking, works: Board, measure: Measure) -> np.ndarray | None:
    if not works.places or works.places[0].level != "ward":
        return None
    return _ward_values(asking, works, measure)


def _alone(asking: Asking, works: Board, measure: Measure) -> Slide:
    said = f"{asking.say(*MEASURE_NAMES[measure])}: {figure(asking, measure, works.total.value(measure))}"
    rows = tuple(
        (place.name, figure(asking, measure, place.figures.value(measure)),
         asking.number(place.figures.households))
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
    return Slide(said, (body if rows else TextBody((said,)),), sources=source(asking))


def measure_map(asking: Asking, works: Board, measure: Measure) -> Slide:
    """Return the slide with a map of one figure by ward; where the places are no wards, with a table."""
    return _share_map(asking, works, measure) if measure in SHARES else _rate_map(asking, works, measure)


def _share_map(asking: Asking, works: Board, measure: Measure) -> Slide:
    values = _place_map(asking, works, measure)
    if values is None:
        return _alone(asking, works, measure)
    classes = Classes((0.0, 0.5, 0.7, 0.8, 0.9))
    shares = [asking.number(100 * border) for border in classes.borders]
    labels = [f"{low}–{asking.percent(high)}" for low, high in zip(shares, classes.borders[1:], strict=False)]
    labels.append(asking.say(f"từ {asking.percent(0.9)}", f"{asking.percent(0.9)} or more"))
    colours = sequential(5)[::-1]  # dark where least is done
    keys = tuple(Key(label, colour) for label, colour in zip(labels, colours, strict=True))
    body = asking.ward_map(
        values, classes, keys, keys_title=asking.say(*MEASURE_NAMES[measure]), as_of=works.query.day,
        n=_whole(asking, works, measure),
        left_out=asking.say(
            f"Không tính: {asking.number(works.total.later)} hộ rà soát sau ngày này",
            f"Left out: {asking.number(works.total.later)} households reviewed after this day",
        ) if works.total.later and measure is Measure.FRESHNESS else "",
    )  # fmt: skip
    low = int(np.nansum(values < 0.9))
    return Slide(
        asking.say(
            f"{low} trong {len(values)} phường dưới 90 %: {_lower(MEASURE_NAMES[measure][0])}",
            f"{low} of {len(values)} wards are below 90%: {_lower(MEASURE_NAMES[measure][1])}",
        ),
        (body,),
        sources=source(asking),
    )


def _rate_map(asking: Asking, works: Board, measure: Measure) -> Slide:
    values = _place_map(asking, works, measure)
    if values is None:
        return _alone(asking, works, measure)
    classes, keys = asking.rate_keys(
        values, digits=0 if measure in {Measure.LOAD, Measure.RESIDENT_LOAD} else 1
    )
    without, named = int(np.isnan(values).sum()), asking.say(*MEASURE_NAMES[measure])
    body = asking.ward_map(
        values, classes, keys, keys_title=named, as_of=works.query.day,
        n=_of_how_many(asking, works, measure),
        left_out=asking.say(f"Xám: {without} phường không tính được",
                            f"Grey: {without} wards where it cannot be told") if without else "",
    )  # fmt: skip
    if np.isnan(values).all():
        return Slide(asking.say(f"Chưa tính được: {named}", f"Cannot be told: {named}"), (body,))
    most = int(np.nanargmax(values))
    name, value = str(asking.chosen["name"].iloc[most]), figure(asking, measure, values[most])
    return Slide(
        asking.say(f"Cao nhất ở {asking.place(name)}: {value} {_lower(named)}",
                   f"Highest in {asking.place(name)}: {value} {_lower(named)}"),
        (body,), sources=source(asking),
    )  # fmt: skip


def _whole(asking: Asking, works: Board, measure: Measure) -> str:
    if measure is Measure.FRESHNESS:
        n = asking.number(works.total.households)
        return asking.say(f"n = {n} hộ", f"n = {n} households")
    n = asking.number(works.total.quotient(measure).whole)
    return f"n = {n}"


def _of_how_many(asking: Asking, works: Board, measure: Measure) -> str:
    total = works.total
    if measure in {Measure.LOAD, Measure.RESIDENT_LOAD}:
        n = asking.number(total.holders, 1)
        return asking.say(f"n = {n} cán bộ", f"n = {n} officers")
    n = asking.number(total.cleared[-1] if measure is Measure.MEDIAN_HOURS else total.occurred[-1])
    return asking.say(f"n = {n} vụ", f"n = {n} incidents")


def roll_up(asking: Asking, works: Board) -> tuple[Slide, ...]:
    """Return the slide with all works by place; what is alike everywhere is said once, below."""

    def row(place: Place) -> tuple[str, ...]:
        return (
            place.name, asking.number(place.figures.households),
            *(figure(asking, measure, place.figures.value(measure)) for measure in _ROLLED),
            small(asking, place.figures.overdue) if place.figures.overdue else "0",
        )  # fmt: skip

    total = Place(0, "", asking.say("Toàn bộ", "All"), "all", works.total)
    header = (
        asking.say("Đơn vị", "Unit"), asking.say("Hộ", "Households"),
        asking.say("Phụ trách", "Covered"), asking.say("Rà soát", "Reviewed"),
        asking.say("Báo cáo", "Reports"), asking.say("Giải quyết", "Cleared"),
        asking.say("Đúng hạn", "In time"), asking.say("Quá hạn", "Overdue"),
    )  # fmt: skip
    rows = [row(total), *map(row, works.places)]
    columns = list(zip(*rows, strict=True))
    alike = [i for i, column in enumerate(columns) if i and len({*column} - {NOTHING}) < 2]
    kept = [i for i in range(len(header)) if i not in alike]
    if len(kept) < 2 and len(works.places) > 1:
        return ()
    said = "; ".join(f"{header[i].lower()} {columns[i][0]}" for i in alike if columns[i][0] != NOTHING)
    body = TableBody(
        tuple(header[i] for i in kept), tuple(tuple(one[i] for i in kept) for one in rows),
        frozenset(range(1, len(kept))),
        note=asking.say(f"Nơi nào cũng như nhau: {said}.", f"Alike everywhere: {said}.") if said else "",
    )  # fmt: skip
    return (
        Slide(
            asking.say(f"Tổng hợp bốn mặt công tác của {len(works.places)} đơn vị",
                       f"The four works rolled up over {len(works.places)} places"),
            (body,), sources=source(asking),
        ),
    )  # fmt: skip


def overdue(asking: Asking, works: Board) -> tuple[Slide, ...]:
    """Return the slide of incidents past their due day by place; none where nothing is."""
    late = sorted((place for place in works.places if place.figures.overdue >= SMALL_N),
                  key=lambda place: (-place.figures.overdue, place.name))[:_LATE_PLACES]  # fmt: skip
    if not late:
        return ()
    body = ChartBody(
        ChartKind.BARS, tuple(place.name for place in late),
        ((asking.say("Quá hạn", "Overdue"), tuple(float(place.figures.overdue) for place in late)),),
        asking.say("Vụ việc quá hạn", "Overdue incidents"),
    )  # fmt: skip
    n, most, name = (asking.number(works.total.overdue), asking.number(late[0].figures.overdue),
                     asking.place(late[0].name))  # fmt: skip
    title = asking.say(
        f"{n} vụ quá hạn, nhiều nhất ở {name}: {most}", f"{n} incidents are overdue, most in {name}: {most}"
    )
    return (Slide(title, (body,), sources=source(asking)),)


def need_chart(asking: Asking, works: Board, goals: Targets) -> Slide:
    """Return the slide of officers asked for by the norm and present."""
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
        (body,), sources=source(asking),
    )  # fmt: skip


def needing_attention(asking: Asking, works: Board) -> tuple[Slide, ...]:
    """Return the slide of what needs attention."""
    found = attention(asking.database, asking.actor, works)
    if not found.groups:
        line = asking.say("Không có việc gì cần xử lý gấp", "Nothing needs attention")
        return (Slide(line, (TextBody((line + ".",)),), sources=source(asking)),)
    if all(group.count == group.whole for group in found.groups):
        return ()  # nothing is in order anywhere: the slides before say so
    rows = tuple(
        (
            asking.say(*_MATTERS[group.matter]), asking.number(group.count), asking.number(group.whole),
            "; ".join(
                f"{_place(item)} ({asking.number(item.count)})" for item in group.items[:2] if item.count > 1
            ) or "–",
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
    title = asking.say(
        f"Gấp nhất: {asking.number(first.count)} {_lower(_MATTERS[first.matter][0])}",
        f"Most pressing: {asking.number(first.count)} {_lower(_MATTERS[first.matter][1])}",
    )
    if len(rows) > _FEW_MATTERS:
        return (Slide(title, (body,), sources=source(asking)),)
    shares = ChartBody(
        ChartKind.BARS, tuple(asking.say(*_MATTERS[group.matter]) for group in found.groups),
        ((asking.say("Tỷ lệ", "Share"),
          tuple(100 * group.count / group.whole if group.whole else None for group in found.groups)),),
        asking.say("Phần của tổng số, %", "Share of all, %"), digits=1,
    )  # fmt: skip
    return (Slide(title, (body, shares), sources=source(asking)),)


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
    """Return the slide of incidents and how many were cleared."""
    bounds = [works.periods.bounds(i)[1] for i in range(len(works.total.occurred))]
    none_cleared = not any(works.total.cleared)
    series = [(asking.say("Xảy ra", "Occurred"), tuple(works.total.occurred))]
    if not none_cleared:
        series.append((asking.say("Đã giải quyết", "Cleared"), tuple(works.total.cleared)))
    body = ChartBody(
        ChartKind.COLUMNS, tuple(f"{day:%d/%m}" for day in bounds), tuple(series),
        asking.say("Vụ việc mỗi 28 ngày, theo ngày cuối", "Incidents in 28 days, by the last day"),
    )  # fmt: skip
    share, n = (
        asking.percent(works.total.value(Measure.CLEARANCE), 1),
        asking.number(works.total.occurred[-1]),
    )
    title = (
        asking.say(f"{n} vụ trong 28 ngày gần nhất; dữ liệu không ghi vụ nào đã giải quyết",
                   f"{n} incidents in the last 28 days; the data records none as cleared")
        if none_cleared
        else asking.say(f"{share} số vụ trong 28 ngày gần nhất đã được giải quyết",
                        f"{share} of the incidents of the last 28 days were cleared")
    )  # fmt: skip
    return Slide(title, (body,), sources=source(asking))
