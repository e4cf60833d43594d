"""A deck as PDF: vector maps, text that can be found and copied, the font inside."""

from pathlib import Path
from tempfile import TemporaryDirectory

from geo.briefing import fonts
from geo.briefing.deck import Cancelled, Deck, Paper, Progress
from geo.briefing.layout import pages
from geo.briefing.page import Page
from geo.briefing.running import counted
from geo.briefing.svg import svg
from geo.domain.messages import Lang


def write(
    deck: Deck,
    path: Path,
    paper: Paper = Paper.A4,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> None:
    """Write `deck` to `path`, a page a slide. Raises InputError ``briefing_cancelled``; nothing is left then.

    Equal decks make equal bytes: the file's date is that of the deck's mark.
    """
    made = list(counted(pages(deck, paper), len(deck.slides), progress, cancelled))
    with TemporaryDirectory() as place:
        source = page_source(made, deck.lang, Path(place), title=deck.title)
        import typst

        path.write_bytes(
            typst.compile(
                str(source),
                format="pdf",
                font_paths=[str(fonts.folder())],
                ignore_system_fonts=True,
                timestamp=int(deck.mark.taken_at.timestamp()),
                pdf_tags=False,
            )
        )


def page_source(made: list[Page], lang: Lang, place: Path, title: str = "") -> Path:
    """Write the pages as SVG files with one Typst document around them into `place`; return the document."""
    width, height = made[0].width, made[0].height
    parts = [
        f"#set page(width: {width:g}pt, height: {height:g}pt, margin: 0pt)",
        f"#set document(title: {_quoted(title)})",
        f'#set text(lang: "{lang}")',
    ]
    for number, page in enumerate(made, start=1):
        name = f"{number}.svg"
        Path(place, name).write_text(svg(page, lang), encoding="utf-8")
        parts.append(f'#image("{name}", width: {width:g}pt, height: {height:g}pt)')
    source = Path(place, "deck.typ")
    source.write_text("\n".join(parts), encoding="utf-8")
    return source


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'
