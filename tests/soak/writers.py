"""A program that reports scans to servers with 8 clients until its standard input ends; then it prints how many were
answered. The arguments are the servers' ports, a comma between them, and the ids of passports.

A process of its own, so that subscribers which come and go do not slow it down.
"""

import asyncio
import random
import sys
from contextlib import suppress

import httpx

WRITERS = 8
_RECORD = "mutation($id: ID!) { scanRecord(input: {passportId: $id}) { scan { id } } }"


async def _write(client: httpx.AsyncClient, ports: list[str], passports: list[str], told: asyncio.Task[str]) -> int:
    answered = 0
    while not told.done():
        body = {"query": _RECORD, "variables": {"id": random.choice(passports)}}
        # A server that was killed refuses; what it was asked before counts as not answered.
        with suppress(httpx.TransportError):
            answer = (await client.post(f"http://127.0.0.1:{random.choice(ports)}/graphql", json=body)).json()
            answered += answer["data"]["scanRecord"]["scan"] is not None
        await asyncio.sleep(random.uniform(0, 0.2))
    return answered


async def _write_until_told(ports: list[str], passports: list[str]) -> None:
    told = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    async with httpx.AsyncClient() as client:
        answered = await asyncio.gather(*(_write(client, ports, passports, told) for _ in range(WRITERS)))
    sys.stdout.write(f"{sum(answered)}\n")


if __name__ == "__main__":
    asyncio.run(_write_until_told(sys.argv[1].split(","), sys.argv[2:]))
