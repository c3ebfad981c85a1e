"""The table of a passport's life, and the regulation's word for a unit."""

from pathlib import Path

import pytest

from models.kernel.permissions import PERMISSIONS, Permission, Role
from models.lifecycle import TRANSITIONS, LifecycleAction
from models.lifecycle.drawing import document
from models.lifecycle.rules import ENDED, allowed_transitions, eu_status
from models.passports import PassportStatus


def test_every_action_has_its_line_and_every_role_in_it_may_act() -> None:
    assert set(TRANSITIONS) == set(LifecycleAction)
    acting = {role for role in Role if Permission.PASSPORT_TRANSITION in PERMISSIONS[role]}
    assert set().union(*(line.roles for line in TRANSITIONS.values())) == acting


def test_every_status_is_reached_from_an_issued_passport_and_only_two_are_final() -> None:
    reached = {PassportStatus.INACTIVE, PassportStatus.ACTIVE}
    for _ in PassportStatus:
        reached |= {line.to for line in TRANSITIONS.values() if line.to and line.from_statuses & reached}
    assert reached == set(PassportStatus)
    assert {PassportStatus.RECYCLED, PassportStatus.REPURPOSED} == ENDED


def test_logistics_moves_units_but_ends_no_life() -> None:
    may = {line.action for status in PassportStatus for line in allowed_transitions(status, Role.LOGISTICS)}
    assert may == {LifecycleAction.SHIP, LifecycleAction.INSTALL, LifecycleAction.RETURN}


@pytest.mark.parametrize(
    ("actions", "word"),
    [
        ("ISSUE", "original"),
        ("ISSUE SHIP INSTALL RETURN", "original"),
        ("ISSUE SHIP RETURN REPAIR SHIP INSTALL", "original"),
        ("ISSUE SHIP INSTALL RETURN REPAIR", "re-used"),
        ("ISSUE SHIP INSTALL RETURN REPURPOSE", "repurposed"),
        ("ISSUE SHIP INSTALL RETURN REMANUFACTURE", "remanufactured"),
        ("REPURPOSE SHIP INSTALL RETURN REPAIR", "repurposed"),
        ("REMANUFACTURE", "remanufactured"),
        ("REPURPOSE RETIRE", "waste"),
        ("ISSUE RETIRE RECYCLE", "waste"),
    ],
)
def test_the_regulations_word(actions: str, word: str) -> None:
    assert eu_status(actions.split()) == word


def test_the_page_is_drawn_from_the_table_as_it_is() -> None:
    page = (Path(__file__).parents[3] / "docs" / "lifecycle.md").read_text()
    assert page == document(), "run `python -m models.lifecycle.drawing > docs/lifecycle.md`"
