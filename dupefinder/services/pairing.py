"""A photo of a backup and its match as a pair to be compared; nothing is proposed for them."""

from blake3 import blake3

from dupefinder.core.catalog import Catalog
from dupefinder.core.coverage.records import Coverage, PhotoCoverage
from dupefinder.core.records import Group, GroupMember, Reason, ReasonCode


def pair_of(photo: PhotoCoverage, coverage: Coverage, catalog: Catalog) -> Group | None:
    """Make the pair.

    Args:
        photo: The photo.
        coverage: What it belongs to.
        catalog: Facts are read from it.

    Returns:
        The copy in the library first; None where there is none, or the catalog has forgotten one.
    """
    answer = photo.answer
    if answer is None:
        return None
    match = next((place for place in coverage.places if place.file.path == answer.file.path), None)
    if match is None:
        return None
    contents = catalog.facts([match.content_id, photo.place.content_id])
    if not {match.content_id, photo.place.content_id} <= set(contents):
        return None
    stays = Reason(ReasonCode.LOOKS_DIFFERENT)
    theirs, ours = contents[match.content_id], contents[photo.place.content_id]
    one = GroupMember(
        file=answer.file,
        content_id=theirs.content_id,
        digest=theirs.digest,
        facts=theirs.facts,
        keep=True,
        is_keeper=True,
        reason=stays,
    )
    other = GroupMember(
        file=photo.place.file,
        content_id=ours.content_id,
        digest=ours.digest,
        facts=ours.facts,
        keep=True,
        is_keeper=False,
        reason=stays,
        evidence=answer.evidence,
        against=answer.file.path,
        distance_bits=answer.distance_bits,
        orientation=answer.orientation,
        alterations=answer.alterations,
    )
    name = blake3(b"backup" + theirs.digest + ours.digest).hexdigest(8)
    return Group(name, (one, other))
