import type { GraphiQLProps } from "graphiql";

type Tab = NonNullable<GraphiQLProps["defaultTabs"]>[number];

// Vite reads these arguments when it builds: they must be literals.
const operations = import.meta.glob<string>("./examples/*.graphql", { query: "?raw", import: "default", eager: true });
const variables = import.meta.glob<string>("./examples/*.json", { query: "?raw", import: "default", eager: true });

/**
 * One tab per example, in the order of the file names: the main job from registration to the figures. The first has
 * its values inside, since GraphiQL leaves the variables editor of the tab that it opens with empty.
 */
export const examples: Tab[] = Object.keys(operations)
  .sort()
  .map((path) => ({
    query: operations[path] ?? null,
    variables: variables[path.replace(".graphql", ".json")] ?? null,
  }));
