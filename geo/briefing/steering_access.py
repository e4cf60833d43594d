"""The deck for a steering committee: how far households are from their post, along the streets.

How many live within a distance is no cell of the memory: only shares leave, in steps so wide that they say
no count to within five, and none of fewer than forty households.
"""

import numpy as np

from geo.briefing.asking import Asking
from geo.briefing.deck import Key, MapBody, Slide, TableBody, TextBody
from geo.briefing.leaving import coarse_share
from geo.briefing.steering_figures import source
from geo.domain.errors import InputError
from geo.maps.classes import Classes
from geo.maps.palettes import sequential
from geo.services.access import Access, Reach, access
from geo.services.coverage.result import CoverageResult

_METRES = 50  # medians are said to
_LOW = 0.8


def reach(asking: Asking, held: CoverageResult) -> tuple[Slide, ...]:
    """Return the slide of the ways to the post, or one that says why there are none; none without households."""
    if not held.summary().households:
        return ()
    try:
        found = access(asking.database, asking.actor, held.as_of, asking.unit)
    except InputError as fault:
        if fault.code != "access_too_many":
            raise
        return (_nothing(asking, fault.message(asking.lang)),)
    if not found.posts:
        return (_nothing(asking, asking.say("Không có trụ sở nào trong phạm vi; hãy nhập trụ sở.",
                                            "There is no post in scope; import posts.")),)  # fmt: skip
    if not found.streets:
        return (_nothing(asking, asking.say("Không có lớp đường phố; hãy nhập đường phố.",
                                            "There is no layer of streets; import streets.")),)  # fmt: skip
    metres = asking.number(found.post.norm.metres)
    share = _far(asking, found.post)
    title = (
        asking.say(f"{share} số hộ cách trụ sở quá {metres} m đường đi",
                   f"{share} of households are more than {metres} m along the streets from their post")
        if share
        else asking.say(f"Đường đi từ hộ đến trụ sở, định mức {metres} m",
                        f"Ways from households to their post, norm {metres} m")
    )  # fmt: skip
    return (Slide(title, (_table(asking, found), _map(asking, held, found)), sources=source(asking)),)


def _nothing(asking: Asking, why: str) -> Slide:
    title = asking.say(
        "Chưa tính được đường đi từ hộ đến trụ sở", "Ways from households to posts cannot be told"
    )
    return Slide(title, (TextBody((why,)),), sources=source(asking))


def _share(asking: Asking, part: int, reach_: Reach) -> float | None:
    return coarse_share(part, reach_.n) if asking.out.leaves else part / reach_.n if reach_.n else None


def _far(asking: Asking, found: Reach) -> str:
    """Return the share beyond the norm in words; "" where it cannot be said."""
    share = _share(asking, found.n - found.within, found)
    if share is None:
        return ""
    if not asking.out.leaves:
        return asking.percent(share, 1)
    about = asking.percent(share)
    if share in {0.0, 1.0}:  # rounded: not none, not all
        return asking.say("Rất ít trong", "Very few") if share == 0.0 else asking.say("Hầu hết", "Nearly all")
    return asking.say(f"Khoảng {about}", f"About {about}")


def _table(asking: Asking, found: Access) -> TableBody:
    def row(goal: str, one: Reach) -> tuple[str, ...]:
        shares = (_share(asking, part, one) for part in (one.within, one.within_straight))
        median = None if one.median_m is None else _METRES * round(one.median_m / _METRES)
        return (goal, asking.number(one.norm.metres), *(asking.percent(part) for part in shares),
                asking.number(median), one.norm.document or "–")  # fmt: skip

    return TableBody(
        (
            asking.say("Từ hộ đến", "From households to"), asking.say("Định mức, m", "Norm, m"),
            asking.say("Trong định mức", "Within it"), asking.say("Đường chim bay", "As the crow flies"),
            asking.say("Trung vị, m", "Median, m"), asking.say("Văn bản", "Document"),
        ),
        (row(asking.say("Trụ sở phường", "Post of the ward"), found.post),
         row(asking.say("Giữa khu vực", "Middle of the beat"), found.beat)),
        frozenset({1, 2, 3, 4}),
        note=asking.say("Tỷ lệ làm tròn, để không suy ra được số nhỏ.",
                        "Shares are rounded, so that no small count can be worked out.")
        if asking.out.leaves else "",
    )  # fmt: skip


def _map(asking: Asking, held: CoverageResult, found: Access) -> MapBody:
    areas = held.areas.beats.to_crs(asking.wards.metric_crs)[["code", "name", "geometry"]].copy()
    told = [_share_of_beat(asking, found, str(code)) for code in areas["code"]]
    shares = np.array([np.nan if share is None else share for share in told])
    classes = Classes((0.0, 0.25, 0.5, _LOW, 0.95))
    borders = [asking.number(100 * border) for border in classes.borders]
    labels = [
        f"{low}–{asking.percent(high)}" for low, high in zip(borders, classes.borders[1:], strict=False)
    ]
    labels.append(
        asking.say(
            f"từ {asking.percent(classes.borders[-1])}", f"{asking.percent(classes.borders[-1])} or more"
        )
    )
    colours = sequential(len(labels))[::-1]  # dark where least is near
    unknown = asking.unknown_key(shares)
    keys = (*(Key(label, colour) for label, colour in zip(labels, colours, strict=True)), *unknown)
    areas["key"] = np.where(np.isnan(shares), len(labels), classes.of(shares))
    areas["label"], areas["rank"] = "", areas.geometry.area
    wards = asking.chosen[["name", "geometry"]]
    n = len(found.posts)
    return MapBody(
        areas.drop(columns="code"), keys,
        asking.say("Hộ trong định mức đến trụ sở, theo khu vực", "Households within the norm, by beat"),
        asking.database_name, held.as_of, asking.wards.metric_crs,
        asking.say(f"n = {n} trụ sở, {len(areas)} khu vực", f"n = {n} posts, {len(areas)} beats"),
        ground=asking.ground, borders=wards.assign(label=wards["name"], rank=wards.geometry.area),
    )  # fmt: skip


def _share_of_beat(asking: Asking, found: Access, code: str) -> float | None:
    if code not in found.by_beat:
        return None
    to_post, _ = found.by_beat[code]
    return _share(asking, to_post.within, to_post)
