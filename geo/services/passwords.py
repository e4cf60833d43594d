"""Passwords: Argon2id hashes, random passwords that can be read aloud, and what is too weak."""

import secrets
import threading
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from geo.domain.errors import InputError

MIN_LENGTH = 10

# Without letters that are mistaken for one another on paper (i l 1 o 0).
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP_LENGTH = 4, 4

# RFC 9106, second recommended option: 64 MiB, three passes.
_HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)

# Each check takes 64 MiB: a flood of sign-ins must not take the machine's memory.
_AT_ONCE = threading.BoundedSemaphore(4)


def random_password() -> str:
    """Return a random password of four groups of four characters, about 79 bits."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))
    return "-".join(groups)


def require_strong(password: str, account_name: str) -> None:
    """Raise InputError ``weak_password`` unless `password` is long enough and not made of the name."""
    if len(password) < MIN_LENGTH or account_name.casefold() in password.casefold():
        raise InputError("weak_password", length=MIN_LENGTH)


def hashed(password: str) -> str:
    """Return the Argon2id hash of `password` with a fresh salt."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Say whether `password` belongs to `password_hash`; None takes as long as a wrong password does."""
    with _AT_ONCE:
        try:
            return _HASHER.verify(password_hash or _nobodys_hash(), password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _HASHER.hash(secrets.token_urlsafe(32))
