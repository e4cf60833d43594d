"""The font of everything we draw: Be Vietnam Pro, made of the subsets that set-up installs for the browser.

The subsets split the letters of one Vietnamese word between two files, which a program that draws pages
cannot use. They are joined once and kept in the data folder.
"""

import os
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from geo import settings

FAMILY = "Be Vietnam Pro"
# On the machines that open a PPTX: Arial has all Vietnamese letters, ours is seldom installed there. It is
# not embedded: PowerPoint wants its own container (EOT) and may drop it on editing, LibreOffice 7 ignores it.
SLIDE_FAMILY = "Arial"
OTHER_FONT = 0.94  # of the room: a reader's machine may set slides in a wider font than the one measured with
_SUBSETS = ("latin", "vietnamese")
_WEIGHTS = {False: 400, True: 700}
_MEASURED_AT = 100


def source_files(*, bold: bool) -> tuple[Path, ...]:
    """Return the subsets of one weight as set-up installs them (WOFF2)."""
    folder = settings.load().var_dir / "assets" / "@fontsource" / "be-vietnam-pro" / "files"
    weight = _WEIGHTS[bold]
    return tuple(folder / f"be-vietnam-pro-{subset}-{weight}-normal.woff2" for subset in _SUBSETS)


def folder() -> Path:
    """Return the folder with the joined fonts (TTF); without the subsets it holds what matplotlib brings."""
    kept = settings.load().var_dir / "fonts"
    if all(file.exists() for bold in _WEIGHTS for file in source_files(bold=bold)):
        for bold in _WEIGHTS:
            _joined(kept, bold=bold)
        return kept
    return _fallback()


def _joined(kept: Path, *, bold: bool) -> Path:
    out = kept / f"BeVietnamPro-{_WEIGHTS[bold]}.ttf"
    if out.exists():
        return out
    from fontTools.merge import Merger
    from fontTools.ttLib import TTFont

    kept.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=kept) as draft:
        parts = []
        for file in source_files(bold=bold):
            font = TTFont(file)
            font.flavor = None
            parts.append(str(Path(draft, file.stem + ".ttf")))
            font.save(parts[-1])
        made = Path(draft, f"{os.getpid()}.ttf")
        Merger().merge(parts).save(made)
        made.replace(out)
    return out


def _fallback() -> Path:
    import matplotlib as mpl

    return Path(mpl.get_data_path(), "fonts", "ttf")


def family() -> str:
    """Return the family that `folder` holds."""
    return FAMILY if folder() != _fallback() else "DejaVu Sans"


@lru_cache(maxsize=4)
def _face(file: Path) -> Any:
    from PIL import ImageFont

    return ImageFont.truetype(str(file), _MEASURED_AT)


@lru_cache(maxsize=1)
def _files() -> tuple[Path, Path]:
    held = folder()
    if held == _fallback():
        return held / "DejaVuSans.ttf", held / "DejaVuSans-Bold.ttf"
    return _joined(held, bold=False), _joined(held, bold=True)


@lru_cache(maxsize=20_000)
def _width_at_one(text: str, bold: bool) -> float:
    return float(_face(_files()[bold]).getlength(text)) / _MEASURED_AT


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return how wide `text` is, in the unit of `size`."""
    return size * _width_at_one(text, bold)


def wrapped(text: str, size: float, room: float, *, bold: bool = False, most: int | None = None) -> list[str]:
    """Return `text` in lines no wider than `room`; a word that is wider by itself is broken.

    most : lines at most, the last one ends in an ellipsis where something is left
    """
    lines = [line for part in text.split("\n") for line in _lines(part, size, room, bold=bold)]
    if most is not None and len(lines) > most:
        lines = [*lines[: most - 1], _cut(lines[most - 1] + " …", size, room, bold=bold)]
    return lines


def _lines(text: str, size: float, room: float, *, bold: bool) -> list[str]:
    lines, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width(longer, size, bold=bold) <= room or not word:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while width(line, size, bold=bold) > room and len(line) > 1:
            fits = max(1, int(len(line) * room / width(line, size, bold=bold)))
            lines.append(line[:fits])
            line = line[fits:]
    return [*lines, line]


def _cut(text: str, size: float, room: float, *, bold: bool) -> str:
    while width(text, size, bold=bold) > room and len(text) > 2:
        text = text[:-2].rstrip(" …") + "…"
    return text


def cut(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """Return `text` in one line, shortened with an ellipsis where it is wider than `room`."""
    return _cut(text, size, room, bold=bold)
