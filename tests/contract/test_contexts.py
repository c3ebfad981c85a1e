"""A context is known where it is registered: nothing that it brings is left out, and nothing else knows it."""

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import models
import resolvers
from models import billing, lifecycle, registry
from models.kernel.context import DomainContext
from models.kernel.errors import ErrorCode
from resolvers.relay import ContextSchema
from resolvers.schema import CONTEXTS as SCHEMAS


def _packages(layer: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.iter_modules(layer.__path__):
        if found.ispkg:
            yield importlib.import_module(f"{layer.__name__}.{found.name}")


def _all_subclasses(kind: type[ErrorCode]) -> Iterator[type[ErrorCode]]:
    for subclass in kind.__subclasses__():
        yield subclass
        yield from _all_subclasses(subclass)


def test_every_context_of_the_domain_is_registered() -> None:
    contexts = [getattr(package, "CONTEXT", None) for package in _packages(models)]
    found = [context for context in contexts if isinstance(context, DomainContext)]
    assert len(found) == len(registry.CONTEXTS) == len(contexts) - 1, "every package but the kernel is a context"
    assert all(any(context is one for one in registry.CONTEXTS) for context in found)


def test_every_context_of_the_schema_is_registered() -> None:
    schemas = [getattr(package, "SCHEMA", None) for package in _packages(resolvers)]
    found = [schema for schema in schemas if isinstance(schema, ContextSchema)]
    assert len(found) == len(SCHEMAS)
    assert all(any(schema is one for one in SCHEMAS) for schema in found)


def test_every_code_of_a_rule_is_in_the_schema() -> None:
    of_rules = {kind for kind in _all_subclasses(ErrorCode) if kind.__module__.startswith("models.")}
    assert of_rules >= set(registry.ERROR_CODES)
    assert {kind.__name__ for kind in of_rules - set(registry.ERROR_CODES)} <= {"UnreadableFileCode"}


def test_participants_act_in_the_order_of_the_contexts() -> None:
    assert registry.PARTICIPANTS.passports_issued == (billing.charge_issuance, lifecycle.record_issuance)
