"""The sentence that the Hotspots page opens with."""

from geo.services.hotspots.review import SMALL_N, Review
from geo.services.hotspots.spots import Spots
from geo.ui import formats
from geo.ui.hotspots import spots as hotspots_spots
from geo.ui.hotspots.state import HotspotsView
from geo.ui.hotspots.words import compared_words
from geo.ui.i18n import t

# Two periods of the same place differ this much by chance once in twenty.
_CHANCE = 0.05


def verdict(view: HotspotsView, review: Review, spots: Spots) -> str:
    """Return the finding in plain words: how many, more or fewer than before, which hotspots, where most."""
    query = review.query
    period = formats.period(query.start, query.end)
    if review.n == 0:
        return t("hotspots.nothing", period=period)
    said = t(
        "hotspots.verdict",
        period=period,
        days=formats.number(query.days),
        n=t(f"hotspots.n.{query.origin.value}", n=formats.number(review.n)),
        change=_change(view, review),
    )
    where = _where(review)
    # A screen has two lines: with hotspots named, the ward with the most is enough.
    return " ".join((said, hotspots_spots.verdict(spots), *(where[:1] if spots.spots else where)))


def _change(view: HotspotsView, review: Review) -> str:
    compared = compared_words(view, review.compared.days)
    if not review.comparable:
        return t("hotspots.no_data_before", compared=compared, since=formats.day(review.data_since))
    if review.change is None:
        return t("hotspots.from_zero", compared=compared)
    before = formats.number(review.n_before)
    if min(review.n, review.n_before) < SMALL_N:
        return t("hotspots.small", compared=compared, before=before)
    if review.n == review.n_before:
        return t("hotspots.same", compared=compared, before=before)
    key = "hotspots.up" if review.change > 0 else "hotspots.down"
    said = t(key, share=formats.percent(abs(review.change)), compared=compared, before=before)
    return said + (t("hotspots.chance") if review.p_change > _CHANCE else "")


def _where(review: Review) -> list[str]:
    table = review.table
    if len(table) < 2:
        return []
    most = table.iloc[int(table["count"].to_numpy().argmax())]
    said = [
        t(
            "hotspots.most",
            name=most["name"],
            n=formats.number(most["count"]),
            share=formats.percent(most["count"] / review.n, 0),
        )
    ]
    # A rate of a handful is noise: only wards with enough incidents are named for it.
    rated = table[(table["count"] >= SMALL_N) & table["rate"].notna()]
    if len(rated):
        highest = rated.iloc[int(rated["rate"].to_numpy().argmax())]
        said.append(t("hotspots.highest", name=highest["name"], rate=formats.number(highest["rate"], 1)))
    return said
