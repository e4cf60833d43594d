"""streamlit-folium without the internet and without rebuilding: build once, keep the arguments, mount them.

`capture` builds a folium map and returns what streamlit-folium would send to the browser, nothing more; that
can be cached. `show` mounts it. A map stays mounted while its arguments and key are the same: what changes
goes in as an overlay, which the browser puts on the live map without moving it. The map answers only clicks
on areas; panning and zooming tell the server nothing and cost no rerun.
"""

import hashlib
import re
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import folium
import streamlit as st
import streamlit_folium
from streamlit import runtime

from geo.maps import assets
from geo.maps.overlay import Overlay, overlay_group, overlay_value

_ANY_URL = re.compile(r"(?:https?:)//[^\s'\"<>)]+", re.IGNORECASE)
_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script\s*>", re.IGNORECASE | re.DOTALL)
# Names of XML vocabularies look like addresses and are never fetched.
_NAMESPACES = ("http://www.w3.org/",)

_CHANGE = "diaban_change"

_captured: ContextVar[dict[str, Any] | None] = ContextVar("captured", default=None)


@dataclass(frozen=True)
class MapArguments:
    """What the browser needs to draw one map. Plain strings: can be kept in any cache and shared."""

    script: str
    header: str
    html: str
    js_links: tuple[str, ...]
    css_links: tuple[str, ...]

    @property
    def identity(self) -> str:
        """Return a short name of this content: another content is another map in the browser."""
        whole = "\0".join((self.script, self.header, self.html, *self.js_links, *self.css_links))
        return hashlib.sha256(whole.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class AreaClick:
    """The last area that was clicked: its layer, its code (None: the ground beside all areas), when (ms)."""

    layer: str
    code: str | None
    at: int


def capture(build: Callable[[], folium.Map]) -> MapArguments:
    """Build a map and return its arguments, every address turned to our own server.

    Raises UnavailableError ``asset_not_local`` where something would still be asked of the internet.
    """
    sent = _sent_by(build(), None)
    script, header = _with_inline_scripts_moved(sent["script"], sent["header"])
    return MapArguments(
        script=_localised(script),
        header=_localised(header),
        html=_localised(sent["html"]),
        js_links=tuple(assets.localise(link) for link in sent["js_links"]),
        css_links=tuple(assets.localise(link) for link in sent["css_links"]),
    )


def overlay_script(overlay: Overlay) -> str:
    """Return the script that puts `overlay` on a live map."""
    return _overlay_script().replace(_CHANGE, overlay_value(overlay))


@lru_cache(maxsize=1)
def _overlay_script() -> str:
    """Return the script with `_CHANGE` where the value goes: it is the same for all but for that."""
    return str(_sent_by(folium.Map(tiles=None), overlay_group(_CHANGE))["feature_group"])


def show(arguments: MapArguments, *, key: str, overlay: Overlay | None = None, height: int = 560) -> None:
    """Mount the map, or leave it standing and put `overlay` on it. What is clicked: `last_click`.

    height : pixels before the page's style sheet says otherwise
    """
    _component(
        script=arguments.script,
        header=arguments.header,
        html=arguments.html,
        id="map_div",
        key=_mounted(arguments, key),
        height=height,
        width=None,
        # Nothing of streamlit-folium's own: `diaban.pick` tells the code of the area and no more.
        returned_objects=[],
        default={},
        zoom=None,
        center=None,
        feature_group=overlay_script(overlay) if overlay else None,
        return_on_hover=False,
        layer_control=None,
        pixelated=False,
        css_links=list(arguments.css_links),
        js_links=list(arguments.js_links),
        wrap_longitude=False,
    )


def last_click(arguments: MapArguments, *, key: str) -> AreaClick | None:
    """Return the last click on the map; known before the map is shown again, so that one run is enough."""
    answer = st.session_state.get(_mounted(arguments, key))
    if not isinstance(answer, dict) or "layer" not in answer:
        return None
    code = answer.get("code")
    return AreaClick(str(answer["layer"]), None if code is None else str(code), int(answer.get("at", 0)))


def _mounted(arguments: MapArguments, key: str) -> str:
    return f"{key}-{arguments.identity}"


def _sent_by(built: folium.Map, group: folium.FeatureGroup | None) -> dict[str, Any]:
    box: dict[str, Any] = {}
    token = _captured.set(box)
    try:
        streamlit_folium.st_folium(built, feature_group_to_add=group, returned_objects=[])
    finally:
        _captured.reset(token)
    return box


def _with_inline_scripts_moved(script: str, header: str) -> tuple[str, str]:
    """Scripts put in by innerHTML, as the header is, never run: move them before the script."""
    inline = _INLINE_SCRIPT.findall(header)
    return "\n".join([*inline, script]), _INLINE_SCRIPT.sub("", header)


def _localised(text: str) -> str:
    return _ANY_URL.sub(_local_address, text)


def _local_address(found: re.Match[str]) -> str:
    url = found.group()
    return url if url.startswith(_NAMESPACES) else assets.localise(url)


def _offline_component(**arguments: Any) -> Any:
    """Stand where streamlit-folium calls its component: captured, or refused if it would go outside."""
    box = _captured.get()
    if box is not None:
        box.update(arguments)
        return arguments.get("default")
    links = {
        name: [assets.localise(link) for link in arguments.get(name, ())]
        for name in ("js_links", "css_links")
    }
    return _component(**{**arguments, **links})


def _component_behind(found: Any) -> Any:
    """Return streamlit-folium's own component, also where our door already stands before it."""
    return getattr(found, "component", found)


_component = _component_behind(streamlit_folium._component_func)  # noqa: SLF001 (it has no public name)
_offline_component.component = _component  # type: ignore[attr-defined]
streamlit_folium._component_func = _offline_component  # noqa: SLF001


def install() -> None:
    """Point folium at our own files and let Streamlit serve the map's frame; once, when the server starts.

    A component registers itself only when first imported inside a run of a page; ours is imported before.
    """
    assets.install_offline()
    if runtime.exists():
        runtime.get_instance().component_registry.register_component(_component)
