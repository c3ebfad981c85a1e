import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { newCompany, PASSWORD, refresh, scan } from "./company.mjs";
import { withNetwork } from "./network.mjs";
import { BASE_URL, withPage } from "./page.mjs";

const AXE = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

test("a scan by another client appears within a second, with its place and device", async () => {
  const company = await newCompany();
  await withPage("/dashboard", async (page) => {
    await signIn(page, company);
    await isLive(page);
    await page.getByText("No scans yet.").waitFor();
    await figureIs(page, "Passports issued", "20");
    await figureIs(page, "Quota left", "80");

    await scan(company.packs[0]);
    const row = page.locator("#feed li");
    await row.waitFor({ timeout: 1_000 });
    assert.match(await row.innerText(), /London, United Kingdom\s+TEL-1 · Telecom racks, November\s+.*\s+Phone/);
    await page.getByText("1 scan in the last hour").waitFor();
  });
});

test("scans of the past are there, counted by minute and by batch", async () => {
  const company = await newCompany();
  await scan(...company.packs.slice(0, 4), ...company.scooters.slice(0, 7));
  await withPage("/dashboard", async (page) => {
    await signIn(page, company);
    await isLive(page);
    assert.deepEqual(
      await serials(page),
      [...serialsOf(company.packs, 4), ...serialsOf(company.scooters, 7)].reverse(),
    );
    const ranking = await page.locator("#ranking li").allInnerTexts();
    assert.deepEqual(
      ranking.map((rank) => rank.split(/\s*\n\s*/).slice(0, 2)),
      [
        ["E-scooter packs, week 41", "7 scans"],
        ["Telecom racks, November", "4 scans"],
      ],
    );
    await page.getByText("As a table").click();
    const counts = page.locator("#chart-table td:last-child");
    await counts.first().waitFor();
    assert.equal(
      (await counts.allInnerTexts()).reduce((sum, count) => sum + Number(count), 0),
      11,
    );
  });
});

test("after the network was cut, what was missed is there once and in order", async () => {
  const company = await newCompany();
  await withNetwork(BASE_URL, (network) =>
    withPage(`${network.url}/dashboard`, async (page, faults) => {
      await signIn(page, company);
      await isLive(page);
      await scan(company.packs[0]);
      await page.getByText("TEL-1", { exact: true }).waitFor();
      assert.deepEqual(faults, []);

      await page.context().setOffline(true);
      network.cut();
      await page.getByText("Offline, reconnecting").waitFor();
      await scan(...company.packs.slice(1, 8));
      assert.deepEqual(await serials(page), ["TEL-1"]);
      network.mend();
      await page.context().setOffline(false);

      await isLive(page);
      await page.getByText("8 scans in the last hour").waitFor();
      assert.deepEqual(await serials(page), serialsOf(company.packs, 8).reverse());
      faults.length = 0;

      await scan(company.packs[8]);
      await page.getByText("9 scans in the last hour").waitFor();
      assert.deepEqual(await serials(page), serialsOf(company.packs, 9).reverse());
    }),
  );
});

test("a network that went away without a word is noticed, as after sleep", async () => {
  const company = await newCompany();
  await withNetwork(BASE_URL, (network) =>
    withPage(`${network.url}/dashboard`, async (page, faults) => {
      await page.clock.install();
      await signIn(page, company);
      await isLive(page);
      network.freeze();
      await scan(...company.packs.slice(0, 3));
      await page.clock.runFor("00:11");
      await page.getByText("Offline, reconnecting").waitFor();
      network.mend();
      await page.clock.runFor("00:31");
      await isLive(page);
      assert.deepEqual(await serials(page), serialsOf(company.packs, 3).reverse());
      faults.length = 0;
    }),
  );
});

test("many missed scans are caught up with, each counted once", async () => {
  const company = await newCompany();
  await withNetwork(BASE_URL, (network) =>
    withPage(`${network.url}/dashboard`, async (page, faults) => {
      await signIn(page, company);
      await isLive(page);
      network.cut();
      await page.getByText("Offline, reconnecting").waitFor();
      const missed = Array.from({ length: 1_200 }, (_, index) => company.packs[index % 10]);
      await scan(...missed);
      network.mend();
      await page.getByText("1,200 scans in the last hour").waitFor();
      await isLive(page);
      faults.length = 0;

      // A page that begins now reads the newest thousand, and says since when it knows.
      await page.reload();
      await isLive(page);
      await page.getByText("1,000 scans since").waitFor();
    }),
  );
});

test("a socket that ends with its token is opened again, and nothing is lost", async () => {
  const company = await newCompany();
  await withPage("/dashboard", async (page) => {
    const sockets = [];
    await page.routeWebSocket("**/graphql", (socket) => {
      socket.connectToServer();
      sockets.push(socket);
    });
    await signIn(page, company);
    await isLive(page);
    await sockets[0].close({ code: 4403, reason: "Forbidden" });
    await scan(...company.packs.slice(0, 3));
    await page.getByText("3 scans in the last hour").waitFor();
    assert.equal(sockets.length, 2);
    assert.deepEqual(await serials(page), serialsOf(company.packs, 3).reverse());
  });
});

