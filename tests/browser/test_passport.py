"""A phone opens a passport's page: it reads well, and the view is reported as one scan."""

from graphql import parse, validate
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from api.routes import public
from models.kernel.env import Env
from models.passports.tables import Passport
from resolvers.schema import build_schema
from tests.browser import run_browser_test, serving
from tests.factories import make_batch, make_company, make_passports


async def test_the_page_works_in_a_browser(env: Env) -> None:
    batch = await make_batch(env, await make_company(env), nominal_voltage_v="48", chemistry="Li-ion NMC")
    [passport] = await make_passports(env, batch, 1)
    await Passport.filter(id=passport.id).update(serial_number="BAT-2026-001")
    scans: list[dict[str, object]] = []

    async def graphql(request: Request) -> JSONResponse:
        scans.append(await request.json())
        return JSONResponse({"data": {"scanRecord": {"scan": {"id": "x"}}}})

    async def reports(_: Request) -> JSONResponse:
        return JSONResponse(len(scans))

    routes = [*public.routes, Route("/graphql", graphql, methods=["POST"]), Route("/reports", reports)]
    async with serving(Starlette(routes=routes)) as url:
        await run_browser_test("passport.test.mjs", f"{url}/p/{passport.id}")
    assert {str(scan["variables"]) for scan in scans} == {str({"input": {"passportId": str(passport.id)}})}
    [mutation] = {str(scan["query"]) for scan in scans}
    assert validate(build_schema()._schema, parse(mutation)) == []
