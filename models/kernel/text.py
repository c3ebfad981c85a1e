"""Rules for text that every context shares: what a line may hold, and how a value that was refused is shown again."""

import re
import unicodedata
from datetime import date
from typing import Final, Literal

# Control characters, halves of surrogate pairs, line and paragraph separators (categories Cc, Cs, Zl and Zp, which
# Unicode adds nothing to). Joiners stay: Indian scripts need them.
_NOT_IN_A_LINE: Final = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
# No character decomposes canonically into more than four (Unicode Standard Annex 15, section 14), so that composing
# makes a text at most four times shorter.
_MOST_COMPOSED: Final = 4
# What jsonb can't hold (NUL) and UTF-8 can't express (halves of surrogate pairs).
_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")
_ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def too_long(text: str, longest: int, form: Literal["NFC", "NFKC"] | None = None) -> bool:
    """Returns whether the text has more than `longest` characters; with `form`, whether it surely has in that form.

    This comes before all else that is done with text from outside: whatever looks at characters takes longer the more
    there are, and normalising takes the square of the length of a run of combining marks.
    """
    return len(text) > longest * (_MOST_COMPOSED if form else 1)


def normal(text: str, longest: int, form: Literal["NFC", "NFKC"] = "NFC") -> str | None:
    """Returns the text in the normal form, or None when it has more than `longest` characters in it."""
    if too_long(text, longest, form):
        return None
    composed = unicodedata.normalize(form, text)
    return None if too_long(composed, longest) else composed


def is_line(text: str) -> bool:
    """Returns whether the text is one line without control characters or halves of characters."""
    return not _NOT_IN_A_LINE.search(text)


def first_invisible(text: str) -> int | None:
    """Returns the index of the first character that can't be seen, joiners among them; None when all can."""
    if text.isprintable():
        return None
    categories = map(unicodedata.category, text)
    return next((index for index, category in enumerate(categories) if category in _INVISIBLE), None)


def is_storable(text: str) -> bool:
    """Returns whether jsonb and JSON in UTF-8 can hold the text."""
    return not _UNSTORABLE.search(text)


def storable(text: str) -> str:
    """Returns the text with U+FFFD for what jsonb and JSON in UTF-8 can't hold."""
    return _UNSTORABLE.sub("\ufffd", text)


def shown(value: object, longest: int = 200) -> str:
    """Returns the value as an answer may repeat it: not too long, and valid UTF-8 whatever it holds."""
    return str(value)[:longest].encode(errors="backslashreplace").decode()


def is_date_form(text: str) -> bool:
    """Returns whether the text is written YYYY-MM-DD, be there such a day or not."""
    return _ISO_DATE.fullmatch(text) is not None


def calendar_date(text: str) -> date | None:
    """Returns the day written YYYY-MM-DD; None for another form, or when there is no such day."""
    # fromisoformat alone takes 20260115 and 2026-W03-4 too.
    if not is_date_form(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
