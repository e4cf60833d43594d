"""From what is asked to the file that leaves: deck, writer, watermark, log."""

import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd

from geo.briefing import kept_deck, picture, ready
from geo.briefing.brief_out import write_brief
from geo.briefing.deck import Cancelled, Deck, DeckKind, MapBody, Mark, Paper, Progress, TableBody
from geo.briefing.own_deck import Asker, own_deck
from geo.briefing.ready import CLASSIFICATION
from geo.briefing.running import Watch, counted
from geo.domain.errors import InputError
from geo.domain.messages import Lang
from geo.domain.roles import Actor, Permission
from geo.services import exports
from geo.services.briefings import Briefing
from geo.services.tabular import write_csv, write_xlsx
from geo.store.engine import Database


class Format(StrEnum):
    """The kinds of file that a deck can be taken along as."""

    PPTX_WIDE = "pptx_wide"
    PPTX_CLASSIC = "pptx_classic"
    PDF_A4 = "pdf_a4"
    PDF_A3 = "pdf_a3"
    PNG = "png"
    HTML = "html"
    DATA = "data"


@dataclass(frozen=True)
class Order:
    """A file asked for. classification : the mark on every slide; purpose : why it leaves."""

    format: Format
    lang: Lang
    classification: str
    purpose: str


_ENDING = {
    Format.PPTX_WIDE: ".pptx", Format.PPTX_CLASSIC: ".pptx", Format.PDF_A4: ".pdf", Format.PDF_A3: ".pdf",
    Format.PNG: ".zip", Format.HTML: ".html", Format.DATA: ".zip",
}  # fmt: skip
MIME = {
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".pdf": "application/pdf",
    ".html": "text/html",
    ".zip": "application/zip",
}
_PAPER = {Format.PPTX_CLASSIC: Paper.CLASSIC, Format.PDF_A4: Paper.A4, Format.PDF_A3: Paper.A3}
_FIXED_DATE = (1980, 1, 1, 0, 0, 0)  # the files in an archive carry no clock of ours


def asked(found: Briefing, order: Order) -> dict[str, Any]:
    """Return what the log has and the fingerprint is of."""
    return {
        "briefing": found.code,
        "version": found.version,
        "cutoff": found.cutoff.isoformat(),
        "views": [asdict(view) for view in found.views],
        "lang": order.lang,
    }


@dataclass(frozen=True, eq=False)
class Request:
    """One file to be made: who asks, what as, and where it goes.

    now : the moment of the watermark, up to which a ready deck looks · folder : holds the file alone
    progress, cancelled : told and asked from the first figure on
    """

    database: Database
    actor: Actor
    order: Order
    now: datetime
    folder: Path
    progress: Progress | None = None
    cancelled: Cancelled | None = None

    @cached_property
    def watch(self) -> Watch:
        """How far it is."""
        return Watch(self.progress, self.cancelled)


def make_own(request: Request, found: Briefing) -> Path:
    """Write a briefing as asked, log it, and return the file.

    Raises InputError ``briefing_empty``, ``purpose_missing``, ``briefing_cancelled``.
    """
    actor, order = request.actor, request.order
    actor.require(Permission.EXPORT)
    exports.require_purpose(order.purpose)
    if not found.views:
        raise InputError("briefing_empty")
    query = asked(found, order)
    mark = Mark(actor.name, request.now, order.classification, exports.fingerprint(query))
    asker = Asker(request.database, actor, order.lang, leaving=True, watch=request.watch)
    deck = kept_deck.once(
        request.database, actor, mark.fingerprint, lambda: own_deck(asker, found, mark, query), mark,
        asker.ground_or_none, lasting=found.cutoff <= request.now,
    )  # fmt: skip
    return write(request, deck)


@dataclass(frozen=True)
class Ready:
    """Which ready deck: unit None is all in scope, days both included, plan the code of a stored one."""

    kind: DeckKind
    unit: str | None
    period: tuple[date, date]
    plan: str | None = None


