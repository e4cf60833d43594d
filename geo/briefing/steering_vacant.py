"""The deck for a steering committee: which beats nobody is responsible for."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from geo.briefing.asking import Asking
from geo.briefing.deck import Key, MapBody, Slide, TableBody, TextBody
from geo.briefing.sentences import spoken
from geo.briefing.steering_cells import in_beats
from geo.briefing.steering_figures import source
from geo.briefing.steering_workload import AtWork
from geo.services.coverage.result import BeatCoverage, CoverageResult
from geo.services.release.cells import Cell, Measure

_HELD, _VACANT = "#a9c9de", "#f2b77e"
_NAMED_BEATS = 60
_FEW, _MANY = 6, 15


def vacancies(asking: Asking, held: CoverageResult, at_work: AtWork | None) -> tuple[Slide, ...]:
    """Return the map of vacant beats and their list: on one slide where few, by ward where many."""
    known, vacant = held.summary(), held.vacant_beats
    if not known.beats:
        line = asking.say("Trong phạm vi chưa có khu vực nào", "There is no beat in scope yet")
        more = asking.say("Nhập khu vực và phân công để biết nơi nào chưa có người phụ trách.",
                          "Import beats and assignments to see where nobody is responsible.")  # fmt: skip
        return (Slide(line, (TextBody((more,)),), sources=source(asking)),)
    drawn = vacancy_map(asking, held)
    households = spoken(asking, _homes(asking, held, vacant))
    said = asking.say(f", có {households} hộ", f", with {households} households")
    said = said if known.households and households else ""
    title = asking.say(f"{len(vacant)} khu vực trống{said}", f"{len(vacant)} vacant beats{said}")
    if not vacant:
        title = asking.say("Không có khu vực nào trống", "No beat is vacant")
        return (Slide(title, (drawn,), sources=source(asking)),)
    if len(vacant) <= _FEW:
        return (Slide(title, (_listed(asking, held, vacant), drawn), sources=source(asking)),)
    first = vacant[0]
    order = asking.say(
        f"Cần bố trí trước: {first.name}, {first.unit_name}", f"Staff first: {first.name}, {first.unit_name}"
    )
    homes = spoken(asking, _homes(asking, held, (first,)))
    order += asking.say(f", {homes} hộ", f", {homes} households") if homes else ""
    second = (
        Slide(order, (_listed(asking, held, vacant),), sources=source(asking))
        if len(vacant) <= _MANY
        else _by_ward(asking, held, at_work)
    )
    return (Slide(title, (drawn,), sources=source(asking)), second)


def vacancy_map(asking: Asking, held: CoverageResult) -> MapBody:
    """Return the beats, those without a primary officer hatched, with the wards around them."""
    known = held.summary()
    areas = held.areas.beats.to_crs(asking.wards.metric_crs)[["code", "name", "geometry"]].copy()
    vacant = {beat.code for beat in held.vacant_beats}
    areas["key"] = [1 if code in vacant else 0 for code in areas["code"]]
    several = len(asking.chosen) > 1
    few = len(areas) <= _NAMED_BEATS and not several  # beats of many wards have the same names
    areas["label"] = [
        name if few or (code in vacant and len(vacant) <= _NAMED_BEATS // 3) else ""
        for code, name in zip(areas["code"], areas["name"], strict=True)
    ]
    areas["rank"] = areas.geometry.area + np.where(areas["key"] == 1, 1e12, 0)
    missing = known.beats - len(areas)
    wards = asking.chosen[["name", "geometry"]]
    return MapBody(
        areas,
        (
            Key(asking.say("Có người phụ trách", "Has a primary officer"), _HELD),
            Key(asking.say("Chưa có người phụ trách", "Vacant"), _VACANT, hatched=True),
        ),
        asking.say("Khu vực theo người phụ trách", "Beats by primary officer"),
        asking.database_name, held.as_of, asking.wards.metric_crs,
        asking.say(f"n = {known.beats} khu vực", f"n = {known.beats} beats"),
        asking.say(f"Không vẽ: {missing} khu vực chưa có ranh giới",
                   f"Not drawn: {missing} beats without a border") if missing else "",
        outlines=wards.assign(label=wards["name"]) if several else None,
        outlines_label=asking.say("Phường, xã", "Ward"),
        ground=asking.ground,
    )  # fmt: skip


def _listed(asking: Asking, held: CoverageResult, vacant: tuple[BeatCoverage, ...]) -> TableBody:
    rows = tuple(
        (
            beat.unit_name, beat.name, _homes(asking, held, (beat,)),
            _homes(asking, held, (beat,), Measure.RESIDENTS),
            "; ".join(
                f"{holder.rank + ' ' if holder.rank else ''}{holder.display_name}" for holder in beat.holders
            ) or asking.say("không có ai", "nobody"),
        )
        for beat in vacant
    )  # fmt: skip
    return TableBody(
        (
            asking.say("Phường", "Ward"), asking.say("Khu vực", "Beat"), asking.say("Hộ", "Households"),
            asking.say("Nhân khẩu", "Residents"), asking.say("Ai đang trông thay", "Who stands in"),
        ),
        rows, frozenset({2, 3}),
    )  # fmt: skip


def _homes(
    asking: Asking,
    held: CoverageResult,
    beats: Sequence[BeatCoverage],
    measure: Measure = Measure.HOUSEHOLDS,
) -> str:
    """Return households, or residents, of beats as they leave."""
    counted = sum(
        one.tally.residents if measure is Measure.RESIDENTS else one.tally.households for one in beats
    )
    return asking.out.count(counted, Cell.homes(in_beats(held, (one.code for one in beats)), measure))


def _by_ward(asking: Asking, held: CoverageResult, at_work: AtWork | None) -> Slide:
    beats = Counter(beat.unit_name for beat in held.beats)
    vacant = Counter(beat.unit_name for beat in held.vacant_beats)
    empty: dict[str, list[BeatCoverage]] = {}
    for beat in held.vacant_beats:
        empty.setdefault(beat.unit_name, []).append(beat)
    told = dict(at_work.said) if at_work else {}
    names = sorted(vacant, key=lambda name: (-vacant[name], name))
    with_homes = any(beat.tally.households for beat in held.vacant_beats)
    all_vacant = all(beats[name] == vacant[name] for name in names)  # then two columns say nothing
    header = [asking.say("Phường", "Ward"), asking.say("Khu vực", "Beats")]
    header += [] if all_vacant else [asking.say("Trống", "Vacant"), asking.say("Tỷ lệ", "Share")]
    header += (
        [asking.say("Hộ chưa có người phụ trách", "Households without an officer")] if with_homes else []
    )
    header += [asking.say("Vụ trong 28 ngày", "Incidents in 28 days")] if told else []
    rows = tuple(
        (
            name, asking.number(beats[name]),
            *([] if all_vacant else [asking.number(vacant[name]), asking.percent(vacant[name] / beats[name])]),
            *([_homes(asking, held, empty[name])] if with_homes else []),
            *([told.get(name, "–")] if told else []),
        )
        for name in names
    )  # fmt: skip
    first = asking.place(names[0])
    most = vacant[names[0]]
    title = (
        asking.say(
            f"Mọi khu vực của {len(names)} phường đều trống, nhiều nhất ở {first}: {most}",
            f"Every beat of {len(names)} wards is vacant, most of them in {first}: {most}",
        )
        if all_vacant
        else asking.say(
            f"Khu vực trống có ở {len(names)} phường, nhiều nhất ở {first}: {most}",
            f"{len(names)} wards have vacant beats, most of them {first}: {most}",
        )
    )
    table = TableBody(tuple(header), rows, frozenset(range(1, len(header))))
    return Slide(title, (table,), sources=source(asking))
