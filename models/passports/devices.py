"""The kind of device that a user agent belongs to.

Browsers name their system in the first comment of the User-Agent header (RFC 9110, section 10.1.5) and have agreed
on "Mobi" for phones; Android browsers leave it out on tablets. Safari on an iPad calls itself a Macintosh unless its
user asks for mobile pages, so that such iPads count as desktops.
"""

import re
from functools import lru_cache
from typing import Final

from models.passports.tables import DeviceType

# A header may be as long as the server lets it; what tells the device stands at its beginning.
_LONGEST_LOOKED_AT: Final = 512

# Programs that fetch pages, and screens that nobody holds before a battery. Cubot makes phones.
_NOT_A_PERSON = re.compile(
    r"(?<!cu)bot\b|crawler|spider|slurp|headless|preview|externalhit|smart-?tv|googletv|appletv|playstation|xbox",
    re.IGNORECASE,
)
# "Tablet PC" is what old Windows desktops said.
_TABLET = re.compile(r"iPad|Tablet(?! PC)|PlayBook|Silk/|^Mozilla/(?=.*Android)(?!.*Mobi)")
_MOBILE = re.compile(r"Mobi|iPhone|iPod|Android|Windows Phone|Opera Mini")
_DESKTOP = re.compile(r"Windows NT|Macintosh|X11|CrOS")

_KINDS: Final = (
    (_NOT_A_PERSON, DeviceType.OTHER),
    (_TABLET, DeviceType.TABLET),
    (_MOBILE, DeviceType.MOBILE),
    (_DESKTOP, DeviceType.DESKTOP),
)


def device_type(user_agent: str) -> DeviceType:
    """Returns the kind of device; OTHER for robots, for programs and for what names no system."""
    return _device_type(user_agent[:_LONGEST_LOOKED_AT])


# A few hundred user agents make nearly all calls.
@lru_cache(maxsize=1024)
def _device_type(user_agent: str) -> DeviceType:
    return next((kind for pattern, kind in _KINDS if pattern.search(user_agent)), DeviceType.OTHER)
