import type { TypedDocumentString } from "./operations";

/** The server answered, and the answer is no; `message` is for the person at the screen. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly code?: string,
  ) {
    super(message);
  }
}

interface Answer<Data> {
  data?: Data | null;
  errors?: { message: string; extensions?: { code?: string } }[];
}

const PATIENCE = 10_000; // milliseconds for one request

/** Runs a query or mutation. Throws `Refused`; any other error means that the server could not be reached. */
export async function request<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  accessToken?: string,
): Promise<Data> {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/graphql-response+json, application/json",
      ...(accessToken && { authorization: `Bearer ${accessToken}` }),
    },
    body: JSON.stringify({ query: document, variables }),
    signal: AbortSignal.timeout(PATIENCE),
  });
  const { data, errors }: Answer<Data> = await response.json();
  const [error] = errors ?? [];
  if (error) throw new Refused(error.message, error.extensions?.code);
  if (!data) throw new Error(`The server answered ${response.status} without data.`);
  return data;
}
