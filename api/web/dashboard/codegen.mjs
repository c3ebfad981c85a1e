/**
 * Prints operations.ts: the operations of operations.graphql with the types that schema.graphql gives them. Fails on an
 * operation that the schema does not allow.
 */
import { readFileSync } from "node:fs";

import { codegen } from "@graphql-codegen/core";
import * as documents from "@graphql-codegen/typed-document-node";
import * as types from "@graphql-codegen/typescript-operations";
import { parse } from "graphql";

const read = (path) => parse(readFileSync(new URL(path, import.meta.url), "utf8"));

const generated = await codegen({
  filename: "operations.ts",
  schema: read("../../../schema.graphql"),
  documents: [{ location: "operations.graphql", document: read("operations.graphql") }],
  config: {
    documentMode: "string",
    scalars: { ID: "string", DateTime: "string" },
    defaultScalarType: "unknown",
    skipTypename: true,
    inlineFragmentTypes: "combine",
    useTypeImports: true,
  },
  plugins: [{ types: {} }, { documents: {} }],
  pluginMap: { types, documents },
});
process.stdout.write(
  `// Generated from operations.graphql and schema.graphql by \`npm run generate\`: do not edit.\n${generated}\n`,
);
