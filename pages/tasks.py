"""Tasks: what a steering committee reviews, by plan of work, overdue first."""

from geo.domain.roles import Permission
from geo.ui import guard, tasks_view

actor = guard.current_actor()
guard.require(actor, Permission.VIEW)
tasks_view.show(actor)
