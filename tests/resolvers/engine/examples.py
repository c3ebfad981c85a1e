"""One generated example after another: what is run, in which world, and what is wrong with the answer.

An example is known by the name of its subject and its number, which are all that is needed to have it again:
``python -m tests.resolvers.engine.fuzz --subject everything --example 17``.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from random import Random
from time import monotonic
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    GraphQLSyntaxError,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    Visitor,
    parse,
    print_ast,
    validate,
    visit,
)

from resolvers.schema import build_schema
from tests.resolvers.engine.everything import everything
from tests.resolvers.engine.operations import Maker
from tests.resolvers.engine.oracle import Request, Run, World, compare
from tests.resolvers.engine.strawberries import Orchard, orchard_schema
from tests.resolvers.engine.worlds import World as GeneratedWorld
from tests.resolvers.engine.worlds import settle

# How many times each document is run, in other worlds and with other variables: a plan that is kept keeps neither.
WORLDS = 6
_SHRINKING_SECONDS = 20
AGAIN = "python -m tests.resolvers.engine.fuzz"


@dataclass(frozen=True)
class Subject:
    """A schema, and the worlds in which its operations are run."""

    name: str
    schema: GraphQLSchema
    world: Callable[[Random, GraphQLSchema], World]


@dataclass(frozen=True)
class Finding:
    """An answer that is not the oracle's."""

    subject: str
    example: int
    difference: str
    request: Request

    def __str__(self) -> str:
        return (
            f"{self.difference}\n\n{print_ast(self.request.document)}\n\n"
            f"operationName: {self.request.operation_name!r}\nvariables: {self.request.variables!r}\n\n"
            f"Again: {AGAIN} --subject {self.subject} --example {self.example}"
        )


@cache
def subject(name: str) -> Subject:
    """The subject of this name."""
    return _SUBJECTS[name](name)


def _everything(name: str) -> Subject:
    return Subject(name, everything(), _generated)


def _product(name: str) -> Subject:
    """The product's own types, with made-up answers."""
    return Subject(name, settle(build_schema()._schema), _generated)


def _strawberries(name: str) -> Subject:
    return Subject(name, orchard_schema(), _orchard)


def _orchard(random: Random, _: GraphQLSchema) -> World:
    return Orchard(random.getrandbits(48), random.choice((0, 40, 12, 5)))


_SUBJECTS: dict[str, Callable[[str], Subject]] = {
    "everything": _everything,
    "strawberries": _strawberries,
    "product": _product,
}
SUBJECTS = tuple(_SUBJECTS)


def _generated(random: Random, schema: GraphQLSchema) -> World:
    """A world in which nothing, little or much goes wrong, now or later."""
    trouble, waiting = random.choice((0, 0, 60, 20, 8)), random.choice((0, 0, 3, 12))
    return GeneratedWorld(random.getrandbits(48), schema, trouble, waiting)


@dataclass
class Tally:
    """How many examples were made, how many of their documents are valid, and how many times they were run."""

    examples: int = 0
    valid: int = 0
    runs: int = 0


async def examine(subject: Subject, example: int, run: Run, tally: Tally, *, shrinks: bool = True) -> Finding | None:
    """Runs one example several times. Returns what is wrong with the answers of `run`, or None.

    What is found is made as small as it can be, unless that takes too long for what it's needed for.
    """
    random = Random(f"{subject.name} {example}")
    maker = Maker(subject.schema, random)
    operation = maker.operation()
    tally.examples += 1
    if not operation.is_valid(subject.schema):
        return None
    tally.valid += 1
    assert operation.document is not None
    for _ in range(WORLDS):
        variables = maker.variables(operation)
        request = Request(subject.schema, operation.document, operation.operation_name, variables)
        world = subject.world(random, subject.schema)
        tally.runs += 1
        if wrong := await compare(request, world, run):
            if shrinks:
                request, wrong = await _shrunk(request, wrong, world, run)
            return Finding(subject.name, example, wrong, request)
    return None


async def _shrunk(request: Request, wrong: str, world: World, run: Run) -> tuple[Request, str]:
    """The request with all left out that it doesn't take for its answer to be wrong; and what is wrong then."""
    deadline = monotonic() + _SHRINKING_SECONDS
    smaller = _smaller(request.document)
    while monotonic() < deadline and (document := next(smaller, None)):
        attempt = replace(request, document=document)
        if not validate(request.schema, document) and (difference := await compare(attempt, world, run)):
            request, wrong = attempt, difference
            smaller = _smaller(document)
    return request, wrong


def _smaller(document: DocumentNode) -> Iterator[DocumentNode]:
    """The document with one thing less, in turn for each that can be left out; what is then unused is left out, too.

    Each is parsed anew, so that its locations are those of its own text.
    """
    count = _Without(-1)
    visit(document, count)
    for index in range(count.seen):
        with suppress(GraphQLSyntaxError):
            yield parse(print_ast(_without_unused(visit(document, _Without(index)))))


class _Without(Visitor):
    """Leaves out one of the selections, arguments and directives: the one with this index."""

    def __init__(self, index: int) -> None:
        super().__init__()
        self._index = index
        self.seen = 0

    def _enter(self, *_: Any) -> Any:
        self.seen += 1
        return self.REMOVE if self.seen - 1 == self._index else None

    enter_operation_definition = _enter
    enter_field = _enter
    enter_fragment_spread = _enter
    enter_inline_fragment = _enter
    enter_directive = _enter
    enter_argument = _enter


def _without_unused(document: DocumentNode) -> DocumentNode:
    """The document without fragments that aren't spread, without variables that aren't used."""
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    spread: set[str] = set()
    definitions: list[Any] = []
    for each in document.definitions:
        if isinstance(each, OperationDefinitionNode):
            reached, variables = _reached(each.selection_set, fragments)
            spread |= reached
            kept = [one for one in each.variable_definitions or () if one.variable.name.value in variables]
            definitions.append(_operation_with(each, kept))
    definitions += [fragment for name, fragment in fragments.items() if name in spread]
    return DocumentNode(definitions=tuple(definitions))


def _operation_with(operation: OperationDefinitionNode, variables: list[Any]) -> OperationDefinitionNode:
    return OperationDefinitionNode(
        operation=operation.operation,
        name=operation.name,
        variable_definitions=tuple(variables),
        directives=operation.directives,
        selection_set=operation.selection_set,
    )


def _reached(
    selection_set: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode]
) -> tuple[set[str], set[str]]:
    """The names of the fragments and variables that are used in a selection set, also by way of fragments."""
    spread: set[str] = set()
    variables: set[str] = set()
    nodes: list[Node] = [selection_set]
    while nodes:
        uses = _Uses()
        visit(nodes.pop(), uses)
        variables |= uses.variables
        nodes += [fragments[name] for name in uses.spread - spread if name in fragments]
        spread |= uses.spread
    return spread, variables


class _Uses(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.spread: set[str] = set()
        self.variables: set[str] = set()

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> None:
        self.spread.add(node.name.value)

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.variables.add(node.name.value)
