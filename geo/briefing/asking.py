"""What a ready deck is asked for, and what all of them need: words, numbers, the wards, the mark."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np

from geo.briefing.deck import Deck, DeckKind, Ground, Key, MapBody, Mark, Slide
from geo.briefing.leaving import Leaving
from geo.briefing.running import Watch
from geo.briefing.sentences import with_legend
from geo.domain import numerals
from geo.domain.kinds import OriginFilter
from geo.domain.messages import Lang
from geo.domain.roles import Actor
from geo.maps.classes import Classes, rate_classes
from geo.maps.palettes import NO_DATA, sequential
from geo.services.deployment import is_synthetic
from geo.services.exports import fingerprint
from geo.services.ground_layers import ground_layers
from geo.services.hotspots.review import HotspotQuery
from geo.services.release.cells import Area, scope_area
from geo.services.wards import Wards, wards
from geo.store.engine import Database, transaction

_LEAST_P = 0.001


@dataclass(frozen=True, eq=False)
class Asking:
    """One question for a deck.

    unit : code, None for all in scope · cutoff : data recorded later does not count
    taken_at : moment of the watermark · plan : code of a stored plan, for the deck about one
    watch : told before each figure, which stops the deck when it is to be given up
    shared : what of the counts may leave, where several decide it together
    """

    database: Database
    actor: Actor
    kind: DeckKind
    unit: str | None
    period: tuple[date, date]
    cutoff: datetime
    lang: Lang
    classification: str
    taken_at: datetime
    plan: str | None = None
    watch: Watch = field(default_factory=Watch)
    shared: Leaving | None = None

    @cached_property
    def query(self) -> HotspotQuery:
        """The incidents of the period, reported ones, as known at the cut-off."""
        return HotspotQuery(*self.period, unit=self.unit, origin=OriginFilter.REPORTED, cutoff=self.cutoff)

    @cached_property
    def wards(self) -> Wards:
        """The wards in scope."""
        return wards(self.database, self.actor)

    @cached_property
    def chosen(self) -> gpd.GeoDataFrame:
        """Wards of the unit, metric."""
        return self.wards.metric.iloc[self.wards.positions(self.unit)].reset_index(drop=True)

    @cached_property
    def ground(self) -> Ground:
        """Streets and water."""
        return ground_of(self.database, self.actor, self.wards)

    @cached_property
    def out(self) -> Leaving:
        """What of the counts may leave."""
        return self.shared or Leaving(self.database, self.actor, self.lang)

    @property
    def area(self) -> Area:
        """The places of the unit, as cells that leave name them."""
        return (self.unit,) if self.unit else scope_area(self.actor)

    @property
    def unit_name(self) -> str:
        """Name of the unit."""
        named = [unit.name for unit in self.wards.units if unit.code == self.unit]
        return named[0] if named else self.say("Toàn địa bàn", "All units")

    @property
    def database_name(self) -> str:
        """Where the figures of a map are from."""
        return self.say("CSDL Địa Bàn", "Địa Bàn database")

    def place(self, name: str) -> str:
        """Return the name of a ward within a sentence, where a bare number would be read as a count."""
        return self.say(f"phường {name}", f"ward {name}") if name.isdecimal() else name

    def say(self, vi: str, en: str) -> str:
        """Return the words of the reader's language."""
        return vi if self.lang == "vi" else en

    def number(self, value: float | None, digits: int = 0) -> str:
        """Return a number as it is read."""
        return numerals.number(value, digits, self.lang)

    def percent(self, share: float | None, digits: int = 0) -> str:
        """Return a share as it is read."""
        return numerals.percent(share, digits, self.lang)

    def signed_percent(self, share: float | None) -> str:
        """Return a change as it is read."""
        if share is None or np.isnan(share):
            return numerals.NOTHING
        rounded = round(share, 2) or 0.0  # never "+0 %"
        return ("+" if rounded > 0 else "") + self.percent(rounded)

    def day(self, value: date | None) -> str:
        """Return a day as it is read."""
        return numerals.day(value, self.lang)

    def labels(self, classes: Classes, show: Callable[[float], str]) -> tuple[str, ...]:
        """Return the labels of `classes`; the last one in words: our font has no sign for "or more"."""
        labels = classes.labels(show)
        if not labels:
            return ()
        last = show(classes.borders[-1])
        return (*labels[:-1], self.say(f"từ {last}", f"{last} or more"))

    def probability(self, p: float) -> str:
        """Return a p-value as it is read after its letter: "= 0,03", never "= 0,000"."""
        return f"=\u00a0{self.number(p, 3)}" if p >= _LEAST_P else f"<\u00a0{self.number(_LEAST_P, 3)}"

    @property
    def question(self) -> dict[str, Any]:
        """What is asked, for the log; the fingerprint stands for it, not for who asked or when."""
        return {
            "deck": self.kind.value,
            "unit": self.unit,
            "from": self.period[0].isoformat(),
            "to": self.period[1].isoformat(),
            "cutoff": self.cutoff.isoformat(),
            "lang": self.lang,
            "plan": self.plan,
        }

    @property
    def mark(self) -> Mark:
        """The mark of every slide."""
        return Mark(self.actor.name, self.taken_at, self.classification, fingerprint(self.question))

    def ground_or_none(self) -> Ground | None:
        """Return streets and water; None where there is no ward to draw them for."""
        return self.ground if len(self.wards) else None

    def deck(self, title: str, slides: tuple[Slide, ...]) -> Deck:
        """Return the deck with its mark, and the signs of its tables explained."""
        with transaction(self.database, self.actor) as connection:
            synthetic = is_synthetic(connection)
        return Deck(
            self.kind.value, title, self.unit_name, self.period, self.cutoff, self.lang, self.mark,
            tuple(with_legend(self, slide) for slide in slides), synthetic, self.question,
        )  # fmt: skip

    def ward_map(self, values: Any, classes: Classes, keys: tuple[Key, ...], **said: Any) -> MapBody:
        """Return a map of the chosen wards by `values` (wards,), in the classes given; NaN is not known.

        keys : of the classes, and where there is one more, of what is not known
        """
        areas = self.chosen[["name", "geometry"]].copy()
        unknown = len(classes.borders) if len(keys) > len(classes.borders) else -1
        areas["key"] = np.where(np.isnan(np.asarray(values, dtype=float)), unknown, classes.of(values))
        areas["label"] = areas["name"]
        areas["rank"] = areas.geometry.area
        as_of = said.pop("as_of", self.period[1])
        return MapBody(
            areas, keys, crs=self.wards.metric_crs, ground=self.ground, as_of=as_of,
            source=said.pop("source", self.database_name), **said,
        )  # fmt: skip

    def rate_keys(self, *values: Any, digits: int = 1) -> tuple[Classes, tuple[Key, ...]]:
        """Return classes that all of `values` share, and their keys: a last one where some are not known."""
        known = np.concatenate([np.asarray(part, dtype=float) for part in values])
        highest = np.nanmax(known, initial=0.0)
        classes = Classes(tuple(border for border in rate_classes(*values).borders if border <= highest))
        labels = self.labels(classes, lambda value: self.number(value, digits if value < 100 else 0))
        colours = sequential(len(labels)) if labels else ()
        keys = tuple(Key(label, colour) for label, colour in zip(labels, colours, strict=True))
        return classes, (*keys, *self.unknown_key(known))

    def unknown_key(self, values: Any) -> tuple[Key, ...]:
        """Return the key of places that are withheld or cannot be told; none where all are known."""
        if not np.isnan(np.asarray(values, dtype=float)).any():
            return ()
        return (Key(self.say("không nêu được", "not given"), NO_DATA["light"], hatched=True),)


def ground_of(database: Database, actor: Actor, held: Wards) -> Ground:
    """Return streets and water around these wards."""
    found = ground_layers(database, actor, held)
    return Ground(found.streets, found.water)
