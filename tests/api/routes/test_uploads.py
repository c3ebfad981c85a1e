"""`POST /batches/{id}/serials`: files as clients send them, and the answers that name what is wrong."""

from typing import Any

import pytest
from httpx import AsyncClient, Response
from starlette.applications import Starlette

from api.routes import uploads
from models import database
from models.batches import Batch, BatchStatus
from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.permissions import Role
from resolvers.relay import global_id
from tests.api.routes.conftest import SignIn
from tests.factories import make_batch, make_company, make_member
from tests.models.passports.issuing import NOTHING, all_of, csv_of, state_of

HEADER = b"serial_number,manufacture_date\n"


class Upload:
    """A company with a batch, and its uploads."""

    def __init__(self, client: AsyncClient, headers: dict[str, str], actor: Actor, batch: Batch) -> None:
        self.client, self.headers, self.actor, self.batch = client, headers, actor, batch

    async def csv(self, content: bytes, query: str = "", **headers: str) -> Response:
        """Send the file as the body."""
        sent = {**self.headers, "Content-Type": "text/csv", **{k.replace("_", "-"): v for k, v in headers.items()}}
        return await self.client.post(f"/batches/{self.batch.id}/serials{query}", content=content, headers=sent)

    async def form(self, **parts: Any) -> Response:
        """Send parts of a form."""
        return await self.client.post(f"/batches/{self.batch.id}/serials", files=parts, headers=self.headers)


@pytest.fixture
async def upload(env: Env, client: AsyncClient, signed_in: SignIn) -> Upload:
    """Uploads of a new company into its batch."""
    actor = await make_company(env)
    return Upload(client, signed_in(actor), actor, await make_batch(env, actor))


def is_problem(response: Response, status: int, code: str) -> dict[str, Any]:
    """The problem document, after a look at what all of them have."""
    assert response.status_code == status, response.text[:500]
    assert response.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = response.json()
    assert (document["status"], document["code"], document["type"]) == (status, code, "about:blank")
    assert document["title"]
    assert document["detail"]
    return document


async def test_a_form_with_a_file(upload: Upload) -> None:
    response = await upload.form(file=("serials.csv", csv_of(["BAT-1", "BAT-2"]), "text/csv"), note=(None, "by hand"))
    assert response.status_code == 201, response.text
    assert response.json() == {"created": 2, "errors": [], "errorCount": 0}
    assert await state_of(upload.actor) == all_of(2)


async def test_a_file_as_the_body(upload: Upload) -> None:
    response = await upload.csv(csv_of(["BAT-1", "BAT-2"]), Content_Type="text/csv; charset=utf-8")
    assert response.status_code == 201, response.text
    assert response.json() == {"created": 2, "errors": [], "errorCount": 0}
    assert await state_of(upload.actor) == all_of(2)


async def test_the_batch_by_its_global_id(upload: Upload) -> None:
    response = await upload.client.post(
        f"/batches/{global_id('Batch', upload.batch.id)}/serials",
        content=csv_of(["BAT-1"]),
        headers={**upload.headers, "Content-Type": "text/csv"},
    )
    assert response.status_code == 201, response.text


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + csv_of(["BAT-1", "BAT-2"]),
        csv_of(["BAT-1", "BAT-2"]).decode().encode("utf-16"),
        csv_of(["BAT-1", "BAT-2"]).replace(b"\n", b"\r\n"),
        csv_of(["BAT-1", "BAT-2"]).replace(b",", b";"),
        csv_of(["BAT-1", "BAT-2"]).replace(b",", b"\t"),
        b'\n Manufacture Date ,line,"SERIAL NUMBER"\n\n2026-01-15,A,"BAT-1"\n\n"2026-01-15",B,BAT-2',
    ],
    ids=["bom", "utf-16", "crlf", "semicolon", "tab", "columns in any order and case"],
)
async def test_files_as_spreadsheets_and_lines_write_them(upload: Upload, content: bytes) -> None:
    assert (await upload.csv(content)).json()["created"] == 2
    rows = await database.fetch("SELECT serial_number FROM passport WHERE batch_id = $1 ORDER BY id", upload.batch.id)
    assert [row["serial_number"] for row in rows] == ["BAT-1", "BAT-2"]


