"""Passports: the context's public face."""

from typing import Final

from models.kernel.context import DomainContext
from models.passports.actions import IssuePassports, authorise_issuing, issue
from models.passports.downloads import Download, csv_export, open_download, open_linked_download, qr_archive, qr_code
from models.passports.errors import PassportErrorCode
from models.passports.jobs import JOBS
from models.passports.links import BatchFile, LinkSignature, download_url
from models.passports.progress import IssuanceProgress, issuance_progress_stream, sweep
from models.passports.qr import ErrorCorrection, InvalidQrOption, QrFormat, QrOptions, passport_url
from models.passports.queries import (
    PassportFilter,
    PassportRecord,
    PublicBatch,
    PublicPassport,
    PublicSpecs,
    PublicTenant,
    batches_with_passports,
    passport_counts,
    passports_by_batch,
    passports_by_id,
    public_passport,
    require_page,
)
from models.passports.rules import IssueMode, IssueResult
from models.passports.scans import (
    LiveScan,
    RecordedScan,
    RecordScan,
    ScanFilter,
    ScanPage,
    ScanRow,
    ScanWriter,
    count_scans,
    list_scans,
    record_scan,
    scan_stream,
    scans_by_id,
)
from models.passports.serials import RowViolation, SerialErrorCode
from models.passports.sources import MAX_INPUT_ROWS, CsvFile, InputRows, NewPassport
from models.passports.succession import Successor, issue_successor
from models.passports.tables import DeviceType, IssuancePhase, PassportStatus
from models.passports.visible import VISIBLE_PASSPORTS

CONTEXT: Final = DomainContext(
    error_codes=(
        PassportErrorCode,
        SerialErrorCode,
    ),
    jobs=JOBS,
)

__all__ = [
    "CONTEXT",
    "MAX_INPUT_ROWS",
    "VISIBLE_PASSPORTS",
    "BatchFile",
    "CsvFile",
    "DeviceType",
    "Download",
    "ErrorCorrection",
    "InputRows",
    "InvalidQrOption",
    "IssuancePhase",
    "IssuanceProgress",
    "IssueMode",
    "IssuePassports",
    "IssueResult",
    "LinkSignature",
    "LiveScan",
    "NewPassport",
    "PassportErrorCode",
    "PassportFilter",
    "PassportRecord",
    "PassportStatus",
    "PublicBatch",
    "PublicPassport",
    "PublicSpecs",
    "PublicTenant",
    "QrFormat",
    "QrOptions",
    "RecordScan",
    "RecordedScan",
    "RowViolation",
    "ScanFilter",
    "ScanPage",
    "ScanRow",
    "ScanWriter",
    "SerialErrorCode",
    "Successor",
    "authorise_issuing",
    "batches_with_passports",
    "count_scans",
    "csv_export",
    "download_url",
    "issuance_progress_stream",
    "issue",
    "issue_successor",
    "list_scans",
    "open_download",
    "open_linked_download",
    "passport_counts",
    "passport_url",
    "passports_by_batch",
    "passports_by_id",
    "public_passport",
    "qr_archive",
    "qr_code",
    "record_scan",
    "require_page",
    "scan_stream",
    "scans_by_id",
    "sweep",
]
