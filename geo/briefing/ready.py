"""The three decks that are ready: weekly hotspots, the four works for a review, a reassignment proposal."""

from datetime import date, datetime

from geo.briefing import kept_deck, reassignment, steering, weekly
from geo.briefing.asking import Asking
from geo.briefing.deck import Deck, DeckKind
from geo.briefing.running import Watch
from geo.domain.errors import InputError
from geo.domain.messages import Lang
from geo.domain.roles import Actor, Permission
from geo.services import exports
from geo.services.hotspots.review import WHOLE_SCOPE
from geo.store.engine import Database

_BUILDERS = {
    DeckKind.WEEKLY: weekly.build,
    DeckKind.STEERING: steering.build,
    DeckKind.REASSIGNMENT: reassignment.build,
}
_FIGURES = {DeckKind.WEEKLY: 11, DeckKind.STEERING: 8, DeckKind.REASSIGNMENT: 3}
_PAGES = 12  # about: how many there are is known when they are
CLASSIFICATION = {"vi": "LƯU HÀNH NỘI BỘ", "en": "INTERNAL USE ONLY"}


def build(  # noqa: PLR0917 (a question has its parts)
    database: Database,
    actor: Actor,
    kind: DeckKind,
    unit: str | None,
    period: tuple[date, date],
    cutoff: datetime,
    lang: Lang,
    *,
    taken_at: datetime,
    classification: str | None = None,
    plan: str | None = None,
    watch: Watch | None = None,
) -> Deck:
    """Return a ready deck of `unit` (None or "*": all in scope) for the days of `period`, both included.

    cutoff : what was recorded after it does not count. A deck made when it had passed is kept, and given
        again to whoever asks the same question: the same deck, whatever was changed since
    taken_at : the moment that the watermark says; the only thing that differs when it is made again
    plan : code of a stored plan, for the reassignment deck; None has one suggested
    watch : told how far it is, asked whether to stop
    Raises InputError ``unknown_unit``, ``end_before_start``, ``briefing_cancelled``.
    """
    actor.require(Permission.EXPORT)
    if period[1] < period[0]:
        raise InputError("end_before_start", start=period[0].isoformat(), end=period[1].isoformat())
    asked = Asking(
        database, actor, kind, None if unit == WHOLE_SCOPE else unit, period, cutoff, lang,
        classification or CLASSIFICATION[lang], taken_at, plan, watch or Watch(),
    )  # fmt: skip
    asked.watch.expect(_FIGURES[kind], _PAGES)
    return kept_deck.once(
        database, actor, exports.fingerprint(asked.question), lambda: _BUILDERS[kind](asked), asked.mark,
        asked.ground_or_none, lasting=cutoff <= taken_at,
    )  # fmt: skip
