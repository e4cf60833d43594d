"""A deck as bytes and back: plain values and shapes, without streets and water, which are drawn anew."""

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, replace
from datetime import date, datetime
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from geo.briefing.deck import (
    Body,
    ChartBody,
    ChartKind,
    Deck,
    Ground,
    Key,
    MapBody,
    Mark,
    Slide,
    TableBody,
    TextBody,
)
from geo.domain.roles import Actor
from geo.services import decks
from geo.store.engine import Database

_SCHEMA = 1
_LAYERS = ("outlines", "borders")  # of a map, besides its areas


def once(  # noqa: PLR0917 (called by the two ways to a deck)
    database: Database,
    actor: Actor,
    fingerprint: str,
    build: Callable[[], Deck],
    mark: Mark,
    ground: Callable[[], Ground | None],
    *,
    lasting: bool,
) -> Deck:
    """Return the deck that was made before for this question, else what `build` makes, and keep that.

    lasting : the cut-off has passed, so that the answer is final; else nothing is kept
    mark : of who takes it now, and when
    """
    held = decks.kept(database, actor, fingerprint) if lasting else None
    if held is not None:
        return replace(unpacked(held, ground()), mark=mark)
    deck = build()
    if lasting:
        decks.keep(database, actor, fingerprint, packed(deck))
    return deck


def packed(deck: Deck) -> bytes:
    """Return `deck` as bytes."""
    said = {
        "schema": _SCHEMA, "kind": deck.kind, "title": deck.title, "unit": deck.unit, "lang": deck.lang,
        "period": [day.isoformat() for day in deck.period], "cutoff": deck.cutoff.isoformat(),
        "synthetic": deck.synthetic, "query": deck.query,
        "mark": {**asdict(deck.mark), "taken_at": deck.mark.taken_at.isoformat()},
        "slides": [
            {"title": s.title, "notes": s.notes, "sources": s.sources, "bodies": [_said(b) for b in s.bodies]}
            for s in deck.slides
        ],
    }  # fmt: skip
    return zlib.compress(json.dumps(said, ensure_ascii=False, default=_plain).encode())


def unpacked(content: bytes, ground: Ground | None) -> Deck:
    """Return the deck of `packed`, with this ground below its maps."""
    said = json.loads(zlib.decompress(content))
    first, last = map(date.fromisoformat, said["period"])
    mark = Mark(**{**said["mark"], "taken_at": datetime.fromisoformat(said["mark"]["taken_at"])})
    slides = tuple(
        Slide(s["title"], tuple(_body(b, ground) for b in s["bodies"]), s["notes"], s["sources"])
        for s in said["slides"]
    )
    return Deck(
        said["kind"], said["title"], said["unit"], (first, last), datetime.fromisoformat(said["cutoff"]),
        said["lang"], mark, slides, said["synthetic"], said["query"],
    )  # fmt: skip


def _said(body: Body) -> dict[str, Any]:
    values = {field.name: getattr(body, field.name) for field in fields(body)}
    if isinstance(body, MapBody):
        values["keys"] = [asdict(key) for key in body.keys]
        values["areas"] = _layer(body.areas)
        for name in _LAYERS:
            values[name] = None if values[name] is None else _layer(values[name])
        values["ground"] = body.ground is not None
    return {"body": type(body).__name__, **values}


def _body(said: Mapping[str, Any], ground: Ground | None) -> Body:
    values = {name: value for name, value in said.items() if name != "body"}
    if said["body"] == "TextBody":
        return TextBody(tuple(values["lines"]))
    if said["body"] == "TableBody":
        values["header"], values["widths"] = tuple(values["header"]), tuple(values["widths"])
        values["rows"] = tuple(tuple(row) for row in values["rows"])
        return TableBody(**{**values, "numeric": frozenset(values["numeric"])})
    if said["body"] == "ChartBody":
        values["kind"], values["categories"] = ChartKind(values["kind"]), tuple(values["categories"])
        return ChartBody(**{**values, "series": tuple((name, tuple(of)) for name, of in values["series"])})
    values["keys"] = tuple(Key(**key) for key in values["keys"])
    values["areas"], values["as_of"] = _frame(values["areas"]), date.fromisoformat(values["as_of"])
    for name in _LAYERS:
        values[name] = None if values[name] is None else _frame(values[name])
    return MapBody(**{**values, "ground": ground if values["ground"] else None})


def _layer(frame: gpd.GeoDataFrame) -> dict[str, Any]:
    columns = {str(name): frame[name].tolist() for name in frame.columns if name != "geometry"}
    return {
        "crs": str(frame.crs), "columns": columns,
        "shapes": [None if shape is None else shapely.to_wkb(shape, hex=True) for shape in frame.geometry],
    }  # fmt: skip


def _frame(said: Mapping[str, Any]) -> gpd.GeoDataFrame:
    shapes = shapely.from_wkb(np.array(said["shapes"], dtype=object))
    return gpd.GeoDataFrame(said["columns"], geometry=list(shapes), crs=said["crs"])


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
