"""Popups and tooltips of folium run what a ward is called; nobody but geo.maps.popups may make any."""

import ast
from pathlib import Path

import pytest

from geo.settings import PROJECT_DIR

FORBIDDEN = {"Popup", "Tooltip", "GeoJsonPopup", "GeoJsonTooltip", "IFrame", "DivIcon", "Html"}


def files():
    return sorted([*PROJECT_DIR.glob("geo/**/*.py"), *PROJECT_DIR.glob("pages/*.py")])


def names_used(tree: ast.AST) -> set[str]:
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    imported = {
        alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    return attributes | imported


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(PROJECT_DIR)))
def test_no_popup_or_tooltip_of_folium(path: Path):
    text = path.read_text(encoding="utf-8")
    if "folium" not in text:
        return
    tree = ast.parse(text)
    assert not names_used(tree) & FORBIDDEN
    keywords = {node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword)}
    assert not keywords & {"popup", "tooltip"}


def test_our_scripts_write_text_only():
    for path in (PROJECT_DIR / "geo/maps/browser").glob("*.js"):
        script = path.read_text(encoding="utf-8")
        for risky in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
        ):
            assert risky not in script, f"{path.name} uses {risky}"
