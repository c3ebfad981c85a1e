"""What anybody sees: the page, its JSON, the QR code, and what stays out of all of them."""

import io
import re
from html.parser import HTMLParser

import pytest
import zxingcpp
from httpx import AsyncClient, Response
from PIL import Image

from models import database
from models.batches import CellSource, MarketRegion
from models.kernel.env import Env
from models.kernel.ids import uuid7
from models.lifecycle import LifecycleAction
from models.passports import PassportStatus
from models.passports.tables import Passport
from resolvers.relay import global_id
from tests.api.routes.test_uploads import is_problem
from tests.conftest import CountQueries
from tests.factories import make_batch, make_company, make_passports
from tests.models.lifecycle.lives import act, led_to

JSON = {"Accept": "application/json"}
SECRETS = {
    "iec_code": "0504012345",
    "gstin": "29ABCDE1234F1Z5",
    "facility_ref": "FAC-SECRET-01",
    "attributes": {"line": "secret-line"},
    "quantity": 987654,
}


@pytest.fixture
async def passport(env: Env) -> Passport:
    """A passport about which everything is declared."""
    actor = await make_company(
        env,
        company_name="Acme <Batteries> & Sons",
        address="Industrial Area, Delhi",
        support_email="support@acme.example",
        website="https://acme.example",
        epr_registration_number="B-29016/2024-25/CPCB",
        bis_r_number="R-41001234",
        iec_code=SECRETS["iec_code"],
        gstin=SECRETS["gstin"],
    )
    batch = await make_batch(
        env,
        actor,
        model_name="AB-48",
        market_region=MarketRegion.EU,
        chemistry="Li-ion NMC",
        nominal_voltage_v="48",
        rated_capacity_ah="1100.5",
        manufacturer="Acme Cells",
        weight_kg="45.125",
        country_of_origin="IN",
        pli_compliant=True,
        domestic_value_add="65.5",
        cell_source=CellSource.MIXED,
        carbon_footprint_kg_per_kwh="71.9",
        carbon_footprint_url="https://acme.example/footprint.pdf",
        facility_ref=SECRETS["facility_ref"],
        attributes=SECRETS["attributes"],
        quantity=SECRETS["quantity"],
    )
    [passport] = await make_passports(env, batch, 1)
    return passport


@pytest.fixture
async def bare_passport(env: Env) -> Passport:
    """A passport about which nothing is declared that need not be."""
    [passport] = await make_passports(env, await make_batch(env, await make_company(env)), 1)
    return passport


class Page(HTMLParser):
    """What a page holds: its facts by name, links, scripts, the tags that are open, all text."""

    VOID = frozenset({"meta", "link"})

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.facts: dict[str, str] = {}
        self.attributes: dict[str, list[dict[str, str | None]]] = {}
        self.text = ""
        self._open: list[str] = []
        self._name = ""
        self.feed(response.text)
        assert self._open == [], "every element is closed"

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.attributes.setdefault(tag, []).append(dict(attributes))
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if "dt" in self._open:
            self._name = data
        elif "dd" in self._open and data.strip():
            self.facts[self._name] = data


# -- JSON


async def test_a_program_gets_json(client: AsyncClient, passport: Passport) -> None:
    response = await client.get(f"/p/{passport.id}", headers=JSON)
    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
    document = response.json()
    assert document.pop("issuedAt").startswith(passport.created_at.date().isoformat())
    assert document == {
        "uuid": str(passport.id),
        "serialNumber": passport.serial_number,
        "manufactureDate": "2026-01-15",
        "status": "ACTIVE",
        "batch": {
            "batchName": "Q1-2026-Production",
            "modelName": "AB-48",
            "marketRegion": "EU",
            "specs": {
                "chemistry": "Li-ion NMC",
                "nominalVoltageV": 48,
                "ratedCapacityAh": 1100.5,
                "manufacturer": "Acme Cells",
                "weightKg": 45.125,
                "countryOfOrigin": "IN",
            },
            "pliCompliant": True,
            "domesticValueAdd": 65.5,
            "cellSource": "MIXED",
            "carbonFootprintKgPerKwh": 71.9,
            "carbonFootprintUrl": "https://acme.example/footprint.pdf",
        },
        "tenant": {
            "companyName": "Acme <Batteries> & Sons",
            "address": "Industrial Area, Delhi",
            "supportEmail": "support@acme.example",
            "website": "https://acme.example",
            "eprRegistrationNumber": "B-29016/2024-25/CPCB",
            "bisRNumber": "R-41001234",
        },
        "timeline": [],
        "predecessorUuid": None,
        "successorUuid": None,
    }


