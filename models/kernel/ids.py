"""Identifiers: UUID version 7 (RFC 9562, section 5.7), so that index order is creation order.

62 random bits keep them unguessable, which a passport's public address relies on.
"""

import os
import struct
import time
from uuid import UUID

from asyncpg.pgproto import pgproto

_VERSION_AND_VARIANT = (0x7 << 76) | (0b10 << 62)
_KEEP = ~((0xF << 76) | (0b11 << 62)) & ((1 << 128) - 1)
_COUNTER_LOW = (1 << 30) - 1
# What the driver gives in rows: a UUID that is made, shown and sent several times faster than the library's own.
_RowUUID = pgproto.UUID


def uuid7() -> UUID:
    """Returns a new UUIDv7: 48 bits of Unix milliseconds, 12 of their fraction, then 62 random bits.

    With the fraction (RFC 9562, section 6.2, method 3) what is made one after the other also sorts so.
    """
    milliseconds, fraction = divmod(time.time_ns(), 1_000_000)
    random = int.from_bytes(os.urandom(8), "big")
    bits = (milliseconds << 80) | ((fraction * 4096 // 1_000_000) << 64) | random
    return UUID(int=bits & _KEEP | _VERSION_AND_VARIANT)


def ascending_uuid7s(count: int) -> list[UUID]:
    """`count` new UUIDv7 in strictly ascending order, so that rows of one bulk keep the order they came in.

    The 12 bits after the version and the bits that follow count up from a random start (RFC 9562, section 6.2,
    method 2); the low 32 bits stay random, so that knowing one identifier does not give away its neighbours.
    """
    fixed = (time.time_ns() // 1_000_000) << 80 | _VERSION_AND_VARIANT
    # 42 counter bits: 12 (rand_a) + 30 (top of rand_b); starting in the lower half leaves room to count.
    counter = int.from_bytes(os.urandom(6), "big") & ((1 << 41) - 1)
    ids = []
    for random in struct.unpack(f">{count}Q", os.urandom(8 * count)):
        counter += 1 + (random & 0x0F)
        bits = fixed | (counter >> 30) << 64 | (counter & _COUNTER_LOW) << 32 | random >> 32
        ids.append(_RowUUID(bits.to_bytes(16, "big")))
    return ids
