"""Every read for a member starts from what the member may see: the `visible` module of each context.

Elsewhere the source is searched for SQL that names a table of companies' rows after FROM or JOIN, and for ORM reads of
such a model. Each one that is found must be named here, with what bounds it instead.
"""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Final

import pytest
from tortoise.models import Model

from models.database import CONTEXTS

ROOT: Final = Path(__file__).parents[2]
ORM_READS: Final = {"all", "exclude", "exists", "filter", "first", "get", "get_or_none", "in_bulk", "raw"}


def _models() -> Iterator[type[Model]]:
    for context in CONTEXTS:
        for found in vars(import_module(f"models.{context}.tables")).values():
            if isinstance(found, type) and issubclass(found, Model) and found is not Model:
                yield found


# What belongs to a company: every table that says so, the company itself, and what hangs from a row of one.
OF_COMPANIES: Final = {
    model
    for model in _models()
    if model._meta.fields_map.keys() & {"tenant", "tenant_id"} or model.__name__ in ("Tenant", "Invoice", "Session")
}
MODELS: Final = {model.__name__ for model in OF_COMPANIES}
READS: Final = re.compile(rf"(?<!DELETE )\b(?:FROM|JOIN)\s+({'|'.join(m._meta.db_table for m in OF_COMPANIES)})\b")