FAULTY = HEADER + (
    b"OLD-1,2026-01-15\n"
    b"GOOD-1,2026-01-15\n"
    b",2026-01-15\n"
    b"GOOD-1,2026-01-15\n"
    b"LATE,2999-12-31\n"
    b"EARLY,1989-12-31\n"
    b"WRONG,15.01.2026\n"
    b"NEVER,\n"
    b"B\x07LL,2026-01-15\n" + b"L" * 65 + b",2026-01-15\n"
    b"SHORT\n"
    b"GOOD-2,2026-01-15\n"
)
FAULTS = [
    (2, "serial_number", "OLD-1", "SERIAL_ALREADY_ISSUED"),
    (4, "serial_number", "", "SERIAL_MISSING"),
    (5, "serial_number", "GOOD-1", "SERIAL_DUPLICATE_IN_FILE"),
    (6, "manufacture_date", "2999-12-31", "DATE_IN_FUTURE"),
    (7, "manufacture_date", "1989-12-31", "DATE_TOO_EARLY"),
    (8, "manufacture_date", "15.01.2026", "DATE_INVALID"),
    (9, "manufacture_date", "", "DATE_MISSING"),
    (10, "serial_number", "B\x07LL", "SERIAL_INVALID_CHARACTER"),
    (11, "serial_number", "L" * 65, "SERIAL_TOO_LONG"),
    (12, None, "SHORT", "ROW_MALFORMED"),
]


@pytest.mark.parametrize("valid", [False, True])
async def test_every_fault_is_named_by_line_column_value_and_reason(upload: Upload, valid: bool) -> None:
    await upload.csv(csv_of(["OLD-1"]))
    response = await upload.csv(FAULTY, "?mode=valid" if valid else "")
    assert response.status_code == (201 if valid else 422)
    assert response.headers["content-type"] == "application/json"
    answer = response.json()
    assert [(e["line"], e["column"], e["value"], e["code"]) for e in answer["errors"]] == FAULTS
    assert all(error["message"] for error in answer["errors"])
    assert (answer["created"], answer["errorCount"]) == (2 if valid else 0, 10)
    assert await state_of(upload.actor) == (all_of(3, issuances=2) if valid else all_of(1))


async def test_passports_can_begin_inactive(upload: Upload) -> None:
    assert (await upload.csv(csv_of(["BAT-1"]), "?activate=false")).status_code == 201
    assert await database.fetch_value("SELECT status FROM passport WHERE batch_id = $1", upload.batch.id) == "INACTIVE"


@pytest.mark.parametrize("query", ["?mode=some", "?mode=", "?activate=no", "?activate="])
async def test_parameters_that_mean_nothing_are_refused(upload: Upload, query: str) -> None:
    is_problem(await upload.csv(csv_of(["BAT-1"]), query), 400, "BAD_USER_INPUT")
    assert await state_of(upload.actor) == NOTHING


async def test_a_repeat_gives_the_same_answer_and_other_content_is_refused(upload: Upload) -> None:
    first = await upload.csv(csv_of(["BAT-1"]), Idempotency_Key="k-1")
    again = await upload.csv(csv_of(["BAT-1"]), Idempotency_Key="k-1")
    assert (again.status_code, again.json()) == (first.status_code, first.json()) == (201, first.json())
    is_problem(await upload.csv(csv_of(["BAT-2"]), Idempotency_Key="k-1"), 409, "IDEMPOTENCY_KEY_REUSED")
    is_problem(await upload.csv(csv_of(["BAT-2"]), Idempotency_Key="k" * 201), 400, "IDEMPOTENCY_KEY_INVALID")
    assert await state_of(upload.actor) == all_of(1, keys=1)


async def test_too_little_quota_is_told_with_what_is_needed(upload: Upload) -> None:
    response = await upload.csv(csv_of([f"BAT-{n}" for n in range(101)]))
    document = is_problem(response, 402, "QUOTA_EXCEEDED")
    assert (document["required"], document["balance"]) == (101, 100)
    assert await state_of(upload.actor) == NOTHING


async def test_an_archived_batch_refuses(env: Env, upload: Upload) -> None:
    upload.batch = await make_batch(env, upload.actor, status=BatchStatus.ARCHIVED)
    is_problem(await upload.csv(csv_of(["BAT-1"])), 409, "BATCH_ARCHIVED")


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"", "FILE_EMPTY", None),
        (HEADER, "FILE_EMPTY", None),
        (b"serial,date\nBAT-1,2026-01-15\n", "COLUMN_MISSING", 1),
        (b"serial_number,Serial Number,manufacture_date\n", "COLUMN_DUPLICATE", 1),
        (b'serial_number,"manufacture_date\n', "HEADER_MALFORMED", 1),
        (HEADER + b"BAT-1,2026-01-15\n\xe4\xf6\xfc,2026-01-15\n", "ENCODING_INVALID", 3),
        (b"PK\x03\x04" + bytes(100), "ENCODING_INVALID", 1),
        (HEADER + b'"BAT-1,2026-01-15\n' + b"BAT-2,2026-01-15\n" * 5_000, "RECORD_TOO_LONG", 2),
    ],
)
async def test_a_file_that_cannot_be_read_is_a_problem(
    upload: Upload, content: bytes, code: str, line: int | None
) -> None:
    document = is_problem(await upload.csv(content, "?mode=valid"), 400, code)
    assert document.get("line") == line
    assert document["errors"][0]["field"] == ["file"]
    assert await state_of(upload.actor) == NOTHING


