"""Results kept in memory, within a bound, made once even when many ask at the same time."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from sqlalchemy import Connection

from geo.store.changes import Seen, units_changed
from geo.store.engine import data_version

# Somebody may write while the changed units are read: then what they touched is read too. Not for ever.
_TRIES = 3

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """A cache by key: the least recently used go first once `limit_bytes` is passed.

    size : bytes that a value holds
    The key must name everything that decides the value, above all the scope of who asks.
    """

    def __init__(self, limit_bytes: int, size: Callable[[Value], int]) -> None:
        self._limit = limit_bytes
        self._size = size
        self._held: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()
        self._making: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return the value of `key`; `make` runs where there is none, once, while others wait for it."""
        found = self._find(key)
        if found is not None:
            return found[0]
        with self._lock:
            turn = self._making.setdefault(key, threading.Lock())
        with turn:
            found = self._find(key)
            if found is not None:
                return found[0]
            try:
                value = make()
                self._put(key, value)
            finally:
                with self._lock:
                    self._making.pop(key, None)
        return value

    def _find(self, key: Hashable) -> tuple[Value, int] | None:
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
            return found

    def _put(self, key: Hashable, value: Value) -> None:
        size = self._size(value)
        with self._lock:
            before = self._held.pop(key, None)
            self._bytes += size - (before[1] if before else 0)
            self._held[key] = (value, size)
            # The newest stays even where it alone is above the limit: it has been paid for.
            while self._bytes > self._limit and len(self._held) > 1:
                _, (_, gone) = self._held.popitem(last=False)
                self._bytes -= gone

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._held.clear()
            self._bytes = 0


@dataclass(eq=False)
class _Newest(Generic[Value]):
    """A value as it was made last, and what of its table's changes it holds."""

    value: Value
    seen: Seen
    lock: threading.Lock = field(default_factory=threading.Lock)


class Followed(Generic[Value]):
    """A cache that follows a table: after a change only what the changed units hold is made anew.

    size : bytes that a value holds. Values are shared between readers and never changed.
    """

    def __init__(self, limit_bytes: int, size: Callable[[Value], int]) -> None:
        self._kept: Kept[_Newest[Value]] = Kept(limit_bytes, lambda newest: size(newest.value))

    def get(
        self,
        connection: Connection,
        key: tuple[Hashable, str],
        make: Callable[[], Value],
        renew: Callable[[Value, list[int]], Value],
    ) -> tuple[Value, str]:
        """Return the value of `key` (what decides it, and the name of its table) and its `data_version`.

        make : reads everything · renew : the value with what it held of these units made anew
        """
        topic = key[1]

        def first() -> _Newest[Value]:
            seen, _ = units_changed(connection, topic)  # before reading: a change meanwhile is read twice
            return _Newest(make(), seen)

        newest = self._kept.get(key, first)
        with newest.lock:
            for _ in range(_TRIES):
                if data_version(connection, (topic,)) == newest.seen.version:
                    break
                seen, units = units_changed(connection, topic, newest.seen)
                newest.value = make() if units is None else renew(newest.value, units)
                newest.seen = seen
            return newest.value, newest.seen.version

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
