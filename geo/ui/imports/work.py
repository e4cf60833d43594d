"""The slow steps of the Imports page, with their progress and with every fault turned into a sentence."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile

from geo import settings
from geo.domain.errors import DiaBanError, InputError
from geo.domain.kinds import Kind
from geo.domain.roles import Actor
from geo.services.imports import preview as import_preview
from geo.services.imports.preview import Headers, Said
from geo.ui import guard
from geo.ui.i18n import current_lang, t
from geo.ui.imports.state import Fault, Look, private_copy

_log = logging.getLogger(__name__)
_STEPS = frozenset({"read", "place", "store", "commit"})

Progress = Callable[[str, float], None]


def look_at(actor: Actor, upload: UploadedFile, kind: Kind, said: Said, place: DeltaGenerator) -> Look:
    """Return what is in the file and what it would do, or why not; `place` shows how far it is."""
    headers = Headers()
    try:
        _check_size(upload)
        with private_copy(upload) as path, _progress("imports.looking", place) as progress:
            try:
                headers = import_preview.headers(guard.database(), actor, path, kind, said)
                found = import_preview.preview(guard.database(), actor, path, kind, said, progress)
            except DiaBanError as fault:
                return Look(headers, fault=_told(fault, path))
        return Look(headers, preview=found)
    except DiaBanError as fault:
        return Look(fault=_told(fault))
    except Exception as fault:  # whatever a file does to a library is told as a sentence
        return Look(headers, fault=_unexpected(fault))


def bring_in(
    actor: Actor, upload: UploadedFile, kind: Kind, said: Said, place: DeltaGenerator
) -> int | Fault:
    """Bring the file into the store; return the number of the batch, or why nothing was written."""
    try:
        with private_copy(upload) as path, _progress("imports.storing", place) as progress:
            try:
                return import_preview.commit(guard.database(), actor, path, kind, said, progress)
            except DiaBanError as fault:
                return _told(fault, path)
    except Exception as fault:  # as above; the transaction is rolled back
        return _unexpected(fault)


def _check_size(upload: UploadedFile) -> None:
    limit_mb = settings.load().upload_limit_mb
    if upload.size > limit_mb * 2**20:
        raise InputError("file_too_large", file=upload.name, limit_mb=limit_mb)


def _told(fault: DiaBanError, path: Path | None = None) -> Fault:
    """The sentence for the page: its own where the common one speaks of the command line."""
    try:
        sentence = t(f"imports.fault.{fault.code}", **_in_words(fault.params))
    except KeyError:
        sentence = fault.message(current_lang())
    if path is not None:  # what a library says may name where the copy lay
        sentence = sentence.replace(f"{path.parent}/", "")
    return Fault(fault.code, dict(fault.params), sentence)


def _in_words(params: Mapping[str, Any]) -> dict[str, Any]:
    """Names of the contract as a reader knows them."""
    words = dict(params)
    if "kind" in words:
        words["kind"] = t(f"imports.kind.{words['kind']}")
    if "fields" in words:
        words["fields"] = ", ".join(t(f"imports.field.{name}") for name in str(words["fields"]).split(", "))
    return words


def _unexpected(fault: Exception) -> Fault:
    # The name alone: what a library says may quote the cells of a row.
    _log.error("import failed: %s", type(fault).__name__)
    return Fault("unexpected", {}, t("imports.fault.unexpected"))


@contextmanager
def _progress(key: str, place: DeltaGenerator) -> Iterator[Progress]:
    bar = place.progress(0.0, t(key))

    def tell(step: str, share: float) -> None:
        words = t(f"imports.step.{step}") if step in _STEPS else t(key)
        bar.progress(min(max(share, 0.0), 1.0), words)

    try:
        yield tell
    finally:
        bar.empty()
