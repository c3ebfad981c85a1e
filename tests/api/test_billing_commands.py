"""The commands about quota and orders, as a person runs them."""

import asyncio
import os
import sys
from pathlib import Path

import asyncpg
import pytest

from models import database

ROOT = Path(__file__).parent.parent.parent


async def _run(url: str, folder: Path, *arguments: str) -> tuple[int, str]:
    """The exit code and what was printed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "api.cli", *arguments),
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATABASE_URL": url, "DATA_DIR": str(folder)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


@pytest.fixture
async def url(empty_database_url: str) -> str:
    """A migrated database of the test's own."""
    await database.migrate(empty_database_url)
    return empty_database_url


async def test_the_check_exits_with_1_when_something_differs(url: str, tmp_path: Path) -> None:
    assert await _run(url, tmp_path, "quota", "check") == (0, "0 differences found.\n")
    owner = await asyncpg.connect(url)
    await owner.execute(
        "SET session_replication_role = replica;"
        "INSERT INTO quota_account (tenant_id, credited, used, owed) VALUES (gen_random_uuid(), 5, 0, 0)"
    )
    await owner.close()
    code, output = await _run(url, tmp_path, "quota", "check")
    assert code == 1
    assert "quota credited: expected 0, found 5" in output


async def test_events_that_need_attention_are_listed_and_parked_ones_tried_again(url: str, tmp_path: Path) -> None:
    owner = await asyncpg.connect(url)
    await owner.execute(
        "INSERT INTO razorpay_event (id, body, kind, razorpay_order_id, state, received_at) VALUES "
        "('evt_1', '', 'order.paid', 'order_1', 'WRONG_AMOUNT', now()),"
        "('evt_2', '', NULL, NULL, 'RECEIVED', now()),"
        "('evt_3', '', 'order.paid', 'order_3', 'PROCESSED', now()),"
        "('evt_4', '', NULL, NULL, 'RECEIVED', now());"
        "INSERT INTO job (kind, payload, attempts, due_at, created_at, parked_at, last_error) VALUES "
        "('razorpay_event', '{\"event_id\": \"evt_2\"}', 10, now(), now(), now(), 'OSError: the disk is full'),"
        "('razorpay_event', '{\"event_id\": \"evt_4\"}', 3, now(), now(), NULL, 'OSError: the disk is full'),"
        "('mail', '{\"to\": \"a@b.example\"}', 10, now(), now(), now(), 'SMTPConnectError: refused [red]')"
    )
    code, output = await _run(url, tmp_path, "orders", "events")
    assert code == 0
    assert "evt_1 order.paid WRONG_AMOUNT order order_1" in output
    assert "evt_2 - PARKED order - OSError: the disk is full" in output
    assert "2 events need attention, 0 requeued." in output
    _, output = await _run(url, tmp_path, "orders", "events", "--requeue")
    assert "1 event needs attention, 1 requeued." in output
    assert await owner.fetch("SELECT kind FROM job WHERE parked_at IS NOT NULL") == [("mail",)]
    _, output = await _run(url, tmp_path, "jobs-requeue", "--look")
    assert "mail 3 SMTPConnectError: refused [red]\n1 parked job shown, 0 requeued." in output
    _, output = await _run(url, tmp_path, "jobs-requeue")
    assert "1 parked job shown, 1 requeued." in output
    assert await owner.fetchval("SELECT count(*) FROM job WHERE parked_at IS NULL AND attempts = 0") == 2
    await owner.close()


async def test_reconciling_says_what_it_did(url: str, tmp_path: Path) -> None:
    assert await _run(url, tmp_path, "orders", "reconcile") == (0, "0 orders asked about, 0 paid, 0 unanswered.\n")
