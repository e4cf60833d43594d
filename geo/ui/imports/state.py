"""What the Imports page knows of this visit: the file that is looked at, and what was last brought in."""

import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from geo.domain.kinds import Kind
from geo.services.imports.preview import Headers, Preview, Said
from geo.ui.folium_map import MapArguments

_KEY = "imports.visit"
_LONGEST_STEM = 60
_LONGEST_SUFFIX = 12


@dataclass(frozen=True)
class ImportsView:
    """What stands in the address: the kind of data."""

    kind: Kind = Kind.HOUSEHOLDS


@dataclass(frozen=True)
class Fault:
    """Why a file could not be read: the code, what it names, and the sentence for the reader."""

    code: str
    params: dict[str, Any]
    sentence: str


@dataclass(frozen=True)
class Look:
    """One look at a file. Either `preview` or `fault` is there."""

    headers: Headers = field(default_factory=Headers)
    preview: Preview | None = None
    fault: Fault | None = None


@dataclass
class Visit:
    """What lasts from run to run: never the file itself, which Streamlit holds for as long as it is shown.

    round : counts the files, so that the next one starts with an empty field
    said : corrections of the file shown; looked : what was seen, with what it was seen of
    kind : the kind that `said` is about
    done : number of the import just made; undone : of the one just taken back, fault : what went wrong, both
        told once; map : the map of the look and what it was made of; shown : how many past imports are listed
    """

    round: int = 0
    kind: Kind | None = None
    said: Said = field(default_factory=Said)
    seen_of: tuple[Any, ...] | None = None
    look: Look = field(default_factory=Look)
    done: int | None = None
    undone: int | None = None
    fault: str | None = None
    map: tuple[tuple[Any, ...], MapArguments] | None = None
    shown: int = 0

    def next_file(self) -> None:
        """Forget the file that is shown; Streamlit drops it with its field."""
        self.round += 1
        self.forget()

    def forget(self) -> None:
        """Forget what was said and seen of a file."""
        self.said, self.seen_of, self.look, self.map = Said(), None, Look(), None


def visit() -> Visit:
    """Return what this visit knows."""
    known = st.session_state.get(_KEY)
    if not isinstance(known, Visit):
        known = Visit()
        st.session_state[_KEY] = known
    return known


@contextmanager
def private_copy(upload: UploadedFile) -> Iterator[Path]:
    """Write the upload to a file that nobody else may read, for the length of the block and no longer.

    The file is gone after an error, and also where the reader leaves and the run is stopped.
    """
    with tempfile.TemporaryDirectory(prefix="diaban-upload-") as folder:  # made with mode 0700
        path = Path(folder) / file_name(upload.name)
        path.write_bytes(upload.getbuffer())
        yield path


def file_name(sent: str) -> str:
    """Return the name of a file as it may be written: no folder, nothing unprintable, not too long."""
    last = unicodedata.normalize("NFC", sent).replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(sign for sign in last if sign.isprintable()).strip().lstrip(".") or "file"
    path = Path(plain)
    suffixes = "".join(path.suffixes[-2:]) if path.suffix.lower() == ".gz" else path.suffix
    suffixes = suffixes[-2 * _LONGEST_SUFFIX :]
    return plain.removesuffix(suffixes)[:_LONGEST_STEM] + suffixes
