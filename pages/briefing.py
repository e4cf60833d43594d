"""Briefing: what goes to the meeting, made on the server, logged, or shown full screen."""

from geo.domain.roles import Permission
from geo.ui import guard
from geo.ui.briefing import view as briefing_view

actor = guard.current_actor()
guard.require(actor, Permission.EXPORT)
briefing_view.show(actor)
