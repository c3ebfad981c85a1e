// Runs subscriptions with the npm package `graphql-ws`: the arguments are the socket's URL, the Authorization, and JSON
// with a list of { query, variables, take }, where `take` is null for all results to the end. Prints "ready" when all
// are sent, then one line of JSON for each result.
import { createClient } from "graphql-ws";
import { WebSocket } from "ws";

const [url, Authorization, requests] = process.argv.slice(2);
const client = createClient({
  url,
  webSocketImpl: WebSocket,
  connectionParams: { Authorization },
  lazy: false,
  retryAttempts: 0,
  onNonLazyError: (error) => {
    throw error;
  },
});

async function run({ query, variables, take }, index) {
  const results = client.iterate({ query, variables });
  for await (const result of results) {
    console.log(JSON.stringify({ index, result }));
    if (take !== null && --take === 0) break;
  }
}

const running = JSON.parse(requests).map(run);
console.log("ready");
await Promise.all(running);
await client.dispose();
