"""The Coverage page's list of what is wrong: how much, how many live there, what to do, and where it is."""

from html import escape

import pandas as pd
import streamlit as st

from geo.maps.areas import AreaStyle, area_options, shapes_request
from geo.maps.coverage_layers import short_name
from geo.maps.overlay import Overlay, ShapesRequest
from geo.maps.palettes import ACCENT, Theme
from geo.services.coverage.findings import Fault, Finding, Findings
from geo.services.coverage.result import CoverageResult
from geo.ui import formats, map_frame
from geo.ui.coverage.panel import area, number_cell, pick_table
from geo.ui.i18n import t

LAYER = "fault"
_TABLE = "coverage.faults.table"
_WIDTHS_PX = (178, 62, 46, 50)
_COLUMNS = ("what", "area", "households", "residents")
_LEAST_DEG = 0.0006  # a small fault is shown with what lies around it


def picked(findings: Findings) -> str | None:
    """Return the key of the finding whose row is picked; known before the table is shown."""
    at = map_frame.picked_position(_TABLE, len(findings.found))
    return None if at is None else findings.found[at].key


def show(found: CoverageResult, key: str | None) -> None:
    """Show the finding `key`, if any, and all of them as a table; a cell can be picked."""
    findings = found.findings
    finding = findings.of(key)
    if finding:
        _card(finding)
    else:
        _sums(findings)
    if findings.found:
        _table(findings, key, 190 if finding else 300)


def _sums(findings: Findings) -> None:
    lines = "".join(
        f"<div class='cv-line'><span>{escape(t(f'coverage.fault.{fault.value}'))}</span>"
        f"<b>{_sum(findings, fault)}</b></div>"
        for fault in Fault
    )
    hint = t("coverage.faults.hint") if findings.found else t("coverage.faults.none")
    slivers = t(
        "coverage.faults.slivers",
        width=formats.number(findings.sliver_m, 1),
        n=formats.number(findings.slivers),
        area=area(findings.slivers_m2),
    )
    st.html(f"<div class='cv-card'>{lines}<p class='cv-hint'>{escape(hint)} {escape(slivers)}</p></div>")


def _sum(findings: Findings, fault: Fault) -> str:
    mine = [finding for finding in findings.found if finding.fault is fault]
    if not mine:
        return escape(t("coverage.faults.zero"))
    households = formats.number(sum(finding.households for finding in mine))
    return escape(t("coverage.faults.sum", n=formats.number(len(mine)), households=households))


def _card(finding: Finding) -> None:
    lines = [
        (t("coverage.faults.area"), formats.NOTHING if finding.area_m2 is None else area(finding.area_m2)),
        (t("coverage.households"), formats.number(finding.households)),
        (t("coverage.residents"), formats.number(finding.residents)),
        (t("coverage.faults.beats"), ", ".join(map(short_name, finding.beats)) or formats.NOTHING),
    ]
    shown = "".join(
        f"<div class='cv-line'><span>{escape(label)}</span><b>{escape(value)}</b></div>"
        for label, value in lines
    )
    place = t("coverage.faults.nowhere") if finding.bounds is None else t("coverage.faults.shown")
    st.html(
        f"<div class='cv-card'><h3>{escape(t(f'coverage.fault.{finding.fault.value}'))} "
        f"<small>{escape(_title(finding))}</small></h3>{shown}"
        f"<p class='cv-todo'><b>{escape(t('coverage.faults.todo'))}</b> "
        f"{escape(t(f'coverage.todo.{finding.fault.value}'))}</p>"
        f"<p class='cv-hint'>{escape(place)}</p></div>"
    )


def _title(finding: Finding) -> str:
    ward = finding.unit_name or finding.unit_code
    if finding.name and finding.name != ward:
        return f"{finding.name}, {ward}" if ward else finding.name
    return ward


def _table(findings: Findings, key: str | None, height: int) -> None:
    names = [t(f"coverage.faults.col.{name}") for name in _COLUMNS]
    rows = [
        (
            f"{t(f'coverage.fault.short.{finding.fault.value}')} · {short_name(_title(finding))}",
            formats.NOTHING if finding.area_m2 is None else area(finding.area_m2),
            finding.households,
            finding.residents,
        )
        for finding in findings.found
    ]
    place = next((n for n, finding in enumerate(findings.found) if finding.key == key), None)
    styled = (
        pd.DataFrame(rows, columns=names)
        .style.format(dict.fromkeys(names[2:], number_cell))
        .apply(
            lambda row: ["background-color: rgba(29, 78, 137, 0.16)" if row.name == place else ""] * len(row),
            axis=1,
        )
    )
    pick_table(styled, dict(zip(names, _WIDTHS_PX, strict=True)), len(rows), _TABLE, height)


def outline(findings: Findings, key: str | None, theme: Theme) -> ShapesRequest | None:
    """Return the outline of the finding `key` for the map; None where it has no area."""
    style = AreaStyle(ACCENT[theme], 3.4, 1.0, "7 5")
    options = area_options(theme, style, clicks=False, labels=False, pane="outlines")
    areas = findings.areas
    return shapes_request(areas[areas["code"] == key], options)


def look_at(overlay: Overlay, finding: Finding) -> tuple[str, list[list[float]] | None]:
    """Return where the view goes for `finding`: its key, and its bounds with something around them."""
    if finding.bounds is None:
        return overlay.fit_key, overlay.fit_bounds
    west, south, east, north = finding.bounds
    margin = max(_LEAST_DEG, 0.4 * max(east - west, north - south))
    return finding.key, [[south - margin, west - margin], [north + margin, east + margin]]
