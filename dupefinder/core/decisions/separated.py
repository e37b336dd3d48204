"""Photos that a person called different: pairs that are never one group, whatever else they match.

A decision is remembered by content, as its bytes and as its pixels: a photo that is renamed, moved
or tagged is still the one that was meant.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

import numpy as np
from blake3 import blake3
from numpy.typing import NDArray

from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.records import GroupMember


class PixelKeyKind(StrEnum):
    """Kinds of digests by which a photo is known again when its bytes have changed."""

    PICTURE = "picture"
    """Digest of the compressed picture, see `PhotoFacts.picture_digest`."""
    PIXELS = "pixels"
    """Digest of the decoded pixels."""
    REDUCED = "reduced"
    """Digest of the exact small grey and colours, with size in pixels and quality: a copy that is
    compressed anew without loss has it in common, one that is saved with loss does not."""
    THUMBNAIL = "thumbnail"
    """Digest of the small picture and the size in pixels. Equal for equal pixels, but not only for
    them: it counts where nothing better can be compared."""


@dataclass(frozen=True, slots=True)
class PhotoKeys:
    """Identity of a photo, as far as it is known.

    Attributes:
        digest: 32-byte digest of the whole file.
        pixels: Digests by their kind.
        is_lossless: True for a format that compresses the same pixels in many ways, as a PNG:
            another compressed picture says nothing there.
    """

    digest: bytes
    pixels: frozenset[tuple[PixelKeyKind, bytes]] = frozenset()
    is_lossless: bool = field(default=False, compare=False)


SmallPicture = tuple[NDArray[np.uint8], NDArray[np.uint8]]
"""`DecodedPhoto.grey` and `DecodedPhoto.chroma`."""


def photo_keys(
    digest: bytes,
    facts: PhotoFacts,
    pixel_digest: bytes | None = None,
    picture_hash: int | None = None,
    fingerprint_version: int = 0,
    small: SmallPicture | None = None,
) -> PhotoKeys:
    """Collect the keys of a photo.

    Args:
        digest: 32-byte digest of the whole file.
        facts: The facts of the content.
        pixel_digest: Digest of the decoded pixels; None where it was not computed.
        picture_hash: Its fingerprint of `PICTURE_KIND`; None where it is not at hand.
        fingerprint_version: Version of that.
        small: Its grey and its colours; None where they are not at hand.
    """
    pixels = set()
    if facts.picture_digest is not None:
        pixels.add((PixelKeyKind.PICTURE, facts.picture_digest))
    if pixel_digest is not None:
        pixels.add((PixelKeyKind.PIXELS, pixel_digest))
    size = facts.width_px, facts.height_px
    if small is not None:
        key = blake3(_packed(fingerprint_version, *size, facts.quality or 0))
        for levels in small:
            key.update(levels.tobytes())
        pixels.add((PixelKeyKind.REDUCED, key.digest()))
    if picture_hash is not None:
        packed = _packed(picture_hash, fingerprint_version, *size)
        pixels.add((PixelKeyKind.THUMBNAIL, packed))
    return PhotoKeys(digest, frozenset(pixels), facts.is_lossless)


def _packed(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(_NUMBER_BYTES, "big") for number in numbers)


@dataclass(frozen=True, slots=True)
class SeparatedPhoto:
    """A photo of a decision.

    Attributes:
        keys: The keys by which it is known.
        part: Photos of different parts are different; those of one part are left as they were.
        path: Its former path, for people.
    """

    keys: PhotoKeys
    part: int
    path: str = ""


@dataclass(frozen=True)
class Separation:
    """One decision of a person that some photos are different.

    Attributes:
        photos: The photos, in at least two parts.
        decided_ns: When, in nanoseconds since 1970.
    """

    photos: tuple[SeparatedPhoto, ...]
    decided_ns: int = field(default=0, compare=False)

    @cached_property
    def separation_id(self) -> str:
        """Name that depends on the contents and their parts alone."""
        parts: dict[int, list[bytes]] = {}
        for photo in self.photos:
            parts.setdefault(photo.part, []).append(photo.keys.digest)
        whole = blake3()
        for part in sorted(sorted(digests) for digests in parts.values()):
            whole.update(b"".join(part))
            whole.update(b"|")
        return whole.hexdigest(8)


def all_different(members: Iterable[GroupMember], decided_ns: int) -> Separation:
    """Make the decision that each photo of a group is another one than all the others."""
    photos = (_photo(member, part) for part, member in enumerate(members))
    return Separation(tuple(photos), decided_ns)


def split_off(
    one: GroupMember, members: Sequence[GroupMember], decided_ns: int
) -> Separation | None:
    """Make the decision that a photo does not belong to a group; copies of its bytes go with it.

    Args:
        one: The photo.
        members: All of the group.
        decided_ns: When it is made.

    Returns:
        None where the group has nothing else.
    """
    photos = tuple(_photo(member, int(member.digest != one.digest)) for member in members)
    return Separation(photos, decided_ns) if {photo.part for photo in photos} == {0, 1} else None


def _photo(member: GroupMember, part: int) -> SeparatedPhoto:
    return SeparatedPhoto(photo_keys(member.digest, member.facts), part, member.file.path)


_NUMBER_BYTES = 8

Sides = frozenset[tuple[int, int]]
"""Number of a decision and part in it: on which sides a photo stands."""


_PartsByKinds = dict[frozenset[PixelKeyKind], dict[int, set[tuple[int, int]]]]
"""Sides on which a key stands, by the number of their decision, by the kinds of all keys of the
photo."""


class SeparatedPhotos:
    """All decisions together, to be asked about any two photos."""

    def __init__(self, separations: Iterable[Separation] = ()) -> None:
        self.separations = tuple(separations)
        self._by_digest: dict[bytes, list[tuple[int, int]]] = {}
        # Thousands of small pictures may share a key: their decisions are met once each.
        self._by_pixels: dict[tuple[PixelKeyKind, bytes], _PartsByKinds] = {}
        for number, separation in enumerate(self.separations):
            for photo in separation.photos:
                self._by_digest.setdefault(photo.keys.digest, []).append((number, photo.part))
                kinds = frozenset(kind for kind, _ in photo.keys.pixels)
                for key in photo.keys.pixels:
                    by_number = self._by_pixels.setdefault(key, {}).setdefault(kinds, {})
                    by_number.setdefault(number, set()).add((number, photo.part))

    @cached_property
    def digests(self) -> list[bytes]:
        """Digests of the bytes of all photos."""
        return list(self._by_digest)

    @cached_property
    def exact_pixels(self) -> frozenset[bytes | None]:
        """Digests of compressed pictures and of decoded pixels."""
        return frozenset(key for kind, key in self._by_pixels if kind is not PixelKeyKind.THUMBNAIL)

    @cached_property
    def picture_hashes(self) -> NDArray[np.uint64]:
        """Fingerprints of the small pictures, uint64 (n,)."""
        found = [key for kind, key in self._by_pixels if kind is PixelKeyKind.THUMBNAIL]
        hashes = [int.from_bytes(key[:_NUMBER_BYTES], "big") for key in found]
        return np.array(hashes, np.uint64)

    def __bool__(self) -> bool:
        return bool(self.separations)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SeparatedPhotos) and self.separations == other.separations

    def sides_of(self, keys: PhotoKeys) -> Sides:
        """Find the sides on which a photo stands.

        In each decision the bytes tell it; else equal pixels do, of several photos all; else, where
        no digest of the two can be compared, equal small pictures.
        """
        if not self.separations:
            return frozenset()
        sides = set(self._by_digest.get(keys.digest, ()))
        exact = [key for key in keys.pixels if key[0] is not PixelKeyKind.THUMBNAIL]
        kinds = {kind for kind, _ in exact}
        if keys.is_lossless:
            kinds.discard(PixelKeyKind.PICTURE)
        small = [key for key in keys.pixels if key[0] is PixelKeyKind.THUMBNAIL]
        for some in (exact, small):
            known = {number for number, _ in sides}
            for key in some:
                for theirs, by_number in self._by_pixels.get(key, {}).items():
                    # Photos that can be compared and are not equal show other pixels.
                    if some is small and not kinds.isdisjoint(theirs):
                        continue
                    for number, parts in by_number.items():
                        if number not in known:
                            sides |= parts
        return frozenset(sides)

    def between(self, one: PhotoKeys, other: PhotoKeys) -> bool:
        """True if a person called two photos different."""
        return are_apart(self.sides_of(one), self.sides_of(other))


def are_apart(ours: Iterable[tuple[int, int]], theirs: Iterable[tuple[int, int]]) -> bool:
    """True if two photos stand on different sides of a decision.

    Args:
        ours: Sides of the one photo.
        theirs: Sides of the other.
    """
    return any(
        number == other and part != other_part
        for number, part in ours
        for other, other_part in theirs
    )


NOTHING_SEPARATED = SeparatedPhotos()
"""Before the first decision."""
