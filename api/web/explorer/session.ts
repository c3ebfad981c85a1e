import { useSyncExternalStore } from "react";

import LOGIN from "./login.graphql?raw";
import LOGOUT from "./logout.graphql?raw";

/** Who is signed in, and the access token that says so until `expiresAt` (milliseconds since 1970). */
export interface Session {
  accessToken: string;
  email: string;
  companyName: string;
  expiresAt: number;
}

interface LoginAnswer {
  data?: {
    login: {
      accessToken: string | null;
      expiresIn: number | null;
      user: { email: string } | null;
      tenant: { companyName: string } | null;
      userErrors: { message: string }[];
    };
  } | null;
  errors?: { message: string }[];
}

// Kept in sessionStorage: a token survives a reload, and goes with the browser tab.
const KEY = "exportready.session";

let session = stored();
const listeners = new Set<() => void>();
let expiry: ReturnType<typeof setTimeout> | undefined;
armExpiry();

/** The session of this tab, null when nobody is signed in or the token has ended. */
export function useSession(): Session | null {
  return useSyncExternalStore(subscribe, () => session);
}

/** The header for a request by the one who signed in; no header for nobody. */
export function authorization(): Record<string, string> {
  return session ? { Authorization: `Bearer ${session.accessToken}` } : {};
}

/** Runs the API's own `login`. Throws an Error whose message is for the person who signs in. */
export async function signIn(email: string, password: string): Promise<void> {
  const response = await post({ query: LOGIN, variables: { input: { email, password } } });
  const { data, errors }: LoginAnswer = await response.json();
  const refusal = errors?.[0] ?? data?.login.userErrors[0];
  const { accessToken, expiresIn, user, tenant } = data?.login ?? {};
  if (refusal || !accessToken || !expiresIn || !user || !tenant) {
    throw new Error(refusal?.message ?? "The server did not give a token.");
  }
  const expiresAt = Date.now() + expiresIn * 1000;
  become({ accessToken, expiresAt, email: user.email, companyName: tenant.companyName });
}

/** Forgets the token and ends the session on the server; if that can't be reached, the session ends by itself. */
export function signOut(): void {
  const headers = authorization();
  forget();
  post({ query: LOGOUT }, headers).catch(() => undefined);
}

function post(operation: object, headers?: Record<string, string>): Promise<Response> {
  const media = { "content-type": "application/json", accept: "application/graphql-response+json, application/json" };
  return fetch("/graphql", { method: "POST", headers: { ...media, ...headers }, body: JSON.stringify(operation) });
}

function forget(): void {
  become(null);
}

function become(next: Session | null): void {
  session = next;
  if (next) sessionStorage.setItem(KEY, JSON.stringify(next));
  else sessionStorage.removeItem(KEY);
  armExpiry();
  listeners.forEach((listener) => listener());
}

function armExpiry(): void {
  clearTimeout(expiry);
  if (session) expiry = setTimeout(forget, session.expiresAt - Date.now());
}

function stored(): Session | null {
  const value = sessionStorage.getItem(KEY);
  return value ? (JSON.parse(value) as Session) : null;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
