"""Selections on object types, each compiled to one Python function.

The function takes an object, the path to it and the run, and returns the dictionary that stands in the answer. The
usual case is handled in place: the value is there and of the class that its type expects. All else goes to the
completers, which know the rest of the language. For ``{ uuid author { name } }`` on a Book the source is:

    def select(o, path, run):
        try:
            v = o.uuid
            v0 = str(v) if isinstance(v, uuid0) else complete0(v, (path, 'uuid', position0), run)
        except Exception as error:
            v0 = run.fail(error, (path, 'uuid', position0))
        try:
            path1 = (path, 'author', position1)
            v = name1_0(o, info=name1_1(name1_2, run, path1))
            v1 = select1(v, path1, run) if type(v) is class1 else complete1(v, path1, run)
        except Exception as error:
            v1 = run.fail(error, path1)
        return {'uuid': v0, 'author': v1}
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    get_nullable_type,
    is_leaf_type,
    is_object_type,
    located_error,
)
from graphql.execution.collect_fields import FieldDetails, GroupedFieldSet, collect_fields, collect_subfields
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.base import StrawberryObjectDefinition

from resolvers.engine.errors import COST_EXCEEDED, HIDE_SUGGESTIONS
from resolvers.engine.plan.completion import completer, position_completer
from resolvers.engine.plan.execution import Execution
from resolvers.engine.plan.leaves import inline_leaf
from resolvers.engine.plan.positions import Path, Position, path_keys
from resolvers.engine.plan.resolving import Resolving, resolving

if TYPE_CHECKING:
    from resolvers.engine.plan.plan import Plan

Select: TypeAlias = Callable[[Any, Path | None, Execution], dict[str, Any]]

# A selection is compiled once for each type and each set of nodes that merge in it; fragments that merge in many
# combinations can make very many of a short document. Some 0.1 ms each.
MOST_FIELDS: Final = 2_500

# Of a plan's functions in tracebacks and profiles.
_FILENAME: Final = "<plan>"


class TooManyFields(GraphQLError):
    """The plan would be larger than any that is needed."""


class Selections:
    """The compiled selections of a plan, by the field they stand under and the type of the object."""

    def __init__(self, plan: "Plan") -> None:
        self._plan = plan
        self._compiled: dict[tuple[str, tuple[int, ...]], Select] = {}

    def root(self, root_type: GraphQLObjectType) -> dict[str, Select]:
        """Returns what is selected on the root, each field by itself. Raises `GraphQLError`."""
        plan = self._plan
        grouped = collect_fields(
            plan.schema, plan.fragments, plan.conditions, root_type, plan.operation, HIDE_SUGGESTIONS
        ).grouped_field_set
        if not plan.is_serial:
            return {"": self._compile(root_type, grouped)}
        return {key: self._compile(root_type, {key: details}) for key, details in grouped.items()}

    def on(self, type_: GraphQLObjectType, position: Position) -> Select:
        """Returns what is selected under a field, on objects of the type."""
        key = type_.name, tuple(map(id, position.nodes))
        if (select := self._compiled.get(key)) is None:
            select = self._compiled[key] = self._under(type_, position.nodes)
        return select

    def source_class(self, type_: GraphQLObjectType) -> type | None:
        """Returns the class whose objects are of the type without a further look, when Strawberry knows one."""
        definition = type_.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
        if isinstance(definition, StrawberryObjectDefinition) and definition.is_type_of is None:
            return definition.origin
        return None

    def _under(self, type_: GraphQLObjectType, nodes: list[FieldNode]) -> Select:
        plan = self._plan
        details = [FieldDetails(node, None) for node in nodes]

        def collect() -> GroupedFieldSet:
            return collect_subfields(
                plan.schema, plan.fragments, plan.conditions, plan.operation, type_, details, HIDE_SUGGESTIONS
            ).grouped_field_set

        def refuse(_source: Any, path: Path | None, _run: Execution) -> dict[str, Any]:
            try:
                collect()
            except GraphQLError as error:
                raise located_error(error, nodes, path_keys(path)) from error
            raise AssertionError("what was refused once is refused again")

        try:
            grouped = collect()
        except GraphQLError:  # a condition that is null, which is an error at each object
            return refuse
        return self._compile(type_, grouped)

    def _compile(self, type_: GraphQLObjectType, grouped: GroupedFieldSet) -> Select:
        plan = self._plan
        plan.compiled_fields += len(grouped)
        if plan.compiled_fields > MOST_FIELDS:
            raise TooManyFields(
                f"The operation's fragments merge in so many ways that more than {MOST_FIELDS:,} fields come of them.",
                extensions={"code": COST_EXCEEDED},
            )
        plan.on_compiled(len(grouped))
        names: dict[str, Any] = {}
        lines = ["def select(o, path, run):"]
        entries = []
        for number, (key, details) in enumerate(grouped.items()):
            nodes = [detail.node for detail in details]
            definition = plan.schema.get_field(type_, nodes[0].name.value)
            if definition is None:
                continue
            lines += self._field_lines(str(number), key, nodes, type_, definition, names)
            entries.append(f"{key!r}: v{number}")
        lines.append(f"    return {{{', '.join(entries)}}}")
        exec(compile("\n".join(lines), _FILENAME, "exec"), names)  # noqa: S102  # names of the schema, keys by repr
        select: Select = names["select"]
        return select

    def _field_lines(
        self,
        number: str,
        key: str,
        nodes: list[FieldNode],
        parent: GraphQLObjectType,
        definition: GraphQLField,
        names: dict[str, Any],
    ) -> list[str]:
        """The source for one field; what it refers to is added to `names`."""
        plan = self._plan
        how = resolving(definition, parent, nodes[0], plan.converter)
        is_nullable = not isinstance(definition.type, GraphQLNonNull)
        position = names[f"position{number}"] = Position(nodes, parent, definition, is_nullable=is_nullable)
        complete = completer if how.is_async else position_completer
        names[f"complete{number}"] = complete(definition.type, position, self)
        path, make_path = f"(path, {key!r}, position{number})", []
        if how.takes_path:
            path, make_path = f"path{number}", [f"        path{number} = {path}"]
        return [
            "    try:",
            *make_path,
            f"        v = {self._expression(how, number, names)}",
            f"        v{number} = {self._completed(how, definition.type, position, number, path, names)}",
            "    except Exception as error:",
            f"        v{number} = run.fail(error, {path})",
        ]

    def _expression(self, how: Resolving, number: str, names: dict[str, Any]) -> str:
        """The source of the field's value."""
        arguments = "{}"
        if how.arguments is not None and how.arguments.constant is not None:
            arguments = f"constants{number}"
            names[arguments] = how.arguments.constant
        elif how.arguments is not None:
            place = self._plan.argument_sets
            self._plan.argument_sets += 1
            names[f"arguments{number}"] = how.arguments.of
            arguments = f"(run.arguments.get({place}) or arguments{number}(run, {place}))"
        used = {f"name{number}_{index}": value for index, value in enumerate(how.uses)}
        names.update(used)
        return how.expression.format(*used, path=f"path{number}", arguments=arguments)

    def _completed(
        self,
        how: Resolving,
        output_type: GraphQLOutputType,
        position: Position,
        number: str,
        path: str,
        names: dict[str, Any],
    ) -> str:
        """The source of what stands in the answer for the value `v`."""
        if how.is_async:
            return f"run.later(v, {path}, complete{number})"
        completed = f"complete{number}(v, {path}, run)"
        if not isinstance(output_type, GraphQLNonNull):
            completed = f"None if v is None else {completed}"
        type_ = get_nullable_type(output_type)
        if is_leaf_type(type_) and (inline := inline_leaf(type_, names, number)):
            test, leaf = inline
            return f"{leaf} if {test} else {completed}"
        if is_object_type(type_) and (source_class := self.source_class(type_)):
            names[f"class{number}"] = source_class
            names[f"select{number}"] = self.on(type_, position)
            return f"select{number}(v, {path}, run) if type(v) is class{number} else {completed}"
        return completed
