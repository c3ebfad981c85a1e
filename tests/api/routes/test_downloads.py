"""A batch's files: what is in them, who gets them, and that nothing but a complete download counts as one."""

import asyncio
import csv
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
import zxingcpp
from httpx import AsyncClient, Response
from PIL import Image
from starlette.applications import Starlette

from api.routes.downloads import content_disposition
from models import database, passports
from models.batches import Batch
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.permissions import Role
from models.passports import BatchFile, QrOptions
from models.passports import downloads as files
from resolvers.relay import global_id
from tests.api.routes.conftest import SignIn
from tests.api.routes.test_uploads import is_problem
from tests.factories import make_batch, make_branded_batch, make_company, make_member, make_passports
from tests.models.passports.issuing import csv_of, issue_csv

FILES = ["qrcodes.zip", "passports.csv"]


@pytest.fixture
async def actor(env: Env) -> Actor:
    """The owner of a new company."""
    return await make_company(env, quota=100_000)


@pytest.fixture
async def batch(env: Env, actor: Actor) -> Batch:
    """A batch of the company's, with no passport yet."""
    return await make_batch(env, actor, batch_name="Q1/2026 Größe")


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of three rows, so that a few passports need several."""
    monkeypatch.setattr(files, "_PAGE_ROWS", 3)


async def downloaded(batch: Batch) -> int:
    """How many passports the last complete download held."""
    count: int = await database.fetch_value("SELECT downloaded_passports FROM batch WHERE id = $1", batch.id)
    return count


def rows_of(response: Response) -> list[dict[str, str]]:
    """The export's rows."""
    return list(csv.DictReader(io.StringIO(response.text, newline="")))


