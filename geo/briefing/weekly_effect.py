"""Did an operation work: the treated places beside a control, as a slide.

Which operations there were is nowhere ordered in the system: the one that somebody looked at on the Hotspots
page and kept in a briefing is the one that the weekly deck tells of.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from geo.analysis.change import Effect
from geo.briefing.asking import Asking
from geo.briefing.deck import ChartBody, Slide, TableBody, TextBody
from geo.briefing.leaving import WITHHELD, level_columns
from geo.briefing.sentences import spoken
from geo.briefing.weekly_figures import source
from geo.domain import numerals
from geo.domain.errors import DiaBanError
from geo.domain.kinds import OriginFilter
from geo.services.briefings import briefings
from geo.services.coverage.on_a_day import coverage
from geo.services.hotspots.effect import Area, Finding, Group, Operation, Outcome, effect
from geo.services.hotspots.review import HotspotQuery, choices
from geo.services.release.cells import Cell, beat

_RECENT_DAYS = 90
_MOST, _NAMED = 2, 3
_FEWEST_PERIODS = 4


def kept_effects(asking: Asking) -> tuple[Slide, ...]:
    """Return the slides of operations kept in briefings that ended in the quarter before the period's end."""
    last = asking.period[1]
    known: dict[Operation, HotspotQuery] = {}
    for held in briefings(asking.database, asking.actor):
        for view in held.views:
            operation = operation_of(view.asked) if view.page == "hotspots" else None
            if operation and last - timedelta(days=_RECENT_DAYS) <= operation.end <= last:
                known.setdefault(operation, _query_of(asking, view.asked))
    newest = sorted(known, key=lambda one: (one.end, one.start, one.treated), reverse=True)[:_MOST]
    looked = [(one, _looked(asking, known[one], one)) for one in newest]
    return asking.out.twice(lambda: tuple(_slide(asking, *one) for one in looked))


def no_effect(asking: Asking) -> str:
    """Return that no operation was looked at."""
    return asking.say(
        "Hiệu quả biện pháp: không có đợt ra quân nào của quý này được đánh giá và giữ trong báo cáo.",
        "Effect of measures: no operation of this quarter was looked at and kept in a briefing.",
    )


def operation_of(asked: Mapping[str, Any]) -> Operation | None:
    """Return the operation of a kept view of the Hotspots page; None where it shows something else."""
    treated = tuple(asked.get("treated") or ())
    if asked.get("mode") != "effect" or not treated:
        return None
    start, end = date.fromisoformat(asked["start"]), date.fromisoformat(asked["end"])
    began, lasted = asked.get("began"), int(asked.get("lasted") or 0)
    return Operation(
        date.fromisoformat(began) if began else start, lasted or (end - start).days + 1, treated,
        tuple(asked.get("control") or ()), Area(asked.get("area") or Area.WARD),
    )  # fmt: skip


def _query_of(asking: Asking, asked: Mapping[str, Any]) -> HotspotQuery:
    return HotspotQuery(
        *asking.period, category=asked.get("category"), cutoff=asking.cutoff,
        origin=OriginFilter(asked.get("origin") or OriginFilter.REPORTED),
    )  # fmt: skip


def effect_slides(asking: Asking, query: HotspotQuery, operation: Operation) -> tuple[Slide, ...]:
    """Return the slide of one operation, or one that says why it cannot be told."""
    return (_slide(asking, operation, _looked(asking, query, operation)),)


def _looked(asking: Asking, query: HotspotQuery, operation: Operation) -> Outcome | DiaBanError:
    """Return what an operation came to, or why it cannot be told."""
    try:
        return effect(asking.database, asking.actor, query, operation)
    except DiaBanError as fault:
        return fault


