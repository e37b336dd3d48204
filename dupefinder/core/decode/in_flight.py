"""Contents that several files share: who decodes one, and who waits for what comes of it."""

import threading
from typing import Generic, TypeVar

Item = TypeVar("Item")
Failure = TypeVar("Failure")


class InFlight(Generic[Item, Failure]):
    """The digests met in one run. The first to claim one decodes it, the others are copies.

    `claim` is for any thread; `settle` and `hold` are for one.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._claimed: set[bytes] = set()
        self._failures: dict[bytes, Failure] = {}
        self._held: dict[bytes, list[Item]] = {}  # for each digest that is not settled
        self._held_count = 0

    @property
    def held_count(self) -> int:
        """Number of items that are being held back."""
        return self._held_count

    def is_claimed(self, digest: bytes, *, retry: bool = False) -> bool:
        """True if `claim` would refuse.

        Args:
            digest: Of the content.
            retry: Count what failed as not claimed.
        """
        return digest in self._claimed and not (retry and digest in self._failures)

    def claim(self, digest: bytes, *, retry: bool = False) -> bool:
        """Take a content on.

        Args:
            digest: Of the content.
            retry: Take on also what failed before.

        Returns:
            False when another has it.
        """
        with self._lock:
            if self.is_claimed(digest, retry=retry):
                return False
            self._claimed.add(digest)
            self._failures.pop(digest, None)
            self._held[digest] = []
            return True

    def settle(self, digest: bytes, failure: Failure | None) -> list[Item]:
        """Note what came of a claimed content.

        Args:
            digest: Of the content.
            failure: Its failure; None without one.

        Returns:
            What was held back for it.
        """
        with self._lock:
            if failure is not None:
                self._failures[digest] = failure
            held = self._held.pop(digest)
            self._held_count -= len(held)
            return held

    def hold(self, digest: bytes, item: Item) -> bool:
        """Keep an item back until its content is settled.

        Args:
            digest: Of the content.
            item: The item that has to wait.

        Returns:
            False when there is nothing to wait for.
        """
        with self._lock:
            if digest not in self._held:
                return False
            self._held[digest].append(item)
            self._held_count += 1
            return True

    def failure_of(self, digest: bytes) -> Failure | None:
        """Return what a content failed with, None when it did not."""
        return self._failures.get(digest)
