/** Counts what happened lately, by key, in steps of time that fall out at the far end. Times are in milliseconds. */
export class SlidingCount {
  private readonly counts = new Map<number, Map<string, number>>();

  constructor(
    private readonly step: number,
    private readonly steps: number,
  ) {}

  add(time: number, key = ""): void {
    const index = Math.floor(time / this.step);
    const counts = this.counts.get(index) ?? new Map<string, number>();
    this.counts.set(index, counts.set(key, (counts.get(key) ?? 0) + 1));
  }

  /** The number in each step, oldest first; the last step is the one that `now` is in. */
  series(now: number): { start: number; count: number }[] {
    return this.window(now).map((index) => {
      const counts = this.counts.get(index)?.values() ?? [];
      return { start: index * this.step, count: [...counts].reduce((sum, count) => sum + count, 0) };
    });
  }

  /** The number of each key in all steps, the highest first. */
  ranking(now: number): [key: string, count: number][] {
    const totals = new Map<string, number>();
    for (const index of this.window(now)) {
      for (const [key, count] of this.counts.get(index) ?? []) totals.set(key, (totals.get(key) ?? 0) + count);
    }
    return [...totals].sort(([, a], [, b]) => b - a);
  }

  private window(now: number): number[] {
    const last = Math.floor(now / this.step);
    const first = last - this.steps + 1;
    for (const index of this.counts.keys()) if (index < first) this.counts.delete(index);
    return Array.from({ length: this.steps }, (_, offset) => first + offset);
  }
}
