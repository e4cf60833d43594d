"""Upkeep: those who know a beat keep its households, incidents, borders and reports true."""

from geo.domain.roles import Permission
from geo.ui import guard
from geo.ui.upkeep import view as upkeep_view

actor = guard.current_actor()
guard.require(actor, Permission.VIEW)
upkeep_view.show(actor)