async def test_a_form_without_the_file_is_a_problem(upload: Upload) -> None:
    is_problem(await upload.form(document=("serials.csv", csv_of(["BAT-1"]))), 400, "BAD_USER_INPUT")
    is_problem(await upload.form(file=(None, "BAT-1,2026-01-15")), 400, "BAD_USER_INPUT")


async def test_a_form_that_is_broken_is_a_problem(upload: Upload) -> None:
    for content_type in ("multipart/form-data", "multipart/form-data; boundary=x"):
        is_problem(await upload.csv(b"nothing like a form", Content_Type=content_type), 400, "BAD_REQUEST")


@pytest.mark.parametrize("content_type", ["", "application/json", "application/x-www-form-urlencoded"])
async def test_other_types_of_content_are_refused(upload: Upload, content_type: str) -> None:
    response = await upload.csv(csv_of(["BAT-1"]), Content_Type=content_type)
    is_problem(response, 415, "UNSUPPORTED_MEDIA_TYPE")
    assert response.headers["accept-post"] == "multipart/form-data, text/csv"


@pytest.mark.parametrize("announced", [True, False])
async def test_a_file_that_is_too_large_is_refused(
    upload: Upload, monkeypatch: pytest.MonkeyPatch, announced: bool
) -> None:
    monkeypatch.setattr(uploads, "LARGEST_UPLOAD", 1024)
    content = csv_of([f"BAT-{n}" for n in range(100)])

    async def in_pieces() -> Any:
        yield content[:1000]
        yield content[1000:]

    sent = {**upload.headers, "Content-Type": "text/csv"}
    body = content if announced else in_pieces()
    response = await upload.client.post(f"/batches/{upload.batch.id}/serials", content=body, headers=sent)
    is_problem(response, 413, "CONTENT_TOO_LARGE")
    assert await state_of(upload.actor) == NOTHING


async def test_a_connection_that_ends_early_issues_nothing(app: Starlette, upload: Upload) -> None:
    messages: list[dict[str, Any]] = [
        {"type": "http.request", "body": csv_of(["BAT-1"]), "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[Any] = []

    async def receive() -> Any:
        return messages.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(name.lower().encode(), value.encode()) for name, value in upload.headers.items()]
    scope = {
        "type": "http",
        "method": "POST",
        "path": f"/batches/{upload.batch.id}/serials",
        "query_string": b"",
        "headers": [*headers, (b"content-type", b"text/csv")],
    }
    await app(scope, receive, send)
    assert sent[0]["status"] == 400
    assert await state_of(upload.actor) == NOTHING


async def test_who_may_not_upload(env: Env, upload: Upload, signed_in: SignIn) -> None:
    signed_out = await upload.csv(csv_of(["BAT-1"]), Authorization="Bearer nobody")
    is_problem(signed_out, 401, "UNAUTHENTICATED")
    assert signed_out.headers["www-authenticate"] == "Bearer"
    viewer = await make_member(env, upload.actor.tenant_id, Role.VIEWER)
    is_problem(await upload.csv(csv_of(["BAT-1"]), **signed_in(viewer)), 403, "FORBIDDEN")
    stranger = await make_company(env)
    theirs = is_problem(await upload.csv(csv_of(["BAT-1"]), **signed_in(stranger)), 404, "NOT_FOUND")
    upload.batch.id = upload.actor.user_id
    unknown = is_problem(await upload.csv(csv_of(["BAT-1"])), 404, "NOT_FOUND")
    assert unknown == theirs, "another company's batch is answered like an unknown id"
    assert await state_of(upload.actor) == NOTHING


async def test_an_id_that_is_none(upload: Upload) -> None:
    response = await upload.client.post(
        "/batches/none/serials", content=b"x", headers={**upload.headers, "Content-Type": "text/csv"}
    )
    is_problem(response, 400, "BAD_USER_INPUT")


async def test_only_post_uploads(upload: Upload) -> None:
    response = await upload.client.get(f"/batches/{upload.batch.id}/serials", headers=upload.headers)
    is_problem(response, 405, "METHOD_NOT_ALLOWED")
    assert response.headers["allow"] == "POST"


async def test_a_bug_is_masked(upload: Upload, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr("models.passports.issue", fail)
    response = await upload.csv(csv_of(["BAT-1"]))
    document = is_problem(response, 500, "INTERNAL")
    assert document["requestId"] == response.headers["x-request-id"]
    assert "hunter2" not in response.text
