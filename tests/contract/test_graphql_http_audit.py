"""The GraphQL-over-HTTP audits of the npm package ``graphql-http``, which client authors hold servers to."""

import asyncio
import json
import subprocess
from pathlib import Path
from typing import Any

from api.web.node import find_node, install_packages, one_at_a_time
from tests.server import passable_folder, serving

FOLDER = Path(__file__).parent
AUDITS = 61


def audit(url: str) -> list[dict[str, Any]]:
    """The result of every audit of the endpoint: id, name, status (ok, notice, warn, error) and reason."""
    node = find_node()
    with one_at_a_time(FOLDER):
        install_packages(node, FOLDER)
    output = subprocess.run(
        [node.executable, "audit.mjs", url], cwd=FOLDER, check=True, capture_output=True, timeout=60
    )
    return [json.loads(line) for line in output.stdout.splitlines()]


async def test_every_audit_passes() -> None:
    with passable_folder() as folder, serving(folder) as base_url:
        results = await asyncio.to_thread(audit, f"{base_url}/graphql")

    assert [result for result in results if result["status"] != "ok"] == []
    assert len(results) == AUDITS
