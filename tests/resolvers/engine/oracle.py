"""graphql-core's executor as the oracle: what an operation must answer, and whether an answer is that.

An operation that never meets anything to await has one right answer, with its errors in one order. Where something is
awaited, the specification leaves some of it open, and graphql-core decides by the number of turns of the event loop:

- **The order of errors.** graphql-core lists them as they happen. Here they are compared without their order.
- **Which of several errors is told.** When a field that may not be null fails, its parent is null, and all that goes
  on beneath the parent is pointless. graphql-core cancels what is pending, so a sibling that fails a turn later is
  never heard of; one that failed a turn earlier stays in the list. Each error makes one position null: the nearest
  that may be, from the field upwards. So, for each position that some error makes null:

  - when no position above it is null for an error, *exactly one* of the errors that can have done it must be told;
  - when there is one above it, one of them may be told, or none.

- **What is still called** when an answer has errors. Whatever is called has the same arguments in any case.

Data is compared exactly: values, their types, and the order of keys. The errors that are possible are found by
`Exhaustive`, which lets everything finish, and notes for each error the position that it makes null.

What is easy to get wrong, as graphql-core 3.3 does it:

1. *Before the first field.* Variables without a value and without a default are absent, not null. Errors of variables
   have the location of the variable's definition and no path. An operation name that is "" is looked up.
2. *`@skip` and `@include`* are coerced while fields are collected, `@skip` first; a variable that is null there
   (allowed by `$v: Boolean = true`) fails the object whose fields are collected: the whole operation without a path
   at the root, else the field, or each item of a list, after `is_type_of`. The location is the variable's.
3. *A fragment* counts once for each object and group of merged fields, at its first place that isn't skipped. Keys
   are in the order of a depth-first walk for the object's own type.
4. *Arguments* are coerced as part of the field: an error there has its path and the location of the argument's value.
   The first of merged fields has the arguments. A variable without a value leaves the argument out, or to its
   default.
5. *An error's locations* are all merged fields', unless the exception has `nodes`. A GraphQLError that has a path
   already stays as it is. `message` and `extensions` of any exception are used; extensions only when they are a
   dictionary.
6. *An exception that is returned*, as a value or an item, is raised. It comes before the check for null.
7. *The default resolver* takes any Mapping by key, everything else by attribute, and calls what is callable. Missing
   is null; a property that raises is an error.
8. *Lists:* asynchronous iterables first, then anything iterable but strings, bytes and mappings: sets, generators and
   views, too. An iterator that raises fails the list, and errors of items before stay. When a non-null item fails, no
   later item is completed.
9. *Leaves:* a scalar that gives None is an error. Strings that are subclasses stay what they are.
10. *Abstract types:* `resolve_type`, else `__typename` of a mapping, else each possible type's `is_type_of` in order.
    Then `is_type_of` of the type is asked (again), as it is for every object that isn't the root.
11. *A synchronous failure* of a non-null field ends its object: later fields aren't called, and what earlier ones
    have begun goes on in the background. *An asynchronous one* cancels its siblings and waits for them.
12. *An error is dropped* when the position that it makes null, or one above it, is null already.
13. *Mutations:* the next root field begins when all of the one before is complete; after a failed root field that may
    not be null none is begun. An event of a subscription runs like a query, with the event as the source and
    `resolve` for it.
14. *A future that several fields wait for*, as a data loader's, dies with the first of them that is cancelled, and
    takes the whole execution along. This is graphql-core's mistake, not to be repeated.
15. *What was awaited is not awaited again.* A coroutine that gives a coroutine is a value of the wrong type.
"""

import asyncio
from collections import Counter
from collections.abc import Coroutine, Iterable, Mapping
from dataclasses import dataclass, field
from traceback import format_exception
from typing import Any, Protocol

from graphql import (
    DocumentNode,
    GraphQLSchema,
    OperationType,
    get_operation_ast,
)
from graphql.execution import Executor
from graphql.pyutils import is_awaitable

from tests.resolvers.engine.exhaustive import Exhaustive, Position, text_of

Answer = dict[str, Any]
# How long an operation may take at most, in seconds; one takes some milliseconds.
_PATIENCE = 3
_TURNS = 1000


class World(Protocol):
    """What an operation runs in: the state behind the resolvers, for one execution."""

    # What the resolvers were asked: the place in the answer and the arguments, in the order of the calls.
    calls: list[tuple[str, str]]

    def again(self) -> "World":
        """Returns the same world as it was before anything happened in it."""

    def context(self) -> Any:
        """Returns what resolvers get as the context."""

    def root(self, kind: OperationType) -> Any:
        """Returns the source of the root's fields."""


class Run(Protocol):
    """Runs an operation as `running.run_plan` does."""

    def __call__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation_name: str | None,
        variables: dict[str, Any] | None,
        *,
        root: Any,
        context: Any,
    ) -> Coroutine[Any, Any, Answer]: ...


