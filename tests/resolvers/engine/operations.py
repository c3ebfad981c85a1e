"""Random operations for any schema: documents that are valid, nearly always, with values for their variables.

Everything is drawn from one `random.Random`, so a seed gives the same operation again.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    OperationType,
    SchemaMetaFieldDef,
    TypeMetaFieldDef,
    TypeNameMetaFieldDef,
    Undefined,
    get_named_type,
    is_composite_type,
    is_required_argument,
    is_required_input_field,
    parse,
    validate,
)

Composite = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType

_VARIABLE = re.compile(r"\$(\w+)")
_SPREAD = re.compile(r"\.\.\. (F\d+)")

# Literals of scalars, by the scalar's name, each with the value of a variable that means the same.
Scalars = tuple[tuple[str, Any], ...]

# Literals of scalars, by the scalar's name, each with the value of a variable that means the same.
SCALARS: dict[str, Scalars] = {
    "Int": (("0", 0), ("-1", -1), ("7", 7), ("2147483647", 2147483647), ("-2147483648", -2147483648), ("3", 3.0)),
    "Float": (("0", 0), ("1.5", 1.5), ("-0.0", -0.0), ("1e21", 1e21), ("7", 7), ("123456789", 123456789)),
    "String": (
        ('""', ""),
        ('"plain"', "plain"),
        ('"\\u00e9 \\"quoted\\" \\n"', 'é "quoted" \n'),
        ('"""a\n  block"""', "a\n  block"),
        ('"🔋"', "🔋"),
    ),
    "ID": (('"a"', "a"), ("12", 12), ('""', "")),
    "Boolean": (("true", True), ("false", False)),
    "Date": (('"2026-02-28"', "2026-02-28"),),
    "DateTime": (('"2026-02-28T12:30:00+00:00"', "2026-02-28T12:30:00+00:00"),),
    "UUID": (('"0198c5e0-0000-7000-8000-000000000001"', "0198c5e0-0000-7000-8000-000000000001"),),
    "Decimal": (('"1.50"', "1.50"), ("2", 2)),
    "JSON": (
        ("{a: [1, 2.5, null, {b: true}], c: RED}", {"a": [1, 2.5, None], "c": {}}),
        ('"text"', "text"),
        ("[]", []),
    ),
    "Picky": (('"fine"', "fine"), ("7", 7)),
}
_ODD_VALUES: tuple[Any, ...] = (
    None, True, 1, 1.5, 2**31, 2**53, float("nan"), float("inf"), "", "odd", [], [None], {}, {"odd": 1}, [[1], "x"],
)  # fmt: skip


@dataclass
class Variable:
    """A variable of the document: the type that it's declared with, and its default as text."""

    name: str
    type: GraphQLInputType
    default: str | None

    def __str__(self) -> str:
        return f"${self.name}: {self.type}" + (f" = {self.default}" if self.default is not None else "")


@dataclass
class Operation:
    """A document and which of its operations to run; `body` is that operation's selection set."""

    text: str
    kind: OperationType
    operation_name: str | None
    body: str
    document: DocumentNode | None = None

    def is_valid(self, schema: GraphQLSchema) -> bool:
        """Whether graphql-core takes the document, which is parsed by this."""
        self.document = parse(self.text)
        return not validate(schema, self.document)


@dataclass(frozen=True)
class Size:
    """How large operations may become."""

    fields: int = 30
    depth: int = 5
    selections: int = 5


@dataclass
class _Fragment:
    name: str
    type: Composite
    text: str


