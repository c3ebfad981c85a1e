/** The network between a browser and the server under test, for tests that break it. */
import { once } from "node:events";
import { connect, createServer } from "node:net";

/**
 * Runs `use(network)` with a server that passes everything on to the one at `url`. `network.url` is its address;
 * `cut()` ends all connections and takes no new ones, `freeze()` swallows all that is sent, as a network does that
 * went away without a word; `mend()` makes it work again, for new connections.
 */
export async function withNetwork(url, use) {
  const { hostname, port } = new URL(url);
  let state = "works";
  const sockets = new Set();
  const hangUp = () => sockets.forEach((socket) => socket.destroy());

  const server = createServer((near) => {
    if (state === "cut") return near.destroy();
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ]) {
      sockets.add(from);
      from.on("data", (bytes) => state === "frozen" || to.write(bytes));
      from.on("error", () => from.destroy());
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  const become = (next) => {
    state = next;
    if (next !== "frozen") hangUp();
  };
  try {
    return await use({
      url: `http://127.0.0.1:${server.address().port}`,
      cut: () => become("cut"),
      freeze: () => become("frozen"),
      mend: () => become("works"),
    });
  } finally {
    hangUp();
    server.close();
  }
}
