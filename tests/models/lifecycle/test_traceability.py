"""Traceability events: place, coordinates and metadata are kept as given, and no status changes."""

from typing import Any

import pytest

from models import lifecycle
from models.kernel.env import Env
from models.kernel.errors import Forbidden, NotFound, Rejected
from models.kernel.ids import uuid7
from models.kernel.permissions import Role
from models.lifecycle import LifecycleAction, RecordEvent, TraceabilityEvent
from tests.factories import make_batch, make_company, make_member
from tests.models.lifecycle.lives import act, issued, led_to, status_of


async def test_the_event_keeps_place_coordinates_and_metadata(env: Env) -> None:
    owner = await make_company(env)
    logistics = await make_member(env, owner.tenant_id, Role.LOGISTICS)
    [unit] = await issued(env, owner, await make_batch(env, owner))
    metadata = {"container": "MSKU 907032-3", "seals": [1, 2], "dry": True, "note": None, "city": "Nhava Sheva ✓"}
    command = RecordEvent(unit, TraceabilityEvent.EXPORT_CLEARED, " Mumbai ", 18.9498, -72.95000049, metadata, "k")
    event = await lifecycle.record_event(logistics, command, env)
    assert (event.event_type, event.action, event.position) == ("RECORDED", "EXPORT_CLEARED", 2)
    assert (event.status_from, event.status_to) == (None, None)
    assert event.metadata == {
        "place": "Mumbai",
        "latitude": "18.9498",
        "longitude": "-72.95",
        "metadata": metadata,
    }
    assert await lifecycle.record_event(logistics, command, env) == event
    assert (await lifecycle.events_by_id(owner, [event.id]))[event.id] == event
    assert await status_of(unit) == "ACTIVE"
    await act(env, owner, unit, LifecycleAction.SHIP)
    assert (await lifecycle.audit(owner, unit, env)).verdict.valid


def _nested(depth: int) -> Any:
    return {"a": _nested(depth - 1)} if depth else 1


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"place": "a\tb"}, [("PLACE_INVALID", ("place",))]),
        ({"place": "x" * 201}, [("PLACE_INVALID", ("place",))]),
        ({"latitude": 1.0}, [("PLACE_INVALID", ("longitude",))]),
        ({"longitude": 1.0}, [("PLACE_INVALID", ("latitude",))]),
        (
            {"latitude": 90.1, "longitude": -180.1},
            [("PLACE_INVALID", ("latitude",)), ("PLACE_INVALID", ("longitude",))],
        ),
        ({"latitude": float("nan"), "longitude": 0.0}, [("PLACE_INVALID", ("latitude",))]),
        ({"metadata": []}, [("METADATA_INVALID", ("metadata",))]),
        ({"metadata": {"a": {"b": 1.5}}}, [("METADATA_INVALID", ("metadata", "a", "b"))]),
        ({"metadata": {"a": [0, 2**53]}}, [("METADATA_INVALID", ("metadata", "a", "1"))]),
        ({"metadata": {"é": 1}}, [("METADATA_INVALID", ("metadata", "é"))]),
        ({"metadata": {"": 1}}, [("METADATA_INVALID", ("metadata", ""))]),
        ({"metadata": {"a": "\0"}}, [("METADATA_INVALID", ("metadata", "a"))]),
        ({"metadata": {"a": "\ud800"}}, [("METADATA_INVALID", ("metadata", "a"))]),
        ({"metadata": {"a": "x" * 9_000}}, [("METADATA_INVALID", ("metadata",))]),
        ({"metadata": _nested(6)}, [("METADATA_INVALID", ("metadata", "a", "a", "a", "a", "a"))]),
        ({"action": TraceabilityEvent.CUSTOM}, [("METADATA_INVALID", ("metadata",))]),
    ],
)
async def test_what_cannot_be_kept_is_named(env: Env, given: Any, expected: list[tuple[str, tuple[str, ...]]]) -> None:
    owner = await make_company(env)
    with pytest.raises(Rejected) as rejected:
        await lifecycle.record_event(
            owner, RecordEvent(**{"passport_id": uuid7(), "action": TraceabilityEvent.QC_PASSED, **given}), env
        )
    assert [(str(fault.code), fault.field) for fault in rejected.value.violations] == expected


@pytest.mark.parametrize(("status", "ended"), [("RETIRED", False), ("RECYCLED", True), ("REPURPOSED", True)])
async def test_nothing_is_recorded_once_the_life_has_ended(env: Env, status: str, ended: bool) -> None:
    owner = await make_company(env)
    unit = await led_to(env, owner, await make_batch(env, owner), status)
    command = RecordEvent(unit, TraceabilityEvent.EXPORT_CLEARED)
    if ended:
        with pytest.raises(Rejected, match=status):
            await lifecycle.record_event(owner, command, env)
    else:
        assert await lifecycle.record_event(owner, command, env)


async def test_who_may_not(env: Env) -> None:
    owner, stranger = await make_company(env), await make_company(env)
    viewer = await make_member(env, owner.tenant_id, Role.VIEWER)
    [unit] = await issued(env, owner, await make_batch(env, owner))
    with pytest.raises(Forbidden):
        await lifecycle.record_event(viewer, RecordEvent(unit, TraceabilityEvent.QC_PASSED), env)
    with pytest.raises(NotFound):
        await lifecycle.record_event(stranger, RecordEvent(unit, TraceabilityEvent.QC_PASSED), env)
