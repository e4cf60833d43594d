"""The deck for a steering committee: what changed hands since the last review."""

from collections.abc import Iterable
from datetime import date

from geo.briefing.asking import Asking
from geo.briefing.deck import Slide, TableBody
from geo.briefing.steering_figures import source
from geo.services.handovers import Change, Changed, handovers


def changes(asking: Asking, days: tuple[date, date]) -> tuple[Slide, ...]:
    """Return the slide of what changed hands in these days, the newest first; none where nothing did."""
    found = handovers(asking.database, asking.actor, *days, asking.unit).changes
    if not found:
        return ()
    names = {unit.code: unit.name for unit in asking.wards.units}
    rows = tuple(_rows(asking, found, names))
    body = TableBody(
        (
            asking.say("Từ ngày", "From"), asking.say("Phường", "Ward"), asking.say("Gì", "What"),
            asking.say("Trước", "Before"), asking.say("Sau", "After"), asking.say("Văn bản", "Document"),
        ),
        rows,
    )  # fmt: skip
    counted = {kind: sum(one.changed is kind for one in found) for kind in Changed}
    parts = [
        words
        for kind, words in (
            (Changed.OFFICER, asking.say(f"{counted[Changed.OFFICER]} lượt cán bộ", f"{counted[Changed.OFFICER]} changes of officers")),
            (Changed.BLOCK, asking.say(f"{counted[Changed.BLOCK]} tổ dân phố", f"{counted[Changed.BLOCK]} blocks")),
            (Changed.BEAT, asking.say(f"{counted[Changed.BEAT]} khu vực lập hoặc thôi", f"{counted[Changed.BEAT]} beats founded or ended")),
            (Changed.BORDER, asking.say(f"{counted[Changed.BORDER]} ranh giới", f"{counted[Changed.BORDER]} borders")),
        )
        if counted[kind]
    ]  # fmt: skip
    since = asking.day(days[0])
    title = asking.say(f"Thay đổi phụ trách từ {since}: {', '.join(parts)}",
                       f"What changed hands since {since}: {', '.join(parts)}")  # fmt: skip
    return (Slide(title, (body,), sources=source(asking)),)


def nothing_changed(asking: Asking, days: tuple[date, date]) -> str:
    """Return that nothing changed hands."""
    first, last = (asking.day(day) for day in days)
    return asking.say(f"Từ {first} đến {last} không có khu vực, tổ dân phố nào đổi người phụ trách.",
                      f"From {first} to {last} no beat or block changed hands.")  # fmt: skip


def _rows(
    asking: Asking, found: Iterable[Change], names: dict[str, str]
) -> Iterable[tuple[str, str, str, str, str, str]]:
    """Yield a row for each change; blocks that went the same way on a day are one."""
    together: dict[tuple[object, ...], list[Change]] = {}
    for change in found:
        alike = change.changed is Changed.BLOCK
        key = (change.day, change.unit_code, change.before, change.after, change.document)
        together.setdefault((*key, "" if alike else (change.changed, change.name, change.role)), []).append(
            change
        )
    nobody, nowhere = asking.say("chưa có người", "nobody"), asking.say("không khu vực nào", "no beat")
    for changes_ in sorted(together.values(), key=lambda some: some[0].day, reverse=True):
        first = changes_[0]
        what, none = first.name, nobody
        if first.changed is Changed.BLOCK:
            none = nowhere
            if len(changes_) > 1:
                what = asking.say(f"{len(changes_)} tổ dân phố", f"{len(changes_)} blocks")
        elif first.changed is Changed.BEAT:
            none = "–"
        elif first.changed is Changed.BORDER:
            what = asking.say(f"Ranh giới {first.name}", f"Border of {first.name}")
        yield (
            asking.day(first.day), names.get(first.unit_code, first.unit_code), what,
            first.before or none, first.after or none, first.document or "–",
        )  # fmt: skip
