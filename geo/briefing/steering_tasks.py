"""The deck for a steering committee: tasks that are open, one by one where few, else by what was ordered."""

from collections.abc import Sequence

from geo.briefing.asking import Asking
from geo.briefing.deck import Slide, TableBody
from geo.briefing.steering_figures import source
from geo.services.tasks import Task

_LISTED = 14


def task_table(asking: Asking, given: Sequence[Task]) -> tuple[Slide, ...]:
    """Return the slide of open tasks, none where nothing is open."""
    if not given:
        return ()
    late = sum(task.overdue for task in given)
    title = asking.say(
        f"{late} trong {len(given)} nhiệm vụ đang giao đã quá hạn",
        f"{late} of {len(given)} open tasks are overdue",
    )
    body = _one_by_one(asking, given) if len(given) <= _LISTED else _by_order(asking, given)
    return (Slide(title, (body,), sources=source(asking)),)


def _place(task: Task) -> str:
    return ", ".join(part for part in (task.beat_name, task.unit_name) if part)


def _one_by_one(asking: Asking, given: Sequence[Task]) -> TableBody:
    rows = tuple(
        (
            task.title, _place(task), task.document, asking.day(task.due_on),
            asking.say(f"quá {task.days_late} ngày", f"{task.days_late} days late") if task.overdue else "",
            asking.percent(task.progress / 100),
        )
        for task in given
    )  # fmt: skip
    return TableBody(
        (
            asking.say("Nhiệm vụ", "Task"), asking.say("Nơi", "Where"), asking.say("Văn bản", "Document"),
            asking.say("Hạn", "Due"), asking.say("Quá hạn", "Late"), asking.say("Tiến độ", "Progress"),
        ),
        rows, frozenset({5}),
    )  # fmt: skip


def _by_order(asking: Asking, given: Sequence[Task]) -> TableBody:
    """Return one row for all tasks of one name, document and due day, in their order: overdue first."""
    orders: dict[tuple[str, str, str], list[Task]] = {}
    for task in given:
        orders.setdefault((task.title, task.document, asking.day(task.due_on)), []).append(task)
    rows = []
    for (title, document, due), mine in orders.items():
        slowest = min(mine, key=lambda task: (task.progress, _place(task)))
        low, high = slowest.progress, max(task.progress for task in mine)
        progress = asking.percent(high / 100)
        if low < high:
            progress = f"{asking.number(low)}–{progress}"
        late = asking.number(sum(task.overdue for task in mine))
        rows.append((title, document, due, asking.number(len(mine)), late, progress, _place(slowest)))
    return TableBody(
        (
            asking.say("Nhiệm vụ", "Task"), asking.say("Văn bản", "Document"), asking.say("Hạn", "Due"),
            asking.say("Đang giao", "Open"), asking.say("Quá hạn", "Overdue"),
            asking.say("Tiến độ", "Progress"), asking.say("Chậm nhất", "Slowest"),
        ),
        tuple(rows), frozenset({3, 4, 5}),
    )  # fmt: skip