@dataclass(frozen=True)
class Request:
    """An operation to be run."""

    schema: GraphQLSchema
    document: DocumentNode
    operation_name: str | None
    variables: dict[str, Any] | None

    @property
    def kind(self) -> OperationType:
        """Which of the operations it is; a query when there is none."""
        operation = get_operation_ast(self.document, self.operation_name)
        return operation.operation if operation else OperationType.QUERY


@dataclass
class Outcome:
    """What graphql-core answered. `was_awaited` says whether anything was asynchronous.

    `was_cancelled` says that it gave no answer: when a field fails, graphql-core cancels the fields beside it; when
    one of them waits for a data loader, that cancels the loader's future, and with it whoever else waits for the
    same key, up to the whole execution. The data is then that of an execution that cancels nothing, and its errors
    aren't in it.
    """

    answer: Answer
    was_awaited: bool
    world: World
    was_cancelled: bool = False


@dataclass
class Possible:
    """The errors that could be told, each with the position that it makes null."""

    errors: list[tuple[str, Position]] = field(default_factory=list)


async def compare(request: Request, world: World, run: Run) -> str | None:
    """Runs the operation twice, in the same world. Returns what is wrong with the answer of `run`, or None."""
    before = asyncio.all_tasks()
    outcome = await ask(request, world.again(), before)
    await settled(before)
    its_world = world.again()
    running = asyncio.ensure_future(
        run(
            request.schema,
            request.document,
            request.operation_name,
            request.variables,
            root=its_world.root(request.kind),
            context=its_world.context(),
        )
    )
    # A task of its own can end as it likes: raise anything, be cancelled by what it runs, or hang.
    await asyncio.wait({running}, timeout=_PATIENCE)
    # On a busy machine the time may pass without a turn of the loop.
    for _ in range(_TURNS):
        if not running.done():
            await asyncio.sleep(0)
    if not running.done():
        running.cancel()
        await settled(before)
        return f"there was no answer in {_PATIENCE} seconds"
    if running.cancelled():
        return "the run was cancelled by something that it ran"
    if error := running.exception():
        return f"{type(error).__name__} was raised: {error}\n{''.join(format_exception(error))}"
    answer = running.result()
    await settled(before)
    return await difference(request, outcome, answer, its_world, before)


async def ask(request: Request, world: World, before: set[asyncio.Task[Any]]) -> Outcome:
    """Returns what graphql-core answers."""
    was_awaited = False

    def check(value: Any) -> bool:
        nonlocal was_awaited
        found = is_awaitable(value)
        was_awaited = was_awaited or found
        return found

    running = asyncio.ensure_future(_execute(Executor, request, world, check))
    await asyncio.wait({running})
    if not running.cancelled():
        answer, _ = running.result()
        return Outcome(answer, was_awaited, world)
    await settled(before)
    answer, _ = await _execute(Exhaustive, request, world.again(), is_awaitable)
    return Outcome(answer, True, world, was_cancelled=True)


async def difference(
    request: Request, outcome: Outcome, answer: Answer, world: World, before: set[asyncio.Task[Any]]
) -> str | None:
    """Returns what is wrong with an answer that was given in `world`; None when nothing is."""
    expected = outcome.answer
    if expected.keys() != answer.keys() and ("data" in expected) != ("data" in answer):
        return f"the answer has {sorted(answer)}, not {sorted(expected)}"
    if wrong := unlike(expected.get("data"), answer.get("data"), "data"):
        return wrong
    told, right = _texts(answer), _texts(expected)
    if told != right or outcome.was_cancelled:
        if not outcome.was_awaited or "data" not in expected:
            return _first_difference(right, told)
        possible = await _possible(request, outcome.world.again())
        await settled(before)
        if wrong := _errors_wrong(told, possible):
            return wrong
    return _calls_wrong(request, outcome, answer, world)


def unlike(expected: Any, actual: Any, at: str) -> str | None:
    """Where two values differ, in their types and the order of keys as well."""
    if type(expected) is not type(actual):
        return f"{at} is {actual!r} of {type(actual).__name__}, not {expected!r} of {type(expected).__name__}"
    if isinstance(expected, dict):
        if list(expected) != list(actual):
            return f"{at} has the keys {list(actual)}, not {list(expected)}"
        pairs: Iterable[tuple[str, Any, Any]] = ((f"{at}.{key}", expected[key], actual[key]) for key in expected)
    elif isinstance(expected, list | tuple):
        if len(expected) != len(actual):
            return f"{at} has {len(actual)} items, not {len(expected)}"
        pairs = ((f"{at}[{index}]", *pair) for index, pair in enumerate(zip(expected, actual, strict=True)))
    else:
        # By their text: NaN is unlike itself, and 0.0 is not -0.0.
        same = expected is actual or repr(expected) == repr(actual)
        return None if same else f"{at} is {actual!r}, not {expected!r}"
    for place, one, other in pairs:
        if wrong := unlike(one, other, place):
            return wrong
    return None


