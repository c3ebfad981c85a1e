"""Evidence over HTTP, and verifying it with the command, away from the server."""

import json
import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from httpx import ASGITransport, AsyncClient
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from typer.testing import CliRunner, Result

from api.cli import app
from api.commands.at_hand import UsageError
from api.commands.signing_key import development_key
from api.errors import domain_problem, http_problem
from api.routes import audit
from api.settings import Settings
from models.kernel.env import Env
from models.kernel.errors import DomainError
from models.kernel.ids import uuid7
from models.lifecycle import LifecycleAction, RetiredKey, signing_seed, verification_key
from models.lifecycle.chain import event_hash, hash_text
from resolvers.relay import global_id
from tests.api.routes.conftest import KnownTokens, SignIn
from tests.factories import make_batch, make_company
from tests.models.lifecycle.lives import act, issued

PRIVATE_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SEED = PRIVATE_KEY.private_bytes_raw()
PUBLIC_KEY = PRIVATE_KEY.public_key().public_bytes_raw()
Bundle = dict[str, Any]


def _app(env: Env, tokens: KnownTokens) -> Starlette:
    handlers = {DomainError: domain_problem, HTTPException: http_problem}
    app = Starlette(routes=audit.routes, exception_handlers=handlers)
    app.state.env = env
    app.state.authenticator = tokens
    return app


@pytest.fixture
def signing(env: Env) -> Env:
    return replace(env, policy=replace(env.policy, audit_signing_seed=SEED))


@pytest.fixture
async def client(signing: Env, tokens: KnownTokens) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(_app(signing, tokens)), base_url="http://passports.test") as client:
        yield client


@pytest.fixture
async def bundle(signing: Env, client: AsyncClient, signed_in: SignIn) -> Bundle:
    """A signed bundle of two events."""
    owner = await make_company(signing)
    [unit] = await issued(signing, owner, await make_batch(signing, owner))
    await act(signing, owner, unit, LifecycleAction.SHIP)
    response = await client.get(f"/passports/{global_id('Passport', unit)}/audit.json", headers=signed_in(owner))
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    assert f"{unit}-audit.json" in response.headers["Content-Disposition"]
    found: Bundle = response.json()
    assert (found["passport"]["id"], found["passport"]["status"]) == (str(unit), "SHIPPED")
    return found


def verified(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["verify", *map(str, arguments)])


def saved(path: Path, *bundles: Bundle) -> Path:
    path.write_text("\n".join(json.dumps(bundle) for bundle in bundles) + "\n")
    return path


async def test_the_bundle_is_the_companys_own(client: AsyncClient, env: Env, signed_in: SignIn) -> None:
    owner, stranger = await make_company(env), await make_company(env)
    [unit] = await issued(env, owner, await make_batch(env, owner))
    for headers, id, status, code in (
        ({}, unit, 401, "UNAUTHENTICATED"),
        (signed_in(stranger), unit, 404, "NOT_FOUND"),
        (signed_in(owner), uuid7(), 404, "NOT_FOUND"),
        (signed_in(owner), "nonsense", 400, "BAD_USER_INPUT"),
    ):
        response = await client.get(f"/passports/{id}/audit.json", headers=headers)
        assert (response.status_code, response.json()["code"]) == (status, code)


async def test_the_key_is_public_and_missing_when_there_is_none(
    client: AsyncClient, env: Env, tokens: KnownTokens
) -> None:
    published = (await client.get("/.well-known/exportready-audit.json")).json()
    assert published["algorithm"] == "Ed25519"
    assert verification_key(published["publicKey"]) == PRIVATE_KEY.public_key().public_bytes_raw()
    async with AsyncClient(transport=ASGITransport(_app(env, tokens)), base_url="http://passports.test") as unsigned:
        assert (await unsigned.get("/.well-known/exportready-audit.json")).status_code == 404


async def test_the_command_says_what_it_could_show(client: AsyncClient, bundle: Bundle, tmp_path: Path) -> None:
    file = saved(tmp_path / "audit.json", bundle)
    result = verified(file)
    assert result.exit_code == 0
    assert "1 passport with 2 events: consistent, not authenticated" in result.output
    public = PRIVATE_KEY.public_key()
    pem, published = tmp_path / "key.pem", tmp_path / "key.json"
    pem.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    published.write_bytes((await client.get("/.well-known/exportready-audit.json")).content)
    for key in (pem, published, b64encode(public.public_bytes_raw()).decode()):
        result = verified(file, "--key", key)
        assert (result.exit_code, "consistent and authenticated" in result.output) == (0, True)
    result = verified(file, "--key", b64encode(bytes(32)).decode())
    assert (result.exit_code, "SIGNATURE_INVALID" in result.output) == (1, True)


