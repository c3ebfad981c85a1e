"""How often one caller may try: sign-ins, registrations, password resets and invitations, counted in the database."""

from datetime import datetime, timedelta

from models.kernel import throttle
from models.kernel.env import Env
from models.kernel.throttle import Allowance, rate_limited
from models.tenants.rules import SIGN_IN_WINDOW, sign_in_pause

FREE_FAILURES_PER_ACCOUNT = 5
FREE_FAILURES_PER_ADDRESS = 20
_ACCOUNT = "sign-in account"
_ADDRESS = "sign-in address"


# Failed or not: each costs a hash, and hashing has few threads, for which everybody else would wait.
SIGN_INS_PER_ADDRESS = Allowance("sign-ins address", 30, timedelta(seconds=10))
REGISTRATIONS = Allowance("registration address", 20)
RESETS_PER_ADDRESS = Allowance("password reset address", 20)
RESETS_PER_ACCOUNT = Allowance("password reset account", 5)
INVITATIONS_PER_COMPANY = Allowance("invitation company", 100)
INVITATIONS_PER_ACCOUNT = Allowance("invitation account", 5)


async def forgive(account: str, env: Env) -> None:
    """Forget an account's failed sign-ins: whoever answers for it has proved who they are."""
    await throttle.clear(throttle.subject_key(env, _ACCOUNT, account))


class SignInThrottle:
    """Slows guessing down, per account and per address. One object serves one sign-in.

    While an account or an address has to wait, a right password is refused like a wrong one, or guessing would go on.
    Unknown accounts are counted as well, or they would show.
    """

    def __init__(self, account: str, address: str, env: Env) -> None:
        self._env = env
        self._free = {throttle.subject_key(env, _ACCOUNT, account): FREE_FAILURES_PER_ACCOUNT}
        if known := throttle.caller(address):
            self._free[throttle.subject_key(env, _ADDRESS, known)] = FREE_FAILURES_PER_ADDRESS
        self._since: dict[bytes, datetime] = {}

    async def admit(self) -> None:
        """Raises `RateLimited` while the account or the address has to wait."""
        now = self._env.now()
        waits = []
        for key, free in self._free.items():
            failures, until = await throttle.used(key, now=now)
            self._since[key] = until - SIGN_IN_WINDOW if failures else now
            waits.append(self._since[key] + sign_in_pause(failures, free) - now)
        _refuse_during(max(waits))

    async def count_failure(self) -> None:
        """Count a wrong password. Raises `RateLimited` when others, tried at the same time, used up what was free.

        Of many guesses sent at once, which all passed `admit`, only the free ones thus learn that they were wrong.
        """
        now = self._env.now()
        waits = []
        for key, free in self._free.items():
            failures = await throttle.take(key, amount=1, window=SIGN_IN_WINDOW, now=now)
            waits.append(self._since[key] + sign_in_pause(failures - 1, free) - now)
        _refuse_during(max(waits))


def _refuse_during(wait: timedelta) -> None:
    if wait > timedelta():
        raise rate_limited("Too many failed sign-ins to this account or from this address.", wait)
