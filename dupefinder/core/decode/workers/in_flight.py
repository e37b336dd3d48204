"""Contents that several files share: one task decodes each, and its copies wait for the outcome."""

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
            digest: Digest of the content.
            retry: True to count failed contents as not claimed.
        """
        return digest in self._claimed and not (retry and digest in self._failures)

    def claim(self, digest: bytes, *, retry: bool = False) -> bool:
        """Claim a content for decoding.

        Args:
            digest: Digest of the content.
            retry: True to claim a content that failed before, too.

        Returns:
            False when another task has claimed it.
        """
        with self._lock:
            if self.is_claimed(digest, retry=retry):
                return False
            self._claimed.add(digest)
            self._failures.pop(digest, None)
            self._held[digest] = []
            return True

    def settle(self, digest: bytes, failure: Failure | None) -> list[Item]:
        """Record the outcome of a claimed content.

        Args:
            digest: Digest of the content.
            failure: Its failure; None without one.

        Returns:
            The items that were held back for it.
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
            digest: Digest of the content.
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
        """Return the failure of a content; None without one."""
        return self._failures.get(digest)
