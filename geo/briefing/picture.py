"""One slide as a picture: PNG of a given width, or SVG."""

from pathlib import Path
from tempfile import TemporaryDirectory

from geo.briefing import fonts
from geo.briefing.deck import Deck, Paper
from geo.briefing.layout import pages
from geo.briefing.page import Page
from geo.briefing.pdf_file import page_source
from geo.briefing.svg import svg
from geo.domain.errors import InputError
from geo.domain.messages import Lang

_POINTS_AN_INCH = 72


def write(
    deck: Deck, path: Path, slide: int | None = None, paper: Paper = Paper.WIDE, width_px: int = 1920
) -> None:
    """Write one slide to `path`, by its ending .png or .svg.

    slide : its position; None is the first with a map, else the first. Raises
     InputError ``unknown_out_format``.
    """
    chosen = _chosen(deck) if slide is None else slide
    page = list(pages(deck, paper))[chosen]
    if path.suffix.lower() == ".svg":
        path.write_text(svg(page, deck.lang), encoding="utf-8")
    elif path.suffix.lower() == ".png":
        path.write_bytes(png([page], deck.lang, width_px)[0])
    else:
        raise InputError("unknown_out_format", path=path.name, known=".png, .svg")


def _chosen(deck: Deck) -> int:
    return next((i for i, slide in enumerate(deck.slides) if slide.kind == "map"), 0)


def png(made: list[Page], lang: Lang, width_px: int) -> list[bytes]:
    """Return each page as PNG, `width_px` wide."""
    import typst

    found = []
    for page in made:
        with TemporaryDirectory() as place:
            source = page_source([page], lang, Path(place))
            found.append(
                typst.compile(
                    str(source),
                    format="png",
                    ppi=_POINTS_AN_INCH * width_px / page.width,
                    font_paths=[str(fonts.folder())],
                    ignore_system_fonts=True,
                )
            )
    return found
