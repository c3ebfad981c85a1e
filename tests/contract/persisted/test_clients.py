"""Persisted queries with the clients that integrators use: Apollo's link and urql's exchange, from npm."""

import asyncio
import json
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Any

import pytest

from api.web.node import Node, find_node, install_packages, one_at_a_time
from tests.api.graphql.sockets import served

FOLDER = Path(__file__).parent


def _prepare() -> Node:
    node = find_node()
    with one_at_a_time(FOLDER):
        install_packages(node, FOLDER)
    return node


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("client", ["apollo", "urql"])
async def test_a_client_falls_back_once_and_sends_hashes_from_then_on(client: str, method: str) -> None:
    node = await asyncio.to_thread(_prepare)
    async with served() as server:
        process = await asyncio.create_subprocess_exec(
            node.executable, FOLDER / "run.mjs", server.url, client, method, stdout=PIPE, stderr=PIPE
        )
        async with asyncio.timeout(30):
            output, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    lines: list[dict[str, Any]] = [json.loads(line) for line in output.splitlines()]
    requests = [line for line in lines if "request" in line]
    assert [line["result"] for line in lines if "result" in line] == [{"__typename": "Query"}] * 4
    assert [request["hasDocument"] for request in requests] == [False, True, False, False, False]
    assert [request["status"] for request in requests] == [400, 200, 200, 200, 200]
    assert {request["request"] for request in requests if not request["hasDocument"]} == {method}
