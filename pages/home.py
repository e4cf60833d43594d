"""Home: how the four works stand, where, and what needs attention first."""

from geo.domain.roles import Permission
from geo.ui import guard, home_view

actor = guard.current_actor()
guard.require(actor, Permission.VIEW)
home_view.show(actor)
