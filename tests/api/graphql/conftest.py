"""A client of the endpoint."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.api.graphql.endpoint import new_client


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with new_client() as client:
        yield client
