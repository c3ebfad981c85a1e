/** Opens pages of the server under test, and holds each of them to what every page must keep to. */
import assert from "node:assert/strict";
import { after, before } from "node:test";

import { chromium } from "playwright-core";

import { findChromium } from "./chromium.mjs";

/** The server under test, from the Python test that started it. */
export const BASE_URL = process.env.BASE_URL;

let browser;
before(async () => {
  browser = await chromium.launch(findChromium());
});
after(() => browser.close());

/**
 * Runs `use(page, faults)` on a fresh page at `path` or address, with storage of its own. Fails on what `use` asserts,
 * and on any fault: an error in the console, a failed request or a request to another host. A test that breaks the
 * network takes the faults of that time out of the list.
 */
export async function withPage(path, use) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const address = new URL(path, BASE_URL);
  const faults = watch(page, address.host);
  try {
    await page.goto(address.href);
    await use(page, faults);
    assert.deepEqual(faults, []);
  } catch (cause) {
    throw faults.length ? new Error(`the page is at fault:\n${faults.join("\n")}`, { cause }) : cause;
  } finally {
    await context.close();
  }
}

function watch(page, host) {
  const faults = [];
  const isElsewhere = (url) => /^(https?|wss?):/.test(url) && new URL(url).host !== host;
  page.on("pageerror", (error) => faults.push(`exception: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()}`);
  });
  page.on("requestfailed", (request) => {
    const { errorText } = request.failure();
    // A page that is left takes back what it still waits for.
    if (errorText !== "net::ERR_ABORTED") faults.push(`failed: ${request.url()} ${errorText}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) faults.push(`${response.status()}: ${response.url()}`);
  });
  page.on("request", (request) => {
    if (isElsewhere(request.url())) faults.push(`to another host: ${request.url()}`);
  });
  page.on("websocket", (socket) => {
    if (isElsewhere(socket.url())) faults.push(`to another host: ${socket.url()}`);
    socket.on("socketerror", (error) => faults.push(`websocket: ${error}`));
  });
  return faults;
}
