"""The deck for a steering committee: the figures of the works by place, what is late, who is missing."""

import numpy as np
import pandas as pd

from geo.briefing.asking import Asking
from geo.briefing.deck import ChartBody, ChartKind, Key, Slide, TableBody, TextBody
from geo.briefing.leaving import WITHHELD, level_columns
from geo.briefing.sentences import counted, not_told, spoken
from geo.briefing.steering_cells import of_place, whole
from geo.domain.numerals import NOTHING
from geo.maps.classes import Classes
from geo.maps.palettes import sequential
from geo.services.load import Need, need
from geo.services.release.cells import Part
from geo.services.targets import Targets
from geo.services.works.board import Board, Place
from geo.services.works.figures import SHARES, Measure, Work

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
_ROLLED = (Measure.COVERAGE, Measure.FRESHNESS, Measure.COMPLETENESS, Measure.CLEARANCE, Measure.ON_TIME)


def source(asking: Asking) -> str:
    """Return where the figures are from."""
    return asking.say(
        "Nguồn: phân công, hộ, báo cáo, vụ việc (cả vụ tự phát hiện) trong CSDL Địa Bàn; số hộ là số đang lưu.",
        "Source: assignments, households, reports, incidents (discovered too) in the Địa Bàn database; households as stored.",
    )


def figure(asking: Asking, measure: Measure, value: float | None) -> str:
    """Return a figure as it is read."""
    if measure in SHARES:
        return asking.percent(value, 1)
    return asking.number(value, 1 if measure in {Measure.PER_1000, Measure.MEDIAN_HOURS} else 0)


def said(asking: Asking, works: Board, place: Place, measure: Measure) -> str:
    """Return a figure of a place as it leaves."""
    if not _given(asking, works, place, measure):
        return WITHHELD
    return figure(asking, measure, place.figures.value(measure))


def _given(asking: Asking, works: Board, place: Place, measure: Measure) -> bool:
    """Say whether a figure of a place may be said; household-days are no count that the release knows."""
    if measure is Measure.HOUSEHOLD_COVERAGE and asking.out.leaves:
        return False
    return asking.out.given(*of_place(place, works).of(measure))


