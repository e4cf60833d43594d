"""Reassign: areas moved between officers on a draft, weighed, submitted, decided and brought into force."""

from geo.domain.roles import Permission
from geo.ui import guard
from geo.ui.reassign import view as reassign_view

actor = guard.current_actor()
guard.require(actor, Permission.VIEW)
reassign_view.show(actor)
