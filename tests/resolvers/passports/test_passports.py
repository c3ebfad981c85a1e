"""Reading passports over GraphQL: pages, filters, the public one; who sees what, and in how many queries."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from models import database
from models.batches import CellSource
from models.batches.tables import Batch
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.ids import uuid7
from models.kernel.permissions import Role
from models.passports import PassportStatus
from models.passports.tables import Passport
from resolvers.relay import global_id
from tests.conftest import CountQueries
from tests.factories import make_batch, make_branded_batch, make_company, make_member, make_passports
from tests.resolvers.client import Client

PASSPORTS = """
query ($id: ID!, $first: Int! = 20, $after: String, $filter: PassportFilter) {
  batch(id: $id) {
    passports(first: $first, after: $after, filter: $filter) {
      nodes { id uuid serialNumber manufactureDate status createdAt updatedAt qrUrl qrImageUrl }
      edges { cursor node { serialNumber } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      totalCount
    }
  }
}
"""
PASSPORT = "query ($id: ID!) { passport(id: $id) { uuid serialNumber batch { id batchName } } }"
NODE = "query ($id: ID!) { node(id: $id) { id ... on Passport { serialNumber } } }"
PUBLIC = """
query ($id: ID!) {
  publicPassport(id: $id) {
    uuid serialNumber manufactureDate status issuedAt
    batch {
      batchName modelName marketRegion pliCompliant domesticValueAdd cellSource
      carbonFootprintKgPerKwh carbonFootprintUrl
      specs { chemistry nominalVoltageV ratedCapacityAh manufacturer weightKg countryOfOrigin }
    }
    tenant { companyName address supportEmail website eprRegistrationNumber bisRNumber }
  }
}
"""


@pytest.fixture
async def actor(env: Env) -> Actor:
    """The owner of a new company."""
    return await make_company(env)


@pytest.fixture
async def batch(env: Env, actor: Actor) -> Batch:
    """A batch of the company's."""
    return await make_batch(env, actor)


async def page_of(env: Env, actor: Actor, batch: Batch, **variables: Any) -> dict[str, Any]:
    """A page of the batch's passports."""
    answer = await Client(env, actor).run(PASSPORTS, id=str(batch.id), **variables)
    page: dict[str, Any] = answer["batch"]["passports"]
    return page


def serials(page: dict[str, Any]) -> list[str]:
    """The serial numbers of a page."""
    return [node["serialNumber"] for node in page["nodes"]]


async def test_a_passport_as_its_company_sees_it(env: Env, actor: Actor, batch: Batch) -> None:
    [passport] = await make_passports(env, batch, 1)
    [node] = (await page_of(env, actor, batch))["nodes"]
    assert node == {
        "id": global_id("Passport", passport.id),
        "uuid": str(passport.id),
        "serialNumber": passport.serial_number,
        "manufactureDate": "2026-01-15",
        "status": "ACTIVE",
        "createdAt": passport.created_at.isoformat(),
        "updatedAt": passport.updated_at.isoformat(),
        "qrUrl": f"http://passports.test/p/{passport.id}",
        "qrImageUrl": f"http://passports.test/p/{passport.id}/qr.png",
    }


async def test_pages_follow_one_another_while_passports_are_added(env: Env, actor: Actor, batch: Batch) -> None:
    first = [passport.serial_number for passport in await make_passports(env, batch, 5)]
    seen, page = [], await page_of(env, actor, batch, first=2)
    assert (page["pageInfo"]["hasPreviousPage"], page["totalCount"]) == (False, 5)
    seen += serials(page)
    later = [passport.serial_number for passport in await make_passports(env, batch, 2, prefix="LATER")]
    while page["pageInfo"]["hasNextPage"]:
        page = await page_of(env, actor, batch, first=2, after=page["pageInfo"]["endCursor"])
        assert page["pageInfo"]["hasPreviousPage"]
        seen += serials(page)
    assert seen == first + later


async def test_filters_narrow_the_page_and_the_count(env: Env, actor: Actor, batch: Batch) -> None:
    made = await make_passports(env, batch, 6, prefix="bat_100%")
    await batch.refresh_from_db()
    await make_passports(env, batch, 3, prefix="BATX1000")
    await database.execute("UPDATE passport SET status = 'SHIPPED' WHERE id = ANY($1)", [p.id for p in made[:2]])
    for filter, count in [
        ({"serialNumber": "BAT_100%"}, 6),
        ({"serialNumber": " bat"}, 9),
        ({"serialNumber": "\\"}, 0),
        ({"serialNumber": ""}, 9),
        ({"serialNumber": None, "status": None}, 9),
        ({"status": "SHIPPED"}, 2),
        ({"status": "ACTIVE", "serialNumber": "_100"}, 4),
        ({"status": "RECALLED"}, 0),
    ]:
        page = await page_of(env, actor, batch, filter=filter)
        assert (len(page["nodes"]), page["totalCount"]) == (count, count), filter


@pytest.mark.parametrize("search", ["\0", "A\u200bB", "\ud800"])
async def test_a_search_for_what_no_serial_holds_is_refused(env: Env, actor: Actor, batch: Batch, search: str) -> None:
    error = await Client(env, actor).error(PASSPORTS, id=str(batch.id), filter={"serialNumber": search})
    assert error["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize("after", ["", "x", "UGFzc3BvcnR8eA", "QmF0Y2h8MDFhMWZiOTRiNjk1NzFmMTg1ZDFkMjMyYTZhM2QyNjc"])
async def test_a_cursor_of_another_list_is_refused(env: Env, actor: Actor, batch: Batch, after: str) -> None:
    client = Client(env, actor)
    assert (await client.error(PASSPORTS, id=str(batch.id), after=after))["code"] == "BAD_USER_INPUT"
    assert await client.error_paths(PASSPORTS, id=str(batch.id), after=after) == [["batch", "passports"]]


async def test_a_cursor_that_is_refused_spoils_no_other_page(env: Env, actor: Actor, batch: Batch) -> None:
    await make_passports(env, batch, 1)
    pages = " ".join(
        f'{name}: batch(id: "{batch.id}") {{ passports({after}) {{ nodes {{ uuid }} }} }}'
        for name, after in [("one", 'after: "x"'), ("other", "first: 5")]
    )
    client = Client(env, actor)
    assert await client.error_paths(f"{{ {pages} }}") == [["one", "passports"]]


@pytest.mark.parametrize("first", [0, 101])
async def test_the_page_size_has_bounds(env: Env, actor: Actor, batch: Batch, first: int) -> None:
    error = await Client(env, actor).error(PASSPORTS, id=str(batch.id), first=first)
    assert error["code"] == "BAD_USER_INPUT"


async def test_passport_and_node_find_it_by_either_id(env: Env, actor: Actor, batch: Batch) -> None:
    [passport] = await make_passports(env, batch, 1)
    client = Client(env, actor)
    for id in (str(passport.id), global_id("Passport", passport.id)):
        assert (await client.run(PASSPORT, id=id))["passport"] == {
            "uuid": str(passport.id),
            "serialNumber": passport.serial_number,
            "batch": {"id": global_id("Batch", batch.id), "batchName": batch.batch_name},
        }
    node = (await client.run(NODE, id=global_id("Passport", passport.id)))["node"]
    assert node == {"id": global_id("Passport", passport.id), "serialNumber": passport.serial_number}


async def test_another_company_sees_nothing_of_it(env: Env, batch: Batch) -> None:
    [passport] = await make_passports(env, batch, 1)
    stranger = Client(env, await make_company(env))
    unknown = uuid7()
    for id in (passport.id, unknown):
        assert await stranger.run(PASSPORT, id=str(id)) == {"passport": None}
        assert await stranger.run(NODE, id=global_id("Passport", id)) == {"node": None}
    assert await stranger.run(PASSPORTS, id=str(batch.id)) == {"batch": None}


async def test_a_member_limited_to_brands_sees_their_passports_alone(env: Env, actor: Actor) -> None:
    own, other = await make_branded_batch(env, actor, "Own"), await make_branded_batch(env, actor, "Other")
    [mine], [theirs] = await make_passports(env, own, 1), await make_passports(env, other, 1)
    assert own.brand_id is not None
    member = Client(env, await make_member(env, actor.tenant_id, Role.VIEWER, brand_ids=[own.brand_id]))
    assert (await member.run(PASSPORT, id=str(mine.id)))["passport"]["serialNumber"] == mine.serial_number
    assert await member.run(PASSPORT, id=str(theirs.id)) == {"passport": None}


@pytest.mark.parametrize("document", [PASSPORT, NODE])
async def test_who_is_not_signed_in_sees_nothing(env: Env, batch: Batch, document: str) -> None:
    [passport] = await make_passports(env, batch, 1)
    assert (await Client(env).error(document, id=global_id("Passport", passport.id)))["code"] == "UNAUTHENTICATED"


# -- Query counts

MANY = """
query ($filter: PassportFilter) {
  batches(first: 10) {
    nodes { passports(first: 3, filter: $filter) { totalCount nodes { serialNumber batch { batchName } } } }
  }
}
"""


WITH_ITS_PASSPORTS = """
query ($id: ID!, $first: Int! = 2, $after: String, $filter: PassportFilter) {
  batch(id: $id) {
    batchName totalPassports
    passports(first: $first, after: $after, filter: $filter) { nodes { uuid createdAt } pageInfo { endCursor } }
  }
}
"""
SOME = "passports(first: 2) { nodes { serialNumber } }"


async def test_a_batch_and_a_page_of_its_passports_take_one_statement(
    env: Env, actor: Actor, count_queries: CountQueries
) -> None:
    full, empty = await make_batch(env, actor), await make_batch(env, actor)
    made = await make_passports(env, full, 3)
    client = Client(env, actor)
    with count_queries() as queries:
        read = (await client.run(WITH_ITS_PASSPORTS, id=str(full.id)))["batch"]
        rest = await client.run(WITH_ITS_PASSPORTS, id=str(full.id), after=read["passports"]["pageInfo"]["endCursor"])
        none = (await client.run(WITH_ITS_PASSPORTS, id=str(empty.id)))["batch"]
    assert len(queries) == 3
    assert (read["batchName"], read["totalPassports"]) == (full.batch_name, 3)
    assert [node["uuid"] for node in read["passports"]["nodes"]] == [str(passport.id) for passport in made[:2]]
    assert [node["uuid"] for node in rest["batch"]["passports"]["nodes"]] == [str(made[2].id)]
    assert (none["batchName"], none["passports"]["nodes"]) == (empty.batch_name, [])


async def test_two_batches_with_the_same_page_take_one_statement(
    env: Env, actor: Actor, count_queries: CountQueries
) -> None:
    batches = [await make_batch(env, actor) for _ in range(2)]
    serials = [[passport.serial_number for passport in await make_passports(env, batch, 2)] for batch in batches]
    with count_queries() as queries:
        fields = " ".join(f'b{number}: batch(id: "{batch.id}") {{ {SOME} }}' for number, batch in enumerate(batches))
        answer = await Client(env, actor).run(f"{{ {fields} }}")
    assert len(queries) == 1
    pages = [answer[f"b{number}"]["passports"]["nodes"] for number in range(2)]
    assert [[node["serialNumber"] for node in page] for page in pages] == serials


async def test_a_batch_that_is_not_seen_is_null_beside_others(
    env: Env, actor: Actor, count_queries: CountQueries
) -> None:
    own, empty, other = [await make_branded_batch(env, actor, name) for name in ("Own", "Empty", "Other")]
    for batch in (own, other):
        await make_passports(env, batch, 1)
    assert own.brand_id is not None
    assert empty.brand_id is not None
    brands = [own.brand_id, empty.brand_id]
    member = Client(env, await make_member(env, actor.tenant_id, Role.VIEWER, brand_ids=brands))
    fields = " ".join(
        f'b{number}: batch(id: "{batch.id}") {{ {SOME} }}' for number, batch in enumerate((own, empty, other))
    )
    with count_queries() as queries:
        answer = await member.run(f"{{ {fields} }}")
    assert len(queries) == 1
    assert len(answer["b0"]["passports"]["nodes"]) == 1
    assert answer["b1"]["passports"]["nodes"] == []
    assert answer["b2"] is None


async def test_a_page_that_was_read_with_more_than_is_shown_is_not_read_again(
    env: Env, actor: Actor, count_queries: CountQueries
) -> None:
    batch = await make_batch(env, actor)
    await make_passports(env, batch, 2)
    skipped = "a: passports(first: 2) @skip(if: true) { nodes { createdAt } }"
    with count_queries() as queries:
        await Client(env, actor).run(f'{{ batch(id: "{batch.id}") {{ {skipped} {SOME} }} }}')
    assert len(queries) == 1


async def test_two_pages_of_a_batch_are_read_after_it(env: Env, actor: Actor, count_queries: CountQueries) -> None:
    batch = await make_batch(env, actor)
    await make_passports(env, batch, 2)
    with count_queries() as queries:
        answer = await Client(env, actor).run(f'{{ batch(id: "{batch.id}") {{ {SOME} one: {SOME} }} }}')
    assert len(queries) == 2
    assert answer["batch"]["passports"] == answer["batch"]["one"]


async def test_passports_of_many_batches_are_read_together(env: Env, actor: Actor, count_queries: CountQueries) -> None:
    for _ in range(4):
        await make_passports(env, await make_batch(env, actor), 5)
    with count_queries() as queries:
        answer = await Client(env, actor).run(MANY)
    pages = [node["passports"] for node in answer["batches"]["nodes"]]
    assert [(page["totalCount"], len(page["nodes"])) for page in pages] == [(5, 3)] * 4
    assert len(queries) == 3, "batches, the pages of all of them, the batches of all passports"
    with count_queries() as queries:
        await Client(env, actor).run(MANY, filter={"status": "ACTIVE"})
    assert len(queries) == 4, "and the counts of all of them"


async def test_a_page_of_passports_takes_one_query(
    env: Env, actor: Actor, batch: Batch, count_queries: CountQueries
) -> None:
    await make_passports(env, batch, 30)
    with count_queries() as queries:
        await page_of(env, actor, batch)
    assert len(queries) == 1


async def test_many_nodes_take_one_query(env: Env, actor: Actor, batch: Batch, count_queries: CountQueries) -> None:
    ids = [global_id("Passport", passport.id) for passport in await make_passports(env, batch, 10)]
    with count_queries() as queries:
        answer = await Client(env, actor).run("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)
    assert [node["id"] for node in answer["nodes"]] == ids
    assert len(queries) == 1


# -- Links

LINKS = "query ($id: ID!) { batch(id: $id) { qrArchiveUrl exportUrl } }"


async def test_links_are_for_who_may_download(env: Env, actor: Actor, batch: Batch) -> None:
    noon = replace(env, now=lambda: datetime(2026, 3, 1, 12, tzinfo=UTC))
    links = (await Client(noon, actor).run(LINKS, id=str(batch.id)))["batch"]
    for name, file in (("qrArchiveUrl", "qrcodes.zip"), ("exportUrl", "passports.csv")):
        link = urlsplit(links[name])
        assert (link.netloc, link.path) == ("passports.test", f"/batches/{batch.id}/{file}")
        [expires] = parse_qs(link.query)["expires"]
        assert datetime.fromtimestamp(int(expires), UTC) == datetime(2026, 3, 1, 12, 15, tzinfo=UTC)
    viewer = Client(noon, await make_member(env, actor.tenant_id, Role.VIEWER))
    assert (await viewer.run(LINKS, id=str(batch.id)))["batch"] == {"qrArchiveUrl": None, "exportUrl": None}


# -- The public passport


async def test_anybody_reads_the_public_passport(env: Env, count_queries: CountQueries) -> None:
    actor = await make_company(
        env, company_name="Acme", address="Delhi", epr_registration_number="B-1", bis_r_number="R-41001234"
    )
    batch = await make_batch(
        env, actor, model_name="AB-48", cell_source=CellSource.DOMESTIC, nominal_voltage_v="48.5", pli_compliant=False
    )
    [passport] = await make_passports(env, batch, 1)
    with count_queries() as queries:
        answer = await Client(env).run(PUBLIC, id=str(passport.id))
    assert len(queries) == 1
    assert answer["publicPassport"] == {
        "uuid": str(passport.id),
        "serialNumber": passport.serial_number,
        "manufactureDate": "2026-01-15",
        "status": "ACTIVE",
        "issuedAt": passport.created_at.isoformat(),
        "batch": {
            "batchName": "Q1-2026-Production",
            "modelName": "AB-48",
            "marketRegion": "INDIA",
            "pliCompliant": False,
            "domesticValueAdd": None,
            "cellSource": "DOMESTIC",
            "carbonFootprintKgPerKwh": None,
            "carbonFootprintUrl": None,
            "specs": {
                "chemistry": None,
                "nominalVoltageV": 48.5,
                "ratedCapacityAh": None,
                "manufacturer": None,
                "weightKg": None,
                "countryOfOrigin": None,
            },
        },
        "tenant": {
            "companyName": "Acme",
            "address": "Delhi",
            "supportEmail": None,
            "website": None,
            "eprRegistrationNumber": "B-1",
            "bisRNumber": "R-41001234",
        },
    }


@pytest.mark.parametrize("status", list(PassportStatus))
async def test_the_public_passport_stays_whatever_becomes_of_the_unit(
    env: Env, batch: Batch, status: PassportStatus
) -> None:
    [passport] = await make_passports(env, batch, 1)
    await Passport.filter(id=passport.id).update(status=status)
    answer = await Client(env).run(PUBLIC, id=global_id("Passport", passport.id))
    assert answer["publicPassport"]["status"] == status


async def test_an_unknown_public_passport_is_null(env: Env) -> None:
    assert await Client(env).run(PUBLIC, id=str(uuid7())) == {"publicPassport": None}


async def test_the_public_passport_leads_nowhere_else(env: Env) -> None:
    answer = await Client(env).run(
        '{ __type(name: "PublicPassport") { fields { type { name ofType { name ofType { ofType { name } } } } } } }'
    )
    kinds = set()
    for field in answer["__type"]["fields"]:
        kind = field["type"]
        while kind["name"] is None:
            kind = {"name": None, **kind["ofType"]}
        kinds.add(kind["name"])
    public = {"PassportStatus", "PublicBatch", "PublicEvent", "PublicTenant"}
    assert kinds == {"UUID", "String", "Date", "DateTime", *public}
