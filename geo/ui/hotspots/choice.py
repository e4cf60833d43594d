"""A choice between a few words beside each other, as the Hotspots page has them."""

from enum import StrEnum
from typing import TypeVar

import streamlit as st

from geo.ui import state
from geo.ui.i18n import t

Word = TypeVar("Word", bound=StrEnum)


def chosen(key: str, options: list[Word], asked: Word) -> Word:
    """Offer `options` beside each other, the one of the link first time; none chosen is the one before.

    key : of the control, of its label, and with a word's value behind it of that word
    """
    found = st.segmented_control(
        t(key),
        options,
        key=state.seeded(key, asked if asked in options else options[0]),
        format_func=lambda word: t(f"{key}.{word.value}"),
        label_visibility="collapsed",
    )
    return found or asked
