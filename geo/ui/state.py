"""A page's view as a link: what the reader chose, typed, kept in the address.

@dataclass(frozen=True)
class View:
    unit: str = "*"
    day: date | None = None

view, faults = state.current(View())    # from the link, else from this visit, else the defaults
state.keep(view, View())                # writes only what differs from the defaults
"""

import dataclasses
import math
import types
import typing
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st

from geo.domain.errors import InputError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

View = TypeVar("View", bound="DataclassInstance")

_SEPARATOR = "~"  # between the items of a list; stays readable in an address, unlike a comma


def current(defaults: View) -> tuple[View, list[InputError]]:
    """Return the view asked for, and what in the link could not be used (those fields keep the default)."""
    names = {field.name for field in dataclasses.fields(defaults)}
    asked = {name: value for name, value in st.query_params.items() if name in names}
    remembered = st.session_state.get(_key(defaults))
    if not asked and isinstance(remembered, type(defaults)):
        return remembered, []
    return from_query(defaults, asked)


def keep(view: View, defaults: View) -> None:
    """Put `view` into the address and remember it for this visit."""
    st.session_state[_key(view)] = view
    wanted = to_query(view, defaults)
    for field in dataclasses.fields(view):
        if field.name not in wanted and field.name in st.query_params:
            del st.query_params[field.name]
    for name, value in wanted.items():
        if st.query_params.get(name) != value:
            st.query_params[name] = value


def _key(view: "DataclassInstance") -> str:
    return f"view:{type(view).__module__}.{type(view).__qualname__}"


def from_query(defaults: View, asked: Mapping[str, str]) -> tuple[View, list[InputError]]:
    """Return `defaults` with the fields in `asked` parsed, and a fault for each that cannot be.

    Fields may be str, int, float, bool, date, a StrEnum, a tuple of one of these, or any of them or None.
    """
    hints = typing.get_type_hints(type(defaults))
    parsed: dict[str, Any] = {}
    faults: list[InputError] = []
    for field in dataclasses.fields(defaults):
        if field.name in asked:
            try:
                parsed[field.name] = _parse(hints[field.name], asked[field.name])
            except ValueError:
                faults.append(InputError("bad_link_part", name=field.name, value=asked[field.name]))
    return dataclasses.replace(defaults, **parsed), faults


def to_query(view: "DataclassInstance", defaults: "DataclassInstance") -> dict[str, str]:
    """Return the address parts for the fields of `view` that differ from `defaults`."""
    return {
        field.name: _write(getattr(view, field.name))
        for field in dataclasses.fields(view)
        if getattr(view, field.name) != getattr(defaults, field.name)
    }


def _parse(kind: Any, value: str) -> Any:
    if typing.get_origin(kind) is types.UnionType or typing.get_origin(kind) is typing.Union:
        if value == "":
            return None
        (kind,) = (part for part in typing.get_args(kind) if part is not types.NoneType)
    if typing.get_origin(kind) is tuple:
        item = typing.get_args(kind)[0]
        return tuple(_parse(item, part) for part in value.split(_SEPARATOR) if part)
    return _parse_one(kind, value)


def _parse_one(kind: Any, value: str) -> Any:
    if kind is bool:
        if value not in {"0", "1"}:
            raise ValueError(value)
        return value == "1"
    if kind is date:
        return date.fromisoformat(value)
    if kind is float and not math.isfinite(float(value)):
        raise ValueError(value)
    return kind(value)  # str, int, float, StrEnum


def _write(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return _SEPARATOR.join(_write(item) for item in value)
    return value.isoformat() if isinstance(value, date) else str(value)


def seeded(key: str, value: object) -> str:
    """Return `key` for a widget that starts at `value`.

    Not by the widget's own start value: that is part of what Streamlit knows it by, and as the view moves
    on, the widget would become another one and forget every second choice.
    """
    if key not in st.session_state:
        st.session_state[key] = value
    return key
