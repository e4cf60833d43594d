"""Hotspots: where incidents gather in a period, against the period before."""

from geo.domain.roles import Permission
from geo.ui import guard
from geo.ui.hotspots import view as hotspots_view

actor = guard.current_actor()
guard.require(actor, Permission.VIEW)
hotspots_view.show(actor)