class _Reads(ast.NodeVisitor):
    """The places in a module that read companies' rows: the functions and constants that hold the read."""

    def __init__(self) -> None:
        self.found: set[str] = set()
        self._place: list[str] = []

    def _within(self, name: str, node: ast.AST) -> None:
        self._place.append(name)
        self.generic_visit(node)
        self._place.pop()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._within(node.name, node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._within(node.name, node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._within(node.name, node)

    def visit_Assign(self, node: ast.Assign) -> None:
        [target, *_] = node.targets
        if self._place or not isinstance(target, ast.Name):
            self.generic_visit(node)
        else:
            self._within(target.id, node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if self._place or not isinstance(node.target, ast.Name):
            self.generic_visit(node)
        else:
            self._within(node.target.id, node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        text = ast.unparse(node)
        if "{VISIBLE_" not in text and "{_VISIBLE_" not in text:
            self._note("".join(str(part.value) for part in node.values if isinstance(part, ast.Constant)))

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self._note(node.value)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if isinstance(node.value, ast.Name) and node.value.id in MODELS and node.attr in ORM_READS:
            self.found.add(".".join(self._place))
        self.generic_visit(node)

    def _note(self, text: str) -> None:
        if READS.search(text):
            self.found.add(".".join(self._place))


def reads_in(source: str) -> set[str]:
    """The functions and constants of a module that read companies' rows without a `visible` read."""
    reads = _Reads()
    reads.visit(ast.parse(source))
    return reads.found


# What bounds the reads that no member's view does.
ANYBODY: Final = "public: anybody may read it by its id"
CHECKED: Final = "reads within a row that the caller found through a `visible` read, or that this use case locked"
COMPANY: Final = "a rule about the whole company, which brands do not limit; shows nothing of a row"
FEED: Final = "read once for all who follow; each stream lets through what its actor may see"
LINK: Final = "whoever has a link that was signed for this row"
NOBODY_YET: Final = "the caller is only just proving who they are"
SERVER: Final = "the server's own work or a command line's, for no member"

ALLOWED: Final = {
    "api/demo.py:_scan": SERVER,
    "api/commands/demo.py:_seed_if_empty": SERVER,
    "models/batches/actions.py:update_batch": CHECKED,
    "models/billing/checks.py:_DIFFERENCES": SERVER,
    "models/billing/crediting.py:_lock_order": SERVER,
    "models/billing/invoices.py:issue_invoice": SERVER,
    "models/billing/invoices.py:linked_invoice": LINK,
    "models/billing/ledger.py:pay_owed": COMPANY,
    "models/billing/ledger.py:post": COMPANY,
    "models/billing/live.py:_quotas": FEED,
    "models/billing/orders.py:open_order": CHECKED,
    "models/billing/reconciler.py:_reconcile_order": SERVER,
    "models/billing/reconciler.py:_take_due": SERVER,
    "models/billing/reconciler.py:reconcile_all": SERVER,
    "models/kernel/feed.py:LAST_POSITION_OF": COMPANY,
    "models/kernel/idempotency.py:_claim": COMPANY,
    "models/lifecycle/actions/units.py:_COUNT_MATCHING": CHECKED,
    "models/lifecycle/actions/units.py:_ENDS": CHECKED,
    "models/lifecycle/actions/units.py:_LOCK_MATCHING": CHECKED,
    "models/lifecycle/events.py:COLUMNS": CHECKED,
    "models/lifecycle/live.py:_LOG": FEED,
    "models/lifecycle/queries.py:_DECISIVE_EVENTS": CHECKED,
    "models/lifecycle/queries.py:_LINEAGES": ANYBODY,
    "models/lifecycle/queries.py:_TIMELINES": ANYBODY,
    "models/lifecycle/queries.py:event_by_id": CHECKED,
    "models/passports/actions.py:_decide": COMPANY,
    "models/passports/downloads.py:_CODES": CHECKED,
    "models/passports/downloads.py:_CSV_LINES": CHECKED,
    "models/passports/downloads.py:_open": CHECKED,
    "models/passports/downloads.py:open_linked_download": LINK,
    "models/passports/downloads.py:qr_code": ANYBODY,
    "models/passports/progress.py:_read": FEED,
    "models/passports/queries.py:_PUBLIC_PASSPORTS": ANYBODY,
    "models/passports/queries.py:_page_of_batch": CHECKED,
    "models/passports/scans/live.py:SCAN_LOG": FEED,
    "models/passports/scans/writer.py:_WRITE_GROUP": ANYBODY,
    "models/passports/succession.py:issue_successor": COMPANY,
    "models/tenants/actions/invitations.py:_keep_token": SERVER,
    "models/tenants/actions/invitations.py:accept_invitation": NOBODY_YET,
    "models/tenants/actions/password_reset.py:_new_token": SERVER,
    "models/tenants/actions/sessions.py:_lock_session": NOBODY_YET,
    "models/tenants/actions/sessions.py:_start_session": NOBODY_YET,
    "models/tenants/actions/sessions.py:login": NOBODY_YET,
    "models/tenants/actions/team.py:_other_owners": COMPANY,
    "models/tenants/actions/team.py:lock_team": COMPANY,
    "models/tenants/queries.py:actor_by_email": SERVER,
    "models/tenants/tokens.py:_actor": NOBODY_YET,
}


def _unbounded() -> set[str]:
    files = (file for package in ("api", "models", "resolvers") for file in (ROOT / package).rglob("*.py"))
    return {
        f"{file.relative_to(ROOT)}:{place}"
        for file in files
        if file.name != "visible.py"
        for place in reads_in(file.read_text())
    }


def test_every_read_starts_from_what_the_actor_may_see_or_says_what_bounds_it() -> None:
    assert sorted(_unbounded() - ALLOWED.keys()) == [], "start from a `visible` read, or say here what bounds this one"


def test_what_is_said_to_be_bounded_otherwise_is_still_there() -> None:
    assert sorted(ALLOWED.keys() - _unbounded()) == []


def test_brand_limits_are_written_in_one_place_per_context() -> None:
    limits = re.compile(r"brand_id = ANY|brand_id__in=brand_ids|brand_ids\) = 0")
    files = [file for file in (ROOT / "models").rglob("*.py") if limits.search(file.read_text())]
    assert {file.name for file in files} == {"visible.py"}


@pytest.mark.parametrize(
    "source",
    [
        'async def passports(actor):\n    return await fetch("SELECT id FROM passport WHERE tenant_id = $1", actor)\n',
        '_SQL: Final = f"SELECT {COLUMNS} FROM scan s\\n    JOIN batch b ON b.id = s.batch_id"\n',
        "async def orders(actor):\n    return await QuotaOrder.filter(tenant_id=actor.tenant_id)\n",
        "class Reads:\n    def one(self, id):\n        return Batch.get_or_none(id=id)\n",
    ],
)
def test_a_read_that_starts_elsewhere_is_found(source: str) -> None:
    assert len(reads_in(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        '_SQL = f"SELECT p.id FROM {VISIBLE_PASSPORTS} JOIN tenant t ON t.id = p.tenant_id"\n',
        "async def batch(actor, id):\n    return await visible_batches(actor).get(id=id)\n",
        'SQL = "DELETE FROM passport WHERE id = $1"\n',
        'TEXT = "taken from passports"\n',
    ],
)
def test_a_read_that_starts_there_is_not(source: str) -> None:
    assert reads_in(source) == set()