def _texts(answer: Mapping[str, Any]) -> list[str]:
    """The errors of an answer, each as a text of all that a client sees of it."""
    return [text_of(error) for error in answer.get("errors", ())]


def _first_difference(right: list[str], told: list[str]) -> str:
    for index, (one, other) in enumerate(zip(right, told, strict=False)):
        if one != other:
            return f"error {index} is\n  {other}, not\n  {one}"
    if len(told) > len(right):
        return f"there is an error more:\n  {told[len(right)]}"
    return f"there is an error less:\n  {right[len(told)]}"


def _errors_wrong(told: list[str], possible: Possible) -> str | None:
    left = Counter(told)
    by_position: dict[Position, list[str]] = {}
    for text, position in possible.errors:
        by_position.setdefault(position, []).append(text)
    # The outermost first: where the same text could stand for several, it is needed most there.
    for position in sorted(by_position, key=lambda each: -1 if each is None else len(each)):
        found = next((text for text in by_position[position] if left[text]), None)
        if found:
            left[found] -= 1
        elif not any(above in by_position for above in _above(position)):
            return f"no error tells why {position} is null; one of these should:\n  " + "\n  ".join(
                by_position[position]
            )
    if surplus := [text for text, count in left.items() if count]:
        return f"this error is one too many, or impossible:\n  {surplus[0]}"
    return None


def _above(position: Position) -> list[Position]:
    return [] if position is None else [None, *(position[:length] for length in range(1, len(position)))]


def _calls_wrong(request: Request, outcome: Outcome, answer: Answer, world: World) -> str | None:
    expected, actual = outcome.world.calls, world.calls
    if not outcome.was_awaited:
        return None if expected == actual else f"the resolvers were called as\n  {actual}, not\n  {expected}"
    arguments = dict(expected)
    for place, given in actual:
        if arguments.get(place, given) != given:
            return f"the resolver at {place} got {given}, not {arguments[place]}"
    if outcome.was_cancelled:
        return None
    if request.kind is OperationType.MUTATION and (wrong := _roots_wrong(expected, actual)):
        return wrong
    if "errors" in answer or "errors" in outcome.answer:
        return None
    if missing := Counter(expected) - Counter(actual):
        return f"these resolvers weren't called: {list(missing)}"
    if surplus := Counter(actual) - Counter(expected):
        return f"these resolvers were called in vain: {list(surplus)}"
    if request.kind is OperationType.MUTATION and _blocks(expected) != _blocks(actual):
        return f"the mutation ran its fields as {_blocks(actual)}, not one after another: {_blocks(expected)}"
    return None


def _roots_wrong(expected: list[tuple[str, str]], actual: list[tuple[str, str]]) -> str | None:
    right = [place for place, _ in expected if "." not in place]
    roots = [place for place, _ in actual if "." not in place]
    return None if right == roots else f"the mutation called {roots}, not {right}"


def _blocks(calls: list[tuple[str, str]]) -> list[str]:
    """The root fields in the order in which anything beneath them is called, each once while it goes on."""
    blocks: list[str] = []
    for place, _ in calls:
        root = place.partition(".")[0]
        if not blocks or blocks[-1] != root:
            blocks.append(root)
    return blocks


async def _possible(request: Request, world: World) -> Possible:
    answer, executor = await _execute(Exhaustive, request, world, is_awaitable)
    assert isinstance(executor, Exhaustive)
    possible = Possible(executor.positions())
    noted = {text for text, _ in possible.errors}
    # What fails while the root's fields are collected is at no field.
    possible.errors += [(text, None) for text in _texts(answer) if text not in noted]
    return possible


async def _execute(
    executor_class: type[Executor[Any]], request: Request, world: World, check: Any
) -> tuple[Answer, Executor[Any] | None]:
    root = world.root(request.kind)
    built = executor_class.build(
        request.schema,
        request.document,
        root,
        world.context(),
        request.variables,
        request.operation_name,
        is_awaitable=check,
        hide_suggestions=True,
    )
    if isinstance(built, list):
        return {"errors": [error.formatted for error in built]}, None
    if request.kind is OperationType.SUBSCRIPTION:
        built = built.build_per_event_executor(root)
        result: Any = built.execute_operation(False)
    else:
        result = built.execute_operation()
    if is_awaitable(result):
        result = await result
    answer: Answer = {"data": result.data}
    if result.errors:
        answer["errors"] = [error.formatted for error in result.errors]
    return answer, built


async def settled(before: set[asyncio.Task[Any]]) -> None:
    """Waits until nothing that an execution has left behind is running any more; what ran before it may go on."""
    for _ in range(100):
        others = asyncio.all_tasks() - {asyncio.current_task()} - before
        if not others:
            return
        await asyncio.wait(others, timeout=1)
    raise AssertionError("an execution left tasks behind that never end")
