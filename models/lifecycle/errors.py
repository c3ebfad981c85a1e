"""Codes of the rules of this context."""

from models.kernel.errors import ErrorCode


class LifecycleErrorCode(ErrorCode):
    """Codes of the rules about transitions, their evidence, and recorded events."""

    TRANSITION_NOT_ALLOWED = (
        "TRANSITION_NOT_ALLOWED",
        "The action does not start from the passport's status; the message names the actions that do.",
    )
    ROLE_NOT_ALLOWED = "ROLE_NOT_ALLOWED", "The action needs another role; the message names the roles that may."
    EVIDENCE_MISSING = "EVIDENCE_MISSING", "The action requires evidence that was not given."
    EVIDENCE_INVALID = "EVIDENCE_INVALID", "A piece of evidence does not have the shape or range that it must have."
    EVIDENCE_UNKNOWN = "EVIDENCE_UNKNOWN", "The action knows no evidence of this name."
    PASSPORT_NOT_FOUND = "PASSPORT_NOT_FOUND", "There is no such passport, or not for you."
    UNITS_MISSING = "UNITS_MISSING", "Neither ids nor a filter says which passports are meant."
    UNITS_TOO_MANY = "UNITS_TOO_MANY", "More ids than one call takes, or ids and a filter together."
    ACTION_NOT_BULK = (
        "ACTION_NOT_BULK",
        "The action gives each unit a serial number of its own, so it takes one passport at a time.",
    )
    LIFE_ENDED = "LIFE_ENDED", "The unit's life has ended, so nothing more can happen to it."
    PLACE_INVALID = "PLACE_INVALID", "A place name, latitude or longitude is not usable, or only half given."
    METADATA_INVALID = "METADATA_INVALID", "The metadata can't be kept as it is; the message says where and why."
