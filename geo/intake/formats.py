"""Which format a file is in, judged by its content, with its name as the claim to check."""

import gzip
import io
import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from geo.domain.errors import InputError

_PIECE = 2**22
_HEAD = 4096
# No part of a workbook or shapefile packs so well.
_MAX_RATIO = 500
# The end of a ZIP, where its table of contents is counted and measured, before a comment of any text.
_ZIP_END = struct.Struct("<4s4H2LH")
_LONGEST_COMMENT = 2**16
# An entry of the table of contents is rarely longer: 46 bytes, a name, and a few extra fields.
_ENTRY_BYTES = 512
_SUSPECT_BYTES = 2**26
_ENCRYPTED = 0x1


# What zipfile raises of an archive that is bent: also for methods of packing that it has not.
_ZIP_FAULTS = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, UnicodeDecodeError,
    NotImplementedError, RuntimeError,
)  # fmt: skip


class Format(StrEnum):
    """The formats that are read."""

    GEOJSON = "GeoJSON"
    GPKG = "GeoPackage"
    SHAPEFILE = "Shapefile"
    KML = "KML"
    PARQUET = "GeoParquet"
    CSV = "CSV"
    XLSX = "XLSX"
    XLS = "XLS"
    ODS = "ODS"
    HTML = "HTML"


_BY_SUFFIX = {
    ".geojson": Format.GEOJSON,
    ".json": Format.GEOJSON,
    ".gpkg": Format.GPKG,
    ".shp": Format.SHAPEFILE,
    ".zip": Format.SHAPEFILE,
    ".kml": Format.KML,
    ".parquet": Format.PARQUET,
    ".geoparquet": Format.PARQUET,
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
    ".txt": Format.CSV,
    ".xlsx": Format.XLSX,
    ".xlsm": Format.XLSX,
    ".xls": Format.XLS,
    ".ods": Format.ODS,
    ".html": Format.HTML,
    ".htm": Format.HTML,
}
# Web systems send HTML or tab-separated text under the name .xls, and people rename files.
_SAVED_AS = {
    (Format.XLS, "HTML"): Format.HTML,
    (Format.XLS, "text"): Format.CSV,
    (Format.XLS, "ZIP"): Format.XLSX,
    (Format.XLSX, "OLE"): Format.XLS,
    (Format.XLSX, "HTML"): Format.HTML,
}
_PACKABLE = {Format.GEOJSON, Format.CSV, Format.KML}
_MAGIC = {
    b"%PDF": "PDF",
    b"\xd0\xcf\x11\xe0": "OLE",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"PK\x03\x04": "ZIP",
    b"SQLite format 3\x00": "SQLite",
    b"PAR1": "Parquet",
    b"\x1f\x8b": "gzip",
    b"\x00\x00\x27\x0a": "Shapefile",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
}


