"""The photos of a group that are compared: the best copy, another one, and up to two beside it."""

from collections.abc import Sequence

from dupefinder.core.difference_places import boxes_of
from dupefinder.core.records import GroupMember


class ComparedPhotos:
    """Places in a group of the photos that stand side by side.

    Attributes:
        left: The copy that the others are held against.
        right: The photo that differs from it, or that is looked at.
        most: How many stand side by side at most.
    """

    def __init__(self, members: Sequence[GroupMember] = (), index: int = 0, most: int = 2) -> None:
        """Begin with a photo.

        Args:
            members: Photos of the group, at least two.
            index: Place of the photo; the first one is compared with the second.
            most: How many stand side by side.
        """
        self._members = members
        self.most = most
        self.right = max(index, 1)
        self.left = self._beside(self.right) if members else 0

    @property
    def shown(self) -> tuple[int, ...]:
        """Places of those that stand side by side, in the order of the group but for the left."""
        others = [place for place in range(len(self._members)) if place != self.left]
        count = min(self.most - 1, len(others))
        first = max(min(others.index(self.right), len(others) - count), 0)
        return (self.left, *others[first : first + count])

    def _beside(self, index: int) -> int:
        """Place of the best copy, or of the one that a photo differs from in known places."""
        member = self._members[index]
        if not boxes_of(member):
            return 0
        paths = (other.file.path for other in self._members)
        return next((place for place, path in enumerate(paths) if path == member.against), 0)

    def look_at(self, index: int) -> None:
        """Have a photo on show; one that is shown stays where it is."""
        if index == 0:
            self.left = 0
            if self.right == 0:
                self.right = 1
        elif index not in self.shown:
            self.right, self.left = index, self._beside(index)
        elif index != self.left:
            self.right = index

    def after(self, step: int) -> int:
        """Place of the photo after the right one.

        Args:
            step: 1, or −1 for the one before.

        Returns:
            The place of the right one where there is none.
        """
        index = self.right + step
        while index in (0, self.left):
            index += step
        return index if 0 <= index < len(self._members) else self.right