def texts_of(content: bytes) -> dict[str, str]:
    """What each code of an archive says, by its file's name, read by an independent decoder."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    found = {name: zxingcpp.read_barcode(Image.open(archive.open(name))) for name in archive.namelist()}
    return {name: code.text for name, code in found.items() if code is not None}


# -- The QR archive


@pytest.mark.usefixtures("small_pages")
async def test_the_archive_has_one_code_for_each_passport(
    env: Env, client: AsyncClient, signed_in: SignIn, actor: Actor, batch: Batch
) -> None:
    serials = [*(f"BAT-{n:03}" for n in range(100)), "bat-001", "../../etc/passwd", "Größe 5", "BAT/001"]
    await issue_csv(env, actor, batch.id, csv_of(serials))
    response = await client.get(f"/batches/{batch.id}/qrcodes.zip", headers=signed_in(actor))
    assert (response.status_code, response.headers["content-type"]) == (200, "application/zip")
    texts = texts_of(response.content)
    ids = await database.fetch("SELECT id FROM passport WHERE batch_id = $1", batch.id)
    assert sorted(texts.values()) == sorted(f"http://passports.test/p/{row['id']}" for row in ids)
    assert len(texts) == len(serials) == await downloaded(batch)
    assert "BAT-007.png" in texts


async def test_the_codes_are_drawn_as_asked(
    env: Env, client: AsyncClient, signed_in: SignIn, actor: Actor, batch: Batch
) -> None:
    await issue_csv(env, actor, batch.id, csv_of(["BAT-1"]))
    for query, size in [
        ("", (300, 400)),
        ("?size=500&level=h&label=true", (500, 700)),
        ("?format=PNG&level=L", (300, 400)),
    ]:
        response = await client.get(f"/batches/{batch.id}/qrcodes.zip{query}", headers=signed_in(actor))
        picture = Image.open(io.BytesIO(zipfile.ZipFile(io.BytesIO(response.content)).read("BAT-1.png")))
        assert size[0] <= picture.width < size[1]
        assert (picture.height > picture.width) == ("label" in query)
    response = await client.get(f"/batches/{batch.id}/qrcodes.zip?format=svg&label=1", headers=signed_in(actor))
    svg = zipfile.ZipFile(io.BytesIO(response.content)).read("BAT-1.svg").decode()
    assert svg.startswith("<svg")
    assert ">BAT-1</text>" in svg


@pytest.mark.parametrize(
    "query",
    ["format=gif", "size=99", "size=2001", "size=-1", "size=300px", "level=X", "label=maybe", "size=", "label="],
)
async def test_options_that_mean_nothing_are_refused(
    client: AsyncClient, signed_in: SignIn, actor: Actor, batch: Batch, query: str
) -> None:
    response = await client.get(f"/batches/{batch.id}/qrcodes.zip?{query}", headers=signed_in(actor))
    document = is_problem(response, 400, "BAD_USER_INPUT")
    assert document["detail"].startswith(query.partition("=")[0])


# -- The CSV export


@pytest.mark.usefixtures("small_pages")
async def test_the_export_has_one_line_for_each_passport(
    env: Env, client: AsyncClient, signed_in: SignIn, actor: Actor, batch: Batch
) -> None:
    serials = [f"BAT-{n}" for n in range(10)] + ['A "quoted", one', "Größe;5"]
    await issue_csv(env, actor, batch.id, csv_of([f'"{serial.replace(chr(34), chr(34) * 2)}"' for serial in serials]))
    response = await client.get(f"/batches/{batch.id}/passports.csv", headers=signed_in(actor))
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert response.text.startswith("uuid,serial_number,manufacture_date,status,qr_url\r\n")
    stored = await database.fetch("SELECT id, serial_number FROM passport WHERE batch_id = $1 ORDER BY id", batch.id)
    assert rows_of(response) == [
        {
            "uuid": str(row["id"]),
            "serial_number": row["serial_number"],
            "manufacture_date": "2026-01-15",
            "status": "ACTIVE",
            "qr_url": f"http://passports.test/p/{row['id']}",
        }
        for row in stored
    ]
    assert [row["serial_number"] for row in stored] == serials
    assert f"{stored[0]['id']},BAT-0,2026-01-15,ACTIVE,http://passports.test/p/{stored[0]['id']}\r\n" in response.text
    assert await downloaded(batch) == 12


@pytest.mark.parametrize(
    ("serial", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\uff1d1", "'\uff1d1"),
        ("\uff0b1", "'\uff0b1"),
        ("\uff0d1", "'\uff0d1"),
        ("\uff201", "'\uff201"),
        ("A;=cmd|' /C calc'!A0;B", "A;'=cmd|' /C calc'!A0;B"),
        ("A,-1", "A,'-1"),
        ("A-1=2+3@4", "A-1=2+3@4"),
        ("'=1", "'=1"),
    ],
)
async def test_what_a_spreadsheet_would_run_is_made_text(
    env: Env, client: AsyncClient, signed_in: SignIn, actor: Actor, batch: Batch, serial: str, shown: str
) -> None:
    await issue_csv(env, actor, batch.id, csv_of([f'"{serial}"']))
    response = await client.get(f"/batches/{batch.id}/passports.csv", headers=signed_in(actor))
    assert [row["serial_number"] for row in rows_of(response)] == [shown]


@pytest.mark.parametrize("serial", ["\t=1+1", "\r=1+1", 'A\r\n"B'])
async def test_even_what_no_rule_lets_in_is_made_harmless(
    env: Env, client: AsyncClient, signed_in: SignIn, actor: Actor, batch: Batch, serial: str
) -> None:
    [passport] = await make_passports(env, batch, 1)
    await database.execute("UPDATE passport SET serial_number = $2 WHERE id = $1", passport.id, serial)
    [row] = rows_of(await client.get(f"/batches/{batch.id}/passports.csv", headers=signed_in(actor)))
    assert row["serial_number"].replace("'", "") == serial
    assert not re.match(r"[=+@\t\r-]", row["serial_number"])
    assert row["status"] == "ACTIVE"


# -- Both


@pytest.mark.parametrize("file", FILES)
async def test_an_empty_batch_gives_an_empty_file(
    client: AsyncClient, signed_in: SignIn, actor: Actor, batch: Batch, file: str
) -> None:
    response = await client.get(f"/batches/{batch.id}/{file}", headers=signed_in(actor))
    assert response.status_code == 200
    if file == "qrcodes.zip":
        assert zipfile.ZipFile(io.BytesIO(response.content)).namelist() == []
    else:
        assert rows_of(response) == []


@pytest.mark.parametrize("file", FILES)
async def test_the_files_name_is_safe_and_the_batchs(
    client: AsyncClient, signed_in: SignIn, actor: Actor, batch: Batch, file: str
) -> None:
    response = await client.get(f"/batches/{global_id('Batch', batch.id)}/{file}", headers=signed_in(actor))
    assert response.headers["content-disposition"] == (
        f"attachment; filename=\"Q1_2026 Gr__e-{file}\"; filename*=UTF-8''Q1_2026%20Gr%C3%B6%C3%9Fe-{file}"
    )
    assert response.headers["cache-control"] == "private, no-store"
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", ['a"b', "a\\b", "a\r\nSet-Cookie: x", "../a", "\u202egpj", "\U0001f50b", "%41"])
def test_no_name_breaks_out_of_the_header(name: str) -> None:
    header = content_disposition(name)
    assert re.fullmatch(r"attachment; filename=\"[ !#-.0-9;=@-\[\]-~_]*\"; filename\*=UTF-8''[A-Za-z0-9%._~-]*", header)


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("file", list(BatchFile))
async def test_what_is_issued_meanwhile_is_not_in_the_file(
    env: Env, actor: Actor, batch: Batch, file: BatchFile
) -> None:
    await make_passports(env, batch, 8)
    download = await passports.open_download(actor, batch.id)
    await issue_csv(env, actor, batch.id, csv_of(["LATE-1", "LATE-2"]))
    content = b"".join([piece async for piece in _stream(file, download, env)])
    if file is BatchFile.QR_ARCHIVE:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    else:
        names = [row["serial_number"] for row in csv.DictReader(io.StringIO(content.decode()))]
    assert len(names) == len(set(names)) == 8
    assert not any("LATE" in name for name in names)
    assert await downloaded(batch) == 8, "so the batch still has passports that wait for their download"


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("file", list(BatchFile))
async def test_a_download_that_ends_early_does_not_count(env: Env, actor: Actor, batch: Batch, file: BatchFile) -> None:
    await make_passports(env, batch, 60)
    stream = _stream(file, await passports.open_download(actor, batch.id), env)
    await anext(stream)
    await stream.aclose()
    assert await downloaded(batch) == 0


def _stream(file: BatchFile, download: passports.Download, env: Env) -> Any:
    if file is BatchFile.QR_ARCHIVE:
        return passports.qr_archive(download, QrOptions(), env)
    return passports.csv_export(download, env)


@pytest.mark.parametrize("file", FILES)
async def test_only_looking_does_not_count_as_a_download(
    env: Env, client: AsyncClient, signed_in: SignIn, actor: Actor, batch: Batch, file: str
) -> None:
    await make_passports(env, batch, 2)
    response = await client.head(f"/batches/{batch.id}/{file}", headers=signed_in(actor))
    assert response.status_code == 200
    assert response.headers["content-disposition"].startswith("attachment")
    assert await downloaded(batch) == 0


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("file", FILES)
async def test_no_connection_is_held_between_the_pieces(
    env: Env, app: Starlette, signed_in: SignIn, actor: Actor, batch: Batch, file: str
) -> None:
    await make_passports(env, batch, 120)
    idle_in_transaction = []

    async def receive() -> Any:
        await asyncio.Event().wait()

    async def send(message: Any) -> None:
        # The client takes its time here; what does the database see of it?
        idle_in_transaction.append(
            await database.fetch_value("SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'")
        )

    [(name, value)] = signed_in(actor).items()
    scope = {
        "type": "http",
        "method": "GET",
        "path": f"/batches/{batch.id}/{file}",
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode())],
    }
    await app(scope, receive, send)
    assert len(idle_in_transaction) > 4
    assert set(idle_in_transaction) == {0}


@pytest.mark.parametrize("file", FILES)
async def test_who_may_not_download(env: Env, client: AsyncClient, signed_in: SignIn, actor: Actor, file: str) -> None:
    batch = await make_branded_batch(env, actor, "Own")
    other_brand = await make_branded_batch(env, actor, "Other")
    address = f"/batches/{batch.id}/{file}"
    is_problem(await client.get(address), 401, "UNAUTHENTICATED")
    for role in (Role.VIEWER, Role.LOGISTICS):
        member = await make_member(env, actor.tenant_id, role)
        is_problem(await client.get(address, headers=signed_in(member)), 403, "FORBIDDEN")
    limited = await make_member(env, actor.tenant_id, Role.OPERATOR, brand_ids=_ids([other_brand.brand_id]))
    hidden = is_problem(await client.get(address, headers=signed_in(limited)), 404, "NOT_FOUND")
    stranger = await make_company(env)
    assert is_problem(await client.get(address, headers=signed_in(stranger)), 404, "NOT_FOUND") == hidden
    unknown = await client.get(f"/batches/{actor.user_id}/{file}", headers=signed_in(actor))
    assert is_problem(unknown, 404, "NOT_FOUND") == hidden
    is_problem(await client.get(f"/batches/none/{file}", headers=signed_in(actor)), 400, "BAD_USER_INPUT")


def _ids(ids: Sequence[UUID | None]) -> list[UUID]:
    return [id for id in ids if id is not None]


# -- Signed links


@pytest.fixture
async def link(env: Env, actor: Actor, batch: Batch) -> str:
    """A link to the batch's export."""
    await make_passports(env, batch, 2)
    url = passports.download_url(actor, batch.id, BatchFile.CSV_EXPORT, env)
    assert url is not None
    return url


