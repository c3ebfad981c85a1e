"""argon2id (RFC 9106) in a bounded thread pool: a hash takes some 100 ms and 64 MiB, so never on the event loop and
never more at once than there are threads."""

import asyncio
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from secrets import token_bytes

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

_THREADS = 2


def _drawn(size: int) -> str:
    return b64encode(token_bytes(size)).decode().rstrip("=")


class Argon2Passwords:
    """Hashes and verifies passwords; parameters default to RFC 9106's second recommendation (64 MiB, 3 passes)."""

    def __init__(self, *, memory_kib: int = 64 * 1024, passes: int = 3) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1, type=Type.ID)
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="argon2")
        # Verified in place of a missing hash, so that an unknown account takes as long as a wrong password. Salt and
        # tag are drawn: to compute a tag that nothing has would cost every start a hash.
        self._nobody = f"$argon2id$v=19$m={memory_kib},t={passes},p=1${_drawn(16)}${_drawn(32)}"

    async def hash(self, password: str) -> str:
        """The argon2id hash in its standard encoded form, with a random salt."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._hasher.hash, password)

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether the password is the one hashed. With no hash it takes the same time and is False."""
        matches = await asyncio.get_running_loop().run_in_executor(
            self._pool, self._matches, password_hash or self._nobody, password
        )
        return matches and password_hash is not None

    def _matches(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False
