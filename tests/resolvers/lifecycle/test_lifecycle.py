"""A passport's life over GraphQL: transitions, bulk, events, audits, the public timeline."""

from typing import Any
from uuid import UUID

from models.kernel.env import Env
from models.kernel.ids import uuid7
from models.kernel.permissions import Role
from models.lifecycle import TRANSITIONS, LifecycleAction
from resolvers.relay import global_id
from tests.conftest import CountQueries
from tests.factories import make_batch, make_company, make_member
from tests.models.lifecycle.lives import act, evidence_for, issued, led_to
from tests.resolvers.client import Client

TRANSITION = """
mutation ($input: PassportTransitionInput!) {
  passportTransition(input: $input) {
    passport { uuid status allowedActions { action evidence { name required description } } }
    previousStatus newStatus successor { uuid status predecessor { uuid } }
    event { id action actor actorRole statusFrom statusTo metadata position hash previousHash passport { uuid } }
    userErrors { code message field value }
  }
}
"""
BULK = """
mutation ($input: PassportsTransitionInput!) {
  passportsTransition(input: $input) {
    total succeeded failed failedIds errors { id code message } remaining lastId userErrors { code field }
  }
}
"""
RECORD = """
mutation ($input: PassportEventRecordInput!) {
  passportEventRecord(input: $input) {
    passport { uuid status } event { eventType action metadata } userErrors { code field }
  }
}
"""
EVENTS = """
query ($id: ID!, $first: Int!, $after: String) {
  passport(id: $id) {
    euStatus
    events(first: $first, after: $after) {
      totalCount feedCursor pageInfo { hasNextPage endCursor } edges { cursor node { action position } }
    }
  }
}
"""
AUDIT = """
query ($id: ID!) {
  passportAudit(id: $id) {
    valid eventCount firstBroken { position reason message } storedStatus chainStatus
    head { position hash signedAt signature keyId }
  }
}
"""
PUBLIC = """
query ($id: ID!) {
  publicPassport(id: $id) { status timeline { action status place } predecessorUuid successorUuid }
}
"""


def ship(unit: UUID, **more: Any) -> dict[str, Any]:
    return {"id": str(unit), "action": "SHIP", "evidence": evidence_for(LifecycleAction.SHIP), **more}


async def test_a_transition_gives_the_passport_the_event_and_what_comes_next(env: Env) -> None:
    owner = await make_company(env)
    [unit] = await issued(env, owner, await make_batch(env, owner))
    client = Client(env, owner)
    payload = (await client.run(TRANSITION, input=ship(unit)))["passportTransition"]
    assert payload["userErrors"] == []
    assert (payload["previousStatus"], payload["newStatus"]) == ("ACTIVE", "SHIPPED")
    assert payload["passport"]["status"] == "SHIPPED"
    assert [allowed["action"] for allowed in payload["passport"]["allowedActions"]] == [
        line.action for line in TRANSITIONS.values() if "SHIPPED" in line.from_statuses
    ]
    event = payload["event"]
    assert event["passport"] == {"uuid": str(unit)}
    assert (event["actor"], event["actorRole"], event["position"]) == (owner.email, "OWNER", 2)
    assert event["hash"].startswith("sha256:")
    found = await client.run("query ($id: ID!) { node(id: $id) { ... on LifecycleEvent { hash } } }", id=event["id"])
    assert found == {"node": {"hash": event["hash"]}}
    stranger = Client(env, await make_company(env))
    assert await stranger.run("query ($id: ID!) { node(id: $id) { id } }", id=event["id"]) == {"node": None}


async def test_each_of_several_mutations_shows_the_passport_as_it_left_it(env: Env) -> None:
    owner = await make_company(env)
    [unit] = await issued(env, owner, await make_batch(env, owner))
    document = """mutation ($suspend: PassportTransitionInput!, $reinstate: PassportTransitionInput!) {
        one: passportTransition(input: $suspend) { passport { status events { totalCount } } }
        two: passportTransition(input: $reinstate) { passport { status events { totalCount } } }
    }"""
    suspend = {"id": str(unit), "action": "SUSPEND", "evidence": evidence_for(LifecycleAction.SUSPEND)}
    reinstate = {"id": str(unit), "action": "REINSTATE"}
    assert await Client(env, owner).run(document, suspend=suspend, reinstate=reinstate) == {
        "one": {"passport": {"status": "SUSPENDED", "events": {"totalCount": 2}}},
        "two": {"passport": {"status": "ACTIVE", "events": {"totalCount": 3}}},
    }