async def test_a_link_needs_no_token(client: AsyncClient, batch: Batch, link: str) -> None:
    assert link.startswith(f"http://passports.test/batches/{batch.id}/passports.csv?expires=")
    assert len(rows_of(await client.get(link))) == 2
    assert await downloaded(batch) == 2


async def test_a_link_to_the_archive_takes_its_options(
    env: Env, client: AsyncClient, actor: Actor, batch: Batch
) -> None:
    await issue_csv(env, actor, batch.id, csv_of(["BAT-1"]))
    url = passports.download_url(actor, batch.id, BatchFile.QR_ARCHIVE, env)
    response = await client.get(f"{url}&format=svg")
    assert zipfile.ZipFile(io.BytesIO(response.content)).namelist() == ["BAT-1.svg"]


async def test_a_link_ends_after_15_minutes(env: Env, app: Starlette, client: AsyncClient, link: str) -> None:
    start = env.now()
    app.state.env = replace(env, now=lambda: start + timedelta(minutes=14, seconds=58))
    assert (await client.get(link)).status_code == 200
    app.state.env = replace(env, now=lambda: start + timedelta(minutes=15, seconds=1))
    document = is_problem(await client.get(link), 403, "FORBIDDEN")
    assert "expired" in document["detail"]


async def test_a_link_opens_nothing_else(env: Env, client: AsyncClient, actor: Actor, link: str) -> None:
    sibling = await make_batch(env, actor)
    parts = urlsplit(link)
    query = parse_qs(parts.query)
    [expires], [signature] = query["expires"], query["signature"]
    changed = [
        link.replace("passports.csv", "qrcodes.zip"),
        link.replace(parts.path.split("/")[2], str(sibling.id)),
        link.replace(parts.path.split("/")[2], str(actor.user_id)),
        link.replace(expires, str(int(expires) + 1)),
        link.replace(signature, signature[:-1]),
        link.replace(signature, ""),
        link.replace(signature, "ü"),
    ]
    answers = [is_problem(await client.get(url), 403, "FORBIDDEN")["detail"] for url in changed]
    assert len(set(answers)) == 1, "an unknown batch is answered like a wrong signature"
    for expired in ("never", "", "²", "9" * 40):
        is_problem(await client.get(link.replace(expires, expired)), 400, "BAD_USER_INPUT")


async def test_a_link_is_good_under_the_key_that_made_it_alone(
    env: Env, app: Starlette, client: AsyncClient, link: str
) -> None:
    app.state.env = replace(env, policy=replace(env.policy, secret_key="another-secret-key-of-another-server"))
    is_problem(await client.get(link), 403, "FORBIDDEN")


async def test_who_may_not_download_gets_no_link(env: Env, actor: Actor, batch: Batch) -> None:
    member = await make_member(env, actor.tenant_id, Role.VIEWER)
    assert passports.download_url(member, batch.id, BatchFile.CSV_EXPORT, env) is None