def _ward_values(asking: Asking, works: Board, measure: Measure) -> np.ndarray:
    held = {
        place.code: place.figures.value(measure) if _given(asking, works, place, measure) else None
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
    name = asking.say(*MEASURE_NAMES[measure])
    words = spoken(asking, value)
    line = name if words in {None, NOTHING} else f"{name}: {words}"
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
    told = (line,) if words not in {None, NOTHING} else _why_not(asking, lower(name), withheld=words is None)
    return Slide(line, (body if rows else TextBody(told),), sources=source(asking))


def _why_not(asking: Asking, name: str, *, withheld: bool) -> tuple[str, ...]:
    return not_told(asking, (name,)) if withheld else not_told(asking, (), (name,))


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
    keys = (
        *(Key(label, colour) for label, colour in zip(labels, colours, strict=True)),
        *asking.unknown_key(values),
    )
    cells = whole(asking, works)
    later = spoken(asking, asking.out.count(works.total.later, cells.reviewed(Part.LATER)))
    body = asking.ward_map(
        values, classes, keys, keys_title=asking.say(*MEASURE_NAMES[measure]), as_of=works.query.day,
        n=_whole(asking, works, measure),
        left_out=asking.say(
            f"Không tính: {f'{later} ' if later else ''}hộ rà soát sau ngày này",
            f"Left out: {f'{later} ' if later else ''}households reviewed after this day",
        ) if works.total.later and measure is Measure.FRESHNESS else "",
    )  # fmt: skip
    low, known = int(np.nansum(values < 0.9)), int((~np.isnan(values)).sum())
    if not known:
        return _not_by_ward(asking, works, measure)
    of = (
        asking.say(f"{known} phường", f"{known} wards")
        if known == len(values)
        else asking.say(f"{known} phường nêu được", f"the {known} wards that can be told")
    )
    return Slide(
        asking.say(
            f"{low} trong {of} dưới 90 %: {lower(MEASURE_NAMES[measure][0])}",
            f"{low} of {of} are below 90%: {lower(MEASURE_NAMES[measure][1])}",
        ),
        (body,),
        sources=source(asking),
    )


def _not_by_ward(asking: Asking, works: Board, measure: Measure) -> Slide:
    """Return the slide in the place of a map of which no ward can be told."""
    name = asking.say(*MEASURE_NAMES[measure])
    withheld = any(place.figures.value(measure) is not None for place in works.places)
    title = (
        asking.say(f"{name}: không nêu được theo phường", f"{name}: cannot be given by ward")
        if withheld
        else asking.say(f"{name}: chưa tính được", f"{name}: cannot be told")
    )
    return Slide(title, (TextBody(_why_not(asking, lower(name), withheld=withheld)),), sources=source(asking))


def _rate_map(asking: Asking, works: Board, measure: Measure) -> Slide:
    values = _place_map(asking, works, measure)
    if values is None:
        return _alone(asking, works, measure)
    classes, keys = asking.rate_keys(
        values, digits=0 if measure in {Measure.LOAD, Measure.RESIDENT_LOAD} else 1
    )
    named = asking.say(*MEASURE_NAMES[measure])
    body = asking.ward_map(
        values, classes, keys, keys_title=named, as_of=works.query.day,
        n=_of_how_many(asking, works, measure),
    )  # fmt: skip
    if np.isnan(values).all():
        return _not_by_ward(asking, works, measure)
    most = int(np.nanargmax(values))
    name, value = str(asking.chosen["name"].iloc[most]), figure(asking, measure, values[most])
    return Slide(
        asking.say(f"Cao nhất ở {asking.place(name)}: {value} {lower(named)}",
                   f"Highest in {asking.place(name)}: {value} {lower(named)}"),
        (body,), sources=source(asking),
    )  # fmt: skip


def _whole(asking: Asking, works: Board, measure: Measure) -> str:
    cells, out = whole(asking, works), asking.out
    if measure in {Measure.FRESHNESS, Measure.HOUSEHOLD_COVERAGE}:
        n = out.count(works.total.households, cells.households)
        return counted(asking, n, asking.say("hộ", "households"))
    total, needed = works.total.quotient(measure).whole, cells.of(measure)
    n = out.count(total, needed[-1]) if needed else asking.number(total)
    return counted(asking, n, _unit(asking, measure))


def _unit(asking: Asking, measure: Measure) -> str:
    return {
        Measure.COVERAGE: asking.say("ngày-khu vực", "beat-days"),
        Measure.COMPLETENESS: asking.say("báo cáo", "reports"),
        Measure.ON_TIME: asking.say("vụ đến hạn", "incidents due"),
    }.get(measure, asking.say("vụ", "incidents"))


def _of_how_many(asking: Asking, works: Board, measure: Measure) -> str:
    total, cells = works.total, whole(asking, works)
    if measure in {Measure.LOAD, Measure.RESIDENT_LOAD}:
        n = asking.number(total.holders, 1)
        return asking.say(f"n = {n} cán bộ", f"n = {n} officers")
    n = (
        asking.out.count(total.cleared[-1], cells.incidents(part=Part.CLEARED))
        if measure is Measure.MEDIAN_HOURS
        else asking.out.count(total.occurred[-1], cells.incidents())
    )
    return counted(asking, n, asking.say("vụ", "incidents"))


def roll_up(asking: Asking, works: Board) -> tuple[Slide, ...]:
    """Return the slide with all works by place; what is alike everywhere is said once, below."""

    def row(place: Place) -> tuple[str, ...]:
        cells = whole(asking, works) if place.level == "all" else of_place(place, works)
        values = [(m, place.figures.value(m), asking.out.given(*cells.of(m))) for m in _ROLLED]
        return (
            place.name, asking.out.count(place.figures.households, cells.households),
            *(figure(asking, measure, value) if given else WITHHELD for measure, value, given in values),
            asking.out.count(place.figures.overdue, cells.overdue),
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
    same = [(header[i].lower(), spoken(asking, columns[i][0])) for i in alike if columns[i][0] != NOTHING]
    said = "; ".join(f"{name} {words}" for name, words in same if words)
    notes = (
        *([asking.say(f"Nơi nào cũng như nhau: {said}.", f"Alike everywhere: {said}.")] if said else []),
        *not_told(asking, [name for name, words in same if words is None]),
    )
    body = TableBody(
        tuple(header[i] for i in kept), tuple(tuple(one[i] for i in kept) for one in rows),
        frozenset(range(1, len(kept))),
        note=" ".join(notes),
    )  # fmt: skip
    return (
        Slide(
            asking.say(f"Tổng hợp bốn mặt công tác của {len(works.places)} đơn vị",
                       f"The four works rolled up over {len(works.places)} places"),
            (body,), sources=source(asking),
        ),
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
    n = asking.number(lacking, 0 if float(lacking).is_integer() else 1)
    return Slide(
        asking.say(f"Theo định mức còn thiếu {n} cán bộ", f"The norm asks for {n} officers more"),
        (body,), sources=source(asking),
    )  # fmt: skip


def _sayable(asking: Asking, works: Board, place: Place) -> bool:
    """Say whether the norm, which is households or residents in other words, may be said."""
    cells = whole(asking, works) if place.level == "all" else of_place(place, works)
    return asking.out.given(cells.households, cells.residents)


def lower(words: str) -> str:
    """Return words as they stand within a sentence."""
    return words[0].lower() + words[1:]


def incidents(asking: Asking, works: Board) -> Slide:
    """Return the slide of incidents and how many were cleared: levels, as periods are no cells that leave."""
    bounds = [works.periods.bounds(i)[1] for i in range(len(works.total.occurred))]
    cells, out = whole(asking, works), asking.out
    none_cleared = not any(works.total.cleared)
    unit = asking.say("Vụ việc mỗi 28 ngày, theo ngày cuối; kỳ cao nhất là 100",
                      "Incidents in 28 days, by the last day; the highest is 100")  # fmt: skip
    series = [(asking.say("Xảy ra", "Occurred"), works.total.occurred)]
    if not none_cleared:
        series.append((asking.say("Đã giải quyết", "Cleared"), works.total.cleared))
    body = level_columns(asking, tuple(f"{day:%d/%m}" for day in bounds), unit, *series)
    share = spoken(
        asking, out.percent(works.total.value(Measure.CLEARANCE), *cells.of(Measure.CLEARANCE), digits=1)
    )
    n = spoken(asking, out.count(works.total.occurred[-1], cells.incidents(len(works.total.occurred) - 1)))
    if none_cleared:
        title = asking.say(
            "Dữ liệu không ghi vụ nào đã giải quyết", "The data records no incident as cleared"
        )
        if n:
            title = asking.say(f"{n} vụ trong 28 ngày gần nhất; {lower(title)}",
                               f"{n} incidents in the last 28 days; {lower(title)}")  # fmt: skip
    elif share in {None, NOTHING}:
        title = asking.say("Vụ việc xảy ra và đã giải quyết qua các kỳ 28 ngày; tỷ lệ kỳ này không nêu",
                           "Incidents and how many were cleared, by 28 days; the last share is not given")  # fmt: skip
    else:
        title = asking.say(f"{share} số vụ trong 28 ngày gần nhất đã được giải quyết",
                           f"{share} of the incidents of the last 28 days were cleared")  # fmt: skip
    return Slide(title, (body,), sources=source(asking))