async def test_refusals_name_the_field_and_what_is_allowed(env: Env) -> None:
    owner = await make_company(env)
    [unit] = await issued(env, owner, await make_batch(env, owner))
    client = Client(env, owner)
    wrong = {"id": global_id("Passport", unit), "action": "SHIP", "evidence": {"shipmentDate": 1, "x": 2}}
    payload = (await client.run(TRANSITION, input=wrong))["passportTransition"]
    assert payload["passport"] is payload["event"] is None
    assert {(fault["code"], *fault["field"]) for fault in payload["userErrors"]} == {
        ("EVIDENCE_UNKNOWN", "evidence", "x"),
        ("EVIDENCE_MISSING", "evidence", "shipmentReference"),
        ("EVIDENCE_INVALID", "evidence", "shipmentDate"),
    }
    install = {"id": str(unit), "action": "INSTALL", "evidence": evidence_for(LifecycleAction.INSTALL)}
    [fault] = (await client.run(TRANSITION, input=install))["passportTransition"]["userErrors"]
    assert fault["code"] == "TRANSITION_NOT_ALLOWED"
    assert "SHIP" in fault["message"]
    viewer = Client(env, await make_member(env, owner.tenant_id, Role.VIEWER))
    logistics = Client(env, await make_member(env, owner.tenant_id, Role.LOGISTICS))
    assert (await viewer.error(TRANSITION, input=ship(unit)))["code"] == "FORBIDDEN"
    recall = {"id": str(unit), "action": "RECALL", "evidence": evidence_for(LifecycleAction.RECALL)}
    [fault] = (await logistics.run(TRANSITION, input=recall))["passportTransition"]["userErrors"]
    assert (fault["code"], fault["field"]) == ("ROLE_NOT_ALLOWED", ["action"])
    assert (await client.error(TRANSITION, input=ship(uuid7())))["code"] == "NOT_FOUND"
    assert (await Client(env).error(TRANSITION, input=ship(unit)))["code"] == "UNAUTHENTICATED"


async def test_a_second_life_is_linked_both_ways(env: Env) -> None:
    owner = await make_company(env)
    unit = await led_to(env, owner, await make_batch(env, owner), "RETURNED")
    repurpose = {"id": str(unit), "action": "REPURPOSE", "evidence": evidence_for(LifecycleAction.REPURPOSE)}
    payload = (await Client(env, owner).run(TRANSITION, input=repurpose))["passportTransition"]
    successor = payload["successor"]
    assert (successor["status"], successor["predecessor"]) == ("ACTIVE", {"uuid": str(unit)})
    old = (await Client(env).run(PUBLIC, id=str(unit)))["publicPassport"]
    new = (await Client(env).run(PUBLIC, id=successor["uuid"]))["publicPassport"]
    assert (old["status"], old["predecessorUuid"], old["successorUuid"]) == ("REPURPOSED", None, successor["uuid"])
    assert (new["status"], new["predecessorUuid"], new["successorUuid"]) == ("ACTIVE", str(unit), None)
    assert new["timeline"] == [{"action": "REPURPOSE", "status": "ACTIVE", "place": None}]


async def test_many_at_once_by_ids_and_by_filter(env: Env) -> None:
    owner = await make_company(env)
    batch = await make_batch(env, owner)
    first, second, third = await issued(env, owner, batch, 3)
    await act(env, owner, second, LifecycleAction.SHIP)
    client = Client(env, owner)
    evidence = evidence_for(LifecycleAction.SHIP)
    by_ids = {"action": "SHIP", "evidence": evidence, "ids": [global_id("Passport", first), str(second)]}
    payload = (await client.run(BULK, input=by_ids))["passportsTransition"]
    assert (payload["total"], payload["succeeded"], payload["failed"]) == (2, 1, 1)
    assert payload["failedIds"] == [global_id("Passport", second)]
    assert [(error["id"], error["code"]) for error in payload["errors"]] == [
        (global_id("Passport", second), "TRANSITION_NOT_ALLOWED")
    ]
    by_filter = {"action": "SHIP", "evidence": evidence, "filter": {"batchId": str(batch.id), "status": "ACTIVE"}}
    payload = (await client.run(BULK, input=by_filter))["passportsTransition"]
    assert (payload["succeeded"], payload["remaining"]) == (1, 0)
    assert payload["lastId"] == global_id("Passport", third)
    payload = (await client.run(BULK, input={"action": "SHIP", "evidence": evidence}))["passportsTransition"]
    assert payload["userErrors"] == [{"code": "UNITS_MISSING", "field": ["ids"]}]


