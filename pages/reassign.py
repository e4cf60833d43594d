"""Reassign: areas moved between officers on a draft, weighed, submitted, decided and brought into force."""

from geo.domain.roles import Permission
from geo.ui import guard, reassign_view

actor = guard.current_actor()
guard.require(actor, Permission.VIEW)
reassign_view.show(actor)
