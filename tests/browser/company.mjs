/** A company of the server under test, made and used by a client of its own, apart from the browser. */
import { BASE_URL } from "./page.mjs";

export const PASSWORD = "correct horse battery staple";

const MOST_AT_ONCE = 20; // root fields in one operation
const PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148";

/**
 * A new company with two batches of passports: `packs` and `scooters`, `units` of each. `feedCursor` is where its feed
 * of scans begins, and `scansOf(passport)` counts those that it has by now.
 */
export async function newCompany(companyName = "Acme Batteries", units = 10) {
  const email = `owner-${crypto.randomUUID().slice(0, 8)}@acme.example`;
  // From a network of its own: one address may not register as many companies as there are tests.
  const from = { "x-forwarded-for": `2001:db8:${email.slice(6, 10)}:${email.slice(10, 14)}::1` };
  await run(
    `mutation ($input: RegisterInput!) { register(input: $input) { userErrors { message } } }`,
    { input: { companyName, email, password: PASSWORD } },
    from,
  );
  const { login } = await run(
    `mutation ($input: LoginInput!) { login(input: $input) { accessToken } }`,
    { input: { email, password: PASSWORD } },
    from,
  );
  const headers = { authorization: `Bearer ${login.accessToken}` };
  const packs = await issue("Telecom racks, November", units, headers);
  const scooters = await issue("E-scooter packs, week 41", units, headers);
  const { scans } = await run(`{ scans(first: 1) { feedCursor } }`, {}, headers);
  const scansOf = async ({ uuid }) => {
    const counted = await run(
      `query ($filter: ScanFilter) { scans(first: 1, filter: $filter) { totalCount } }`,
      { filter: { passportId: uuid } },
      headers,
    );
    return counted.scans.totalCount;
  };
  return { companyName, email, packs, scooters, feedCursor: scans.feedCursor, scansOf };
}

async function issue(batchName, units, headers) {
  const { batchCreate } = await run(
    `mutation ($input: BatchCreateInput!) { batchCreate(input: $input) { batch { id } userErrors { message } } }`,
    { input: { batchName, marketRegion: "EU", specs: { chemistry: "LFP", nominalVoltageV: 48 } } },
    headers,
  );
  const rows = Array.from({ length: units }, (_, unit) => ({
    serialNumber: `${batchName.slice(0, 3).toUpperCase()}-${unit + 1}`,
    manufactureDate: "2026-10-05",
  }));
  const { passportsIssue } = await run(
    `mutation ($input: PassportsIssueInput!) {
      passportsIssue(input: $input) {
        batch { passports(first: 100) { nodes { uuid serialNumber } } }
        userErrors { message }
      }
    }`,
    { input: { batchId: batchCreate.batch.id, rows } },
    headers,
  );
  return passportsIssue.batch.passports.nodes;
}

/** Reports that these passports were scanned, in this order, by a phone in London. */
export async function scan(...passports) {
  for (let begin = 0; begin < passports.length; begin += MOST_AT_ONCE) {
    const some = passports.slice(begin, begin + MOST_AT_ONCE);
    const fields = some.map(
      ({ uuid }, index) => `s${index}: scanRecord(input: { passportId: "${uuid}" }) { scan { id } }`,
    );
    await run(`mutation { ${fields.join(" ")} }`, {}, { "user-agent": PHONE, "x-forwarded-for": "81.2.69.142" });
  }
}

/** Spends a company's refresh token as a thief would. */
export async function refresh(refreshToken) {
  await run(
    `mutation ($input: TokenRefreshInput!) { tokenRefresh(input: $input) { expiresIn userErrors { message } } }`,
    { input: { refreshToken } },
  );
}

async function run(query, variables, headers) {
  const response = await fetch(new URL("/graphql", BASE_URL), {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  const [userError] = Object.values(data ?? {}).flatMap((payload) => payload?.userErrors ?? []);
  if (errors || userError) throw new Error(JSON.stringify(errors ?? userError));
  return data;
}
