"""What every part of the Hotspots page works with."""

from dataclasses import dataclass

from geo.domain.roles import Actor
from geo.services.hotspots.review import HotspotQuery, Review
from geo.services.hotspots.spots import Spots
from geo.ui.hotspots.settings import Offered
from geo.ui.hotspots.state import HotspotsView

MODE_KEY = "hotspots.mode"  # of the control that chooses the part; a part that leads to another sets it


@dataclass(frozen=True)
class Page:
    """One run of the page: who asks, what there is to choose, what was chosen, and the answer."""

    actor: Actor
    offered: Offered
    view: HotspotsView
    query: HotspotQuery
    review: Review
    spots: Spots
