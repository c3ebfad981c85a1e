import assert from "node:assert/strict";
import { test } from "node:test";

import { BASE_URL, withPage } from "./page.mjs";

const PHONE = { width: 360, height: 740 };

test("a view of the page is reported as one scan", () =>
  withPage(BASE_URL, async (page) => {
    const before = await reports(page, 1);
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await page.reload();
    assert.equal(await reports(page, before + 1), before + 1, "and the next view as another");
  }));

test("what is not on the screen is not reported until it is", () =>
  withPage(BASE_URL, async (page) => {
    const before = await reports(page, 1);
    for (const [property, unseen, seen, event] of [
      ["visibilityState", "hidden", "visible", "visibilitychange"],
      ["prerendering", true, false, "prerenderingchange"],
    ]) {
      const other = await page.context().newPage();
      const pretend = ([name, value]) => Object.defineProperty(document, name, { value, configurable: true });
      await other.addInitScript(pretend, [property, unseen]);
      await other.goto(BASE_URL, { waitUntil: "networkidle" });
      const unreported = await reports(other, 0);
      await other.evaluate(pretend, [property, seen]);
      await other.evaluate((name) => document.dispatchEvent(new Event(name)), event);
      assert.equal(await reports(other, unreported + 1), unreported + 1);
      await other.close();
    }
    assert.equal(await reports(page, 0), before + 2);
  }));

test("the page needs no JavaScript and fits a phone", () =>
  withPage(BASE_URL, async (page) => {
    const context = await page.context().browser().newContext({ javaScriptEnabled: false, viewport: PHONE });
    const phone = await context.newPage();
    await phone.goto(BASE_URL);
    await phone.getByRole("heading", { level: 1, name: "BAT-2026-001" }).waitFor();
    await phone.getByRole("heading", { name: "Active" }).waitFor();
    await phone.getByText("48\u00a0V").waitFor();
    const width = await phone.evaluate(() => document.documentElement.scrollWidth);
    assert.equal(width, PHONE.width, "nothing sticks out at the side");
    await context.close();
  }));

for (const colorScheme of ["light", "dark"]) {
  test(`the text stands out on its ground, ${colorScheme}`, () =>
    withPage(BASE_URL, async (page) => {
      await page.emulateMedia({ colorScheme });
      for (const { text, ratio } of await page.evaluate(contrasts)) {
        assert.ok(ratio >= 4.5, `${text}: ${ratio.toFixed(2)} is below WCAG 2.2's 4.5`);
      }
    }));
}

/** How many scans were reported, once there are at least `atLeast`; a report is on its way for a moment. */
async function reports(page, atLeast) {
  let count = 0;
  for (let tries = 0; tries < 100; tries++) {
    count = await page.evaluate(() => fetch("/reports").then((response) => response.json()));
    if (count >= atLeast) break;
    await page.waitForTimeout(50);
  }
  assert.ok(count >= atLeast, `${count} scans were reported, not ${atLeast}`);
  return count;
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
