"""The Coverage page's ways: who lives near the post and the middle of the beat, and what a post reaches."""

from dataclasses import replace
from html import escape

import streamlit as st

from geo.domain.errors import InputError
from geo.maps import coverage_layers as layers
from geo.maps.areas import AreaStyle, area_options, shapes_request
from geo.maps.legend import Legend, LegendEntry
from geo.maps.overlay import Overlay, Paint
from geo.maps.palettes import OUTLINE, Theme, sequential
from geo.services.access import Access, Isochrone, Place, Reach, access, isochrone
from geo.ui import formats, guard, state
from geo.ui.coverage.state import CoverageView, Page
from geo.ui.i18n import current_lang, t

LAYER, POST = "reach", "post"
_POST = "coverage.post"
_OPACITY = 0.66


def found_for(page: Page) -> Access | None:
    """Return the ways of the unit looked at; None, and says why, where they cannot be measured."""
    try:
        with st.spinner(t("coverage.access.reading")):
            return access(guard.database(), page.actor, page.found.as_of, page.view.unit)
    except InputError as fault:
        st.warning(fault.message(current_lang()))
        return None


def choose(page: Page, ways: Access) -> tuple[CoverageView, Isochrone | None]:
    """Offer the posts; return the view with the one chosen, and what it reaches."""
    if not ways.posts:
        st.info(t("coverage.access.no_posts"))
        return page.view, None
    names = {post.code: post.name for post in ways.posts}
    asked = page.view.post if page.view.post in names else next(iter(names))
    if st.session_state.get(_POST) not in names:
        st.session_state.pop(_POST, None)
    chosen = st.selectbox(
        t("coverage.access.post"), list(names), key=state.seeded(_POST, asked), format_func=names.__getitem__
    )
    reached = isochrone(guard.database(), page.actor, page.found.as_of, chosen, page.view.unit)
    first = next(iter(names))
    return replace(page.view, post=None if chosen == first else chosen), reached


def show(ways: Access, reached: Isochrone | None, beat: str | None) -> None:
    """Show the figures of the unit, of the beat that is open, and of the post."""
    if not ways.streets:
        st.info(t("coverage.access.no_streets"))
    post, middle = ways.by_beat.get(beat or "", (ways.post, ways.beat))
    whose = t("coverage.access.beat" if beat in ways.by_beat else "coverage.access.all")
    st.html(
        f"<div class='cv-card'><h3>{escape(whose)}</h3>{_reach('post', post)}{_reach('middle', middle)}"
        f"<p class='cv-hint'>{escape(_snapped(ways))}</p></div>"
    )
    if reached:
        _bands(reached)


def _reach(goal: str, reach: Reach) -> str:
    lines = [
        (
            t("coverage.access.within", metres=formats.number(reach.norm.metres)),
            t(
                "coverage.of", share=formats.percent(reach.share), n=formats.number(reach.within),
                all=formats.number(reach.n),
            ),
        ),
        (t("coverage.access.straight"), formats.percent(reach.straight_share)),
        (
            t("coverage.access.median"),
            t(
                "coverage.access.metres", street=formats.number(reach.median_m),
                straight=formats.number(reach.straight_median_m),
            ),
        ),
        (t("coverage.access.largest"), f"{formats.number(reach.largest_m)} m"),
        (t("coverage.access.unreachable"), formats.number(reach.unreachable)),
    ]  # fmt: skip
    if reach.without:
        lines.append((t(f"coverage.access.without.{goal}"), formats.number(reach.without)))
    norm = (
        t("coverage.access.by", number=reach.norm.document)
        if reach.norm.document
        else t("coverage.access.default")
    )
    return (
        f"<div class='cv-sub'>{escape(t(f'coverage.access.to.{goal}'))} <small>{escape(norm)}</small></div>"
        + "".join(
            f"<div class='cv-line'><span>{escape(label)}</span><b>{escape(value)}</b></div>"
            for label, value in lines
        )
    )


def _snapped(ways: Access) -> str:
    return t(
        "coverage.access.snapped", median=formats.number(ways.snapped_median_m),
        largest=formats.number(ways.snapped_largest_m), streets=formats.number(ways.streets),
    )  # fmt: skip


def _bands(reached: Isochrone) -> None:
    total = sum(reached.households) + reached.beyond
    rows, sofar = "", 0
    for limit, households in zip(reached.bands_m, reached.households, strict=True):
        sofar += households
        share = formats.percent(sofar / total if total else None)
        value = t("coverage.of", share=share, n=formats.number(sofar), all=formats.number(total))
        label = t("coverage.access.up_to", metres=formats.number(limit))
        rows += f"<div class='cv-line'><span>{escape(label)}</span><b>{escape(value)}</b></div>"
    if reached.off_m is None:
        rows += f"<div class='cv-vacant'>{escape(t('coverage.access.post_off'))}</div>"
    beyond = t("coverage.access.beyond", n=formats.number(reached.beyond))
    st.html(
        f"<div class='cv-card'><div class='cv-sub'>{escape(reached.post.name)}</div>{rows}"
        f"<p class='cv-hint'>{escape(beyond)}</p></div>"
    )


def on_map(overlay: Overlay, reached: Isochrone, theme: Theme) -> Overlay:
    """Return `overlay` with the bands of the post in the place of the officers' colours."""
    colours = sequential(len(reached.bands_m), theme)[::-1]  # what is near stands out
    options = area_options(
        theme, AreaStyle(OUTLINE[theme], 0.0, 0.0), clicks=False, labels=False, pane="density"
    )
    bands = shapes_request(reached.areas, options)
    paints = {str(n): Paint(colour, _OPACITY) for n, colour in enumerate(colours)}
    clear = {
        code: replace(paint, fill=None, outline=None, pattern="plain")
        for code, paint in overlay.areas[layers.BEATS].items()
    }
    disc = layers.post_disc(reached.post.lon, reached.post.lat, reached.post.name)
    disc_options = area_options(
        theme, AreaStyle(OUTLINE[theme], 2.0), clicks=False, labels=False, pane="points"
    )
    spot = shapes_request(disc, disc_options)
    return replace(
        overlay,
        areas={**overlay.areas, layers.BEATS: clear, LAYER: paints, POST: {POST: layers.post_paint(theme)}},
        shapes={**overlay.shapes, LAYER: bands, POST: spot},
        legend=_legend(reached, colours),
    )


def _legend(reached: Isochrone, colours: tuple[str, ...]) -> Legend:
    bands = [0.0, *reached.bands_m]
    entries = tuple(
        LegendEntry(colour, f"{formats.number(low)} – {formats.number(high)} m", opacity=_OPACITY)
        for colour, low, high in zip(colours, bands[:-1], bands[1:], strict=True)
    )
    total = sum(reached.households) + reached.beyond
    off = t("coverage.legend.post_off", metres=formats.number(reached.off_m))
    return Legend(
        t("coverage.legend.reach"), _name(reached.post), entries,
        (t("coverage.legend.reach_n", n=formats.number(total)), off, t("coverage.legend.reach_note")),
    )  # fmt: skip


def _name(post: Place) -> str:
    return post.name
