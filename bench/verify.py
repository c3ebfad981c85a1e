"""Events per second that `exportready verify` checks, from file to verdict, with and without a key.

Beside them what one core does at most: parsing the file alone, and checking as many signatures alone.

Run it from the project's root: `python -m bench.verify [passports] [events of each]`.
"""

import sys
import tempfile
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID

import orjson
from typer.testing import CliRunner

from api.cli import app
from bench.figures import figure, sized, step
from models.kernel.ids import uuid7
from models.lifecycle.chain import canonical_event, event_hash, hash_text
from models.lifecycle.signing import is_signed_by, public_key_of, sign_head
from models.lifecycle.verify import BUNDLE_FORMAT

REPEATS = 3
SEED = bytes(range(32))
START = datetime(2026, 1, 15, tzinfo=UTC)


def main(passports: int, length: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bundles.jsonl"
        with file.open("wb") as lines:
            for _ in range(passports):
                lines.write(orjson.dumps(bundle(length)) + b"\n")
        key = b64encode(public_key_of(SEED)).decode()
        for done, (name, arguments, beside, limit) in enumerate(
            (
                ("hashes", [], "parsing alone on one core", parsing),
                ("hashes and signatures", ["--key", key], "signatures alone on one core", signatures),
            )
        ):
            step(f"{passports:,} passports, {name}", done, 2)
            # Turn by turn, so that a slow moment of the machine hits both.
            seconds = [(timed([str(file), *arguments]), limit(file)) for _ in range(REPEATS)]
            ours, least = (passports * length / min(times) for times in zip(*seconds, strict=True))
            figure(f"{name} of {length} events a passport, beside {beside}", ours, "events/s", limit=least)


def timed(arguments: list[str]) -> float:
    start = perf_counter()
    assert CliRunner().invoke(app, ["verify", *arguments]).exit_code == 0
    return perf_counter() - start


def parsing(file: Path) -> float:
    """Seconds of reading the bundles and nothing else."""
    start = perf_counter()
    with file.open("rb") as lines:
        for line in lines:
            orjson.loads(line)
    return perf_counter() - start


def signatures(file: Path) -> float:
    """Seconds of checking the bundles' signatures and nothing else."""
    public_key = public_key_of(SEED)
    with file.open("rb") as lines:
        signed = [(found["passport"]["id"], found["head"]) for found in map(orjson.loads, lines)]
    start = perf_counter()
    assert all(is_signed_by(public_key, passport_id, head) for passport_id, head in signed)
    return perf_counter() - start


def bundle(length: int) -> dict[str, Any]:
    """A passport that was issued, then suspended and reinstated again and again."""
    tenant_id, passport_id, batch_id, operator = uuid7(), uuid7(), uuid7(), uuid7()
    events: list[dict[str, Any]] = []
    previous: bytes | None = None
    for position in range(1, length + 1):
        event = canonical_event(
            id=uuid7(), tenant_id=tenant_id, passport_id=passport_id, position=position,
            created_at=START + timedelta(days=position), previous_hash=previous, actor=None, actor_id=operator,
            actor_role="OWNER", **happening(position, batch_id),
        )  # fmt: skip
        previous = event_hash(event)
        events.append({**event, "hash": hash_text(previous)})
    identity = {name: events[0]["metadata"][name] for name in ("batchId", "serialNumber", "manufactureDate")}
    return {
        "format": BUNDLE_FORMAT,
        "passport": {
            "id": str(passport_id),
            "tenantId": str(tenant_id),
            "status": events[-1]["statusTo"],
            **identity,
        },
        "events": events,
        "actors": {str(operator): "operator@acme.example"},
        "head": sign_head(SEED, str(passport_id), length, events[-1]["hash"], START),
    }


def happening(position: int, batch_id: UUID) -> dict[str, Any]:
    """What the event at this position says happened."""
    if position == 1:
        issued = {"batchId": str(batch_id), "serialNumber": uuid7().hex, "manufactureDate": "2026-01-15"}
        return {
            "event_type": "ISSUED",
            "action": "ISSUE",
            "status_from": None,
            "status_to": "ACTIVE",
            "metadata": {**issued, "issuanceId": str(uuid7())},
        }
    before, after, action = (
        ("ACTIVE", "SUSPENDED", "SUSPEND") if position % 2 == 0 else ("SUSPENDED", "ACTIVE", "REINSTATE")
    )
    return {
        "event_type": "STATUS_CHANGED",
        "action": action,
        "status_from": before,
        "status_to": after,
        "metadata": {"evidence": {"reason": "Papers of the consignment IND123456789 are being checked."}},
    }


if __name__ == "__main__":
    main(*(int(text) for text in sys.argv[1:])) if len(sys.argv) == 3 else main(sized(20_000), 8)
