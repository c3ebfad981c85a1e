"""kill -9 in the midst of crediting: what was begun is undone, what was done stays, nothing is done twice."""

import asyncio
import sys
from pathlib import Path

from models import billing
from models.database import fetch_value
from tests.models.billing.conftest import Shop

_ROOT = Path(__file__).parents[3]
_ORDERS = 4


async def _kill_after(dots: int, url: str) -> int:
    """Let a process work until it has begun that many statements, then kill it; gives how many it had begun."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.models.billing.process_until_killed", url),
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
    await billing.process_events(shop.env)
    for _ in range(_ORDERS):
        order = await shop.order()
        for event in shop.provider.pay(order.razorpay_order_id or ""):
            await billing.receive_event(event.body, event.signature, event.id, shop.env)
    paid = "SELECT count(*) FROM quota_order WHERE tenant_id = $1 AND status = 'PAID'"
    for dots in (3, 7, 11, 14, 17):
        assert await _kill_after(dots, database_url) >= dots
        credited = await fetch_value(paid, shop.actor.tenant_id)
        assert (await shop.quota()).balance == 500 * credited
    while await billing.process_events(shop.env):
        pass
    assert (await shop.quota()).balance == 500 * _ORDERS
