"""Scans of passports: recording them, and reading what was recorded."""

from models.passports.scans.live import LiveScan, scan_stream
from models.passports.scans.queries import ScanFilter, ScanPage, ScanRow, count_scans, list_scans, scans_by_id
from models.passports.scans.record import RecordedScan, RecordScan, record_scan
from models.passports.scans.writer import ScanWriteFailed, ScanWriter

__all__ = [
    "LiveScan",
    "RecordScan",
    "RecordedScan",
    "ScanFilter",
    "ScanPage",
    "ScanRow",
    "ScanWriteFailed",
    "ScanWriter",
    "count_scans",
    "list_scans",
    "record_scan",
    "scan_stream",
    "scans_by_id",
]
