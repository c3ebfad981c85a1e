/**
 * Prints documents.json: the documents that the server's own pages send, by their SHA-256, so that they run on a server
 * with TRUSTED_DOCUMENTS.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");

const generated = [...read("dashboard/operations.ts").matchAll(/new TypedDocumentString\(`([^`]*)`/g)];
const texts = generated.map(([, text]) => text).filter((text) => !text.trimStart().startsWith("fragment"));
texts.push(read("../static/scan.js").match(/const mutation = "(.*)";/)[1]);

const hash = (text) => createHash("sha256").update(text).digest("hex");
const documents = Object.fromEntries(texts.map((text) => [hash(text), text]));
process.stdout.write(`${JSON.stringify(documents, null, 2)}\n`);