async def test_what_is_not_declared_is_null(client: AsyncClient, bare_passport: Passport) -> None:
    document = (await client.get(f"/p/{bare_passport.id}", headers=JSON)).json()
    assert set(document["batch"].pop("specs").values()) == {None}
    given = {name: value for part in ("batch", "tenant") for name, value in document[part].items() if value is not None}
    assert given == {"batchName": "Q1-2026-Production", "marketRegion": "INDIA", "companyName": "Acme Batteries"}


@pytest.mark.parametrize("headers", [JSON, {}])
async def test_nothing_leads_into_the_companys_data(
    client: AsyncClient, passport: Passport, headers: dict[str, str]
) -> None:
    text = (await client.get(f"/p/{passport.id}", headers=headers)).text
    for hidden in (passport.tenant_id, passport.batch_id, *SECRETS.values()):
        assert str(hidden) not in text
    assert "secret-line" not in text


async def test_it_takes_three_queries_however_long_the_history(
    client: AsyncClient, passport: Passport, count_queries: CountQueries
) -> None:
    with count_queries() as queries:
        await client.get(f"/p/{passport.id}", headers=JSON)
    assert len(queries) == 3


async def test_the_history_is_public_and_its_evidence_is_not(env: Env, client: AsyncClient) -> None:
    actor = await make_company(env)
    unit = await led_to(env, actor, await make_batch(env, actor), "RETURNED")
    result = await act(env, actor, unit, LifecycleAction.REPURPOSE)
    document = (await client.get(f"/p/{unit}", headers=JSON)).json()
    assert [(event["action"], event["status"]) for event in document["timeline"]] == [
        ("ISSUE", "ACTIVE"),
        ("SHIP", "SHIPPED"),
        ("RETURN", "RETURNED"),
        ("REPURPOSE", "REPURPOSED"),
    ]
    assert (document["predecessorUuid"], document["successorUuid"]) == (None, str(result.successor_id))
    page = (await client.get(f"/p/{unit}")).text
    assert "Repurposed for a second life" in page
    assert f'href="/p/{result.successor_id}"' in page
    assert f'href="/p/{unit}"' in (await client.get(f"/p/{result.successor_id}")).text
    for hidden in (actor.email, "IND123456789", "The customer moved."):
        assert hidden not in page
        assert hidden not in str(document)


# -- The page


