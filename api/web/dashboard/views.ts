import type { Connection } from "./feed";
import type { DeviceType, OverviewQuery, ScanFragment } from "./operations";
import { clock, copyOf, counted, element, fill, moment, number } from "./page";

const CONNECTIONS: Record<Connection, string> = {
  live: "Live",
  "catching-up": "Catching up …",
  offline: "Offline, reconnecting …",
};

const DEVICES: Record<DeviceType, string> = {
  MOBILE: "Phone",
  TABLET: "Tablet",
  DESKTOP: "Computer",
  OTHER: "Other device",
};

const FLICKER = 400; // milliseconds that a loss lasts before it is worth a word
const ROWS = 20;
const RANKS = 5;

let worsening: ReturnType<typeof setTimeout>;

export function showConnection(state: Connection): void {
  clearTimeout(worsening);
  const pill = element("connection");
  const show = () => {
    if (pill.dataset.state === state) return;
    pill.dataset.state = state;
    pill.textContent = CONNECTIONS[state];
  };
  if (state === "live") show();
  else worsening = setTimeout(show, FLICKER);
}

export function showFigures(figures: OverviewQuery["dashboard"]): void {
  const { carbonCompliancePct: carbon, pendingExportBatches: pending, totalPassports: passports } = figures;
  const texts: Record<string, string> = {
    totalPassports: number(passports),
    passportsThisWeek: `${number(figures.passportsThisWeek)} this week`,
    quotaBalance: number(figures.quotaBalance),
    quotaUsed: `${number(figures.quotaUsed)} of ${number(figures.quotaLimit)} used`,
    totalBatches: number(figures.totalBatches),
    pendingExportBatches: pending ? `${number(pending)} not yet downloaded` : passports ? "All downloaded" : "",
    carbonCompliancePct: carbon === null ? "–" : `${number(Math.floor(carbon))} %`,
    carbonNote: carbon === null ? "No passports yet" : "of all passports",
  };
  const selected = Object.entries(texts).map(([name, text]) => [`[data-figure=${name}]`, text]);
  fill(element("figures"), Object.fromEntries(selected));
}

/** The newest of these scans (newest first); those that were shown before stay as they are. */
export function showFeed(scans: ScanFragment[]): void {
  const list = element("feed");
  element("feed-empty").hidden = scans.length > 0;
  const shown = scans.findIndex((scan) => scan.id === list.firstElementChild?.id);
  if (shown < 0) {
    list.replaceChildren(...scans.slice(0, ROWS).map(row));
    return;
  }
  for (const scan of scans.slice(0, shown).reverse()) {
    const arrived = row(scan);
    arrived.classList.add("new");
    list.prepend(arrived);
  }
  while (list.children.length > ROWS) list.lastElementChild!.remove();
}

export function place({ city, country }: ScanFragment): string {
  return [city, country].filter(Boolean).join(", ") || "Unknown place";
}

function row(scan: ScanFragment): HTMLElement {
  const item = copyOf("scan");
  item.id = scan.id;
  fill(item, {
    ".place": place(scan),
    ".serial": scan.serialNumber,
    ".batch": scan.batch.batchName,
    time: moment(Date.parse(scan.scannedAt)),
    ".device-name": DEVICES[scan.deviceType],
  });
  item.querySelector("time")!.dateTime = scan.scannedAt;
  item.querySelector("use")!.setAttribute("href", `#${scan.deviceType}`);
  return item;
}

export function showRanking(ranking: [name: string, count: number][], since: number | null): void {
  const most = ranking[0]?.[1] ?? 0;
  const period = since === null ? "In the last 24 hours" : `Since ${moment(since)}`;
  element("ranking-since").textContent = most ? period : `No scans ${period.toLowerCase()}.`;
  element("ranking").replaceChildren(
    ...ranking.slice(0, RANKS).map(([name, count]) => {
      const item = copyOf("ranked");
      fill(item, { ".batch": name, ".count": counted(count, "scan") });
      item.querySelector("rect")!.setAttribute("width", `${(100 * count) / most}%`);
      return item;
    }),
  );
}

/** Scans in each minute, oldest first; what came before `since` is not known. */
export function showChart(minutes: { start: number; count: number }[], since: number): void {
  const known = minutes.filter(({ start }) => start + 60_000 > since);
  const total = known.reduce((sum, { count }) => sum + count, 0);
  const busiest = known.reduce((most, minute) => (minute.count > most.count ? minute : most), { start: 0, count: 0 });
  const top = roundUp(busiest.count);
  const period = known.length < minutes.length ? `since ${clock(since)}` : "in the last hour";
  element("chart-summary").textContent = total
    ? `${counted(total, "scan")} ${period}, at most ${number(busiest.count)} a minute (at ${clock(busiest.start)})`
    : `No scans ${period}`;
  element("chart-top").textContent = number(top);
  element("chart").replaceChildren(
    ...minutes.map(({ start, count }, index) => {
      const isKnown = start + 60_000 > since;
      return isKnown ? bar(index, (100 * count) / top, "") : bar(index, 100, "unknown");
    }),
  );
  const quarters = minutes.filter((_, index) => index % 15 === 0).map(({ start }) => start);
  element("chart-times").replaceChildren(...[...quarters, minutes.at(-1)!.start].map((start) => span(clock(start))));
  if (element<HTMLDetailsElement>("chart-details").open) showTable(known);
}

function showTable(minutes: { start: number; count: number }[]): void {
  const rows = minutes.filter(({ count }) => count).reverse();
  element("chart-table").replaceChildren(
    ...rows.map(({ start, count }) => {
      const line = document.createElement("tr");
      line.insertCell().textContent = clock(start);
      line.insertCell().textContent = number(count);
      return line;
    }),
  );
}

function bar(index: number, height: number, kind: string): SVGElement {
  const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  const attributes = { x: index + 0.1, y: 100 - height, width: 0.8, height, class: kind };
  for (const [name, value] of Object.entries(attributes)) rect.setAttribute(name, String(value));
  return rect;
}

function span(text: string): HTMLElement {
  const made = document.createElement("span");
  made.textContent = text;
  return made;
}

/** The end of an axis that reaches this count: 1, 2 or 5 and zeros, at least 5. */
function roundUp(count: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(count, 1)));
  return Math.max(
    5,
    [1, 2, 5, 10].map((step) => step * power).find((end) => end >= count)!,
  );
}
