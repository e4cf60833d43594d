"""The PPTX around the slides: its size, layouts and theme, what it says of itself, and equal bytes."""

import io
import re
import zipfile
from typing import Any

from geo.briefing.deck import Deck
from geo.briefing.fonts import SLIDE_FAMILY
from geo.domain.messages import Lang

DRAWING_SPACE = "http://schemas.openxmlformats.org/drawingml/2006/main"
_EMU = 12_700  # a point
_STAMP = (1980, 1, 1, 0, 0, 0)
_CREATED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms)")
# The theme's own fonts, and those it has for what is written in Vietnamese: Times New Roman, for one.
_FONT = re.compile(rb'(<a:latin typeface=|<a:font script="Viet" typeface=)"[^"]*"')
_SPELT = {"vi": "vi-VN", "en": "en-GB"}


def opened(deck: Deck, width: float, height: float) -> Any:
    """Return an empty presentation of this size (points), its layouts fitted to it, described as `deck`."""
    from pptx import Presentation

    shown: Any = Presentation()
    old = shown.slide_width, shown.slide_height
    shown.slide_width, shown.slide_height = emu(width), emu(height)
    size = shown.part._element.find("{*}sldSz")  # noqa: SLF001 (python-pptx leaves the template's 4:3 there)
    size.attrib.pop("type", None)
    _fit_layouts(shown, shown.slide_width / old[0], shown.slide_height / old[1])
    _describe(shown.core_properties, deck)
    return shown


def _fit_layouts(shown: Any, right: float, down: float) -> None:
    """Stretch the placeholders of master and layouts, so that a slide added by hand stands as the others."""
    master = shown.slide_master
    for holder in (master, *master.slide_layouts):
        for shape in holder.placeholders:
            if shape._element.spPr.find("{*}xfrm") is None:  # noqa: SLF001 (left, top of others are inherited)
                continue
            box = (shape.left * right, shape.top * down, shape.width * right, shape.height * down)
            shape.left, shape.top, shape.width, shape.height = (round(edge) for edge in box)


def _describe(properties: Any, deck: Deck) -> None:
    moment = deck.mark.taken_at.replace(microsecond=0, tzinfo=None)
    properties.title, properties.author = deck.title, "Địa Bàn"
    properties.last_modified_by, properties.subject = "Địa Bàn", deck.unit
    properties.created = properties.modified = moment
    properties.keywords = deck.mark.fingerprint
    properties.comments = properties.category = ""
    properties.language = _SPELT[deck.lang]


def spell(part: Any, lang: Lang) -> None:
    """Say of all text in an element which language it is in; by it a reader's program checks words."""
    for tag in ("rPr", "defRPr", "endParaRPr"):
        for properties in part.iter(f"{{{DRAWING_SPACE}}}{tag}"):
            properties.set("lang", _SPELT[lang])


def emu(points: float) -> Any:
    """Return `points` in the unit of the file."""
    from pptx.util import Emu

    return Emu(round(points * _EMU))


def stilled(packed: bytes, *, fixed: bool = False) -> bytes:
    """Return the archive with fixed times, also in the workbooks behind its charts, our fonts in its theme.

    fixed : the day in the file's own description too, which the workbooks take from the clock
    """
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as source, zipfile.ZipFile(out, "w") as still:
        for name in source.namelist():
            held = source.read(name)
            if name.endswith(".xlsx"):
                held = stilled(held, fixed=True)
            elif name.startswith("ppt/theme/"):  # all text is in these: changed once, changed everywhere
                held = _FONT.sub(rf'\g<1>"{SLIDE_FAMILY}"'.encode(), held)
            elif fixed and name == "docProps/core.xml":
                held = _CREATED.sub(rb"\g<1>1980-01-01T00:00:00Z\g<2>", held)
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            still.writestr(entry, held)
    return out.getvalue()
