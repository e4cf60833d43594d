"""Results kept in memory, within a bound, made once even when many ask at the same time."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

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
