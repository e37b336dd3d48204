"""A plan on its way through a file: all of it comes back, and nothing else is taken for one."""

import copy
import json
import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.actions.json_fields import Misfit, ValidationError
from dupefinder.actions.overview import overview_of
from dupefinder.actions.plan_file import PlanFile, decode_plan, encode_plan
from dupefinder.actions.records import ActionKind, Plan, PlannedFile, SkipCode, Skipped, Step
from dupefinder.core.records import Evidence, Reason, ReasonCode
from dupefinder.core.scan.drives import DriveTable

ROOT = os.path.abspath(os.sep)


def file(name: str, **more: Any) -> PlannedFile:
    return PlannedFile(ROOT + name, 5, -7, bytes(range(32)), **more)


PLAN = Plan(
    (
        Step(
            file("a/1.jpg", holds=("date", "gps")),
            file("b/1.jpg", protected=True),
            Evidence.RE_ENCODED,
            (ROOT + "a/1.jpg.xmp",),
            Reason(ReasonCode.KEEPER_LACKS_METADATA, ("date", "gps")),
            (file("c/1.jpg"),),
        ),
        Step(file("a/2\udcff.jpg", holds=()), file("b/2.jpg"), Evidence.SAME_BYTES),
    ),
    (Skipped(ROOT + "c.jpg", SkipCode.HAS_COMPANIONS, ROOT + "c.mov"),),
    ActionKind.MOVE,
    ROOT + "target",
    rescue_metadata=True,
)


def encoded(plan: Plan = PLAN) -> bytes:
    file = PlanFile(plan, (ROOT + "kept",), 3, 2)
    return encode_plan(file, overview_of(plan), DriveTable())


def test_all_of_it_comes_back() -> None:
    read = decode_plan(encoded())
    assert read == PlanFile(PLAN, (ROOT + "kept",), 3, 2)


def test_a_person_can_read_it() -> None:
    document = json.loads(encoded())
    assert (document["format"], document["version"]) == ("dupefinder-plan", 1)
    assert (document["kind"], document["target"]) == ("move", ROOT + "target")
    assert (document["photos"], document["bytes"]) == (2, 10)
    step = document["steps"][0]
    assert step["why"] == "keeper-lacks-metadata:date,gps"
    assert set(step["drives"]) == {"victim", "survivor"}
    assert document["refused"] == [
        {"path": ROOT + "c.jpg", "reason": "has-companions", "detail": ROOT + "c.mov"}
    ]
    assert {warning["code"] for warning in document["warnings"]} == {"folder-emptied"}
    assert encoded().isascii()


def change(**fields: object) -> Callable[[Any], None]:
    return lambda document: document.update(fields)


def change_step(**fields: object) -> Callable[[Any], None]:
    return lambda document: document["steps"][0].update(fields)


def change_victim(**fields: object) -> Callable[[Any], None]:
    return lambda document: document["steps"][0]["victim"].update(fields)


@pytest.mark.parametrize(
    "damage",
    [
        change(format="dupefinder-groups"),
        change(version=2),
        change(version=True),
        change(kind="burn"),
        change(kind=None),
        change(kind="sidecar"),
        change(rescue_metadata=None),
        change(target="relative"),
        change(steps=None),
        change(steps=[None]),
        change(refused={}),
        change(refused=[{"path": ROOT + "x", "reason": "unheard-of", "detail": ""}]),
        change(refused=[{"path": ROOT + "x", "detail": ""}]),
        change(protected_folders=["relative"]),
        change(protected_folders=None),
        change(keep_copies="2"),
        change(on_drives=None),
        change_step(evidence=None),
        change_step(evidence="likeness"),
        change_step(evidence=[]),
        change_step(why="because"),
        change_step(why=5),
        change_step(companions=["relative"]),
        change_step(companions=None),
        change_step(survivor=None),
        change_step(also_stay=[{}]),
        change_victim(path="relative"),
        change_victim(path=ROOT + "a\0b"),
        pytest.param(
            change_victim(path=ROOT + "\ud800"),
            marks=pytest.mark.skipif(os.name != "posix", reason="Windows has such names"),
        ),
        change_victim(bytes=-1),
        change_victim(bytes=True),
        change_victim(mtime_ns=10**9 << 63),
        change_victim(digest="00"),
        change_victim(digest="xx" * 32),
        change_victim(protected=0),
        change_victim(holds=[1]),
        change_victim(holds="date"),
    ],
)
def test_plans_with_invalid_fields_are_refused(damage: Callable[[Any], None]) -> None:
    document = copy.deepcopy(json.loads(encoded()))
    decode_plan(json.dumps(document).encode())
    damage(document)
    with pytest.raises(ValidationError):
        decode_plan(json.dumps(document).encode())


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"null", b"\xff", b"[" * 100_000])
def test_files_that_are_no_plans_are_refused(content: bytes) -> None:
    with pytest.raises(ValidationError):
        decode_plan(content)


FILES = st.builds(
    PlannedFile,
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1).map(
        lambda name: ROOT + name
    ),
    st.integers(0, (1 << 63) - 1),
    st.integers(-(10**9 << 63), (10**9 << 63) - 1),
    st.binary(min_size=32, max_size=32),
    st.booleans(),
    st.none() | st.sets(st.sampled_from(["date", "gps", "video"])).map(lambda s: tuple(sorted(s))),
)


@given(st.lists(st.builds(Step, FILES, FILES, st.sampled_from(Evidence)), max_size=3))
def test_any_plan_comes_back(steps: list[Step]) -> None:
    plan = Plan(tuple(steps))
    content = encode_plan(PlanFile(plan), overview_of(Plan(())), DriveTable())
    if any(one.evidence is Evidence.CHOSEN for one in steps):
        with pytest.raises(ValidationError) as raised:
            decode_plan(content)
        assert raised.value.misfit is Misfit.ONLY_BY_HAND
    else:
        assert decode_plan(content).plan == plan
