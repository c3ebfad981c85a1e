import assert from "node:assert/strict";
import { test } from "node:test";

import { withPage } from "./page.mjs";

test("the examples are there, one in each tab", () =>
  withExplorer(async (page) => {
    const tabs = page.locator(".graphiql-tab-button");
    assert.deepEqual(await tabs.allTextContents(), ["Register", "Login", "Me", "BatchCreate", "Batch", "Dashboard"]);

    await tabs.nth(3).click();
    await shows(page, "query", "mutation BatchCreate($input: BatchCreateInput!)");
    await shows(page, "variables", '"batchName": "Q1-2026-Production"');
  }));

test("an operation runs as the one who signed in, until they sign out", () =>
  withExplorer(async (page) => {
    await signIn(page, "right password");
    await page.getByText("Signed in to Acme Batteries as admin@acme.example").waitFor();
    await run(page, "query Echo { authorization }");
    await shows(page, "response", '"authorization": "Bearer given"');

    await page.reload();
    await page.getByText("Signed in to Acme Batteries").waitFor();
    await shows(page, "query", "query Echo");
    const logout = page.waitForRequest((request) => request.postData()?.includes("logout"));
    await page.getByRole("button", { name: "Sign out" }).click();
    assert.equal((await logout).headers().authorization, "Bearer given");
    await run(page, "query Echo { authorization }");
    await shows(page, "response", '"authorization": null');
  }));

test("a refused sign-in says why", () =>
  withExplorer(async (page) => {
    await signIn(page, "wrong password");
    await page.getByText("Address or password is wrong.").waitFor();
  }));

test("a header from the headers editor takes the place of the sign-in's", () =>
  withExplorer(async (page) => {
    await signIn(page, "right password");
    await page.getByText("Signed in to").waitFor();
    await page.getByRole("button", { name: "Headers" }).click();
    await write(page, "header", '{ "authorization": "Bearer mine" }');
    await run(page, "query Echo { authorization }");
    await shows(page, "response", '"authorization": "Bearer mine"');
  }));

test("a subscription carries the token in connection_init", () =>
  withExplorer(async (page) => {
    await signIn(page, "right password");
    await page.getByText("Signed in to").waitFor();
    await run(page, "subscription Echo { echoes(count: 3) { number authorization } }");
    await shows(page, "response", '"number": 3');
    await shows(page, "response", '"authorization": "Bearer given"');
  }));

test("the documentation shows the schema's descriptions", () =>
  withExplorer(async (page) => {
    await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
    await page.getByRole("link", { name: "Query" }).click();
    await page.getByText("The Authorization that arrived with the request.").waitFor();
  }));

/** Runs `use` when the editors are there: GraphiQL draws its tabs before it can fill them. */
function withExplorer(use) {
  return withPage("/graphql", async (page) => {
    await shows(page, "query", "mutation Register");
    await use(page);
  });
}

async function signIn(page, password) {
  await page.getByLabel("Email address").fill("admin@acme.example");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** Runs an operation called Echo; GraphiQL takes a moment to see the name, and the tab shows when it has. */
async function run(page, operation) {
  await write(page, "query", operation);
  await page.locator(".graphiql-tab-button", { hasText: "Echo" }).waitFor();
  await page.getByRole("button", { name: /^Execute query/ }).click();
}

const EDITORS = {
  query: ".graphiql-query-editor .monaco-editor",
  variables: ".graphiql-editor-tool .graphiql-editor:not(.hidden) .monaco-editor",
  header: ".graphiql-editor-tool .graphiql-editor:not(.hidden) .monaco-editor",
  response: ".graphiql-response .monaco-editor",
};

/** Pastes, since the editor completes what is typed. */
async function write(page, editor, text) {
  await page.locator(EDITORS[editor]).click();
  await page.keyboard.press("Control+A");
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await page.keyboard.press("Control+V");
}

/** Waits until the editor shows `text` (Monaco draws spaces as no-break spaces). */
async function shows(page, editor, text) {
  const lines = page.locator(`${EDITORS[editor]} .view-line`);
  const pattern = new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll(" ", "\\s"));
  await lines.filter({ hasText: pattern }).first().waitFor();
}
