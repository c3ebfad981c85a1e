import { createGraphiQLFetcher, type Fetcher } from "@graphiql/toolkit";

import { authorization } from "./session";

const endpoint = new URL("/graphql", location.href);

/** Subscriptions open a websocket each (graphql-transport-ws) and send the request headers as connection_init's payload. */
const send = createGraphiQLFetcher({
  url: endpoint.href,
  subscriptionUrl: endpoint.href.replace(/^http/, "ws"),
  enableIncrementalDelivery: false,
});

/** Sends as whoever signed in, unless the headers editor names an Authorization of its own. */
export const fetcher: Fetcher = (operation, options) =>
  send(operation, { ...options, headers: { ...authorization(), ...spelled(options?.headers) } });

/** Header names are case-insensitive, the keys of connection_init's payload are not. */
function spelled(headers: Record<string, string> = {}): Record<string, string> {
  const names = Object.entries(headers).map(([name, value]) => [
    name.toLowerCase() === "authorization" ? "Authorization" : name,
    value,
  ]);
  return Object.fromEntries(names);
}
