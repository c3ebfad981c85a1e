import type { ScanFragment } from "./operations";
import { counted, element } from "./page";
import { SlidingCount } from "./sliding";
import { place, showChart, showFeed, showRanking } from "./views";

const MINUTE = 60_000; // milliseconds
const QUARTER = 15 * MINUTE;
const DAY = 24 * 60 * MINUTE;
const TICK = 5_000;
const NEWS_EVERY = 10_000;
const KEPT = 100;

/** The scans that are known, and what the page shows of them: drawn at most once per frame, however fast they come. */
export class Scans {
  private recent: ScanFragment[] = [];
  private perMinute = new SlidingCount(MINUTE, 60);
  private perBatch = new SlidingCount(QUARTER, DAY / QUARTER);
  private readonly batchNames = new Map<string, string>();
  private since = Date.now();
  private untold = 0;
  private frame = 0;

  /** Shows scans until `signal` is aborted. */
  constructor(signal: AbortSignal) {
    this.draw();
    const timers = [setInterval(() => this.changed(), TICK), setInterval(() => this.tell(), NEWS_EVERY)];
    signal.addEventListener("abort", () => {
      timers.forEach(clearInterval);
      cancelAnimationFrame(this.frame);
    });
    element("chart-details").addEventListener("toggle", () => this.changed(), { signal });
  }

  /** These scans, newest first, take the place of all before. */
  reset(scans: ScanFragment[], since: number): void {
    this.since = since;
    this.perMinute = new SlidingCount(MINUTE, 60);
    this.perBatch = new SlidingCount(QUARTER, DAY / QUARTER);
    for (const scan of scans) this.count(scan);
    this.recent = scans.slice(0, KEPT);
    this.changed();
  }

  /** One more, newer than all before. */
  add(scan: ScanFragment): void {
    this.count(scan);
    this.recent = [scan, ...this.recent.slice(0, KEPT - 1)];
    this.untold += 1;
    this.changed();
  }

  private count({ scannedAt, batch }: ScanFragment): void {
    const time = Date.parse(scannedAt);
    this.perMinute.add(time);
    this.perBatch.add(time, batch.id);
    this.batchNames.set(batch.id, batch.batchName);
  }

  private changed(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  private draw(): void {
    const [newest] = this.recent;
    // The server's clock may be ahead of this machine's.
    const now = Math.max(Date.now(), newest ? Date.parse(newest.scannedAt) : 0);
    const ranking = this.perBatch
      .ranking(now)
      .map(([id, count]): [string, number] => [this.batchNames.get(id)!, count]);
    showFeed(this.recent);
    showChart(this.perMinute.series(now), this.since);
    showRanking(ranking, now - this.since < DAY ? this.since : null);
  }

  /** A word now and then to those who listen to the page: every single scan would drown all else. */
  private tell(): void {
    const [newest] = this.recent;
    if (!this.untold || !newest) return;
    element("news").textContent = `${counted(this.untold, "new scan")}, the last from ${place(newest)}`;
    this.untold = 0;
  }
}
