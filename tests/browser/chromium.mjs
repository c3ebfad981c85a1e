/**
 * The Chromium that the tests drive: `chromium` from the PATH, else the one inside the npm package
 * @sparticuz/chromium, which also brings the shared libraries (NSS, expat) and fonts that a bare machine lacks.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";

const PACKED = fileURLToPath(new URL("node_modules/@sparticuz/chromium/bin", import.meta.url));
const UNPACKED = fileURLToPath(new URL("node_modules/.cache/chromium", import.meta.url));

/** What Playwright's `launch` needs to start it. */
export function findChromium() {
  const installed = onPath("chromium");
  if (installed) return { executablePath: installed };
  if (!existsSync(UNPACKED)) unpack();
  const libraries = { LD_LIBRARY_PATH: join(UNPACKED, "lib"), XDG_DATA_HOME: UNPACKED };
  return { executablePath: join(UNPACKED, "chromium"), env: { ...process.env, ...libraries } };
}

function onPath(name) {
  return process.env.PATH.split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

/** Complete or not at all: the folder gets its name when everything is in it. */
function unpack() {
  const folder = `${UNPACKED}.${process.pid}`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "chromium"), packed("chromium.br"), { mode: 0o755 });
  for (const archive of ["al2023.tar.br", "fonts.tar.br"]) {
    execFileSync("tar", ["-x", "--no-same-owner", "-C", folder], { input: packed(archive) });
  }
  rmSync(UNPACKED, { recursive: true, force: true });
  renameSync(folder, UNPACKED);
}

function packed(name) {
  return brotliDecompressSync(readFileSync(join(PACKED, name)));
}
