import assert from "node:assert/strict";
import { test } from "node:test";

import { newCompany, PASSWORD, scan } from "./company.mjs";
import { withPage } from "./page.mjs";

const ME = "query Probe { me { role } }";

test("the examples are there, one in each tab", () =>
  withExplorer(async (page) => {
    const names = ["Register", "Login", "Me", "BatchCreate", "Batch", "Dashboard", "ScanAdded"];
    const tabs = page.locator(".graphiql-tab-button");
    assert.deepEqual(await tabs.allTextContents(), names);

    await tabs.nth(3).click();
    await shows(page, "query", "mutation BatchCreate($input: BatchCreateInput!)");
    await shows(page, "variables", '"batchName": "Q1-2026-Production"');
  }));

test("an operation runs as the one who signed in, until they sign out", async () => {
  const company = await newCompany();
  await withExplorer(async (page) => {
    await signIn(page, company);
    await run(page, ME);
    await shows(page, "response", '"role": "OWNER"');

    await page.reload();
    await page.getByText(`Signed in to ${company.companyName}`).waitFor();
    await shows(page, "query", ME);
    const logout = page.waitForRequest((request) => request.postData()?.includes("logout"));
    await page.getByRole("button", { name: "Sign out" }).click();
    assert.match((await logout).headers().authorization, /^Bearer ./);
    await run(page, ME);
    await shows(page, "response", '"code": "UNAUTHENTICATED"');
  });
});

test("a refused sign-in says why", async () => {
  const { email } = await newCompany();
  await withExplorer(async (page) => {
    await fillSignIn(page, email, "not the right password");
    await page.getByText("E-mail or password is wrong.").waitFor();
  });
});

test("a header from the headers editor takes the place of the sign-in's", async () => {
  const company = await newCompany();
  await withExplorer(async (page) => {
    await signIn(page, company);
    await page.getByRole("button", { name: "Headers" }).click();
    await write(page, "header", '{ "authorization": "Bearer mine" }');
    await run(page, ME);
    await shows(page, "response", '"code": "UNAUTHENTICATED"');
  });
});

test("a subscription brings the scans behind its cursor, then each new one", async () => {
  const company = await newCompany();
  await scan(company.packs[0]);
  await withExplorer(async (page) => {
    await signIn(page, company);
    const after = JSON.stringify(company.feedCursor);
    await run(page, `subscription Probe { scanAdded(after: ${after}) { scan { serialNumber city } } }`);
    await shows(page, "response", '"serialNumber": "TEL-1"');
    await scan(company.packs[1]);
    await shows(page, "response", '"serialNumber": "TEL-2"');
    await shows(page, "response", '"city": "London"');
  });
});

test("the documentation shows the schema's descriptions", () =>
  withExplorer(async (page) => {
    await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
    await page.getByRole("link", { name: "Query" }).click();
    await page.getByText("The company's figures as they are now.").waitFor();
  }));

/** Runs `use` when the editors are there: GraphiQL draws its tabs before it can fill them. */
function withExplorer(use) {
  return withPage("/graphql", async (page) => {
    await shows(page, "query", "mutation Register");
    await use(page);
  });
}

async function signIn(page, { email, companyName }) {
  await fillSignIn(page, email, PASSWORD);
  await page.getByText(`Signed in to ${companyName} as ${email}`).waitFor();
}

async function fillSignIn(page, email, password) {
  await page.getByLabel("Email address").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** Runs an operation called Probe; GraphiQL takes a moment to see the name, and the tab shows when it has. */
async function run(page, operation) {
  await write(page, "query", operation);
  await page.locator(".graphiql-tab-button", { hasText: "Probe" }).waitFor();
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
