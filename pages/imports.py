"""Imports: a file looked at, corrected, shown as what it would change, brought in, and taken back."""

from geo.domain.roles import Permission
from geo.ui import guard
from geo.ui.imports import view as imports_view

actor = guard.current_actor()
guard.require(actor, Permission.IMPORT)
imports_view.show(actor)
