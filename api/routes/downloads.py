"""A batch's files out, streamed: `GET /batches/{id}/qrcodes.zip` and `GET /batches/{id}/passports.csv`.

Both take a bearer token or one of the signed links in `Batch.qrArchiveUrl` and `Batch.exportUrl`.
"""

from collections.abc import AsyncIterator, Mapping
from urllib.parse import quote
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from api.auth import actor_of
from api.parameters import choice, flag, integer, path_key
from models import passports
from models.kernel.errors import BadInput
from models.passports import (
    BatchFile,
    Download,
    ErrorCorrection,
    InvalidQrOption,
    LinkSignature,
    QrFormat,
    QrOptions,
)


async def download_qr_archive(request: Request) -> Response:
    """A ZIP with one QR code for each passport: `?format=png|svg`, `size` in pixels, `level=L|M|Q|H`, `label=true`."""
    options = qr_options(request.query_params)
    download = await _open(request, BatchFile.QR_ARCHIVE)
    pieces = passports.qr_archive(download, options, request.app.state.env)
    return _attachment(request, pieces, "application/zip", f"{download.batch_name}-qrcodes.zip")


async def download_csv_export(request: Request) -> Response:
    """All passports of the batch as CSV."""
    download = await _open(request, BatchFile.CSV_EXPORT)
    lines = passports.csv_export(download, request.app.state.env)
    return _attachment(
        request, lines, "text/csv; charset=utf-8; header=present", f"{download.batch_name}-passports.csv"
    )


def qr_options(parameters: Mapping[str, str], format: QrFormat | None = None) -> QrOptions:
    """How a QR code is drawn; `format` when it isn't the parameter that says it. Raises `BadInput`."""
    default = QrOptions()
    try:
        return QrOptions(
            format or choice(parameters, "format", QrFormat, default.format),
            integer(parameters, "size", default=default.size_px),
            choice(parameters, "level", ErrorCorrection, default.error_correction),
            flag(parameters, "label", default=default.label),
        )
    except InvalidQrOption as invalid:
        raise BadInput(f"size {invalid.message}, not {invalid.value}.") from None


async def _open(request: Request, file: BatchFile) -> Download:
    batch_id: UUID = path_key(request, "Batch")
    parameters = request.query_params
    if "signature" in parameters:
        signature = LinkSignature.of(parameters.get("expires", ""), parameters["signature"])
        return await passports.open_linked_download(batch_id, file, signature, request.app.state.env)
    return await passports.open_download(await actor_of(request), batch_id)


def _attachment(request: Request, content: AsyncIterator[bytes], media_type: str, file_name: str) -> Response:
    headers = {
        "Content-Disposition": content_disposition(file_name),
        "Cache-Control": "private, no-store",
    }
    if request.method == "HEAD":
        # Only looking: nothing is produced, and the batch does not count as downloaded.
        return Response(headers={**headers, "Content-Type": media_type})
    return StreamingResponse(content, media_type=media_type, headers=headers)


def content_disposition(file_name: str) -> str:
    """The header that makes a browser save a file (RFC 6266): the name as it is (RFC 8187), and in plain ASCII."""
    name = "".join(c if c.isprintable() and c not in '/\\:*?"<>|' else "_" for c in file_name)
    plain = "".join(c if c.isascii() else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


routes: list[BaseRoute] = [
    Route("/batches/{id}/qrcodes.zip", download_qr_archive),
    Route("/batches/{id}/passports.csv", download_csv_export),
]
