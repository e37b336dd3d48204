from dupefinder.core.catalog import Catalog
from dupefinder.core.grouping.look_alikes import look_alike_groups
from dupefinder.core.records import Evidence
from tests.core.grouping.test_grouping import EDITED, LOOK_ALIKE, World


def test_look_alikes_are_pairs_that_stay_whole() -> None:
    with Catalog.open(None) as catalog:
        world = World(catalog)
        one, two, three, four = (world.photo(f"/{name}.jpg") for name in "abcd")
        world.pair(one, two, LOOK_ALIKE, 6)
        world.pair(three, four, LOOK_ALIKE, 2)
        world.pair(one, three, EDITED, 3)
        groups = look_alike_groups(world.matches(), 10, catalog)
        assert [[member.file.path for member in group.members] for group in groups] == [
            ["/c.jpg", "/d.jpg"],
            ["/a.jpg", "/b.jpg"],
        ]
        first, second = groups[0].members
        assert (first.evidence, first.against) == (None, None)
        assert (second.evidence, second.against) == (Evidence.LOOK_ALIKE, "/c.jpg")
        assert second.distance_bits == 2
        assert all(member.keep for group in groups for member in group.members)
        assert len({group.group_id for group in groups}) == 2
        assert len(look_alike_groups(world.matches(), 5, catalog)) == 1


def test_without_look_alikes_there_are_none() -> None:
    with Catalog.open(None) as catalog:
        world = World(catalog)
        world.photo("/a.jpg")
        assert look_alike_groups(world.matches(), 10, catalog) == []