async def test_an_event_on_the_road_is_recorded_and_its_place_alone_is_public(env: Env) -> None:
    owner = await make_company(env)
    [unit] = await issued(env, owner, await make_batch(env, owner))
    client = Client(env, owner)
    road = {"id": str(unit), "action": "EXPORT_CLEARED", "place": "Mumbai", "latitude": 18.95, "longitude": 72.95}
    payload = (await client.run(RECORD, input=road))["passportEventRecord"]
    assert payload["passport"] == {"uuid": str(unit), "status": "ACTIVE"}
    assert payload["event"] == {
        "eventType": "RECORDED",
        "action": "EXPORT_CLEARED",
        "metadata": {"place": "Mumbai", "latitude": "18.95", "longitude": "72.95"},
    }
    custom = {"id": str(unit), "action": "CUSTOM", "place": "Secret", "metadata": {"note": "not for everybody"}}
    await client.run(RECORD, input=custom)
    await client.run(TRANSITION, input=ship(unit))
    half = {"id": str(unit), "action": "QC_PASSED", "latitude": 1.0}
    payload = (await client.run(RECORD, input=half))["passportEventRecord"]
    assert payload["userErrors"] == [{"code": "PLACE_INVALID", "field": ["longitude"]}]
    public = (await Client(env).run(PUBLIC, id=str(unit)))["publicPassport"]
    assert public["timeline"] == [
        {"action": "ISSUE", "status": "ACTIVE", "place": None},
        {"action": "EXPORT_CLEARED", "status": None, "place": "Mumbai"},
        {"action": "SHIP", "status": "SHIPPED", "place": None},
    ]


async def test_events_are_paged_by_the_cursors_of_the_feed(env: Env) -> None:
    owner = await make_company(env)
    unit = await led_to(env, owner, await make_batch(env, owner), "RETURNED")
    client = Client(env, owner)
    after, seen = None, []
    while True:
        passport = (await client.run(EVENTS, id=str(unit), first=2, after=after))["passport"]
        page = passport["events"]
        assert (passport["euStatus"], page["totalCount"]) == ("ORIGINAL", 3)
        seen += [edge["node"]["action"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == ["ISSUE", "SHIP", "RETURN"]
    assert after == page["feedCursor"]
    empty = (await client.run(EVENTS, id=str(unit), first=2, after=after))["passport"]["events"]
    assert (empty["edges"], empty["feedCursor"]) == ([], after)
    assert (await client.error(EVENTS, id=str(unit), first=2, after="nonsense"))["code"] == "BAD_USER_INPUT"


async def test_a_batch_of_lives_takes_no_query_per_passport(env: Env, count_queries: CountQueries) -> None:
    owner = await make_company(env)
    batch = await make_batch(env, owner)
    client = Client(env, owner)
    document = """query ($id: ID!) { batch(id: $id) { passports(first: 10) { nodes {
        allowedActions { action } euStatus predecessor { uuid } successor { uuid }
        events(first: 5) { totalCount feedCursor nodes { action passport { uuid batch { uuid } } } } } } } }"""
    counts = []
    for more in (1, 9):
        await issued(env, owner, batch, more)
        with count_queries() as queries:
            await client.run(document, id=str(batch.id))
        counts.append(len(queries))
    assert counts[0] == counts[1]


async def test_the_audit_reports_the_chain_and_its_head(env: Env) -> None:
    owner = await make_company(env)
    [unit] = await issued(env, owner, await make_batch(env, owner))
    event = (await act(env, owner, unit, LifecycleAction.SHIP)).event
    report = (await Client(env, owner).run(AUDIT, id=str(unit)))["passportAudit"]
    assert report == {
        "valid": True,
        "eventCount": 2,
        "firstBroken": None,
        "storedStatus": "SHIPPED",
        "chainStatus": "SHIPPED",
        "head": {
            "position": 2,
            "hash": f"sha256:{event.hash.hex()}",
            "signedAt": None,
            "signature": None,
            "keyId": None,
        },
    }
    stranger = Client(env, await make_company(env))
    assert (await stranger.error(AUDIT, id=str(unit)))["code"] == "NOT_FOUND"


async def test_the_table_is_shown_to_everybody_as_it_is(env: Env) -> None:
    document = """{ lifecycleActions { action description fromStatuses toStatus roles issuesSuccessor
        evidence { name type required description maxLength } } }"""
    shown = (await Client(env).run(document))["lifecycleActions"]
    assert [line["action"] for line in shown] == list(TRANSITIONS)
    for line in shown:
        rule = TRANSITIONS[LifecycleAction(line["action"])]
        assert set(line["fromStatuses"]) == rule.from_statuses
        assert line["toStatus"] == rule.to
        assert set(line["roles"]) == rule.roles
        assert [field["name"] for field in line["evidence"]] == [field.name for field in rule.evidence]
