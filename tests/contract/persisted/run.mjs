// Runs one query four times with a client that sends hashes: the arguments are the endpoint's URL, "apollo" or "urql",
// and "GET" or "POST". Prints one line of JSON for each request (method, whether it had a document, status), and for
// each result.
import { createHash } from "node:crypto";

import { ApolloClient, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { Client, fetchExchange } from "@urql/core";
import { persistedExchange } from "@urql/exchange-persisted";

const [url, name, method] = process.argv.slice(2);
const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const say = (line) => console.log(JSON.stringify(line));

async function told(address, options) {
  const response = await fetch(address, options);
  const had = options.body ? JSON.parse(options.body).query : new URL(address).searchParams.get("query");
  say({ request: options.method, hasDocument: Boolean(had), status: response.status });
  return response;
}

function apollo() {
  const link = new PersistedQueryLink({ sha256, useGETForHashedQueries: method === "GET" });
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: link.concat(new HttpLink({ uri: url, fetch: told })),
  });
  const query = gql`query Greet { __typename }`;
  return async () => (await client.query({ query, fetchPolicy: "no-cache" })).data;
}

function urql() {
  const client = new Client({
    url,
    fetch: told,
    preferGetMethod: false,
    exchanges: [
      persistedExchange({ preferGetForPersistedQueries: method === "GET", generateHash: async (text) => sha256(text) }),
      fetchExchange,
    ],
  });
  return async () => {
    const { data, error } = await client.query("query Hello { __typename }", {}, { requestPolicy: "network-only" });
    if (error) throw error;
    return data;
  };
}

const run = { apollo, urql }[name]();
for (let time = 0; time < 4; time++) say({ result: await run() });
