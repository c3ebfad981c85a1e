"""A schema with every construct of GraphQL's type system, whose resolvers do everything that resolvers can do."""

from enum import Enum
from typing import Any

from graphql import GraphQLEnumType, GraphQLScalarType, GraphQLSchema, GraphQLUnionType, build_schema

from tests.resolvers.engine.values import SomethingElse
from tests.resolvers.engine.worlds import is_type_of, settle

_SCHEMA = '''
"""Takes and gives few values."""
scalar Picky
scalar JSON
scalar Decimal

enum Color { RED GREEN BLUE }
enum Size { SMALL LARGE @deprecated(reason: "Too large.") }

interface Node { id: ID! }
interface Named implements Node { id: ID! name(style: Style = {}): String }
interface Sized implements Named & Node { id: ID! name(style: Style = {}): String size: Size! parts: [Sized!] }
interface Lonely { only: Lonely }

input Style {
  color: Color! = RED
  depth: Int! = 2
  width: Float = 1.5
  label: String
  tags: [String!]! = ["a", "b"]
  grid: [[Int]]
  inner: Style
  extra: JSON = {a: 1}
  picky: Picky
}
input Point { x: Int! y: Int! z: Float! = 0 }
input Choice @oneOf { number: Int text: String style: Style points: [Point!] }

type Box implements Sized & Named & Node {
  id: ID!
  name(style: Style = {}): String
  size: Size!
  parts: [Sized!]
  lid: Lid
  firmLid: Lid!
  colors: [Color!]!
}
type Lid implements Named & Node {
  id: ID!
  name(style: Style = {}): String
  box: Box
  weight: Float!
  again: Lid!
}
type Bag implements Node {
  id: ID!
  content: [Anything]
  firmContent: [Anything!]!
  nested: [[Leaves!]!]
}
type Pebble implements Lonely { only: Lonely weight(unit: String! = "g", factor: Float): Float }
type Grain implements Lonely { only: Lonely count: Int! }

type Leaves {
  int: Int
  firmInt: Int!
  float: Float
  string: String
  firmString: String!
  id: ID
  boolean: Boolean
  color: Color
  firmColor: Color!
  size: Size @deprecated
  picky: Picky
  firmPicky: Picky!
  json: JSON
  decimal: Decimal
  ints: [Int]
  firmInts: [Int!]
  allFirm: [Int!]!
  outerFirm: [Int]!
  matrix: [[Int!]]
  firmMatrix: [[Float!]!]!
  pickies: [Picky!]
  argued(
    int: Int, firmInt: Int! = 5, float: Float = 0.5, string: String = "s", id: ID, boolean: Boolean = null,
    color: Color = GREEN, size: Size, picky: Picky, json: JSON, decimal: Decimal,
    ints: [Int!] = [1], matrix: [[Int]], style: Style, choice: Choice, points: [Point!]! = [{x: 1, y: 2}]
  ): String
  demanding(point: Point!, colors: [Color!]!, flag: Boolean!): JSON!
}

union Anything = Box | Lid | Bag | Leaves | Pebble
union Container = Box | Bag

type Query {
  leaves: Leaves
  firmLeaves: Leaves!
  node(id: ID!): Node
  nodes(ids: [ID!]! = ["a"], first: Int = 2): [Node]!
  named: Named
  sized: [Sized!]!
  lonely: Lonely
  anything(choice: Choice): Anything
  anythings: [Anything!]
  container: Container!
  containers: [[Container]!]
  box(style: Style): Box
  bags: [Bag!]!
  list: [Leaves]
  firmList: [Leaves!]!
  query: Query
  firmQuery: Query!
  text: String
  firmText: String!
}

type Mutation {
  makeBox(style: Style! = {color: BLUE}, point: Point): Box
  makeFirm(choice: Choice): Bag!
  text(value: String = "v"): String
  firmText: String!
  makeMany(points: [Point!]): [Named!]
  query: Query!
}

type Subscription {
  leaves: Leaves
  firmLeaves(style: Style): Leaves!
  node(id: ID): Node
  anythings: [Anything!]!
  text: String!
}
'''


class Colors(Enum):
    """What the enum's names mean inside."""

    GREEN = "g"


def _serialize_picky(value: Any) -> Any:
    if value == "nothing":
        return None
    if value not in ("fine", 7):
        raise ValueError(f"{value!r} is not fine")
    return value


def _parse_picky(value: Any) -> Any:
    if value not in ("fine", 7):
        raise ValueError("neither fine nor 7")
    return {"picked": value}


def everything() -> GraphQLSchema:
    """The schema, made anew."""
    schema = build_schema(_SCHEMA)
    picky = schema.type_map["Picky"]
    assert isinstance(picky, GraphQLScalarType)
    picky.coerce_output_value = _serialize_picky
    picky.coerce_input_value = _parse_picky
    color = schema.type_map["Color"]
    assert isinstance(color, GraphQLEnumType)
    for name, value in {"RED": 1, "GREEN": Colors.GREEN, "BLUE": SomethingElse}.items():
        color.values[name].value = value
    settle(schema)
    # The possible types of these are asked whether it's them.
    for name in ("Container", "Anything"):
        union = schema.type_map[name]
        assert isinstance(union, GraphQLUnionType)
        union.resolve_type = None
        for each in union.types:
            each.is_type_of = is_type_of(each.name)
    return schema
