from hypothesis import given
from hypothesis import strategies as st

from dupefinder.core.decode.workers.in_flight import InFlight

A, B = b"a" * 32, b"b" * 32


def test_the_first_to_claim_has_it() -> None:
    claims: InFlight[str, str] = InFlight()
    assert not claims.is_claimed(A)
    assert claims.claim(A)
    assert claims.is_claimed(A)
    assert not claims.claim(A)
    assert claims.claim(B)


def test_copies_wait_until_the_content_is_settled() -> None:
    claims: InFlight[str, str] = InFlight()
    assert not claims.hold(A, "unclaimed")
    claims.claim(A)
    claims.claim(B)
    assert claims.hold(A, "one")
    assert claims.hold(A, "two")
    assert claims.hold(B, "three")
    assert claims.held_count == 3
    assert claims.settle(A, None) == ["one", "two"]
    assert claims.held_count == 1
    assert not claims.hold(A, "late")
    assert claims.failure_of(A) is None


def test_a_failure_stays_known() -> None:
    claims: InFlight[str, str] = InFlight()
    claims.claim(A)
    claims.settle(A, "damaged")
    assert claims.failure_of(A) == "damaged"
    assert not claims.claim(A)
    assert claims.is_claimed(A)


def test_only_what_failed_is_tried_again() -> None:
    claims: InFlight[str, str] = InFlight()
    claims.claim(A)
    assert not claims.claim(A, retry=True)  # the first try is still under way
    claims.settle(A, "hung")
    assert not claims.is_claimed(A, retry=True)
    assert claims.claim(A, retry=True)
    assert claims.failure_of(A) is None
    assert claims.hold(A, "copy")
    assert claims.settle(A, None) == ["copy"]
    assert not claims.claim(A, retry=True)


@given(st.lists(st.tuples(st.sampled_from([A, B]), st.sampled_from(["claim", "hold", "settle"]))))
def test_nothing_held_is_lost_or_doubled(steps: list[tuple[bytes, str]]) -> None:
    claims: InFlight[int, str] = InFlight()
    unsettled: set[bytes] = set()
    held: list[int] = []
    released: list[int] = []
    for number, (digest, step) in enumerate(steps):
        if step == "claim" and claims.claim(digest):
            unsettled.add(digest)
        elif step == "hold" and claims.hold(digest, number):
            assert digest in unsettled
            held.append(number)
        elif step == "settle" and digest in unsettled:
            unsettled.remove(digest)
            released += claims.settle(digest, None)
        assert claims.held_count == len(held) - len(released)
    for digest in unsettled:
        released += claims.settle(digest, None)
    assert sorted(released) == held
