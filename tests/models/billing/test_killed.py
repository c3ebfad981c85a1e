"""kill -9 in the midst of crediting: what was begun is undone, what was done stays, nothing is done twice."""

import asyncio
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from models import billing
from models.database import fetch_value
from tests.models.billing.conftest import Shop, process_events

_ROOT = Path(__file__).parents[3]
_ORDERS = 4


async def _kill_after(dots: int, url: str, minutes_ahead: int) -> int:
    """Let a process work until it has begun that many statements, then kill it; gives how many it had begun."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.models.billing.process_until_killed", url, str(minutes_ahead)),
        cwd=_ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    seen = len(await process.stdout.read(1))
    while seen < dots and (more := await process.stdout.read(1)):
        seen += len(more)
    if process.returncode is None and seen >= dots:
        process.kill()
    await process.wait()
    return seen


async def test_killed_workers_lose_and_repeat_nothing(shop: Shop, database_url: str) -> None:
    await process_events(shop.env)
    for _ in range(_ORDERS):
        order = await shop.order()
        for event in shop.provider.pay(order.razorpay_order_id or ""):
            await billing.receive_event(event.body, event.signature, event.id, shop.env)
    paid = "SELECT count(*) FROM quota_order WHERE tenant_id = $1 AND status = 'PAID'"
    # Whatever a killed worker had taken comes free when its lease runs out, so the next one's clock is further ahead.
    for number, dots in enumerate((8, 18, 24, 30, 40)):
        assert await _kill_after(dots, database_url, 3 * number) >= dots
        credited = await fetch_value(paid, shop.actor.tenant_id)
        assert (await shop.quota()).balance == 500 * credited
    assert await fetch_value(paid, shop.actor.tenant_id) < _ORDERS
    later = shop.env.now() + timedelta(minutes=20)
    await process_events(replace(shop.env, now=lambda: later))
    assert (await shop.quota()).balance == 500 * _ORDERS
