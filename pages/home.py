"""Home: how the four works stand, where, and what needs attention first."""

from geo.domain.roles import Permission
from geo.ui import guard
from geo.ui.home import view as home_view

actor = guard.current_actor()
guard.require(actor, Permission.VIEW)
home_view.show(actor)