def _slide(asking: Asking, operation: Operation, found: Outcome | DiaBanError) -> Slide:
    if isinstance(found, DiaBanError):
        days = f"{asking.day(operation.start)} – {asking.day(operation.end)}"
        title = asking.say(
            f"Chưa đánh giá được đợt ra quân {days}", f"The operation {days} cannot be told of yet"
        )
        return Slide(title, (TextBody((found.message(asking.lang),)),), sources=source(asking))
    names = _names(asking, operation)
    line = f"{_finding(asking, found)} {_regression(asking, found)}".strip()
    where = _named(asking, names, found.treated) + _category(asking, found.query)
    title = asking.say(f"Đợt ra quân ở {where}: {_short(asking, found)}",
                       f"The operation in {where}: {_short(asking, found)}")  # fmt: skip
    bodies = (_table(asking, found, line), *_history(asking, found))
    return Slide(title, bodies, line, _how(asking, found.query))


def _category(asking: Asking, query: HotspotQuery) -> str:
    """Return which kind of incidents it was against, where it was against one."""
    known = choices(asking.database, asking.actor).categories
    named = [
        one.name_vi if asking.lang == "vi" else one.name_en for one in known if one.code == query.category
    ]
    return f" ({named[0].lower()})" if named else ""


def _how(asking: Asking, query: HotspotQuery) -> str:
    said = asking.say(
        "So với đối chứng: WDD, khoảng 95 % coi số vụ dao động kiểu Poisson, thực tế dao động hơn; không nói được vì sao.",
        "Against the control: WDD, its 95% interval takes counts as Poisson, they vary more; it does not say why.",
    )
    return f"{source(asking) if query.origin is OriginFilter.REPORTED else ''} {said}".strip()


def _names(asking: Asking, operation: Operation) -> Mapping[str, str]:
    if operation.area is Area.WARD:
        return {unit.code: unit.name for unit in asking.wards.units}
    held = coverage(asking.database, asking.actor, operation.start)
    return {one.code: f"{one.name}, {one.unit_name}" for one in held.beats}


def _named(asking: Asking, names: Mapping[str, str], group: Group) -> str:
    said = ", ".join(asking.place(names.get(code, code)) for code in group.codes[:_NAMED])
    more = len(group.codes) - _NAMED
    return said + (asking.say(f" và {more} nơi khác", f" and {more} more") if more > 0 else "")


def _cells(found: Outcome, group: Group) -> tuple[Cell, Cell]:
    """Return the cells of a group, before and during."""
    operation, codes = found.operation, group.codes
    if operation.area is Area.BEAT:
        codes = tuple(beat(code, operation.start) for code in codes)
    whole = replace(found.query, unit=None)
    before = replace(whole, start=operation.before[0], end=operation.before[1])
    return Cell.of(before, codes), Cell.of(replace(whole, start=operation.start, end=operation.end), codes)


def _groups(found: Outcome) -> Iterator[Group]:
    for group in (found.treated, found.neighbours, found.control):
        if group is not None:
            yield group


def _measured(asking: Asking, found: Outcome, measured: Effect) -> str:
    """Return an effect with its interval, as it leaves: it is worked out of the counts of all groups."""
    cells = [cell for group in _groups(found) for cell in _cells(found, group)]
    if not asking.out.given(*cells):
        return WITHHELD
    change, low, high = (
        numerals.signed(round(value) or 0, 0, asking.lang)
        for value in (measured.estimate, measured.low, measured.high)
    )
    return asking.say(f"{change} ({low} đến {high})", f"{change} ({low} to {high})")


def _short(asking: Asking, found: Outcome) -> str:
    measured = spoken(asking, _measured(asking, found, found.local))
    n = asking.say(f" {measured} vụ so với đối chứng", f" {measured} incidents against the control")
    return {
        Finding.FEWER: asking.say("số vụ giảm", "fewer incidents"),
        Finding.MORE: asking.say("không thấy giảm", "no fall is seen"),
        Finding.UNCLEAR: asking.say("chưa phân biệt được với ngẫu nhiên", "it cannot be told from chance"),
        Finding.SMALL: asking.say("quá ít vụ để nói", "too few incidents to tell"),
    }[found.finding] + (f",{n}" if measured and found.finding is not Finding.SMALL else "")


