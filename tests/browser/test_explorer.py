"""A browser opens ``/graphql``, and an integrator can work there."""

import asyncio
from pathlib import Path

from api.web.build import build
from tests.browser import run_browser_test
from tests.browser.product import product_served


async def test_the_explorer_works_in_a_browser(database_url: str, tmp_path: Path) -> None:
    await asyncio.to_thread(build)
    async with product_served(database_url, tmp_path) as url:
        await run_browser_test("explorer.test.mjs", url)
