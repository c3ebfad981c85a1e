import { createClient, type Client } from "graphql-ws/client";

import {
  OverviewDocument,
  RecentScansDocument,
  ScanAddedDocument,
  type OverviewQuery,
  type ScanAddedSubscription,
  type ScanFragment,
} from "./operations";
import { type Session, SessionEnded } from "./session";

/** Offline is without an answer from the server, catching up is while scans of the past arrive. */
export type Connection = "live" | "catching-up" | "offline";

/** Who is told what arrives, in its order. */
export interface Listener {
  connection(state: Connection): void;
  figures(figures: OverviewQuery["dashboard"]): void;
  /** These scans, newest first, are now all that is known: all there were since `since`, and perhaps older ones. */
  reset(scans: ScanFragment[], since: number): void;
  /** One more scan, newer than all before. */
  added(scan: ScanFragment): void;
}

// All times are in milliseconds.
const HISTORY = 24 * 60 * 60_000;
const MOST_PAGES = 10;
const PULSE = 5_000;
const STABLE = 10_000;
const LONGEST_PAUSE = 30_000;

/**
 * Follows the company's scans until `signal` is aborted: reads those of the last day, then subscribes behind them, and
 * after every lost connection behind the last one received, so that each scan arrives once. Where the server does not
 * go on from there (RESYNC_REQUIRED, a cursor that it no longer takes), everything is read anew. Throws `SessionEnded`.
 */
export async function follow(session: Session, listener: Listener, signal: AbortSignal): Promise<void> {
  let cursor: string | null = null;
  let newestId: string | undefined;
  let failures = 0;

  while (!signal.aborted) {
    const began = Date.now();
    try {
      if (cursor === null) await readAnew();
      await stream();
    } catch (problem) {
      if (problem instanceof SessionEnded) throw problem;
      if (isErrorFrame(problem)) cursor = null;
    }
    if (signal.aborted) return;
    listener.connection("offline");
    failures = Date.now() - began > STABLE ? 1 : failures + 1;
    // The first loss is often over at once: the token had its time, or the server restarted.
    if (failures > 1) await pause(Math.min(500 * 2 ** failures, LONGEST_PAUSE), signal);
  }

  async function readAnew(): Promise<void> {
    const history = await readHistory(session);
    cursor = history.feedCursor;
    newestId = history.scans[0]?.id;
    listener.reset(history.scans, history.since);
  }

  /** Returns or throws when the connection is lost. */
  async function stream(): Promise<void> {
    const { dashboard, scans } = await session.request(OverviewDocument, {});
    listener.figures(dashboard);
    listener.connection("catching-up");
    const goal = scans.nodes[0]?.id;
    const noteProgress = () => {
      if (newestId === goal) listener.connection("live");
    };
    const client = connect(session, noteProgress);
    const release = onAny(
      [
        [signal, "abort"],
        [window, "offline"],
        [window, "online"],
      ],
      () => client.terminate(),
    );
    try {
      const variables = { after: cursor };
      for await (const { data, errors } of client.iterate<ScanAddedSubscription>({
        query: ScanAddedDocument.toString(),
        variables,
      })) {
        if (!data) throw errors;
        const { scan } = data.scanAdded;
        cursor = data.scanAdded.cursor;
        newestId = scan.id;
        listener.added(scan);
        noteProgress();
      }
    } finally {
      release();
      client.terminate();
    }
  }
}

/** The newest scans, page by page until they cover the last day or there are very many. */
async function readHistory(session: Session): Promise<{ scans: ScanFragment[]; since: number; feedCursor: string }> {
  const dayAgo = Date.now() - HISTORY;
  const first = (await session.request(RecentScansDocument, {})).scans;
  const scans = first.nodes;
  let { pageInfo } = first;
  for (let page = 1; pageInfo.hasNextPage && oldest(scans) > dayAgo && page < MOST_PAGES; page++) {
    const next = (await session.request(RecentScansDocument, { after: pageInfo.endCursor })).scans;
    scans.push(...next.nodes);
    pageInfo = next.pageInfo;
  }
  return {
    scans,
    since: pageInfo.hasNextPage ? Math.max(oldest(scans), dayAgo) : dayAgo,
    feedCursor: first.feedCursor,
  };
}

function oldest(scans: ScanFragment[]): number {
  return Date.parse(scans.at(-1)!.scannedAt);
}

/** A client for one connection, which it gives up when the other side is silent for too long: networks die quietly. */
function connect(session: Session, connected: () => void): Client {
  let silence: ReturnType<typeof setTimeout>;
  const expectAnswer = () => (silence = setTimeout(() => client.terminate(), PULSE));
  const answered = () => clearTimeout(silence);
  const client = createClient({
    url: new URL("/graphql", location.href).href.replace(/^http/, "ws"),
    connectionParams: async () => ({ Authorization: `Bearer ${await session.accessToken()}` }),
    keepAlive: PULSE,
    retryAttempts: 0,
    on: {
      connecting: expectAnswer,
      connected: () => {
        answered();
        connected();
      },
      ping: (isReceived) => isReceived || expectAnswer(),
      pong: answered,
      closed: answered,
    },
  });
  return client;
}

/** An operation that the server ended with errors, rather than the connection with it. */
function isErrorFrame(problem: unknown): boolean {
  return Array.isArray(problem);
}

/** Waits, but not a moment longer than the network or the one at the screen is away. */
function pause(length: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(timer);
      release();
      resolve();
    };
    const timer = setTimeout(go, length * (0.5 + Math.random() / 2));
    const release = onAny(
      [
        [signal, "abort"],
        [window, "online"],
        [document, "visibilitychange"],
      ],
      go,
    );
  });
}

/** Calls `listener` at any of these events, until the function that it gives is called. */
function onAny(events: [EventTarget, string][], listener: () => void): () => void {
  for (const [target, name] of events) target.addEventListener(name, listener);
  return () => {
    for (const [target, name] of events) target.removeEventListener(name, listener);
  };
}
