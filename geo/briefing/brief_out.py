"""A ready deck as a file, by its ending: made, logged with its purpose and fingerprint, handed out."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from geo.briefing import html_file, pdf_file, picture, pptx_file
from geo.briefing.deck import Cancelled, Deck, Paper, Progress
from geo.domain.errors import InputError
from geo.domain.roles import Actor
from geo.services import exports
from geo.store.engine import Database

_STAMP = (1980, 1, 1, 0, 0, 0)


def write_brief(
    database: Database,
    actor: Actor,
    deck: Deck,
    out: Path,
    *,
    purpose: str,
    paper: Paper | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> dict[str, Any]:
    """Write `deck` to `out`: .pptx, .pdf, .png and .svg (its first map), .html, or .zip with all of these.

    paper : 16:9 for slides and A4 for PDF where None
    The file gets its name when it is complete and logged. Raises InputError ``unknown_out_format``,
    ``briefing_cancelled``.
    """
    ending = out.suffix.lower()
    if ending not in _WRITERS:
        raise InputError("unknown_out_format", path=out.name, known=", ".join(_WRITERS))
    draft = out.with_name(f".{out.name}.part{ending}")
    try:
        _WRITERS[ending](deck, draft, paper, progress, cancelled)
        query = {**deck.query, "fingerprint": deck.mark.fingerprint}
        sha256 = exports.log(database, actor, f"brief{ending}", draft, purpose=purpose, query=query)
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
    return {
        "out": str(out),
        "sha256": sha256,
        "fingerprint": deck.mark.fingerprint,
        "slides": len(deck.slides),
        "titles": [slide.title for slide in deck.slides],
    }


_Tell = Progress | None
_Stop = Cancelled | None
_Writer = Callable[[Deck, Path, Paper | None, _Tell, _Stop], None]


def _pptx(deck: Deck, out: Path, paper: Paper | None, progress: _Tell, stop: _Stop) -> None:
    pptx_file.write(deck, out, progress, stop, paper or Paper.WIDE)


def _pdf(deck: Deck, out: Path, paper: Paper | None, progress: _Tell, stop: _Stop) -> None:
    pdf_file.write(deck, out, paper or Paper.A4, progress, stop)


def _picture(deck: Deck, out: Path, paper: Paper | None, _: _Tell, __: _Stop) -> None:
    picture.write(deck, out, paper=paper or Paper.WIDE)


def _html(deck: Deck, out: Path, _: Paper | None, progress: _Tell, stop: _Stop) -> None:
    html_file.write(deck, out, progress, stop)


def _zip(deck: Deck, out: Path, paper: Paper | None, progress: _Tell, stop: _Stop) -> None:
    with TemporaryDirectory() as place, zipfile.ZipFile(out, "w") as packed:
        for ending, write in _WRITERS.items():
            if ending == ".zip":
                continue
            part = Path(place, f"{deck.kind}{ending}")
            write(deck, part, paper, progress, stop)
            entry = zipfile.ZipInfo(part.name, _STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, part.read_bytes())


_WRITERS: dict[str, _Writer] = {
    ".pptx": _pptx, ".pdf": _pdf, ".png": _picture, ".svg": _picture, ".html": _html, ".zip": _zip,
}  # fmt: skip
