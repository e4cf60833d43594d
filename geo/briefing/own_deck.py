"""Somebody's own briefing as a deck: each view that was kept becomes the slides of what was seen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from geo import settings
from geo.briefing.asking import Asking, ground_of
from geo.briefing.deck import Deck, DeckKind, Ground, Mark, Slide, TextBody
from geo.briefing.leaving import Leaving, Staying
from geo.briefing.own_duties import coverage_slides, home_slides, reassign_slides, task_slides
from geo.briefing.own_hotspots import hotspot_slides
from geo.briefing.own_words import say
from geo.briefing.running import Watch
from geo.briefing.sentences import with_legend
from geo.domain.errors import DiaBanError
from geo.domain.messages import Lang
from geo.domain.roles import Actor
from geo.services.briefings import Briefing, View
from geo.services.hotspots.review import choices
from geo.services.wards import wards
from geo.store.engine import Database

_SLIDES_A_VIEW = 2  # about, until they are made


_Maker = Callable[[Asking, Mapping[str, Any]], tuple[Slide, ...]]


@dataclass(frozen=True, eq=False)
class Asker:
    """Who takes the deck, in which language; leaving : it leaves the system, so that counts are coarsened.

    watch : told before each view, which stops the deck when it is to be given up
    """

    database: Database
    actor: Actor
    lang: Lang
    leaving: bool
    watch: Watch = field(default_factory=Watch)

    @cached_property
    def out(self) -> Leaving:
        """What of the counts may be said, decided for all views together."""
        return (Leaving if self.leaving else Staying)(self.database, self.actor, self.lang)

    def ground_or_none(self) -> Ground | None:
        """Return streets and water; None where there is no ward to draw them for."""
        held = wards(self.database, self.actor)
        return ground_of(self.database, self.actor, held) if len(held) else None


def own_deck(asker: Asker, found: Briefing, mark: Mark, query: Mapping[str, Any]) -> Deck:
    """Return the deck of a briefing; a view that can no longer be made is a slide that says so.

    Raises InputError ``briefing_cancelled``.
    """
    known = choices(asker.database, asker.actor)
    rounds = 2 if asker.leaving else 1  # to learn which counts are wanted, and to say them
    asker.watch.expect(rounds * len(found.views), _SLIDES_A_VIEW * len(found.views))

    def build() -> list[Slide]:
        slides: list[Slide] = []
        for view in found.views:
            asker.watch.begin()
            slides += _slides(asker, found, view, mark)
        return slides

    slides = asker.out.twice(build)
    days = [day for view in found.views for day in _days(view)] or [found.cutoff.date()]
    units = {unit.id: unit.name for unit in known.wards.units}
    return Deck(
        kind="own",
        title=found.title,
        unit=units.get(found.unit_id, ""),
        period=(min(days), max(days)),
        cutoff=found.cutoff.astimezone(settings.load().timezone),
        lang=asker.lang,
        mark=mark,
        slides=tuple(slides) or (_said(asker, found.title, say(asker.lang, "empty")),),
        synthetic=known.synthetic,
        query=query,
    )


def _days(view: View) -> list[date]:
    named = (view.asked.get(name) for name in ("start", "end", "day"))
    return [date.fromisoformat(str(day)) for day in named if day]


def _slides(asker: Asker, found: Briefing, view: View, mark: Mark) -> list[Slide]:
    """The slides of a view: the first under the title that it was given, with its notes."""
    try:
        make = _PAGES.get(view.page)
        if make is None:
            return [_said(asker, view.title, say(asker.lang, "no_page", link=view.link), view.notes)]
        asking = _asking(asker, found, view, mark)
        made = tuple(with_legend(asking, slide) for slide in make(asking, view.asked))
    except DiaBanError as fault:  # a unit that is no more, a border that was taken out
        return [_said(asker, view.title, fault.message(asker.lang), view.notes)]
    return [
        replace(slide, title=slide.title if i and slide.title else view.title, notes=view.notes)
        for i, slide in enumerate(made)
    ]


def _asking(asker: Asker, found: Briefing, view: View, mark: Mark) -> Asking:
    days = _days(view) or [found.cutoff.date()]
    return Asking(
        asker.database, asker.actor, DeckKind.WEEKLY, view.asked.get("unit"), (days[0], days[-1]),
        found.cutoff, asker.lang, mark.classification, mark.taken_at, view.asked.get("plan"),
        shared=asker.out,
    )  # fmt: skip


def _said(asker: Asker, title: str, sentence: str, notes: str = "") -> Slide:
    return Slide(title, (TextBody((sentence, say(asker.lang, "made_without"))),), notes)


_PAGES: dict[str, _Maker] = {
    "hotspots": hotspot_slides,
    "coverage": coverage_slides,
    "home": home_slides,
    "tasks": task_slides,
    "reassign": reassign_slides,
}
