"""The deck of weekly hotspots: do incidents come again nearby, how far, how long, and where is that now."""

from itertools import pairwise

import numpy as np

from geo.analysis.near_repeat import MIN_RATIO
from geo.briefing.asking import Asking
from geo.briefing.deck import ChartBody, ChartKind, Slide, TableBody
from geo.briefing.weekly_figures import source
from geo.services.hotspots.repeat import ENOUGH_INCIDENTS, Repeat, RepeatSetting, repeat
from geo.services.hotspots.review import SMALL_N, HotspotQuery

_NAMED = 3


def near_repeats(
    asking: Asking, query: HotspotQuery, setting: RepeatSetting | None = None
) -> tuple[Slide, ...]:
    """Return the slide of near repeats, none where there are too few incidents to tell.

    Of the pairs only ratios leave, to one decimal; those of fewer than five pairs do not.
    """
    found = repeat(asking.database, asking.actor, query, setting)
    if not found.is_enough or np.isnan(found.table.ratio[0, 0]):
        return ()
    where = _where(asking, found)
    bodies = (_table(asking, found, where), _chart(asking, found))
    return (Slide(_title(asking, found), bodies, where, source(asking)),)


def too_few_repeats(asking: Asking) -> str:
    """Return why there is no such slide."""
    return asking.say(
        f"Lặp lại gần: không có gì để nói, cần ít nhất {ENOUGH_INCIDENTS} vụ có toạ độ, trong đó có vụ gần nhau.",
        f"Near repeats: nothing to tell; at least {ENOUGH_INCIDENTS} incidents with a place are needed, some of them close.",
    )


def _title(asking: Asking, found: Repeat) -> str:
    setting, table = found.setting, found.table
    first, p = float(table.ratio[0, 0]), asking.probability(float(table.p[0, 0]))
    ratio = asking.number(first, 1)
    if first < MIN_RATIO <= round(first, 1):  # it would read "1.2, below the threshold of 1.2"
        ratio = asking.say(f"gần {ratio}", f"nearly {ratio}")
    metres, days = asking.number(setting.step_m), asking.number(setting.step_days)
    if not found.reach[0, 0]:
        weak = first < MIN_RATIO
        why = (
            asking.say(f"dưới ngưỡng {asking.number(MIN_RATIO, 1)}", f"below the threshold of {asking.number(MIN_RATIO, 1)}") if weak
            else asking.say(f"chưa chắc hơn ngẫu nhiên, p\u00a0{p}", f"not beyond chance, p\u00a0{p}")
        )  # fmt: skip
        return asking.say(
            f"Không thấy lặp lại gần rõ rệt: trong {metres} m và {days} ngày, {ratio} lần ngẫu nhiên ({why})",
            f"No clear near repeats: {ratio} times chance within {metres} m and {days} days ({why})",
        )
    said = asking.say(
        f"Sau một vụ, trong {metres} m và {days} ngày số vụ gấp {ratio} lần ngẫu nhiên (p\u00a0{p})",
        f"Within {metres} m and {days} days of an incident, {ratio} times as many as by chance (p\u00a0{p})",
    )
    rows, columns = np.nonzero(found.reach)
    if rows.max() or columns.max():
        far = asking.number(setting.edges_m[rows.max() + 1])
        long = asking.number(setting.edges_days[columns.max() + 1])
        said += asking.say(f"; còn rõ tới {far} m và {long} ngày", f"; seen to {far} m and {long} days")
    return said


def _hidden(found: Repeat) -> np.ndarray:
    return np.asarray(found.table.observed < SMALL_N)


def _table(asking: Asking, found: Repeat, where: str) -> TableBody:
    setting, hidden = found.setting, _hidden(found)

    def cell(i: int, j: int) -> str:
        ratio = float(found.table.ratio[i, j])
        if hidden[i, j] or np.isnan(ratio):
            return "–"
        return f"{asking.number(ratio, 1)}{' *' if found.significant[i, j] else ''}"

    days = [
        asking.say(f"{low}–{high} ngày", f"{low}–{high} days") for low, high in pairwise(setting.edges_days)
    ]
    rows = tuple(
        (f"{low}–{high} m", *(cell(i, j) for j in range(len(days))))
        for i, (low, high) in enumerate(pairwise(setting.edges_m))
    )
    period = f"{asking.day(found.first)} – {asking.day(found.last)}"
    note = asking.say(
        f"Số lần so với ngẫu nhiên, {period}. *: chắc hơn ngẫu nhiên (p đã chỉnh không quá 0,05) và từ 1,2 lần; "
        f"–: dưới {SMALL_N} cặp. {where}",
        f"Times what chance gives, {period}. *: beyond chance (adjusted p 0.05 or less) and 1.2 times or more; "
        f"–: fewer than {SMALL_N} pairs. {where}",
    )
    header = (asking.say("Cách nhau", "Apart"), *days)
    return TableBody(header, rows, frozenset(range(1, len(header))), note=note)


def _where(asking: Asking, found: Repeat) -> str:
    """Return the wards with most zones in force, without their numbers; zones are around single incidents."""
    if found.zones is None:
        return ""
    names = found.zones.frame["name"].value_counts() if len(found.zones.frame) else {}
    most = [str(name) for name, n in sorted(names.items(), key=lambda one: (-one[1], one[0])) if n >= SMALL_N]
    if not most:
        return asking.say("Hiện không có nơi nào dày vùng cần để ý.", "No place has many zones to watch now.")
    named = ", ".join(asking.place(name) for name in most[:_NAMED])
    return asking.say(f"Nhiều vùng cần để ý nhất hiện nay: {named}.", f"Most zones to watch now: {named}.")


def _chart(asking: Asking, found: Repeat) -> ChartBody:
    setting, ratio, hidden = found.setting, found.table.ratio, _hidden(found)
    columns = range(ratio.shape[1])
    edges = tuple(pairwise(setting.edges_days))
    return ChartBody(
        ChartKind.COLUMNS,
        tuple(f"{low}–{high} m" for low, high in pairwise(setting.edges_m)),
        tuple(
            (
                asking.say(f"{edges[j][0]}–{edges[j][1]} ngày", f"{edges[j][0]}–{edges[j][1]} days"),
                tuple(
                    None if hidden[i, j] or np.isnan(ratio[i, j]) else round(float(ratio[i, j]), 1)
                    for i in range(ratio.shape[0])
                ),
            )
            for j in columns
        ),
        asking.say("Số lần so với ngẫu nhiên (1 là như ngẫu nhiên)", "Times chance (1 is chance alone)"),
        digits=1,
    )  # fmt: skip
