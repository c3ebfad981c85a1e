"""Identifiers: version 7, in the order in which they were made, all different."""

import time

from models.kernel.ids import ascending_uuid7s, uuid7


def test_what_is_made_one_after_the_other_sorts_so() -> None:
    before = time.time_ns() // 1_000_000
    made = []
    for _ in range(200):
        made.append(uuid7())
        # A microsecond is four steps of the fraction; whoever writes a row in between takes far longer.
        until = time.time_ns() + 1_000
        while time.time_ns() < until:
            pass
    assert made == sorted(made)
    assert {(id.version, id.variant) for id in made} == {(7, "specified in RFC 4122")}
    assert before <= made[0].int >> 80 <= made[-1].int >> 80 <= time.time_ns() // 1_000_000


def test_those_of_a_bulk_ascend_and_differ() -> None:
    ids = ascending_uuid7s(10_000)
    assert ids == sorted(set(ids))
    assert {id.version for id in ids} == {7}