test("where the server does not go on from the cursor, everything is read anew", async () => {
  const company = await newCompany();
  await scan(...company.packs.slice(0, 2));
  await withPage("/dashboard", async (page) => {
    let isRefused = false;
    await page.routeWebSocket("**/graphql", (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((text) => {
        const { id, type } = JSON.parse(text);
        if (type !== "subscribe" || isRefused) return server.send(text);
        isRefused = true;
        const payload = [{ message: "Read anew.", extensions: { code: "RESYNC_REQUIRED" } }];
        socket.send(JSON.stringify({ id, type: "error", payload }));
      });
    });
    await signIn(page, company);
    await isLive(page);
    assert.ok(isRefused);
    await scan(...company.packs.slice(2, 4));
    await page.getByText("4 scans in the last hour").waitFor();
    assert.deepEqual(await serials(page), serialsOf(company.packs, 4).reverse());
  });
});

test("tokens are exchanged before they end, and survive a reload", async () => {
  const company = await newCompany();
  await withPage("/dashboard", async (page) => {
    await page.clock.install();
    await signIn(page, company);
    await isLive(page);
    const exchange = page.waitForRequest((request) => request.postData()?.includes("tokenRefresh"));
    await page.clock.fastForward("14:30");
    const { data } = await (await (await exchange).response()).json();
    const [next] = await Promise.all([
      page.waitForRequest((request) => request.postData()?.includes("query Overview")),
      page.clock.runFor("00:31"),
    ]);
    assert.equal(next.headers().authorization, `Bearer ${data.tokenRefresh.accessToken}`);

    await page.reload();
    await page.getByRole("heading", { name: company.companyName }).waitFor();
    assert.equal(await page.evaluate(() => sessionStorage.length), 0);
  });
});

test("who has lost their session is asked to sign in again", async () => {
  const company = await newCompany();
  await withPage("/dashboard", async (page) => {
    await page.clock.install();
    const login = page.waitForResponse((response) => response.request().postData()?.includes("mutation Login"));
    await signIn(page, company);
    await isLive(page);
    const { data } = await (await login).json();
    await refresh(data.login.refreshToken);
    await page.clock.fastForward("14:30");
    await page.getByText("Your session has ended. Sign in again.").waitFor();
    assert.equal(await page.getByText(company.companyName).count(), 0);
  });
});

test("a refused sign-in says why, and signing out leaves nothing behind", async () => {
  const company = await newCompany();
  await withPage("/dashboard", async (page) => {
    await signIn(page, { email: company.email, password: "not the right password" });
    await page.getByText("E-mail or password is wrong.").waitFor();
    await signIn(page, company);
    await isLive(page);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    assert.equal(await page.getByText(company.companyName).count(), 0);
    await page.reload();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  });
});

for (const colorScheme of ["light", "dark"]) {
  test(`nothing stands in the way of anybody: ${colorScheme}`, async () => {
    const company = await newCompany();
    await scan(...company.packs, ...company.scooters.slice(0, 3));
    await withPage("/dashboard", async (page) => {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await isAccessible(page);
      await page.keyboard.press("Tab");
      await signIn(page, company);
      await isLive(page);
      await page.getByText("As a table").click();
      await isAccessible(page);
      await page.getByText("As a table").click();
      await page.setViewportSize({ width: 390, height: 844 });
      await isAccessible(page);
      const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement);
      assert.equal(scrollWidth, clientWidth);
    });
  });
}

test("everything can be done with the keyboard", async () => {
  const company = await newCompany();
  await withPage("/dashboard", async (page) => {
    await page.keyboard.type(company.email);
    await page.keyboard.press("Tab");
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press("Enter");
    await isLive(page);
    assert.equal(await page.evaluate(() => document.activeElement.id), "company");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("table").waitFor();
    await page.getByRole("button", { name: "Sign out" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.name), "email");
  });
});

async function signIn(page, { email, password = PASSWORD }) {
  await page.getByLabel("Email address").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

function isLive(page) {
  return page.getByText("Live", { exact: true }).waitFor();
}

async function figureIs(page, name, value) {
  await page.locator("#figures div", { hasText: name }).getByText(value, { exact: true }).waitFor();
}

/** The serial numbers in the feed, from the top. */
function serials(page) {
  return page.locator("#feed .serial").allTextContents();
}

function serialsOf(passports, count) {
  return passports.slice(0, count).map((passport) => passport.serialNumber);
}

async function isAccessible(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  assert.deepEqual(
    violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)]),
    [],
  );
}