def sniff(path: Path, max_bytes: int, max_members: int = 10_000) -> Format:
    """Return the format of `path`.

    Raises InputError: ``import_file_missing``, ``not_a_file`` for a folder, a pipe, a device,
    ``empty_file``, ``file_too_large``, ``unsupported_format`` for a name we do not read,
    ``not_what_it_says`` where the content is of another kind than the name, ``too_many_members``, and as
    `open_zip`.
    """
    if not _exists(path):
        raise InputError("import_file_missing", file=path.name)
    if not path.is_file():
        raise InputError("not_a_file", file=path.name)
    size = path.stat().st_size
    if size == 0:
        raise InputError("empty_file", file=path.name)
    if size > max_bytes:
        raise InputError("file_too_large", file=path.name, limit_mb=max_bytes // 2**20)
    suffix, packed = _suffix(path)
    claimed = _BY_SUFFIX.get(suffix)
    if claimed is None or (packed and claimed not in _PACKABLE):
        raise InputError("unsupported_format", file=path.name, formats=", ".join(Format))
    head = unpack(path, max_bytes, _HEAD) if packed else _read_head(path)
    form = _check_claim(path, claimed, head)
    if _content(head) == "ZIP":
        _check_contents(path, max_bytes, max_members)
    return form


def unpack(path: Path, max_bytes: int, first: int | None = None) -> bytes:
    """Return the content of `path`, unpacked where its name ends in .gz; only `first` bytes if given.

    Raises InputError ``damaged_file`` for a broken archive, ``file_too_large`` past `max_bytes`.
    """
    if not _suffix(path)[1]:
        return path.read_bytes() if first is None else _read_head(path)
    try:
        with gzip.open(path) as stream:
            content = _read_up_to(stream, first if first is not None else max_bytes + 1)
    except (OSError, EOFError, zlib.error) as fault:
        raise InputError("damaged_file", file=path.name, fault=str(fault)) from fault
    if len(content) > max_bytes:
        raise InputError("file_too_large", file=path.name, limit_mb=max_bytes // 2**20)
    return content


def _read_up_to(stream: gzip.GzipFile, limit: int) -> bytes:
    """In pieces: asked for two gigabytes at once, a stream takes them before it knows what there is."""
    content = io.BytesIO()
    while limit and (piece := stream.read(min(limit, _PIECE))):
        content.write(piece)
        limit -= len(piece)
    return content.getvalue()


@contextmanager
def open_zip(path: Path, max_bytes: int) -> Iterator[zipfile.ZipFile]:
    """The archive `path` for as long as it is open, after a look at its table of contents.

    Raises InputError ``damaged_file``, also where a part turns out so while the archive is open,
    ``password_protected``, ``file_too_large`` where it would unpack beyond `max_bytes`, ``unsafe_archive``
    where a member points outside the archive.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > max_bytes:
                raise InputError("file_too_large", file=path.name, limit_mb=max_bytes // 2**20)
            if any(member.flag_bits & _ENCRYPTED for member in members):
                raise InputError("password_protected", file=path.name)
            if any(_escapes(member.filename) or _is_link(member) for member in members):
                raise InputError("unsafe_archive", file=path.name)
            if any(_explodes(member) for member in members):
                raise InputError("unsafe_archive", file=path.name)
            yield archive
    except _ZIP_FAULTS as fault:
        if "password required" in str(fault):
            raise InputError("password_protected", file=path.name) from fault
        raise InputError("damaged_file", file=path.name, fault=str(fault)[:200]) from fault


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name too long or with a NUL names nothing
        return False


def _check_contents(path: Path, max_bytes: int, max_members: int) -> None:
    """Refuse an archive by its own count of members, before a table of contents of a million is read."""
    with path.open("rb") as stream:
        stream.seek(-min(path.stat().st_size, _ZIP_END.size + _LONGEST_COMMENT), 2)
        tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    if 0 <= at <= len(tail) - _ZIP_END.size:
        _, _, _, _, members, length, _, _ = _ZIP_END.unpack_from(tail, at)
        if members > max_members or length > max_members * _ENTRY_BYTES:
            raise InputError("too_many_members", file=path.name, limit=max_members)
    with open_zip(path, max_bytes) as archive:
        if len(archive.infolist()) > max_members:
            raise InputError("too_many_members", file=path.name, limit=max_members)


def _suffix(path: Path) -> tuple[str, bool]:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes[-1:] == [".gz"]:
        return (suffixes[-2] if len(suffixes) > 1 else "", True)
    return (suffixes[-1] if suffixes else "", False)


def _read_head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(_HEAD)


def _escapes(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or name.startswith(("/", "\\")) or ":" in parts[0]


def _is_link(member: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(member.external_attr >> 16)


def _explodes(member: zipfile.ZipInfo) -> bool:
    """Whether a large member is packed tighter than any table or map ever is."""
    return member.file_size > _SUSPECT_BYTES and member.file_size > _MAX_RATIO * max(member.compress_size, 1)


def _check_claim(path: Path, claimed: Format, head: bytes) -> Format:
    """The format to read `path` as: the claimed one, or what programs save under its name all the same."""
    found = _content(head)
    if claimed in {Format.XLS, Format.XLSX}:
        if found == "OLE" and _is_encrypted(path):
            raise InputError("password_protected", file=path.name)
        claimed = _SAVED_AS.get((claimed, found), claimed)
    expected = {
        Format.GEOJSON: {"JSON"},
        Format.GPKG: {"SQLite"},
        Format.SHAPEFILE: {"ZIP"} if path.suffix.lower() == ".zip" else {"Shapefile"},
        Format.KML: {"KML"},
        Format.PARQUET: {"Parquet"},
        Format.CSV: {"text"},
        Format.XLSX: {"ZIP"},
        Format.XLS: {"OLE"},
        Format.ODS: {"ZIP"},
        Format.HTML: {"HTML"},
    }[claimed]
    if found not in expected:
        raise InputError("not_what_it_says", file=path.name, claimed=claimed.value, found=found)
    return claimed


def _is_encrypted(path: Path) -> bool:
    """Whether an OLE file wraps an encrypted package: its directory names one, in UTF-16."""
    return "EncryptedPackage".encode("utf-16-le") in path.read_bytes()


def _content(head: bytes) -> str:
    for magic, name in _MAGIC.items():
        if head.startswith(magic):
            return name
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if b"\x00" in head:
        return "binary"
    if start.startswith((b"{", b"[")):
        return "JSON"
    return _markup(start) if start.startswith(b"<") else "text"


def _markup(start: bytes) -> str:
    if start[:200].lower().startswith((b"<!doctype html", b"<html", b"<table")):
        return "HTML"
    return "KML" if b"<kml" in start or b":kml" in start else "XML"
