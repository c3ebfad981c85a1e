"""Serials in as a CSV file: `POST /batches/{id}/serials`, as multipart/form-data or text/csv."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from api.auth import actor_of
from api.body import limited
from api.parameters import choice, flag, path_key
from models import passports
from models.kernel.errors import BadInput
from models.passports import CsvFile, IssueMode, IssuePassports

# A million rows of two columns have some 50 MB, and twice that in UTF-16.
LARGEST_UPLOAD = 128 * 1024 * 1024
_KEPT_IN_MEMORY = 1024 * 1024


async def upload_serials(request: Request) -> JSONResponse:
    """Issue a passport for each row: 201, or 422 with the same body when faulty rows kept all from being issued.

    `?mode=valid` issues the good rows, `?activate=false` issues INACTIVE passports, `Idempotency-Key` makes a repeat
    safe. The file lies on disk before the transaction begins, so that a slow client holds nothing up.
    """
    actor = await actor_of(request)
    batch_id = path_key(request, "Batch")
    mode = choice(request.query_params, "mode", IssueMode, IssueMode.ALL_OR_NOTHING)
    activate = flag(request.query_params, "activate", default=True)
    await passports.authorise_issuing(actor, batch_id)
    async with _received(request) as file:
        key = request.headers.get("idempotency-key")
        command = IssuePassports(batch_id, CsvFile(file), mode, activate, key)
        result = await passports.issue(actor, command, request.app.state.env)
    return JSONResponse(result.answer(), 201 if result.created else 422, {"Cache-Control": "no-store"})


@asynccontextmanager
async def _received(request: Request) -> AsyncIterator[BinaryIO]:
    """The file that the request brings, received whole; deleted at the end of the block."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    request = limited(request, LARGEST_UPLOAD, f"A file may have at most {LARGEST_UPLOAD // 1024**2} MiB; split it.")
    try:
        match content_type:
            case "multipart/form-data":
                upload = await _form_file(request)
            case "text/csv":
                upload = await _body_file(request)
            case _:
                message = "Send the file as multipart/form-data, in a field named file, or as the body, as text/csv."
                raise HTTPException(415, message, {"Accept-Post": "multipart/form-data, text/csv"})
    except ClientDisconnect:
        raise BadInput("The connection was closed before the file was complete.") from None
    try:
        yield upload.file
    finally:
        await upload.close()


async def _form_file(request: Request) -> UploadFile:
    form = await request.form(max_files=1, max_fields=10)
    upload = form.get("file")
    if not isinstance(upload, UploadFile):
        await form.close()
        raise BadInput("The form has no file in a field named file.")
    return upload


async def _body_file(request: Request) -> UploadFile:
    upload = UploadFile(cast(BinaryIO, SpooledTemporaryFile(_KEPT_IN_MEMORY)))  # noqa: SIM115  # closed by the caller
    try:
        async for chunk in request.stream():
            await upload.write(chunk)
    except BaseException:
        await upload.close()
        raise
    return upload


routes: list[BaseRoute] = [Route("/batches/{id}/serials", upload_serials, methods=["POST"])]
