"""Failed sign-ins slow down, per account and per address, in every process."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from models import tenants
from models.kernel import throttle
from models.kernel.env import Env
from models.kernel.errors import RateLimited, Rejected
from models.tenants import LogIn, Registered, SignedIn
from models.tenants.passwords import Argon2Passwords
from tests.factories import PASSWORD
from tests.models.tenants.doubles import Clock

Fresh = Callable[[], str]
WRONG = "wrong wrong wrong"


async def fail(env: Env, email: str, *, address: str = "", times: int = 1) -> None:
    """Sign in with a wrong password."""
    for _ in range(times):
        with pytest.raises(Rejected):
            await tenants.login(LogIn(email, WRONG), env, address=address)


async def wait_for(env: Env, email: str, password: str, *, address: str = "") -> int:
    """For how many seconds a sign-in is refused."""
    with pytest.raises(RateLimited) as limited:
        await tenants.login(LogIn(email, password), env, address=address)
    seconds: int = limited.value.extensions["retryAfter"]
    assert str(seconds) in limited.value.message
    return seconds


async def test_after_5_failures_even_the_right_password_waits(timed: Env, clock: Clock, registered: Registered) -> None:
    await fail(timed, registered.user.email, times=5)
    for password in (WRONG, PASSWORD):
        assert await wait_for(timed, registered.user.email, password) == 15 * 60
    clock.forward(timedelta(minutes=15))
    await tenants.login(LogIn(registered.user.email, PASSWORD), timed)


async def test_waits_grow_until_the_window_is_over(timed: Env, clock: Clock, registered: Registered) -> None:
    await fail(timed, registered.user.email, times=5)
    for minutes in (15, 15, 30, 60):
        assert await wait_for(timed, registered.user.email, PASSWORD) == minutes * 60
        clock.forward(timedelta(minutes=minutes))
        await fail(timed, registered.user.email)
    await tenants.login(LogIn(registered.user.email, PASSWORD), timed)


async def test_unknown_accounts_wait_like_known_ones(timed: Env, new_email: Fresh) -> None:
    email = new_email()
    await fail(timed, email, times=5)
    assert await wait_for(timed, email, WRONG) == 15 * 60


async def test_a_sign_in_clears_the_failures_of_its_account(timed: Env, registered: Registered) -> None:
    for _ in range(3):
        await fail(timed, registered.user.email, times=4)
        await tenants.login(LogIn(registered.user.email, PASSWORD), timed)


async def test_slow_mistakes_meet_no_wait(timed: Env, clock: Clock, registered: Registered) -> None:
    for _ in range(7):
        await fail(timed, registered.user.email)
        clock.forward(timedelta(minutes=10))
    await tenants.login(LogIn(registered.user.email, PASSWORD), timed)


async def test_an_address_that_tries_many_accounts_waits(
    timed: Env, registered: Registered, new_email: Fresh, new_address: Fresh
) -> None:
    address = new_address()
    neighbour = address.removesuffix("1") + "2"
    for _ in range(20):
        await fail(timed, new_email(), address=address)
    assert await wait_for(timed, registered.user.email, PASSWORD, address=neighbour) == 15 * 60
    await tenants.login(LogIn(registered.user.email, PASSWORD), timed, address=new_address())
    # Signing in from elsewhere clears the account, not the address.
    assert await wait_for(timed, registered.user.email, PASSWORD, address=address) == 15 * 60


async def test_an_address_that_signs_in_over_and_over_leaves_the_hashing_to_others(
    timed: Env, clock: Clock, registered: Registered, new_address: Fresh
) -> None:
    right, address = LogIn(registered.user.email, PASSWORD), new_address()
    results = await asyncio.gather(
        *(tenants.login(right, timed, address=address) for _ in range(40)), return_exceptions=True
    )
    assert sum(isinstance(result, SignedIn) for result in results) == 30
    assert await wait_for(timed, registered.user.email, PASSWORD, address=address) == 10
    await tenants.login(right, timed, address=new_address())
    clock.forward(timedelta(seconds=10))
    await tenants.login(right, timed, address=address)


async def test_of_guesses_sent_at_once_only_the_free_ones_are_answered(env: Env, registered: Registered) -> None:
    results = await asyncio.gather(
        *(tenants.login(LogIn(registered.user.email, WRONG), env) for _ in range(40)), return_exceptions=True
    )
    assert sum(isinstance(result, Rejected) for result in results) == 5
    assert sum(isinstance(result, RateLimited) for result in results) == 35


async def test_a_right_guess_among_many_at_once_is_not_answered(env: Env, registered: Registered) -> None:
    class OthersFailMeanwhile(Argon2Passwords):
        async def verify(self, password_hash: str | None, password: str) -> bool:
            await fail(env, registered.user.email, times=5)
            return await super().verify(password_hash, password)

    slow = replace(env, passwords=OthersFailMeanwhile(memory_kib=64, passes=1))
    assert await wait_for(slow, registered.user.email, PASSWORD) <= 15 * 60


async def test_a_restart_forgets_nothing(timed: Env, clock: Clock, registered: Registered) -> None:
    await fail(timed, registered.user.email, times=5)
    restarted = Env(
        policy=replace(timed.policy),
        passwords=Argon2Passwords(memory_kib=64, passes=1),
        places=timed.places,
        scans=timed.scans,
        now=clock,
    )
    await throttle.sweep(clock())
    assert await wait_for(restarted, registered.user.email, PASSWORD) == 15 * 60
