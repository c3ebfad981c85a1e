import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

import { newCompany } from "./company.mjs";
import { withPage } from "./page.mjs";

const PHONE = { width: 360, height: 740 };

test("a view of the page is reported as one scan", () =>
  withPassport(async (page, { counted }) => {
    assert.equal(await counted(1), 1);
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await page.reload();
    assert.equal(await counted(2), 2, "and the next view as another");
  }));

test("what is not on the screen is not reported until it is", () =>
  withPassport(async (page, { address, counted }) => {
    let expected = await counted(1);
    for (const [property, unseen, seen, event] of [
      ["visibilityState", "hidden", "visible", "visibilitychange"],
      ["prerendering", true, false, "prerenderingchange"],
    ]) {
      const other = await page.context().newPage();
      const pretend = ([name, value]) => Object.defineProperty(document, name, { value, configurable: true });
      await other.addInitScript(pretend, [property, unseen]);
      await other.goto(address, { waitUntil: "networkidle" });
      assert.equal(await counted(expected), expected);
      await other.evaluate(pretend, [property, seen]);
      await other.evaluate((name) => document.dispatchEvent(new Event(name)), event);
      expected += 1;
      assert.equal(await counted(expected), expected);
      await other.close();
    }
  }));

test("the page needs no JavaScript and fits a phone", () =>
  withPassport(async (page, { address, serial }) => {
    const context = await page.context().browser().newContext({ javaScriptEnabled: false, viewport: PHONE });
    const phone = await context.newPage();
    await phone.goto(address);
    await phone.getByRole("heading", { level: 1, name: serial }).waitFor();
    await phone.getByRole("heading", { name: "Active" }).waitFor();
    await phone.getByText("48\u00a0V").waitFor();
    const width = await phone.evaluate(() => document.documentElement.scrollWidth);
    assert.equal(width, PHONE.width, "nothing sticks out at the side");
    await context.close();
  }));

for (const colorScheme of ["light", "dark"]) {
  test(`the text stands out on its ground, ${colorScheme}`, () =>
    withPassport(async (page) => {
      await page.emulateMedia({ colorScheme });
      for (const { text, ratio } of await page.evaluate(contrasts)) {
        assert.ok(ratio >= 4.5, `${text}: ${ratio.toFixed(2)} is below WCAG 2.2's 4.5`);
      }
    }));
}

/**
 * Runs `use(page, passport)` on the page of a new company's passport. `counted(atLeast)` is how many scans of it the
 * company has, once there are at least as many; a report is on its way for a moment.
 */
async function withPassport(use) {
  const company = await newCompany("Acme Batteries", 1);
  const [passport] = company.packs;
  const counted = async (atLeast) => {
    let count = 0;
    for (let tries = 0; tries < 100; tries++) {
      count = await company.scansOf(passport);
      if (count >= atLeast) return count;
      await delay(50);
    }
    assert.fail(`${count} scans were counted, not ${atLeast}`);
  };
  await withPage(`/p/${passport.uuid}`, (page) =>
    use(page, { address: page.url(), serial: passport.serialNumber, counted }),
  );
}

/** The contrast of each text on the page (WCAG 2.2, 1.4.3); runs in the page. */
function contrasts() {
  const channels = (color) => color.match(/[\d.]+/g).map(Number);
  const linear = (value) => (value <= 10.31475 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const ground = (element) => {
    const color = channels(getComputedStyle(element).backgroundColor);
    return color[3] === 0 && element.parentElement ? ground(element.parentElement) : color;
  };
  return [...document.querySelectorAll("p, h1, h2, dt, dd, a, code")].map((element) => {
    const [light, dark] = [channels(getComputedStyle(element).color), ground(element)]
      .map(luminance)
      .sort((a, b) => b - a);
    return { text: element.textContent.trim(), ratio: (light + 0.05) / (dark + 0.05) };
  });
}