async def test_a_person_gets_a_page_with_units(client: AsyncClient, passport: Passport) -> None:
    response = await client.get(f"/p/{passport.id}", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (response.status_code, response.headers["content-type"]) == (200, "text/html; charset=utf-8")
    page = Page(response)
    issued = passport.created_at.date()
    assert page.facts == {
        "Serial number": passport.serial_number,
        "Model": "AB-48",
        "Batch": "Q1-2026-Production",
        "Manufactured on": "15 January 2026",
        "Manufacturer": "Acme Cells",
        "Chemistry": "Li-ion NMC",
        "Nominal voltage": "48\N{NO-BREAK SPACE}V",
        "Rated capacity": "1,100.5\N{NO-BREAK SPACE}Ah",
        "Weight": "45.125\N{NO-BREAK SPACE}kg",
        "Passport issued on": f"{issued.day} {issued:%B} {issued.year}",
        "Made for the market": "European Union",
        "Country of origin": "IN",
        "Carbon footprint": "71.9\N{NO-BREAK SPACE}kg CO₂e per kWh",
        "Footprint declaration": "https://acme.example/footprint.pdf",
        "Meets India's PLI scheme": "Yes",
        "Domestic value added": "65.5\N{NO-BREAK SPACE}%",
        "Cells": "Some domestic, some imported",
        "Company": "Acme <Batteries> & Sons",
        "Address": "Industrial Area, Delhi",
        "Support": "support@acme.example",
        "Website": "https://acme.example",
        "EPR registration (CPCB)": "B-29016/2024-25/CPCB",
        "BIS registration": "R-41001234",
    }
    assert page.attributes["time"] == [{"datetime": "2026-01-15"}, {"datetime": issued.isoformat()}]
    assert page.attributes["html"] == [{"lang": "en"}]
    assert len(page.attributes["h1"]) == len(page.attributes["main"]) == 1


async def test_the_page_is_silent_about_what_is_not_declared(client: AsyncClient, bare_passport: Passport) -> None:
    page = Page(await client.get(f"/p/{bare_passport.id}"))
    assert set(page.facts) == {
        "Serial number",
        "Batch",
        "Manufactured on",
        "Passport issued on",
        "Made for the market",
        "Company",
    }
    assert "None" not in page.text


async def test_the_page_has_no_script_and_no_style_of_its_own(client: AsyncClient, passport: Passport) -> None:
    response = await client.get(f"/p/{passport.id}")
    policy = dict(part.split(" ", 1) for part in response.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["form-action"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert response.headers["x-content-type-options"] == "nosniff"
    page = Page(response)
    [script] = page.attributes["script"]
    assert script["src"]
    assert script["src"].startswith("/static/scan.js?v=")
    assert "defer" in script
    assert "style" not in page.attributes
    for tags in page.attributes.values():
        assert not any(name == "style" or name.startswith("on") for tag in tags for name in tag)


async def test_text_of_the_companys_cannot_become_markup_or_a_script(client: AsyncClient, passport: Passport) -> None:
    await database.execute("UPDATE tenant SET website = 'javascript:alert(1)' WHERE id = $1", passport.tenant_id)
    await database.execute("UPDATE passport SET serial_number = '\"><script>1' WHERE id = $1", passport.id)
    page = Page(await client.get(f"/p/{passport.id}"))
    assert page.facts["Serial number"] == '"><script>1'
    assert len(page.attributes["script"]) == 1
    links = [link["href"] or "" for link in page.attributes["a"]]
    assert all(link.startswith(("https://", "mailto:")) for link in links)
    assert page.facts["Website"] == "javascript:alert(1)"


@pytest.mark.parametrize("status", list(PassportStatus))
async def test_a_unit_whose_life_ended_still_has_its_page(
    client: AsyncClient, bare_passport: Passport, status: PassportStatus
) -> None:
    await database.execute("UPDATE passport SET status = $2 WHERE id = $1", bare_passport.id, status)
    response = await client.get(f"/p/{bare_passport.id}")
    assert response.status_code == 200
    has_ended = status in (PassportStatus.RETIRED, PassportStatus.RECYCLED, PassportStatus.REPURPOSED)
    assert ("Life ended" in response.text) == has_ended
    assert (await client.get(f"/p/{bare_passport.id}", headers=JSON)).json()["status"] == status


async def test_the_passport_by_its_global_id(client: AsyncClient, passport: Passport) -> None:
    response = await client.get(f"/p/{global_id('Passport', passport.id)}", headers=JSON)
    assert response.json()["uuid"] == str(passport.id)


# -- Which form, and whether the client has it already


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("application/json", "application/json"),
        ("*/*", "text/html; charset=utf-8"),
        ("text/html;q=0.3, application/json;q=0.4", "application/json"),
        ("image/png", "text/html; charset=utf-8"),
    ],
)
async def test_the_accept_header_decides(
    client: AsyncClient, passport: Passport, accept: str, content_type: str
) -> None:
    response = await client.get(f"/p/{passport.id}", headers={"Accept": accept})
    assert (response.headers["content-type"], response.headers["vary"]) == (content_type, "Accept, Accept-Encoding")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("coding", ["identity", "gzip"])
@pytest.mark.parametrize(("path", "is_weak"), [("", True), ("/qr.png", False), ("/qr.svg", True)])
async def test_what_the_client_has_is_not_sent_again(
    client: AsyncClient, passport: Passport, path: str, is_weak: bool, coding: str, method: str
) -> None:
    client.headers["Accept-Encoding"] = coding
    first = await client.get(f"/p/{passport.id}{path}")
    tag = first.headers["etag"]
    # What may leave compressed or not has one tag for both, which is therefore weak.
    assert re.fullmatch(r'(W/)?"[0-9a-f]{32}"', tag)
    assert tag.startswith("W/") is is_weak
    strong = tag.removeprefix("W/")
    for known in (strong, f"W/{strong}", f'"other", {tag}', f'{tag} , W/"other"', "*"):
        again = await client.request(method, f"/p/{passport.id}{path}", headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert "content-type" not in again.headers
        assert {again.headers[name] for name in ("etag",)} == {tag}
        assert again.headers.get("vary") == first.headers.get("vary")
        assert again.headers["cache-control"] == first.headers["cache-control"]
    assert (await client.get(f"/p/{passport.id}{path}", headers={"If-None-Match": '"other"'})).status_code == 200


async def test_a_change_changes_the_tag_and_each_form_has_its_own(client: AsyncClient, passport: Passport) -> None:
    async def tags() -> list[str]:
        return [(await client.get(f"/p/{passport.id}", headers=headers)).headers["etag"] for headers in (JSON, {})]

    before = await tags()
    await database.execute("UPDATE passport SET status = 'SHIPPED' WHERE id = $1", passport.id)
    assert len({*before, *await tags()}) == 4


# -- Unknown


@pytest.mark.parametrize("id", ["unknown", "no-uuid", "another type"])
async def test_what_is_unknown_is_a_page_or_a_problem(client: AsyncClient, passport: Passport, id: str) -> None:
    ids = {"unknown": str(uuid7()), "another type": global_id("Batch", passport.batch_id)}
    address = f"/p/{ids.get(id, id)}"
    response = await client.get(address)
    assert (response.status_code, response.headers["content-type"]) == (404, "text/html; charset=utf-8")
    page = Page(response)
    assert "No such battery passport" in page.text
    assert "script" not in page.attributes, "nothing is reported as a scan"
    is_problem(await client.get(address, headers=JSON), 404, "NOT_FOUND")
    for file in ("qr.png", "qr.svg"):
        is_problem(await client.get(f"{address}/{file}"), 404, "NOT_FOUND")


# -- The QR code


async def test_the_code_says_where_the_passport_is(client: AsyncClient, passport: Passport) -> None:
    response = await client.get(f"/p/{passport.id}/qr.png?size=400&level=Q&label=true")
    assert (response.status_code, response.headers["content-type"]) == (200, "image/png")
    picture = Image.open(io.BytesIO(response.content))
    code = zxingcpp.read_barcode(picture)
    assert code is not None
    assert code.text == f"http://passports.test/p/{passport.id}"
    assert (picture.width >= 400, code.ec_level) == (True, "Q")
    assert response.headers["cache-control"].startswith("public, max-age=")


async def test_the_code_as_svg(client: AsyncClient, passport: Passport) -> None:
    response = await client.get(f"/p/{passport.id}/qr.svg?label=true")
    assert (response.status_code, response.headers["content-type"]) == (200, "image/svg+xml")
    assert passport.serial_number in response.text
    assert response.headers["content-security-policy"] == "default-src 'none'"


async def test_codes_come_in_no_other_form(client: AsyncClient, passport: Passport) -> None:
    is_problem(await client.get(f"/p/{passport.id}/qr.gif"), 404, "NOT_FOUND")
    is_problem(await client.get(f"/p/{passport.id}/qr.png?size=9"), 400, "BAD_USER_INPUT")


# -- Static files


async def test_the_pages_files_are_there_and_may_be_kept(client: AsyncClient, passport: Passport) -> None:
    page = Page(await client.get(f"/p/{passport.id}"))
    [style] = [link["href"] for link in page.attributes["link"] if link["rel"] == "stylesheet"]
    for address in (style, page.attributes["script"][0]["src"]):
        assert address is not None
        response = await client.get(address)
        assert response.status_code == 200
        assert "immutable" in response.headers["cache-control"]
    assert (await client.get("/static/../routes/public.py")).status_code == 404
    assert (await client.get("/static/nothing.js")).status_code == 404