def _finding(asking: Asking, found: Outcome) -> str:
    moved = found.displacement
    if found.finding is Finding.SMALL:
        return asking.say(
            "Số quá nhỏ để nói đợt có tác dụng hay không.", "Too few to tell whether it worked."
        )
    if moved is None:
        return asking.say("Không còn nơi nào ở xa làm đối chứng, nên không xét được vụ việc có dời chỗ không.",
                          "No place further off is left as a control, so displacement cannot be looked at.")  # fmt: skip
    if moved.high < 0:
        return asking.say("Các nơi kề bên cũng giảm.", "The places next to it fell too.")
    if moved.low > 0:
        return asking.say("Có dấu hiệu vụ việc dời sang nơi kề bên.", "Incidents may have moved next door.")
    return asking.say("Không thấy rõ vụ việc dời sang nơi kề bên.", "No clear move to the places next to it.")


def _regression(asking: Asking, found: Outcome) -> str:
    if found.was_high:
        return asking.say("Cẩn thận: trước đợt cao hơn mức quen, nên một phần mức giảm có thể tự đến.",
                          "Beware: before it there were more than usual; a part of a fall may be the return to it.")  # fmt: skip
    if found.was_low:
        return asking.say("Cẩn thận: trước đợt thấp hơn mức quen, số vụ thường tự trở lên.",
                          "Beware: before it there were fewer than usual; counts come back by themselves.")  # fmt: skip
    return ""


def _table(asking: Asking, found: Outcome, line: str) -> TableBody:
    effects = {id(found.treated): found.local, id(found.neighbours): found.displacement}
    said = {
        id(found.treated): asking.say("Nơi ra quân", "Treated"),
        id(found.neighbours): asking.say("Kề bên", "Next to it"),
        id(found.control): asking.say("Đối chứng", "Control"),
    }
    rows = []
    for group in _groups(found):
        first, then = _cells(found, group)
        measured = effects.get(id(group))
        change = group.during / group.before - 1 if group.before else None
        rows.append(
            (
                said[id(group)], str(len(group.codes)), asking.out.count(group.before, first),
                asking.out.count(group.during, then), asking.signed_percent(change) if asking.out.given(first, then) else WITHHELD,
                _measured(asking, found, measured) if measured else "–",
            )
        )  # fmt: skip
    days = f"{asking.day(found.operation.start)} – {asking.day(found.operation.end)}"
    before = f"{asking.day(found.operation.before[0])} – {asking.day(found.operation.before[1])}"
    note = asking.say(
        f"{line} Trong đợt: {days}; trước: {before}.", f"{line} During: {days}; before: {before}."
    )
    header = (
        asking.say("Nơi", "Where"),
        asking.say("Khu vực", "Beats") if found.operation.area is Area.BEAT else asking.say("Phường", "Wards"),
        asking.say("Trước", "Before"), asking.say("Trong đợt", "During"), asking.say("Thay đổi", "Change"),
        asking.say("So với đối chứng, vụ", "Against the control"),
    )  # fmt: skip
    return TableBody(header, tuple(rows), frozenset({1, 2, 3, 4, 5}), note=note)


def _history(asking: Asking, found: Outcome) -> tuple[ChartBody | TextBody, ...]:
    history, days = found.history, found.operation.days
    if len(history.starts) < _FEWEST_PERIODS:
        return ()
    drawn = level_columns(
        asking, tuple(f"{day:%d/%m}" for day in history.starts),
        asking.say(f"Mức từng kỳ {days} ngày, theo ngày đầu; cột cuối là đợt ra quân",
                   f"Level of periods of {days} days, by the first day; the last is the operation"),
        (asking.say("Nơi ra quân", "Treated"), history.treated),
        (asking.say("Đối chứng, cùng cỡ", "Control of that size"), history.control),
    )  # fmt: skip
    return (drawn,)
