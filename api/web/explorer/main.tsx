import "graphiql/setup-workers/vite";
import "graphiql/style.css";
import "./explorer.css";

import { HISTORY_PLUGIN } from "@graphiql/plugin-history";
import { GraphiQL } from "graphiql";
import { createRoot } from "react-dom/client";

import { examples } from "./examples";
import { fetcher } from "./fetcher";
import { SIGN_IN_PLUGIN } from "./SignIn";

const PLUGINS = [SIGN_IN_PLUGIN, HISTORY_PLUGIN];

/** The variables editor takes any JSON for this scalar; by default it takes scalars only for those it does not know. */
const SCALARS = { JSON: {} };

createRoot(document.getElementById("explorer")!).render(
  <GraphiQL
    fetcher={fetcher}
    defaultTabs={examples}
    defaultEditorToolsVisibility="variables"
    plugins={PLUGINS}
    visiblePlugin={SIGN_IN_PLUGIN.title}
    customScalarSchemas={SCALARS}
    inputValueDeprecation
  >
    <GraphiQL.Logo>ExportReady</GraphiQL.Logo>
  </GraphiQL>,
);