async def test_bundles_may_stand_on_lines_or_fill_a_file(bundle: Bundle, tmp_path: Path) -> None:
    lines = saved(tmp_path / "lines.jsonl", bundle, bundle, bundle)
    whole = tmp_path / "whole.json"
    whole.write_text(json.dumps(bundle, indent=2))
    assert "4 passports with 8 events" in verified(lines, whole).output


async def test_what_is_broken_is_named_with_its_line(bundle: Bundle, tmp_path: Path) -> None:
    changed = json.loads(json.dumps(bundle))
    changed["events"][1]["actor"] = "someone@else.example"
    file = saved(tmp_path / "lines.jsonl", bundle, changed)
    with file.open("a") as more:
        more.write("nonsense\n")
    result = verified(file)
    told = result.output.replace("\n", "")
    assert result.exit_code == 1
    assert f"lines.jsonl:2: {bundle['passport']['id']}: CONTENT_CHANGED" in told
    assert "lines.jsonl:3: no passport: BUNDLE_MALFORMED" in told
    assert "2 of 3 passports are broken" in told
    told = verified(saved(tmp_path / "one.json", changed)).output
    assert "1 of 1 passport is broken." in told


async def test_what_a_bundle_names_is_printed_as_it_is(bundle: Bundle, tmp_path: Path) -> None:
    bundle["passport"]["id"] = "[/red]"
    result = verified(saved(tmp_path / "audit.json", bundle))
    assert (result.exit_code, ": [/red]: EVENT_FOREIGN: " in result.output) == (1, True)


async def test_mistakes_of_use_exit_with_2(bundle: Bundle, tmp_path: Path) -> None:
    empty = tmp_path / "empty.json"
    empty.write_text("")
    file = saved(tmp_path / "audit.json", bundle)
    wrong_key = tmp_path / "key.json"
    wrong_key.write_text("{}")
    for arguments in ([], [tmp_path / "missing"], [empty], [file, "--key", "nonsense"], [file, "--key", wrong_key]):
        assert verified(*arguments).exit_code == 2


def test_the_signing_key_is_a_setting() -> None:
    pem = PRIVATE_KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    for text in (pem, b64encode(SEED).decode()):
        assert Settings(audit_signing_key=text).policy().audit_signing_seed == SEED
        assert signing_seed(text) == SEED
    assert Settings(audit_signing_key="").policy().audit_signing_seed is None
    for text in ("short", b64encode(bytes(31)).decode(), "-----BEGIN nonsense"):
        with pytest.raises(ValidationError, match="PEM"):
            Settings(audit_signing_key=text)


def made_anew(bundle: Bundle, events: list[Bundle], status: str) -> Bundle:
    """The bundle with other events, as whoever owns the database could have it exported: consistent, with its head."""
    previous = None
    for event in events:
        event.pop("hash")
        event["previousHash"] = previous
        previous = event["hash"] = hash_text(event_hash(event))
    head = {"position": len(events), "hash": previous}
    return {**bundle, "events": events, "head": head, "passport": {**bundle["passport"], "status": status}}


async def test_an_earlier_bundle_shows_what_was_cut_off_or_made_anew(bundle: Bundle, tmp_path: Path) -> None:
    earlier = saved(tmp_path / "earlier.jsonl", bundle)
    issue, ship = bundle["events"]
    recorded = {
        **ship, "id": str(uuid7()), "position": 3, "eventType": "RECORDED", "action": "QC_PASSED", "statusFrom": None,
        "statusTo": None, "metadata": {},
    }  # fmt: skip
    stays = {"same": bundle, "goes on": made_anew(bundle, [dict(issue), dict(ship), recorded], "SHIPPED")}
    for name, later in stays.items():
        result = verified(saved(tmp_path / f"{name}.json", later), "--earlier", earlier)
        assert (result.exit_code, "2 passports" in result.output) == (0, True), name
    forged = {
        "EVENT_MISSING": made_anew(bundle, [dict(issue)], "ACTIVE"),
        "HEAD_MISMATCH": made_anew(bundle, [dict(issue), {**ship, "actorRole": "VIEWER"}], "SHIPPED"),
    }
    for fault, later in forged.items():
        file = saved(tmp_path / f"{fault}.json", later)
        assert verified(file).exit_code == 0
        result = verified(file, "--earlier", earlier)
        assert (result.exit_code, f"{bundle['passport']['id']}: {fault}: " in result.output) == (1, True)
    # The earlier bundles must be in order themselves, and other passports' say nothing.
    broken = saved(tmp_path / "broken.jsonl", {**bundle, "head": {"position": 1, "hash": "x"}})
    assert verified(earlier, "--earlier", broken).exit_code == 1
    other = json.loads(json.dumps(bundle).replace(bundle["passport"]["id"], str(uuid7())))
    others = saved(tmp_path / "others.jsonl", made_anew(other, other["events"], "SHIPPED"))
    assert verified(tmp_path / "EVENT_MISSING.json", "--earlier", others).exit_code == 0
    assert verified(earlier, "--earlier", tmp_path / "missing").exit_code == 2


