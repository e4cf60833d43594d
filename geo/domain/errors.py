"""Errors that say what is wrong, where, and what to do, in Vietnamese and in English.

An error carries a *code* and *parameters*; the sentence is looked up in `geo.domain.messages`, so the
command line, the page and the report of an import all say the same. The class says who can mend it.
"""

from typing import Any

from geo.domain.messages import Lang, render


class DiaBanError(Exception):
    """Base of all errors that are meant to be read by a user.

    code : key of the message table, e.g. ``"unknown_unit"``
    params : values named in the message; never a person's data, never a password
    """

    def __init__(self, code: str, /, **params: Any) -> None:
        self.code = code
        self.params = params
        super().__init__(render(code, params, "en"))

    def message(self, lang: Lang) -> str:
        """Return the sentence to show in `lang`."""
        return render(self.code, self.params, lang)


class InputError(DiaBanError):
    """What was given cannot be used: a file, a date, a code, a frame. The giver can mend it."""


class WrongCrsError(InputError):
    """Coordinates are in a CRS that this measure cannot use (degrees where metres are needed)."""


class ForbiddenError(DiaBanError):
    """The actor may not do this, or may not do it here."""


class ConflictError(DiaBanError):
    """Somebody else's newer work stands in the way; nothing was written."""


class UnavailableError(DiaBanError):
    """Something that is needed is not there: the database, a program, an asset. The operator can mend it."""
