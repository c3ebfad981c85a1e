"""Passwords: hashed with argon2id, and an account that is not there takes as long to refuse as one that is."""

from argon2 import extract_parameters

from models.tenants.passwords import Argon2Passwords


async def test_a_password_is_known_again_and_another_is_not() -> None:
    passwords = Argon2Passwords(memory_kib=64, passes=1)
    hashed = await passwords.hash("a long enough password")
    assert await passwords.verify(hashed, "a long enough password")
    assert not await passwords.verify(hashed, "another long password")
    assert not await passwords.verify(None, "a long enough password")


async def test_what_stands_in_for_a_missing_hash_costs_what_a_hash_costs() -> None:
    for passwords in (Argon2Passwords(memory_kib=64, passes=1), Argon2Passwords()):
        real = await passwords.hash("a long enough password")
        # Memory, passes, lanes, version, and the lengths of salt and tag: all that verifying takes its time for.
        assert extract_parameters(passwords._nobody) == extract_parameters(real)
        assert not passwords._matches(passwords._nobody, "a long enough password")
