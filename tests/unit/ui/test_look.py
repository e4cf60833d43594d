"""Words, colours and options hold together."""

import re
from pathlib import Path

import pytest

from geo.domain.roles import Role
from geo.ui import i18n, navigation, options, theme

STATIC = Path(theme.__file__).parent / "static"


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb`` (WCAG 2.2)."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("side", ["light", "dark"])
@pytest.mark.parametrize("role", ["INK", "MUTED", "ACTION", "LINK"])
@pytest.mark.parametrize("ground", ["PAPER", "SURFACE"])
def test_text_can_be_read_on_every_ground(side: str, role: str, ground: str) -> None:
    assert contrast(getattr(getattr(theme, role), side), getattr(getattr(theme, ground), side)) >= 4.5


@pytest.mark.parametrize(("sheet", "prefix"), [("theme.css", "--db-"), ("sign_in.css", "--")])
def test_style_sheets_repeat_the_theme(sheet: str, prefix: str) -> None:
    text = (STATIC / sheet).read_text()
    for name in ("paper", "surface", "ink", "muted", "rule", "action", "link"):
        colour: theme.Colour = getattr(theme, name.upper())
        assert f"{prefix}{name}: light-dark({colour.light}, {colour.dark})" in text


def test_style_sheets_and_scripts_name_no_other_host() -> None:
    for file in STATIC.iterdir():
        text = re.sub(r'xmlns="[^"]*"', "", file.read_text())
        assert not re.search(r"(https?:)?//[a-z0-9.-]+\.[a-z]{2,}", text), file.name


def test_every_word_is_there_in_both_languages_with_the_same_parameters() -> None:
    words = i18n._all_words()
    assert words
    for key, (vi, en) in words.items():
        assert vi.strip(), key
        assert en.strip(), key
        assert sorted(re.findall(r"{(\w+)", vi)) == sorted(re.findall(r"{(\w+)", en)), key


def test_every_page_and_role_has_a_name() -> None:
    for page in navigation.pages():
        assert i18n.say("vi", f"nav.{page.key}") != ""
    for role in Role:
        assert i18n.say("vi", f"role.{role.value}") != i18n.say("en", f"role.{role.value}")


def test_options_are_ones_that_streamlit_knows() -> None:
    from streamlit import config

    assert set(options.streamlit_options()) <= set(config._config_options_template)
