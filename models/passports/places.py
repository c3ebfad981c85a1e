"""Where an address is, from a file in MaxMind's format (https://maxmind.github.io/MaxMind-DB/)."""

from ipaddress import ip_address
from pathlib import Path
from typing import Final

import maxminddb

from models.kernel.env import Place

_LONGEST_NAME: Final = 120


class GeoIpFileError(RuntimeError):
    """The file can't be used; the message says why."""


class NoPlaces:
    """Finds no address: what runs without a GeoIP file."""

    def find(self, address: str) -> Place:
        """Returns a place with nothing in it."""
        return Place()


class GeoIpPlaces:
    """Finds addresses in a file such as GeoLite2-City, which is mapped into memory and shared by all processes."""

    def __init__(self, path: Path) -> None:
        try:
            self._reader = maxminddb.open_database(path, maxminddb.MODE_AUTO)
        except OSError as error:
            raise GeoIpFileError(f"GEOIP_DB: {path} can't be read: {error.strerror}.") from error
        except maxminddb.InvalidDatabaseError as error:
            raise GeoIpFileError(f"GEOIP_DB: {path} is not a file in MaxMind's format: {error}") from error

    def find(self, address: str) -> Place:
        """Returns the English names. Private and unknown addresses, and text that is no address, have none."""
        try:
            parsed = ip_address(address)
            record = self._reader.get(parsed) if parsed.is_global else None
        except ValueError:  # no address, or an IPv6 address and a file that has only IPv4
            return Place()
        return Place(_english_name(record, "city"), _english_name(record, "country"))


def _english_name(record: object, part: str) -> str | None:
    """`record[part]["names"]["en"]`, as far as the file has it, no longer than a scan keeps it."""
    for key in (part, "names", "en"):
        record = record.get(key) if isinstance(record, dict) else None
    return record[:_LONGEST_NAME] if isinstance(record, str) else None
