"""The scripts and styles that run inside the map's frame, kept as files of their own language."""

from functools import cache
from importlib.resources import files


@cache
def source(name: str) -> str:
    """Return the text of the file `name` of this package, e.g. ``"frame.js"``."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
