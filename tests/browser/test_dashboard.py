"""A browser opens ``/dashboard``, and whoever signs in there sees scans as they happen."""

import asyncio
from pathlib import Path

from api.web import build as web_build
from api.web.node import find_node
from tests.browser import run_browser_test
from tests.browser.product import product_served


async def test_the_dashboard_works_in_a_browser(database_url: str, tmp_path: Path) -> None:
    await asyncio.to_thread(web_build.build)
    async with product_served(database_url, tmp_path) as url:
        await run_browser_test("dashboard.test.mjs", url)


async def test_the_operations_are_typed_by_the_schema_as_it_is() -> None:
    await asyncio.to_thread(web_build.build)
    node = find_node()
    generator = await asyncio.create_subprocess_exec(
        node.executable, "dashboard/codegen.mjs", cwd=web_build.ROOT, stdout=asyncio.subprocess.PIPE
    )
    generated, _ = await generator.communicate()
    assert generator.returncode == 0
    current = (web_build.ROOT / "dashboard" / "operations.ts").read_text()
    assert generated.decode() == current, "run `npm run generate` in api/web"