def make_ready(request: Request, which: Ready) -> Path:
    """Write a ready deck, up to what is known now, as asked, log it, and return the file.

    Raises InputError ``purpose_missing``, ``briefing_cancelled``, and what `ready.build` raises.
    """
    order = request.order
    exports.require_purpose(order.purpose)
    deck = ready.build(
        request.database, request.actor, which.kind, which.unit, which.period, request.now, order.lang,
        taken_at=request.now, classification=order.classification, plan=which.plan, watch=request.watch,
    )  # fmt: skip
    return write(request, deck)


def write(request: Request, deck: Deck) -> Path:
    """Write any deck as asked, log it, and return the file."""
    database, actor, order, watch = request.database, request.actor, request.order, request.watch
    out = request.folder / f"{deck.kind}-{deck.mark.fingerprint}{_ENDING[order.format]}"
    if order.format not in {Format.PNG, Format.DATA}:
        paper = _PAPER.get(order.format, Paper.WIDE)
        write_brief(
            database, actor, deck, out, purpose=order.purpose, paper=paper, progress=watch.page,
            cancelled=watch.cancelled,
        )  # fmt: skip
        return out
    writer = _write_pictures if order.format is Format.PNG else _write_data
    writer(deck, out, watch)
    exports.log(
        database, actor, f"briefing.{order.format.value}", out, purpose=order.purpose, query=deck.query
    )
    return out


def _write_pictures(deck: Deck, out: Path, watch: Watch) -> None:
    parts = counted(range(len(deck.slides)), len(deck.slides), watch.page, watch.cancelled)
    try:
        with zipfile.ZipFile(out, "w") as archive:
            for number in parts:
                file = out.with_name(f"slide-{number + 1:02d}.png")
                picture.write(deck, file, slide=number)
                _pack(archive, file)
    except InputError:
        out.unlink(missing_ok=True)
        raise


def _write_data(deck: Deck, out: Path, _: Watch) -> None:
    """Write the figures behind the slides: each table as CSV, all in one workbook, each map as a layer."""
    sheets: dict[str, tuple[Any, Any]] = {}
    layers = out.with_name("maps.gpkg")
    with zipfile.ZipFile(out, "w") as archive:
        for number, slide in enumerate(deck.slides, start=1):
            for body in slide.bodies:
                if isinstance(body, TableBody):
                    rows = [[_number(cell, deck.lang) for cell in row] for row in body.rows]
                    sheets[f"{number:02d}"] = (body.header, rows)
                    file = out.with_name(f"slide-{number:02d}.csv")
                    write_csv(file, body.header, rows)
                    _pack(archive, file)
                elif isinstance(body, MapBody):
                    _layer(body).to_file(layers, layer=f"slide-{number:02d}", driver="GPKG")
        if sheets:
            workbook = out.with_name("tables.xlsx")
            write_xlsx(workbook, sheets)
            _pack(archive, workbook)
        if layers.exists():
            _pack(archive, layers)


def _layer(body: MapBody) -> gpd.GeoDataFrame:
    labels = [key.label for key in body.keys]
    areas = body.areas[["name", "geometry"]].copy()
    areas["class"] = [labels[key] if key >= 0 else "" for key in body.areas["key"]]
    return areas.to_crs("EPSG:4326")


def _number(cell: str, lang: Lang) -> str | float:
    """A figure as a slide says it, back as a number; all else stays text."""
    plain = (
        cell.replace("−", "-").replace(".", "").replace(",", ".") if lang == "vi" else cell.replace(",", "")
    )
    try:
        return int(plain)
    except ValueError:
        return cell


def _pack(archive: zipfile.ZipFile, file: Path) -> None:
    entry = zipfile.ZipInfo(file.name, _FIXED_DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, file.read_bytes())
    file.unlink()


def screen_deck(database: Database, actor: Actor, found: Briefing, lang: Lang, now: datetime) -> Deck:
    """Return a briefing for the screen of its reader, who sees what the pages show; nothing leaves."""
    query: Mapping[str, Any] = {"briefing": found.code, "version": found.version}
    mark = Mark(actor.name, now, CLASSIFICATION[lang], exports.fingerprint(query))
    return own_deck(Asker(database, actor, lang, leaving=False), found, mark, query)
