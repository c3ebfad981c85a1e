"""What the sandbox knows, in a file of its own: orders, payments and refunds as Razorpay writes them.

A file, so that several server processes share it and orders outlive a restart.
"""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

Entity = dict[str, Any]


class ReceiptTaken(Exception):
    """Another order has this receipt."""


class Store:
    """Entities by id, each with the id of what it belongs to: a payment's order, a refund's payment."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def add_order(self, amount: int, currency: str, receipt: str) -> Entity:
        """A new order. Raises `ReceiptTaken`."""
        order = {
            "id": _new_id("order"),
            "entity": "order",
            "amount": amount,
            "amount_paid": 0,
            "amount_due": amount,
            "currency": currency,
            "receipt": receipt,
            "offer_id": None,
            "status": "created",
            "attempts": 0,
            "notes": [],
            "created_at": int(time.time()),
        }
        try:
            self._insert(order, parent=receipt)
        except sqlite3.IntegrityError:
            raise ReceiptTaken(receipt) from None
        return order

    def add_payment(self, order: Entity) -> Entity:
        """A payment of the order that is authorised but not captured."""
        payment = {
            "id": _new_id("pay"),
            "entity": "payment",
            "amount": order["amount"],
            "currency": order["currency"],
            "status": "authorized",
            "order_id": order["id"],
            "invoice_id": None,
            "international": False,
            "method": "upi",
            "amount_refunded": 0,
            "refund_status": None,
            "captured": False,
            "notes": [],
            "created_at": int(time.time()),
        }
        self._insert(payment, parent=order["id"])
        return payment

    def add_refund(self, payment: Entity, amount: int) -> Entity:
        """A refund of the payment, already carried out."""
        refund = {
            "id": _new_id("rfnd"),
            "entity": "refund",
            "amount": amount,
            "currency": payment["currency"],
            "payment_id": payment["id"],
            "notes": [],
            "receipt": None,
            "status": "processed",
            "created_at": int(time.time()),
        }
        self._insert(refund, parent=payment["id"])
        return refund

    def save(self, entity: Entity) -> None:
        """Keep an entity's new state."""
        with self._open() as database:
            database.execute("UPDATE entity SET body = ? WHERE id = ?", (json.dumps(entity), entity["id"]))

    def find(self, id: str) -> Entity | None:
        """The entity with this id."""
        with self._open() as database:
            row = database.execute("SELECT body FROM entity WHERE id = ?", (id,)).fetchone()
        return json.loads(row[0]) if row else None

    def belonging_to(self, parent: str) -> list[Entity]:
        """A receipt's order, an order's payments, a payment's refunds; the oldest first."""
        with self._open() as database:
            rows = database.execute("SELECT body FROM entity WHERE parent = ? ORDER BY rowid", (parent,)).fetchall()
        return [json.loads(row[0]) for row in rows]

    def _insert(self, entity: Entity, parent: str) -> None:
        with self._open() as database:
            database.execute(
                "INSERT INTO entity (id, kind, parent, body) VALUES (?, ?, ?, ?)",
                (entity["id"], entity["entity"], parent, json.dumps(entity)),
            )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._file)) as database, database:
            database.execute(
                "CREATE TABLE IF NOT EXISTS entity (id TEXT PRIMARY KEY, kind TEXT NOT NULL, parent TEXT NOT NULL, "
                "body TEXT NOT NULL)"
            )
            database.execute("CREATE UNIQUE INDEX IF NOT EXISTS receipt ON entity (parent) WHERE kind = 'order'")
            yield database


def _new_id(prefix: str) -> str:
    return f"{prefix}_{uuid4().hex[:14]}"
