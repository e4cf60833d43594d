"""The deck for a steering committee where no household is known: staff and incidents are held together."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.briefing.asking import Asking
from geo.briefing.deck import ChartBody, ChartKind, Slide, TextBody
from geo.briefing.sentences import counted, not_told, spoken
from geo.briefing.steering_figures import source
from geo.briefing.weekly_released import released
from geo.services.coverage.result import CoverageResult
from geo.services.hotspots.review import HotspotQuery, review
from geo.services.works.board import Board

_MOST = 12
_CHART_WARDS = 8


@dataclass(frozen=True)
class AtWork:
    """Incidents of the newest 28 days against the beats of each ward.

    said : ward -> its incidents as they may leave · lines, chart : for the summary
    """

    said: tuple[tuple[str, str], ...]
    lines: tuple[str, ...]
    chart: ChartBody
    slides: tuple[Slide, ...]


def workload(asking: Asking, held: CoverageResult, works: Board) -> AtWork:
    """Return incidents by ward and beat. Raises InputError ``unknown_unit``."""
    query = HotspotQuery(works.periods.first, works.periods.last, asking.unit, cutoff=asking.cutoff)
    leaving = released(asking, review(asking.database, asking.actor, query))
    table = leaving.figures.table
    beats = Counter(beat.unit_code for beat in held.beats)
    table = table.assign(beats=[beats[code] for code in table["code"]])
    table["a_beat"] = table["bar"] / table["beats"].replace(0, np.nan)
    n = leaving.n
    lines = (
        asking.say(
            f"{n} vụ trong 28 ngày gần nhất trên {len(held.beats)} khu vực; chưa khu vực nào có dữ liệu về hộ.",
            f"{n} incidents in the last 28 days in {len(held.beats)} beats; no beat has data about households.",
        ),
    ) if spoken(asking, n) else (
        asking.say(f"Chưa khu vực nào trong {len(held.beats)} khu vực có dữ liệu về hộ.",
                   f"None of {len(held.beats)} beats has data about households."),
        *not_told(asking, (asking.say("tổng số vụ trong 28 ngày", "all incidents of the 28 days"),)),
    )  # fmt: skip
    top = table.sort_values(["count", "name"], ascending=[False, True]).head(_CHART_WARDS)
    chart = ChartBody(
        ChartKind.BARS, tuple(top["name"]),
        ((asking.say("Số vụ", "Incidents"), tuple(None if np.isnan(n) else n for n in top["bar"])),),
        asking.say("Số vụ 28 ngày theo phường", "Incidents in 28 days, by ward"),
    )  # fmt: skip
    said = tuple(zip(table["name"], table["said"], strict=True))
    return AtWork(said, lines, chart, _slides(asking, table, n))


def _slides(asking: Asking, table: pd.DataFrame, n: str) -> tuple[Slide, ...]:
    if table["a_beat"].isna().all():
        line = asking.say("Chưa tính được số vụ trên một khu vực", "Incidents a beat cannot be told")
        more = asking.say("Chưa có khu vực, hoặc mỗi phường có quá ít vụ để đưa ra ngoài.",
                          "There are no beats, or each ward has too few incidents to leave.")  # fmt: skip
        return (Slide(line, (TextBody((more,)),), sources=source(asking)),)
    values = table["a_beat"].to_numpy(dtype=float)
    classes, keys = asking.rate_keys(values)
    body = asking.ward_map(
        values, classes, keys, keys_title=asking.say("Vụ trên một khu vực, 28 ngày", "Incidents a beat, 28 days"),
        n=counted(asking, n, asking.say("vụ", "incidents")),
    )  # fmt: skip
    most = int(np.nanargmax(values))
    name = asking.place(str(table["name"].iloc[most]))
    heaviest = Slide(
        asking.say(f"Nặng nhất là {name}: {asking.number(values[most], 1)} vụ trên một khu vực trong 28 ngày",
                   f"Heaviest is {name}: {asking.number(values[most], 1)} incidents a beat in 28 days"),
        (body,), sources=source(asking),
    )  # fmt: skip
    return (heaviest, _shared_out(asking, table))


def _shared_out(asking: Asking, table: pd.DataFrame) -> Slide:
    """Return how many beats each ward would have if beats followed incidents."""
    known = table[table["a_beat"].notna()].copy()
    known["wanted"] = known["bar"] / known["bar"].sum() * known["beats"].sum()
    known["lack"] = known["wanted"] - known["beats"]
    shown = known.reindex(known["lack"].abs().sort_values(ascending=False, kind="stable").index).head(_MOST)
    shown = shown.sort_values("lack", ascending=False, kind="stable")
    body = ChartBody(
        ChartKind.BARS, tuple(shown["name"]),
        (
            (asking.say("Theo số vụ", "By incidents"), tuple(shown["wanted"].round(1))),
            (asking.say("Hiện có", "Present"), tuple(shown["beats"].astype(float))),
        ),
        asking.say("Khu vực", "Beats"), digits=1,
        note=asking.say("Cùng số khu vực, chia theo số vụ của 28 ngày; chưa tính dân số, diện tích.",
                        "The same number of beats, shared out by incidents of 28 days; neither population nor area counts.")
        + _drawn(asking, len(shown), len(table)),
    )  # fmt: skip
    first = asking.place(str(shown["name"].iloc[0]))
    lack = asking.number(float(shown["lack"].iloc[0]), 1)
    title = asking.say(
        f"Nếu chia khu vực theo số vụ, {first} thiếu nhiều nhất: {lack} khu vực",
        f"If beats followed incidents, {first} would need the most more: {lack} beats",
    )
    return Slide(title, (body,), sources=source(asking))


def _drawn(asking: Asking, shown: int, wards: int) -> str:
    """Return how many of the wards a chart has; empty where it has all."""
    if shown == wards:
        return ""
    return asking.say(f" Vẽ {shown} trong {wards} phường, lệch nhiều nhất.",
                      f" {shown} of {wards} wards are drawn, those farthest off.")  # fmt: skip
