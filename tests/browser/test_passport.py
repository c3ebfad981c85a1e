"""A phone opens a passport's page: it reads well, and the view is reported as one scan."""

from pathlib import Path

from tests.browser import run_browser_test
from tests.browser.product import product_served


async def test_the_page_works_in_a_browser(database_url: str, tmp_path: Path) -> None:
    async with product_served(database_url, tmp_path) as url:
        await run_browser_test("passport.test.mjs", url)
