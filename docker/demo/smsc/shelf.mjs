// Where the page finds what arrived; the form is that of docker/demo/shelf.py.
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const KEPT = 100;

/** One SMS, whole or not at all: a folder is written under another name and renamed. */
export function put(shelf, { from, to, text, note = "", at = new Date() }) {
  const name = `${at.toISOString().replace(/[-:]/g, "").replace("Z", "000Z")}-sms-${randomBytes(4).toString("hex")}`;
  const hidden = join(shelf, `.${name}`);
  mkdirSync(hidden, { mode: 0o770 });
  const item = { kind: "sms", at: at.toISOString(), from, to, subject: "", text, html: "", note, files: [] };
  writeFileSync(join(hidden, "item.json"), JSON.stringify(item), { mode: 0o660 });
  renameSync(hidden, join(shelf, name));
  prune(shelf);
}

function prune(shelf) {
  const names = readdirSync(shelf).filter((name) => /^\d{8}T\d{6}\.\d{6}Z-sms-/.test(name)).sort();
  for (const name of names.slice(0, -KEPT)) rmSync(join(shelf, name), { recursive: true, force: true });
}
