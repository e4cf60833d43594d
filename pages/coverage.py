"""Coverage: who is responsible where on any day, and what is in nobody's hands."""

from geo.domain.roles import Permission
from geo.ui import guard
from geo.ui.coverage import view as coverage_view

actor = guard.current_actor()
guard.require(actor, Permission.VIEW)
coverage_view.show(actor)