RETIRED = b64encode(PUBLIC_KEY).decode()


@pytest.mark.parametrize(
    ("until", "is_authentic"),
    [(timedelta(0), True), (timedelta(days=1), True), (timedelta(microseconds=-1), False), (timedelta(days=-1), False)],
)
async def test_a_retired_key_stays_good_for_what_it_signed_in_its_time(
    env: Env, tokens: KnownTokens, bundle: Bundle, tmp_path: Path, until: timedelta, is_authentic: bool
) -> None:
    signed_at = datetime.fromisoformat(bundle["head"]["signedAt"])
    policy = replace(
        env.policy, audit_signing_seed=b"\1" * 32, audit_retired_keys=(RetiredKey(PUBLIC_KEY, signed_at + until),)
    )
    rotated = _app(replace(env, policy=policy), tokens)
    async with AsyncClient(transport=ASGITransport(rotated), base_url="http://passports.test") as client:
        response = await client.get("/.well-known/exportready-audit.json")
    [retired] = response.json()["retired"]
    assert (retired["publicKey"], retired["keyId"]) == (RETIRED, bundle["head"]["keyId"])
    keys, file = tmp_path / "keys.json", saved(tmp_path / "audit.json", bundle)
    keys.write_bytes(response.content)
    result = verified(file, "--key", keys)
    assert (result.exit_code, "consistent and authenticated" in result.output) == (
        0 if is_authentic else 1,
        is_authentic,
    )
    assert ("SIGNATURE_INVALID" in result.output) != is_authentic
    # The new key alone knows nothing of the old one.
    alone = verified(file, "--key", response.json()["publicKey"])
    assert (alone.exit_code, "SIGNATURE_INVALID" in alone.output) == (1, True)


def test_retired_keys_are_a_setting() -> None:
    other = b64encode(bytes(32)).decode()
    text = f"{RETIRED}@2026-11-21T12:00Z, {other}@2026-12-01T00:00:00+05:30"
    assert Settings(audit_retired_keys=text).policy().audit_retired_keys == (
        (PUBLIC_KEY, datetime(2026, 11, 21, 12, tzinfo=UTC)),
        (bytes(32), datetime(2026, 11, 30, 18, 30, tzinfo=UTC)),
    )
    assert Settings(audit_retired_keys=" ").policy().audit_retired_keys == ()
    for text in (RETIRED, f"{RETIRED}@", f"{RETIRED}@2026-11-21T12:00", f"{RETIRED}@soon", "short@2026-11-21T12:00Z"):
        with pytest.raises(ValidationError, match="in base64"):
            Settings(audit_retired_keys=text)


def test_development_makes_a_key_once_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    made = development_key(folder)
    assert len(signing_seed(made)) == 32
    assert development_key(folder) == made != development_key(tmp_path / "other")
    file = folder / "audit-signing-key"
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_text("nonsense")
    with pytest.raises(UsageError, match="audit-signing-key: An Ed25519 key"):
        development_key(folder)


def test_a_large_file_gets_the_answer_of_a_small_one(bundle: Bundle, tmp_path: Path) -> None:
    genuine = json.dumps(bundle)
    bundle["events"][1]["actor"] = "someone@else.example"
    changed = json.dumps(bundle)
    count = (9 << 20) // len(genuine)
    lines = [genuine] * count
    for index in (0, count // 2, count - 1):
        lines[index] = changed
    file = tmp_path / "bundles.jsonl"
    file.write_text("\n".join(lines))
    # A process of its own, as people run it: it starts others.
    done = subprocess.run(
        [sys.executable, "-m", "api.cli", "verify", str(file), "--key", b64encode(PUBLIC_KEY).decode()],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    *named, total = filter(None, done.stdout.splitlines())
    assert [line.split(": ")[0] for line in named] == [f"{file}:{n}" for n in (1, count // 2 + 1, count)]
    assert all(line.split(": ")[2] == "CONTENT_CHANGED" for line in named)
    assert (done.returncode, total) == (1, f"3 of {count:,} passports are broken.")
