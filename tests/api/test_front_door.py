"""The product through its front door: the server started as a person starts it, and the README's tour as printed."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.compression import SMALLEST
from tests.server import ROOT, command, environment, passable_folder, serving

README = (ROOT / "README.md").read_text()


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder for the server's data and the tour's files."""
    with passable_folder() as folder:
        yield folder


def _blocks(language: str) -> list[str]:
    tour = README.split("## Five-minute tour")[1].split("\n## ")[0]
    return re.findall(rf"```{language}\n(.*?)```", tour, re.DOTALL)


def _shell(script: str, folder: Path, *, status: int = 0, **variables: str) -> str:
    """The output of a printed block, run by a shell as printed, which ends with `status`."""
    done = subprocess.run(
        ["bash", "-eu", "-c", script],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status, done.stderr
    return done.stdout.strip()


def _graphql(url: str, document: str, token: str | None = None) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = httpx.post(f"{url}/graphql", json={"query": document}, headers=headers).json()
    assert "errors" not in answer, answer
    data: dict[str, Any] = answer["data"]
    return data


def test_the_tour_of_the_readme_works_as_printed(folder: Path) -> None:
    register, batch_create, see_the_scan, see_the_events = _blocks("graphql")
    sign_in, too_many, upload, download, as_json, verify = _blocks("sh")
    (folder / "docs").symlink_to(ROOT / "docs")
    with serving(folder) as url:

        def shell(block: str, status: int = 0, **variables: str) -> str:
            return _shell(block.replace("http://127.0.0.1:8080", url), folder, status=status, BASE=url, **variables)

        assert "E-mail or password is wrong." in shell(sign_in)
        assert _graphql(url, register)["register"]["userErrors"] == []
        token = shell(f"{sign_in}\necho $TOKEN")
        batch = _graphql(url, batch_create, token)["batchCreate"]["batch"]["uuid"]
        refused = json.loads(shell(too_many.replace("BATCH=...", f"BATCH={batch}"), status=22, TOKEN=token))
        assert refused | {"code": "QUOTA_EXCEEDED", "required": 500, "balance": 100} == refused
        issued = json.loads(shell(upload, TOKEN=token, BATCH=batch))
        assert issued == {"created": 100, "errors": [], "errorCount": 0}
        lines = shell(download, TOKEN=token, BATCH=batch).splitlines()
        assert lines[0] == "uuid,serial_number,manufacture_date,status,qr_url"
        assert "ACM-48100-00001" in lines[1]
        assert (folder / "qrcodes.zip").read_bytes()[:2] == b"PK"
        passport = json.loads(shell(as_json))
        assert passport["serialNumber"] == "ACM-48100-00001"
        # What the page's script does when a person opens it.
        _graphql(url, f'mutation {{ scanRecord(input: {{ passportId: "{passport["uuid"]}" }}) {{ scan {{ id }} }} }}')
        seen = _graphql(url, see_the_scan, token)
        assert [scan["serialNumber"] for scan in seen["scans"]["nodes"]] == ["ACM-48100-00001"]
        assert seen["dashboard"]["totalPassports"] == seen["dashboard"]["quotaUsed"] == 100
        assert seen["dashboard"]["carbonCompliancePct"] == 100
        happened = _graphql(url, see_the_events, token)["lifecycleEvents"]
        assert [event["action"] for event in happened["nodes"]] == ["ISSUE"] * 5
        assert happened["feedCursor"]
        verified = shell(
            verify.replace(".venv/bin/exportready", f"{sys.executable} -m api.cli"), TOKEN=token, UNIT=passport["uuid"]
        )
        assert verified == "1 passport with 1 event: consistent, not authenticated (give --key)."


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_the_embedded_database_stops_with_the_server(folder: Path, ending: signal.Signals) -> None:
    with serving(folder, ending=ending):
        assert (folder / "data/postgres/data/postmaster.pid").exists()
    assert not (folder / "data/postgres/data/postmaster.pid").exists()


def test_a_second_start_keeps_the_data_and_two_processes_share_it(folder: Path) -> None:
    count = "{ batches(first: 1) { totalCount } }"
    login = """mutation { login(input: { email: "demo@exportready.example", password: "demo-passport-2027" })
        { accessToken } }"""
    with serving(folder) as url:
        token = _graphql(url, login)["login"]["accessToken"]
        batches = _graphql(url, count, token)["batches"]["totalCount"]
        assert batches > 0
        signs_with = httpx.get(f"{url}/.well-known/exportready-audit.json").json()
        assert signs_with["algorithm"] == "Ed25519"
    with serving(folder, "--workers", "2") as url:
        assert {_graphql(url, count, token)["batches"]["totalCount"] for _ in range(6)} == {batches}
        assert httpx.get(f"{url}/.well-known/exportready-audit.json").json() == signs_with
    assert "Adding a demo company" not in (folder / "server.log").read_text().split("Explorer", 2)[2]


@pytest.mark.parametrize(
    ("arguments", "settings", "message"),
    [
        (["serve"], {"PORT": "http"}, "PORT"),
        (["serve"], {"DATABASE_URL": "mysql://localhost/x"}, "must start with postgresql://"),
        (["serve"], {"ENVIRONMENT": "production"}, "production needs SECRET_KEY"),
        (["serve"], {"HOST": "0.0.0.0"}, "needs a SECRET_KEY"),  # noqa: S104  # refused, which is the point
        (["serve"], {"TRUSTED_DOCUMENTS": "nowhere.json"}, "nowhere.json"),
        (["serve"], {"TRUSTED_DOCUMENTS": "README.md"}, "TRUSTED_DOCUMENTS: README.md is not valid JSON"),
        (["serve"], {"TRUSTED_DOCUMENTS": "tests/api/untrusted.json"}, "can't run: "),
        (["issue", "[/x].csv", "--batch", "x", "--by", "a@b.example"], {}, "There is no file [/x].csv"),
        (["migrate"], {"DATABASE_URL": "postgresql://nobody@127.0.0.1:9/x"}, "127.0.0.1"),
    ],
)
def test_mistakes_of_use_are_one_clear_line(
    folder: Path, arguments: list[str], settings: dict[str, str], message: str
) -> None:
    done = subprocess.run(
        command(*arguments),
        cwd=ROOT,
        env=environment(folder, **settings),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_people_who_type_an_address_get_pages_and_programs_get_problems(folder: Path) -> None:
    with serving(folder) as url, httpx.Client(base_url=url) as client:
        front = client.get("/")
        assert (front.status_code, front.headers["location"]) == (303, "/dashboard")
        assert client.get("/favicon.ico").headers["content-type"] == "image/svg+xml"
        browser = client.get("/nowhere", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
        assert (browser.status_code, "No such page" in browser.text) == (404, True)
        assert "default-src 'none'" in browser.headers["content-security-policy"]
        for accept in ("*/*", "application/json"):
            program = client.get("/nowhere", headers={"Accept": accept})
            assert (program.status_code, program.json()["code"]) == (404, "NOT_FOUND")
            assert program.json()["detail"] == "There is nothing at this address."
        wrong = client.delete("/healthz")
        assert (wrong.status_code, set(wrong.headers["allow"].split(", "))) == (405, {"GET", "HEAD"})
        assert wrong.json()["detail"] == "This address does not take DELETE; the header Allow says what it takes."


def test_a_real_server_compresses_and_sends_nothing_twice(folder: Path) -> None:
    with serving(folder) as url, httpx.Client(base_url=url, headers={"Accept-Encoding": "gzip"}) as client:
        for path in ("/static/passport.css", "/nowhere-but-a-page"):
            whole = client.get(path, headers={"Accept": "text/html", "Accept-Encoding": "identity"})
            coded = client.get(path, headers={"Accept": "text/html"})
            assert (coded.status_code, coded.content) == (whole.status_code, whole.content)
            assert coded.headers.get("content-encoding") == ("gzip" if len(whole.content) >= SMALLEST else None)
            assert len(coded.headers["x-request-id"]) == 32
        css = client.get("/static/passport.css")
        assert css.headers["content-encoding"] == "gzip"
        for method in ("GET", "HEAD"):
            again = client.request(method, "/static/passport.css", headers={"If-None-Match": css.headers["etag"]})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", css.headers["etag"])
        head = client.head("/static/passport.css")
        assert (head.status_code, head.content) == (200, b"")
        sent = httpx.post(f"{url}/graphql", json={"query": "{ __typename }"}, headers={"Accept": "text/event-stream"})
        assert (sent.status_code, "content-encoding" in sent.headers) == (200, False)
    requests = [line for line in (folder / "server.log").read_text().splitlines() if "request_id=" in line]
    assert any(
        f"request_id={css.headers['x-request-id']}" in line and "/static/passport.css" in line for line in requests
    )


def test_a_port_that_is_taken_is_said_before_anything_is_started(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            command("serve"), cwd=ROOT, env=environment(folder, PORT=port), capture_output=True, text=True, check=False
        )
    assert done.returncode == 2
    assert done.stderr == (
        f"exportready: Can't listen on 127.0.0.1:{port}: Address already in use. Set PORT or HOST to another.\n"
    )
    assert not (folder / "data").exists()


def test_issuing_from_the_command_line(folder: Path) -> None:
    csv = folder / "serials.csv"
    csv.write_text("serial_number,manufacture_date\nCLI-1,2026-01-05\nCLI-2,[/never]\n")
    with serving(folder) as url:
        token = _graphql(
            url,
            'mutation { login(input: { email: "demo@exportready.example", password: "demo-passport-2027" }) '
            "{ accessToken } }",
        )["login"]["accessToken"]
        batch = _graphql(url, "{ batches(first: 1) { nodes { uuid } } }", token)["batches"]["nodes"][0]["uuid"]

        def issue(*options: str) -> subprocess.CompletedProcess[str]:
            issuing = command("issue", str(csv), "--batch", batch, "--by", "demo@exportready.example", *options)
            return subprocess.run(
                issuing, cwd=ROOT, env=environment(folder), capture_output=True, text=True, check=False
            )

        refused = issue()
        assert refused.returncode == 1
        assert "line 3, manufacture_date" in refused.stdout
        assert "('[/never]')" in refused.stdout
        assert "1 passport issued, 1 fault found." in issue("--mode", "valid").stdout
        found = _graphql(url, "{ batches(first: 1) { nodes { totalPassports } } }", token)
        assert found["batches"]["nodes"][0]["totalPassports"] == 81
