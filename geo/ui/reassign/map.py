"""The planner's map as a component: MapLibre and the bars beside it; each stroke comes as one message."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from geo.maps.basemap import COLOURS, TILE_URL
from geo.maps.browser import source
from geo.maps.coverage_layers import short_name
from geo.maps.desk_shapes import beat_colours, shape_version
from geo.maps.palettes import ACCENT, NO_DATA, OUTLINE
from geo.services.plans.options import HOUSEHOLDS
from geo.ui import map_frame
from geo.ui.i18n import current_lang, t
from geo.ui.reassign.routes import PATH
from geo.ui.reassign.work import Work
from geo.ui.theme import INK

KEY = "reassign.map"
_WORDS = (
    "desk", "read_only", "choose_first", "is_locked", "already", "skipped", "unsent_again", "unsent_lost",
    "nothing_inside", "no_map", "vacant",
    "nobody", "households", "residents", "blocks", "workload", "target", "capacity", "pieces", "compactness",
    "torn",
    "over_capacity", "was", "sum", "into", "move_picked", "lock", "unlock", "mode_move", "mode_pick",
    "mode_hint",
    "tool_click", "tool_click_hint", "tool_box", "tool_box_hint", "tool_lasso", "tool_lasso_hint", "tool_cut",
    "tool_cut_hint", "blade", "undo", "redo", "fit", "wide", "key_changed", "key_differs", "differing",
    "key_vacant", "key_locked", "key_groups", "key_posts", "key_switch", "group_parted",
)  # fmt: skip


# So much of what can be undone and redone is told to the browser, which then shows it without being answered.
_MOST_STEPS, _MOST_UNITS = 40, 20_000
_WARD = re.compile(r"\((.+)\)$")


@dataclass(frozen=True)
class Compared:
    """What stands beside the draft: a name and the beats, in the draft's parts, (n,)."""

    label: str
    owner: list[int]


_PARTS = (
    "desk_load.js", "desk_signs.js", "desk_map.js", "desk_model.js", "desk_unsent.js", "desk_cursor.js",
    "desk_blade.js", "desk_beside.js", "desk.js",
)  # fmt: skip
_component = st.components.v2.component(
    "diaban_desk",
    html=source("desk.html"),
    css=source("desk.css"),
    js="".join(map(source, _PARTS)),
    isolate_styles=False,
)


def strokes() -> list[dict[str, Any]]:
    """Return what the browser has sent and not heard back of; known before the map is shown."""
    state = st.session_state.get(KEY)
    return list(state.get("strokes") or []) if state else []


def show(reader: str, work: Work, compared: Compared | None, ground: str, *, editable: bool) -> None:
    """Mount the desk, or tell the one that stands what is new.

    reader : account name · ground : version of the basemap · editable : whether the reader may move blocks
    """
    _component(
        key=KEY,
        data={"reader": reader, **desk_data(work, compared, ground, editable=editable)},
        default={"strokes": []},
        on_strokes_change=lambda: None,
        height="content",
    )


def desk_data(work: Work, compared: Compared | None, ground: str, *, editable: bool) -> dict[str, Any]:
    """Return what the browser needs to know, in JSON's types."""
    theme, plan, problem = map_frame.theme(), work.plan, work.plan.problem
    code = work.opened.draft.code
    tones = COLOURS[theme]
    return {
        "plan": code,
        "desk": work.key,
        "title": work.opened.draft.title,
        "version": work.opened.draft.version,
        "ack": work.ack,
        "marks": list(work.marks),
        "lang": current_lang(),
        "dark": theme == "dark",
        "editable": editable,
        **_ways(work),
        "shapes_url": f"{PATH.format(plan=code)}?v={_shape_version(work)}",
        "base_url": f"{TILE_URL}?v={ground}",
        "owner": plan.owner.tolist(),
        "today": problem.owner.tolist(),
        "held": work.held.astype(int).tolist(),
        "workload": problem.workload.tolist(),
        "counts_households": work.options.workload == HOUSEHOLDS,
        "targets": problem.target.tolist(),
        "capacities": None if problem.capacity is None else [_finite(value) for value in problem.capacity],
        "tolerance": work.options.tolerance,
        "pieces": plan.pieces.tolist(),
        "compactness": [_finite(value) for value in plan.polsby_popper],
        "beats": [
            {
                "label": _label(beat.name),
                "name": beat.name,
                "officer": beat.officer,
                "vacant": beat.vacant,
                "locked": beat.code in work.locks,
                "colour": colour,
            }
            for beat, colour in zip(work.desk.beats, _colours(work), strict=True)
        ],
        "compare": None if compared is None else {"label": compared.label, "owner": compared.owner},
        "words": _words(work),
        "colours": {
            "ground": tones.ground, "water": tones.water, "major": tones.major, "lane": tones.lane,
            "text": getattr(INK, theme), "halo": tones.halo, "nobody": NO_DATA[theme],
            "vacant": ACCENT[theme], "outline": OUTLINE[theme], "line": tones.text, "picked": ACCENT[theme],
            "stripes": "rgba(20,33,61,.75)" if theme == "light" else "rgba(255,255,255,.75)",
        },
    }  # fmt: skip


def _label(name: str) -> str:
    """Return a beat's name as short as a map has room for: Khu vực 3 (Hoa Mai) is KV 3 HM."""
    return _WARD.sub(lambda ward: "".join(word[0] for word in ward[1].split()), short_name(name))


def _ways(work: Work) -> dict[str, Any]:
    """Return what undo and redo lead to, the nearest first: [units, their parts then]; if there is more."""
    back, forth = _steps(work, -1), _steps(work, 1)
    return {
        "back": back,
        "forth": forth,
        "more_back": len(back) < work.at,
        "more_forth": len(forth) < len(work.steps) - 1 - work.at,
    }


def _steps(work: Work, way: int) -> list[list[list[int]]]:
    found, told, at = list[list[list[int]]](), 0, work.at
    while 0 <= at + way < len(work.steps) and len(found) < _MOST_STEPS:
        then = work.steps[at + way].owner
        units = np.flatnonzero(work.steps[at].owner != then)
        told += len(units)
        if told > _MOST_UNITS:
            break
        found.append([units.tolist(), then[units].tolist()])
        at += way
    return found


def _words(work: Work) -> dict[str, Any]:
    found: dict[str, Any] = {name: t(f"reassign.map.{name}") for name in _WORDS}
    counted = t(f"reassign.counted.{work.options.workload.counted}")
    return {**found, "sum": found["sum"].replace("{counted}", counted), "locale": _locale()}


def _locale() -> dict[str, str]:
    return {
        "Map.Title": t("reassign.map.map"),
        "NavigationControl.ZoomIn": t("map.zoom_in"),
        "NavigationControl.ZoomOut": t("map.zoom_out"),
        "ScaleControl.Meters": "m",
        "ScaleControl.Kilometers": "km",
    }


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _shape_version(work: Work) -> str:
    return str(_once(work, "shapes", lambda: shape_version(work.desk)))


def _colours(work: Work) -> tuple[str, ...]:
    found: tuple[str, ...] = _once(work, "colours", lambda: beat_colours(work.desk))
    return found


def _once(work: Work, name: str, make: Callable[[], Any]) -> Any:
    """Return what follows from the ground and its beats, worked out once a visit and not at each stroke."""
    key = f"{KEY}.{name}"
    ground, beats, made = st.session_state.get(key, (None, None, None))
    if ground is not work.desk.ground or beats != work.desk.beats:
        made = make()
        st.session_state[key] = (work.desk.ground, work.desk.beats, made)
    return made