@dataclass
class Maker:
    """Makes one operation, and as many values for its variables as are asked for."""

    schema: GraphQLSchema
    random: Random
    size: Size = field(default_factory=Size)
    # Literals and values that mean the same, of scalars of which not every value will do.
    scalars: Mapping[str, Scalars] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._fields_left = self.size.fields
        self._variables: dict[str, Variable] = {}
        self._fragments: list[_Fragment] = []
        # What each response key stands for, so that selections with the same key can be merged.
        self._keys: dict[str, tuple[str, str, str]] = {}

    def operation(self, kind: OperationType | None = None) -> Operation:
        """A new operation, of any kind that the schema has when none is given."""
        kinds = [each for each in OperationType if self.schema.get_root_type(each)]
        kind = kind or self.random.choice(kinds + [OperationType.QUERY] * 4)
        bodies = {"Main": (kind, self._root(kind))}
        if self._chance(0.12):
            other = self.random.choice(kinds)
            self._fields_left = max(self._fields_left, 8)
            bodies["Other"] = (other, self._root(other))
        name = self._operation_name(bodies)
        text = self._document(bodies, named=len(bodies) > 1 or name is not None or self._chance(0.3))
        return Operation(text, kind, name, bodies["Main"][1])

    def variables(self, operation: Operation) -> dict[str, Any] | None:
        """Values for the operation's variables, new ones each time; now and then wrong ones."""
        wrong = self._chance(0.05)
        values: dict[str, Any] = {}
        for name in self._used(operation.body):
            variable = self._variables[name]
            optional = variable.default is not None or not isinstance(variable.type, GraphQLNonNull)
            if optional and self._chance(0.3):
                continue
            values[name] = self._wrong(variable.type) if wrong and self._chance(0.5) else self._given(variable.type)
        if self._chance(0.03):
            values["unknown"] = 1
        return values or (None if self._chance(0.5) else {})

    def _chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def _operation_name(self, bodies: dict[str, Any]) -> str | None:
        if self._chance(0.02):
            return self.random.choice(["Missing", ""])
        if len(bodies) > 1:
            return None if self._chance(0.05) else "Main"
        return "Main" if self._chance(0.2) else None

    def _document(self, bodies: dict[str, tuple[OperationType, str]], *, named: bool) -> str:
        parts = []
        for name, (kind, body) in bodies.items():
            variables = [str(self._variables[each]) for each in self._used(body)]
            head = f"{kind.value} {name if named else ''}{'(' + ', '.join(variables) + ')' if variables else ''}"
            shorthand = not named and not variables and kind is OperationType.QUERY
            parts.append(body if shorthand else f"{head} {body}")
        spread = self._spread("".join(parts))
        parts += [f"fragment {each.name} on {each.type} {each.text}" for each in self._fragments if each.name in spread]
        if self._chance(0.3):
            self.random.shuffle(parts)
        return "\n".join(parts)

    def _spread(self, text: str) -> set[str]:
        """The names of the fragments that the text spreads, and that those spread."""
        found: set[str] = set()
        texts = [text]
        by_name = {each.name: each.text for each in self._fragments}
        while texts:
            for name in _SPREAD.findall(texts.pop()):
                if name not in found:
                    found.add(name)
                    texts.append(by_name[name])
        return found

    def _used(self, body: str) -> list[str]:
        """The variables that the body of an operation uses, also by way of fragments, in the order of their making."""
        spread = self._spread(body)
        text = body + "".join(each.text for each in self._fragments if each.name in spread)
        used = set(_VARIABLE.findall(text))
        return [name for name in self._variables if name in used]

    # Selections

    def _root(self, kind: OperationType) -> str:
        root = self.schema.get_root_type(kind)
        assert root is not None
        if kind is OperationType.SUBSCRIPTION:
            # A subscription has one root field, and nothing may leave it out.
            name, definition = self.random.choice(list(root.fields.items()))
            return f"{{ {self._field(root, name, definition, self.size.depth, conditional=False)} }}"
        return self._selection_set(root, self.size.depth)

    def _selection_set(self, type_: Composite, depth: int) -> str:
        count = self.random.randint(1, self.size.selections)
        selections = [self._selection(type_, depth) for _ in range(count)]
        return "{ " + " ".join(selections) + " }"

    def _selection(self, type_: Composite, depth: int) -> str:
        draw = self.random.random()
        if depth > 0 and self._fields_left > 0:
            if draw < 0.12:
                return self._inline_fragment(type_, depth - 1)
            if draw < 0.24:
                return self._fragment_spread(type_, depth - 1)
        fields = self._fields_of(type_, depth)
        if draw < 0.3 or not fields:
            if isinstance(type_, GraphQLUnionType) and depth > 0 and draw > 0.15:
                return self._inline_fragment(type_, depth - 1)
            return self._field(type_, "__typename", TypeNameMetaFieldDef, depth)
        name, definition = self.random.choice(fields)
        return self._field(type_, name, definition, depth)

    def _fields_of(self, type_: Composite, depth: int) -> list[tuple[str, GraphQLField]]:
        if isinstance(type_, GraphQLUnionType):
            return []
        fields = list(type_.fields.items())
        if type_ is self.schema.query_type and self._chance(0.04):
            fields = [("__schema", SchemaMetaFieldDef), ("__type", TypeMetaFieldDef)]
        if depth <= 0 or self._fields_left <= 0:
            fields = [(name, each) for name, each in fields if not is_composite_type(get_named_type(each.type))]
        return fields

    def _field(
        self, parent: Composite, name: str, definition: GraphQLField, depth: int, *, conditional: bool = True
    ) -> str:
        self._fields_left -= 1
        arguments = self._arguments(definition.args)
        key, arguments = self._key(parent, name, arguments, definition)
        directives = self._directives() if conditional else ""
        named = get_named_type(definition.type)
        inner = ""
        if isinstance(named, Composite):
            deep = min(depth - 1, 2) if named.name.startswith("__") else depth - 1
            inner = " " + self._selection_set(named, deep)
        return f"{key + ': ' if key != name else ''}{name}{arguments}{directives}{inner}"

    def _key(self, parent: Composite, name: str, arguments: str, definition: GraphQLField) -> tuple[str, str]:
        """A response key, mostly one that can be merged with what has it already, and the arguments that go with it."""
        wanted = (name, arguments, str(definition.type))
        for _ in range(4):
            key = name if self._chance(0.6) else self.random.choice("abcdef")
            known = self._keys.setdefault(key, wanted)
            if known == wanted:
                return key, arguments
            if known[0] == name and known[2] == wanted[2]:
                return key, known[1]
            # Selections of different object types never meet: valid when their results have the same shape.
            if isinstance(parent, GraphQLObjectType) and known[2] == wanted[2] and self._chance(0.1):
                return key, arguments
        key = f"k{len(self._keys)}"
        self._keys[key] = wanted
        return key, arguments

    def _overlapping(self, type_: Composite) -> list[Composite]:
        """The types that a fragment inside this type may be on."""
        possible = _possible(self.schema, type_)
        return [
            each
            for each in self.schema.type_map.values()
            if isinstance(each, Composite)
            and not each.name.startswith("__")
            and not possible.isdisjoint(_possible(self.schema, each))
        ]

    def _inline_fragment(self, type_: Composite, depth: int) -> str:
        overlapping = self._overlapping(type_) or [type_]
        condition = None if self._chance(0.2) else self.random.choice(overlapping)
        on = f" on {condition}" if condition else ""
        return f"...{on}{self._directives()} {self._selection_set(condition or type_, depth)}"

    def _fragment_spread(self, type_: Composite, depth: int) -> str:
        overlapping = self._overlapping(type_) or [type_]
        known = [each for each in self._fragments if each.type in overlapping]
        if known and self._chance(0.6):
            fragment = self.random.choice(known)
        elif type_.name.startswith("__"):
            return "__typename"
        else:
            on = self.random.choice(overlapping)
            text = self._selection_set(on, depth)
            fragment = _Fragment(f"F{len(self._fragments)}", on, text)
            self._fragments.append(fragment)
        return f"... {fragment.name}{self._directives()}"

    def _directives(self) -> str:
        draw = self.random.random()
        if draw > 0.16:
            return ""
        names = ["skip"] if draw < 0.06 else ["include"] if draw < 0.13 else self.random.choice(_BOTH)
        return "".join(f" @{name}(if: {self._condition(name)})" for name in names)

    def _condition(self, directive: str) -> str:
        if self._chance(0.4):
            usually = directive == "include"
            return str(usually if self._chance(0.7) else not usually).lower()
        return self._variable(_BOOLEAN, has_default=False)

    # Values

    def _arguments(self, definitions: dict[str, GraphQLArgument]) -> str:
        given = [
            f"{name}: {self._value(each.type, has_default=_has_default(each))}"
            for name, each in definitions.items()
            if is_required_argument(each) or self._chance(0.6)
        ]
        self.random.shuffle(given)
        return f"({', '.join(given)})" if given else ""

    def _value(self, type_: GraphQLInputType, *, has_default: bool = False, depth: int = 3) -> str:
        """A literal, a variable, or a literal with variables inside."""
        if self._chance(0.45):
            return self._variable(type_, has_default=has_default)
        return self._literal(type_, depth, self._value)

    def _constant(self, type_: GraphQLInputType, *, has_default: bool = False, depth: int = 2) -> str:
        return self._literal(type_, depth, self._constant)

    def _literal(self, type_: GraphQLInputType, depth: int, inner: Callable[..., str]) -> str:
        if isinstance(type_, GraphQLNonNull):
            type_ = type_.of_type
        elif self._chance(0.1):
            return "null"
        if isinstance(type_, GraphQLList):
            if self._chance(0.2):
                # One value stands for a list of it; a variable of the item's type would not do.
                return self._literal(GraphQLNonNull(_nullable(type_.of_type)), depth, self._constant)
            return f"[{', '.join(inner(type_.of_type, depth=depth) for _ in range(self.random.randint(0, 3)))}]"
        if isinstance(type_, GraphQLEnumType):
            return str(self.random.choice(list(type_.values)))
        if isinstance(type_, GraphQLInputObjectType):
            fields = self._input_fields(type_, depth)
            texts = [f"{n}: {self._input_value(type_, each, depth, inner)}" for n, each in fields]
            return "{" + ", ".join(texts) + "}"
        assert isinstance(type_, GraphQLScalarType)
        literal, _ = self.random.choice(self._scalar(type_))
        return literal

    def _input_value(
        self, parent: GraphQLInputObjectType, field: GraphQLInputField, depth: int, inner: Callable[..., str]
    ) -> str:
        if parent.is_one_of:
            return inner(GraphQLNonNull(_nullable(field.type)), depth=depth - 1)
        return inner(field.type, has_default=_has_default(field), depth=depth - 1)

    def _input_fields(self, type_: GraphQLInputObjectType, depth: int) -> list[tuple[str, GraphQLInputField]]:
        fields = list(type_.fields.items())
        if type_.is_one_of:
            return [self.random.choice(fields)]
        chosen = [each for each in fields if is_required_input_field(each[1]) or (depth > 0 and self._chance(0.6))]
        self.random.shuffle(chosen)
        return chosen

    def _variable(self, type_: GraphQLInputType, *, has_default: bool, depth: int = 2) -> str:
        """A variable that may stand at a position of this type: an own one, or one that is there already."""
        declared: GraphQLInputType = type_
        default = None
        if isinstance(type_, GraphQLNonNull):
            if self._chance(0.35):
                # Nullable where null isn't taken: allowed since one of the two has a default.
                declared = type_.of_type
                if not has_default or self._chance(0.5):
                    default = self._constant(type_)
        elif self._chance(0.3):
            declared = GraphQLNonNull(type_)
        if default is None and self._chance(0.25):
            default = self._constant(declared)
        for known in self._variables.values():
            fits = str(known.type) == str(declared) and (default is None or known.default is not None)
            if fits and self._chance(0.5):
                return f"${known.name}"
        name = f"v{len(self._variables)}"
        self._variables[name] = Variable(name, declared, default)
        return f"${name}"

    def _wrong(self, type_: GraphQLInputType) -> Any:
        given = self._given(type_)
        if isinstance(given, dict) and self._chance(0.6):
            name = self.random.choice([*given, "unknown"])
            return given | {name: self.random.choice(_ODD_VALUES)}
        if isinstance(given, list) and self._chance(0.6):
            # Now and then more that is wrong than graphql-core tells of.
            return [*given, *[self.random.choice(_ODD_VALUES)] * self.random.choice((1, 1, 1, 60))]
        return self.random.choice(_ODD_VALUES)

    def _given(self, type_: GraphQLInputType, depth: int = 2) -> Any:
        """A value that a client could send for a variable of this type."""
        if isinstance(type_, GraphQLNonNull):
            type_ = type_.of_type
        elif self._chance(0.15):
            return None
        if isinstance(type_, GraphQLList):
            if self._chance(0.2):
                return self._given(GraphQLNonNull(_nullable(type_.of_type)), depth)
            return [self._given(type_.of_type, depth) for _ in range(self.random.randint(0, 3))]
        if isinstance(type_, GraphQLEnumType):
            return self.random.choice(list(type_.values))
        if isinstance(type_, GraphQLInputObjectType):
            fields = self._input_fields(type_, depth)
            one_of = type_.is_one_of
            return {
                name: self._given(GraphQLNonNull(_nullable(each.type)) if one_of else each.type, depth - 1)
                for name, each in fields
            }
        assert isinstance(type_, GraphQLScalarType)
        return self.random.choice(self._scalar(type_))[1]

    def _scalar(self, type_: GraphQLScalarType) -> Scalars:
        return self.scalars.get(type_.name) or SCALARS.get(type_.name) or SCALARS["String"]


_BOOLEAN = GraphQLNonNull(GraphQLBoolean)
_BOTH = (["skip", "include"], ["include", "skip"])
_possibles: dict[tuple[int, str], tuple[GraphQLSchema, frozenset[str]]] = {}


def _possible(schema: GraphQLSchema, type_: Composite) -> frozenset[str]:
    key = (id(schema), type_.name)
    if key not in _possibles:
        possible = [type_] if isinstance(type_, GraphQLObjectType) else schema.get_possible_types(type_)
        # The schema is kept with it, or another one could come to have its id.
        _possibles[key] = schema, frozenset(each.name for each in possible)
    return _possibles[key][1]


def _nullable(type_: Any) -> Any:
    return type_.of_type if isinstance(type_, GraphQLNonNull) else type_


def _has_default(definition: GraphQLArgument | GraphQLInputField) -> bool:
    return definition.default is not None or definition.default_value is not Undefined
