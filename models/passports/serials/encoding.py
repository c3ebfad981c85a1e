"""Bytes of a text file in UTF-8 or UTF-16 to text, piece by piece."""

import codecs
import io
from typing import Final

_LONGEST_MARK: Final = 3
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class TextDecoder:
    """Decodes a file that arrives in pieces cut anywhere; every line end (CRLF, CR, LF) comes out as LF."""

    def __init__(self) -> None:
        self._head = b""
        self._characters: codecs.IncrementalDecoder | None = None
        self._lines: io.IncrementalNewlineDecoder | None = None

    @property
    def is_workbook(self) -> bool:
        """Whether the file begins as ZIP files do, Excel's workbooks among them."""
        return self._head.startswith(b"PK\x03\x04")

    def decode(self, chunk: bytes, *, final: bool) -> tuple[str, UnicodeDecodeError | None]:
        """Returns the text decoded by now; with an error, all the text before the fault, and decoding can't go on."""
        if self._characters is None or self._lines is None:
            self._head += chunk
            if len(self._head) < _LONGEST_MARK and not final:
                return "", None
            encoding, mark = _detect(self._head)
            self._characters = codecs.getincrementaldecoder(encoding)()
            self._lines = io.IncrementalNewlineDecoder(self._characters, translate=True)
            chunk = self._head.removeprefix(mark)
        try:
            return self._lines.decode(chunk, final), None
        except UnicodeDecodeError as error:
            # error.object begins with the bytes kept from earlier chunks: forget those, then decode what is sound.
            self._characters.reset()
            return self._lines.decode(error.object[: error.start], final=True), error


def _detect(head: bytes) -> tuple[str, bytes]:
    """Returns the encoding, and the byte order mark to take off.

    Without a mark, a header starts with an ASCII character, and where one of the first two bytes is NUL it is
    UTF-16 (the reasoning of RFC 4627, section 3).
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding, mark
    match [byte == 0 for byte in head[:2]]:
        case [False, True]:
            return "utf-16-le", b""
        case [True, False]:
            return "utf-16-be", b""
        case _:
            return "utf-8", b""
