"""Places of addresses, from a file in MaxMind's format."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet  # type: ignore[import-untyped]

from models import database
from models.kernel.env import Env, Place
from models.passports.places import GeoIpFileError, GeoIpPlaces, NoPlaces
from models.passports.scans import RecordScan, record_scan
from tests.factories import make_batch, make_company, make_passports


def _named(**names: str) -> dict[str, Any]:
    return {part: {"names": {"en": name, "de": f"{name} (de)"}} for part, name in names.items()}


def _write(path: Path, ip_version: int, entries: dict[str, Any]) -> Path:
    writer = MMDBWriter(ip_version, "GeoLite2-City", languages=["en", "de"], ipv4_compatible=ip_version == 6)
    for network, record in entries.items():
        writer.insert_network(IPSet([network]), record)
    writer.to_db_file(str(path))
    return path


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _write(
        tmp_path_factory.mktemp("geoip") / "city.mmdb",
        6,
        {
            "81.2.69.0/24": _named(city="Mumbai", country="India"),
            "2a02:d600::/32": _named(city="Zürich", country="Switzerland"),
            "81.2.70.0/24": _named(country="India"),
            "81.2.71.0/24": {"city": {"names": {"de": "Neu-Delhi"}}, "country": "India"},
            "81.2.72.0/24": ["no", "map"],
            "81.2.73.0/24": _named(city="x" * 200, country="y" * 120),
            "10.0.0.0/8": _named(city="Plant 7", country="Nowhere"),
        },
    )


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("81.2.69.142", Place("Mumbai", "India")),
        ("2a02:d600::1", Place("Zürich", "Switzerland")),
        ("81.2.70.1", Place(None, "India")),
        ("81.2.71.1", Place()),
        ("81.2.72.1", Place()),
        ("81.2.73.1", Place("x" * 120, "y" * 120)),
        ("81.2.74.1", Place()),
        ("10.0.0.1", Place()),
        ("127.0.0.1", Place()),
        ("::1", Place()),
        ("fe80::1%eth0", Place()),
        ("", Place()),
        ("no address", Place()),
    ],
)
def test_places(file: Path, address: str, place: Place) -> None:
    assert GeoIpPlaces(file).find(address) == place


def test_a_file_with_ipv4_alone_knows_no_ipv6(tmp_path: Path) -> None:
    places = GeoIpPlaces(_write(tmp_path / "v4.mmdb", 4, {"81.2.69.0/24": _named(city="Mumbai", country="India")}))
    assert places.find("81.2.69.1") == Place("Mumbai", "India")
    assert places.find("2a02:d600::1") == Place()


def test_without_a_file_no_place_is_known() -> None:
    assert NoPlaces().find("81.2.69.142") == Place()


def test_a_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    missing, junk = tmp_path / "missing.mmdb", tmp_path / "junk.mmdb"
    junk.write_bytes(b"junk")
    with pytest.raises(GeoIpFileError, match=r"GEOIP_DB: .*missing\.mmdb can't be read: No such file"):
        GeoIpPlaces(missing)
    with pytest.raises(GeoIpFileError, match=r"GEOIP_DB: .*junk\.mmdb is not a file in MaxMind's format"):
        GeoIpPlaces(junk)


@pytest.mark.parametrize("address", ["81.2.69.142", "::ffff:81.2.69.142"])
async def test_a_scan_has_the_place_of_its_address(env: Env, file: Path, address: str) -> None:
    actor = await make_company(env)
    [passport] = await make_passports(env, await make_batch(env, actor), 1)
    scan = await record_scan(RecordScan(passport.id, address, ""), replace(env, places=GeoIpPlaces(file)))
    row = await database.fetch_one("SELECT city, country FROM scan WHERE id = $1", scan.id)
    assert row is not None
    assert tuple(row) == ("Mumbai", "India")
