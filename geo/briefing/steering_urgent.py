"""The deck for a steering committee: what is late, and what needs attention first."""

from geo.briefing.asking import Asking
from geo.briefing.deck import ChartBody, ChartKind, Slide, TableBody, TextBody
from geo.briefing.leaving import WITHHELD, Counted
from geo.briefing.sentences import in_brackets, spoken
from geo.briefing.steering_cells import PlaceCells, in_beats, in_no_beat, of_place, whole
from geo.briefing.steering_figures import lower, source
from geo.services.attention import Group, Item, Matter, attention
from geo.services.coverage.result import CoverageResult
from geo.services.release.cells import EVERYTHING, Area, Cell, Part, beat, without
from geo.services.works.board import Board
from geo.services.works.figures import SMALL_N

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


def overdue(asking: Asking, works: Board) -> tuple[Slide, ...]:
    """Return the slide of incidents past their due day by place; none where nothing is."""
    late = sorted((place for place in works.places if place.figures.overdue >= SMALL_N),
                  key=lambda place: (-place.figures.overdue, place.name))[:_LATE_PLACES]  # fmt: skip
    if not late:
        return ()
    n = spoken(asking, asking.out.count(works.total.overdue, whole(asking, works).overdue))
    said = (
        asking.say(f"{n} vụ quá hạn", f"{n} incidents are overdue") if n
        else asking.say("Vụ việc quá hạn theo nơi", "Overdue incidents by place")
    )  # fmt: skip
    counts = [(place, float(place.figures.overdue)) for place in late]
    bars = [(place, asking.out.bar(n, Counted(of_place(place, works).overdue, n))) for place, n in counts]
    shown = [(place.name, bar) for place, bar in bars if bar is not None]
    if not shown:
        line = asking.say(
            "Số vụ quá hạn của từng nơi không nêu, để không suy ra được số nhỏ.",
            "How many each place has is not given, so that no small count can be worked out.",
        )
        return (Slide(said, (TextBody((line,)),), sources=source(asking)),)
    body = ChartBody(
        ChartKind.BARS, tuple(name for name, _ in shown),
        ((asking.say("Quá hạn", "Overdue"), tuple(bar for _, bar in shown)),),
        asking.say("Vụ việc quá hạn", "Overdue incidents"),
        note=asking.say(
            f"Không vẽ nơi có dưới {SMALL_N} vụ, hoặc số vụ giữ kín.",
            f"Places of fewer than {SMALL_N}, or whose number is withheld, are not drawn.",
        ) if len(shown) < len(works.places) else "",
    )  # fmt: skip
    name, most = asking.place(shown[0][0]), asking.number(shown[0][1])
    title = asking.say(f"{said}, nhiều nhất ở {name}: {most}", f"{said}, most in {name}: {most}")
    return (Slide(title, (body,), sources=source(asking)),)


def needing_attention(asking: Asking, works: Board, held: CoverageResult) -> tuple[Slide, ...]:
    """Return the slide of what needs attention."""
    found = attention(asking.database, asking.actor, works)
    if not found.groups:
        line = asking.say("Không có việc gì cần xử lý gấp", "Nothing needs attention")
        return (Slide(line, (TextBody((line + ".",)),), sources=source(asking)),)
    if all(group.count == group.whole for group in found.groups):
        return ()  # nothing is in order anywhere: the slides before say so
    rows = tuple(
        (
            asking.say(*_MATTERS[group.matter]),
            _matter(asking, group.matter, group.count, _everywhere(asking, group, held), works),
            _of(asking, group, works),
            "; ".join(
                f"{_place(item)}{_many(asking, group, item, works, held)}"
                for item in group.items[:2] if item.count > 1
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
    first, n = found.groups[0], spoken(asking, rows[0][1])
    many = f"{n} " if n else ""
    title = asking.say(
        f"Gấp nhất: {many}{lower(_MATTERS[first.matter][0])}",
        f"Most pressing: {many}{lower(_MATTERS[first.matter][1])}",
    )
    if len(rows) > _FEW_MATTERS:
        return (Slide(title, (body,), sources=source(asking)),)
    shares = ChartBody(
        ChartKind.BARS, tuple(asking.say(*_MATTERS[group.matter]) for group in found.groups),
        ((asking.say("Tỷ lệ", "Share"),
          tuple(_share(asking, group, _everywhere(asking, group, held), works) for group in found.groups)),),
        asking.say("Phần của tổng số, %", "Share of all, %"), digits=1,
    )  # fmt: skip
    return (Slide(title, (body, shares), sources=source(asking)),)


def _many(asking: Asking, group: Group, item: Item, works: Board, held: CoverageResult) -> str:
    area = _area(item, works, held)
    return in_brackets(asking, _matter(asking, group.matter, item.count, area, works))


_OF_WORK = {Matter.VACANT_BEAT, Matter.OVERDUE_TASK, Matter.MISSING_REPORT, Matter.AREA_MISMATCH}


def _cells(matter: Matter, area: Area, cells: PlaceCells) -> tuple[Cell | None, Cell | None]:
    """Return what a matter counts in an area, and of what; None where the release has no such cell."""
    here = PlaceCells(area, cells.works)
    part = {
        Matter.OVERDUE_INCIDENT: here.overdue,
        Matter.STALE_COUNT: here.reviewed(Part.STALE),
        Matter.NO_BEAT: here.households,
    }
    of = {Matter.STALE_COUNT: cells.reviewed(Part.KNOWN), Matter.NO_BEAT: cells.households}
    return part.get(matter), of.get(matter)


def _matter(asking: Asking, matter: Matter, count: float, area: Area, works: Board) -> str:
    """Return how many of a matter there are; work to be done is no secret, homes and incidents are counted so."""
    if matter in _OF_WORK:
        return asking.number(count)
    cell, _ = _cells(matter, area, whole(asking, works))
    return WITHHELD if cell is None else asking.out.count(count, cell)


def _share(asking: Asking, group: Group, area: Area, works: Board) -> float | None:
    share = 100 * group.count / group.whole if group.whole else None
    if group.matter in _OF_WORK:
        return share
    part, of = _cells(group.matter, area, whole(asking, works))
    return None if part is None or of is None else asking.out.bar(share, part, of)


def _everywhere(asking: Asking, group: Group, held: CoverageResult) -> Area:
    return in_no_beat(asking.area, held) if group.matter is Matter.NO_BEAT else asking.area


def _of(asking: Asking, group: Group, works: Board) -> str:
    if group.matter in _OF_WORK:
        return asking.number(group.whole)
    _, of = _cells(group.matter, asking.area, whole(asking, works))
    return "–" if of is None else asking.out.count(group.whole, of)


def _area(item: Item, works: Board, held: CoverageResult) -> Area:
    if item.beat:
        return (beat(item.beat, works.query.day),)
    mine = [one.code for one in held.beats if one.unit_code == item.ward]
    return (item.ward or EVERYTHING, *without(in_beats(held, mine)))


def _place(item: Item) -> str:
    return f"{item.beat_name}, {item.ward_name}" if item.beat_name else item.ward_name
