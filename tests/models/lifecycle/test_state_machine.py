"""Random actions by random roles against a model of the table; after every run all chains verify."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    multiple,
    rule,
    run_state_machine_as_test,
)

from models import database, lifecycle
from models.kernel.actor import Actor
from models.kernel.env import Env, Policy
from models.kernel.errors import Forbidden, Rejected
from models.kernel.permissions import Role
from models.lifecycle import (
    BulkTransitionResult,
    EventRecord,
    LifecycleAction,
    RecordEvent,
    TraceabilityEvent,
    TransitionPassports,
    TransitionResult,
    UnitFilter,
)
from models.passports.places import NoPlaces
from models.passports.scans import ScanWriter
from models.registry import PARTICIPANTS
from models.tenants.passwords import Argon2Passwords
from tests.factories import make_batch, make_company, make_member
from tests.models.lifecycle.lives import PATHS, act, evidence_for, issued, status_of

Answer = TypeVar("Answer")

# The table once more, written by hand: from, by whom, to. REINSTATE leads to what was before.
STAFF = {Role.OWNER, Role.ADMIN, Role.OPERATOR}
MANAGERS = {Role.OWNER, Role.ADMIN}
CARRIERS = STAFF | {Role.LOGISTICS}
MODEL: dict[str, tuple[str, set[Role], str]] = {
    "ACTIVATE": ("INACTIVE", STAFF, "ACTIVE"),
    "SHIP": ("ACTIVE", CARRIERS, "SHIPPED"),
    "INSTALL": ("SHIPPED", CARRIERS, "INSTALLED"),
    "RETURN": ("SHIPPED INSTALLED", CARRIERS, "RETURNED"),
    "REPAIR": ("RETURNED RECALLED", STAFF, "ACTIVE"),
    "RECALL": ("ACTIVE SHIPPED INSTALLED RETURNED SUSPENDED", MANAGERS, "RECALLED"),
    "SUSPEND": ("ACTIVE SHIPPED INSTALLED RETURNED", MANAGERS, "SUSPENDED"),
    "REINSTATE": ("SUSPENDED", MANAGERS, ""),
    "REPURPOSE": ("RETURNED", STAFF, "REPURPOSED"),
    "REMANUFACTURE": ("RETURNED RECALLED", STAFF, "REPURPOSED"),
    "RETIRE": ("INACTIVE ACTIVE INSTALLED RETURNED RECALLED SUSPENDED", STAFF, "RETIRED"),
    "RECYCLE": ("RETIRED", STAFF, "RECYCLED"),
}
SECOND_LIVES = {"REPURPOSE", "REMANUFACTURE"}
TOGETHER = [action for action in LifecycleAction if action not in SECOND_LIVES]


def dated(action: LifecycleAction) -> dict[str, Any]:
    """Evidence that the action takes, also of a unit in its second life."""
    return {name: "2024-09-01" if name.endswith("Date") else value for name, value in evidence_for(action).items()}


@dataclass
class Unit:
    """What the model knows of a passport."""

    id: UUID
    status: str
    before_suspension: str = ""
    events: int = 1

    def may(self, action: str, role: Role) -> bool:
        starts, roles, _ = MODEL[action]
        return self.status in starts.split() and role in roles

    def take(self, action: str) -> None:
        if action == "SUSPEND":
            self.before_suspension = self.status
        self.status = MODEL[action][2] or self.before_suspension
        self.events += 1


@dataclass
class World:
    """One event loop with its own database connections, for as long as all runs last."""

    env: Env
    runner: asyncio.Runner

    def do(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return self.runner.run(work)


class Lives(RuleBasedStateMachine):
    """A company whose members act at random."""

    world: World
    units: Bundle[Unit] = Bundle("units")

    @initialize()
    def begin(self) -> None:
        self.all: list[Unit] = []
        self.owner, self.members, self.batch = self.world.do(self._company())

    async def _company(self) -> tuple[Actor, dict[Role, Actor], Any]:
        env = self.world.env
        owner = await make_company(env, quota=1_000)
        members = {role: await make_member(env, owner.tenant_id, role) for role in Role}
        return owner, members, await make_batch(env, owner)

    @rule(target=units, activate=st.booleans())
    def issue(self, activate: bool) -> Unit:
        [id] = self.world.do(issued(self.world.env, self.owner, self.batch, activate=activate))
        self.all.append(Unit(id, "ACTIVE" if activate else "INACTIVE"))
        return self.all[-1]

    @rule(target=units, unit=units, action=st.sampled_from(list(LifecycleAction)), role=st.sampled_from(list(Role)))
    def act(self, unit: Unit, action: LifecycleAction, role: Role) -> Any:
        allowed = unit.may(action, role)
        answer = self.attempt(act(self.world.env, self.members[role], unit.id, action, dated(action)))
        if not allowed:
            assert isinstance(answer, Forbidden if role is Role.VIEWER else Rejected)
            return multiple()
        assert isinstance(answer, TransitionResult)
        unit.take(action)
        assert answer.new_status == unit.status
        assert (answer.successor_id is not None) == (action in SECOND_LIVES)
        if answer.successor_id is None:
            return multiple()
        self.all.append(Unit(answer.successor_id, "ACTIVE"))
        return self.all[-1]

    @rule(target=units, unit=units, choice=st.integers(0, 11), role=st.sampled_from(sorted(CARRIERS)))
    def live_on(self, unit: Unit, choice: int, role: Role) -> Any:
        """An action that the table allows, so that runs get far."""
        allowed = [action for action in LifecycleAction if unit.may(action, role)]
        return self.act(unit, allowed[choice % len(allowed)], role) if allowed else multiple()

    @rule(target=units, status=st.sampled_from(sorted(PATHS)), action=st.sampled_from(list(LifecycleAction)))
    def act_in(self, status: str, action: LifecycleAction) -> Any:
        """Any action on a new unit that was led into the status, so that rare ones are met in every run."""
        unit = self.issue(activate=True)
        for step in PATHS[status]:
            self.act(unit, step, Role.OWNER)
        return self.act(unit, action, Role.OWNER)

    @rule(action=st.sampled_from(TOGETHER), role=st.sampled_from(sorted(CARRIERS)))
    def act_on_all(self, action: LifecycleAction, role: Role) -> None:
        command = TransitionPassports(action, dated(action), filter=UnitFilter(self.batch.id))
        answer = self.attempt(lifecycle.transition_many(self.members[role], command, self.world.env))
        if role not in MODEL[action][1]:
            assert isinstance(answer, Rejected)
            return
        movable = [unit for unit in self.all if unit.may(action, role)]
        for unit in movable:
            unit.take(action)
        assert isinstance(answer, BulkTransitionResult)
        assert (answer.succeeded, answer.total) == (len(movable), len(self.all))

    @rule(unit=units, event=st.sampled_from([TraceabilityEvent.QC_PASSED, TraceabilityEvent.INITIAL_SALE]))
    def record(self, unit: Unit, event: TraceabilityEvent) -> None:
        command = RecordEvent(unit.id, event, "Pune")
        answer = self.attempt(lifecycle.record_event(self.owner, command, self.world.env))
        if unit.status in ("RECYCLED", "REPURPOSED"):
            assert isinstance(answer, Rejected)
        else:
            assert isinstance(answer, EventRecord)
            unit.events += 1

    def attempt(self, work: Coroutine[Any, Any, object]) -> object:
        """What the work gave, or the refusal that it met."""
        try:
            return self.world.do(work)
        except (Rejected, Forbidden) as refusal:
            return refusal

    def teardown(self) -> None:
        self.world.do(self._check())

    async def _check(self) -> None:
        for unit in getattr(self, "all", ()):
            report = await lifecycle.audit(self.owner, unit.id, self.world.env)
            assert report.verdict.first_fault is None
            assert (report.verdict.event_count, report.stored_status) == (unit.events, unit.status)
            assert await status_of(unit.id) == unit.status


@asynccontextmanager
async def _environment(database_url: str, policy: Policy) -> AsyncIterator[Env]:
    # For these tasks alone: the other tests' connections belong to another event loop.
    async with database.connected(database_url, pool_size=4, for_all_tasks=False), ScanWriter() as scans:
        passwords = Argon2Passwords(memory_kib=64, passes=1)
        yield Env(policy=policy, passwords=passwords, places=NoPlaces(), scans=scans, participants=PARTICIPANTS)


def test_lives_follow_the_model(database_url: str, policy: Policy) -> None:
    with asyncio.Runner() as runner:
        environment = _environment(database_url, policy)
        env = runner.run(environment.__aenter__())
        try:
            machine = type("Lives", (Lives,), {"world": World(env, runner)})
            run_state_machine_as_test(
                machine,
                settings=settings(
                    max_examples=20,
                    stateful_step_count=40,
                    deadline=None,
                    phases=[Phase.reuse, Phase.generate],
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(environment.__aexit__(None, None, None))
