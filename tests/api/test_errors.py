"""Errors as problem documents (RFC 9457)."""

import orjson
import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

from api.errors import domain_problem, http_problem, unexpected_problem
from models.kernel.errors import BadInput, DomainError, Forbidden, NotFound, RateLimited, Rejected, Violation
from models.passports import PassportErrorCode, SerialErrorCode


def make_request() -> Request:
    return Request({"type": "http", "method": "GET", "path": "/p/x", "headers": [], "query_string": b""})


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (BadInput("no"), 400, "BAD_USER_INPUT"),
        (Forbidden("no"), 403, "FORBIDDEN"),
        (NotFound("no"), 404, "NOT_FOUND"),
        (RateLimited("no"), 429, "RATE_LIMITED"),
    ],
)
async def test_a_domain_error_keeps_its_code(error: DomainError, status: int, code: str) -> None:
    response = await domain_problem(make_request(), error)
    assert (response.status_code, response.media_type) == (status, "application/problem+json")
    document = orjson.loads(response.body)
    assert document["title"]
    assert {name: document[name] for name in ("type", "status", "detail", "code")} == {
        "type": "about:blank",
        "status": status,
        "detail": "no",
        "code": code,
    }


async def test_too_many_requests_say_when_to_come_back() -> None:
    response = await domain_problem(make_request(), RateLimited("Too many.", retryAfter=17))
    assert response.headers["retry-after"] == "17"
    assert orjson.loads(response.body)["retryAfter"] == 17


async def test_a_rejection_tells_every_violation() -> None:
    violations = [
        Violation(PassportErrorCode.ROWS_MISSING, "Give a row.", ("rows",)),
        Violation(SerialErrorCode.SERIAL_MISSING, "Empty.", ("rows", "0", "serial_number"), ""),
    ]
    response = await domain_problem(make_request(), Rejected(violations, http_status=409, balance=3, line=None))
    document = orjson.loads(response.body)
    assert (document["status"], document["code"], document["balance"]) == (409, "ROWS_MISSING", 3)
    assert "line" not in document
    assert document["errors"] == [
        {"code": "ROWS_MISSING", "message": "Give a row.", "field": ["rows"], "value": None},
        {"code": "SERIAL_MISSING", "message": "Empty.", "field": ["rows", "0", "serial_number"], "value": ""},
    ]


@pytest.mark.parametrize(("status", "code"), [(404, "NOT_FOUND"), (405, "METHOD_NOT_ALLOWED"), (400, "BAD_REQUEST")])
async def test_what_the_server_refuses_has_a_code_too(status: int, code: str) -> None:
    response = await http_problem(make_request(), HTTPException(status, headers={"Allow": "GET"}))
    assert (orjson.loads(response.body)["code"], response.headers["allow"]) == (code, "GET")


async def test_a_bug_is_masked_under_the_requests_id() -> None:
    request = make_request()
    request.state.request_id = "the-id"
    response = await unexpected_problem(request, RuntimeError("hunter2"))
    assert orjson.loads(response.body)["requestId"] == response.headers["x-request-id"] == "the-id"
    assert b"hunter2" not in response.body
