// The demo's SMSC (SMPP 3.4): what a phone would show is a line on stdout and lies on the demo's shelf.
//
//   SMSC_BIND        address:port (0.0.0.0:2775)
//   SMSC_SYSTEM_ID   who may bind …
//   SMSC_PASSWORD    … and with what
//   SMSC_RECEIPT_SECONDS   a delivery receipt comes so long after its SMS (1)
//   DEMO_SHELF       the folder the page is made from; without it, stdout only
import { timingSafeEqual, createHash } from "node:crypto";
import smpp from "smpp";
import { decoded, forApplication, line } from "./letters.mjs";
import { Parts } from "./parts.mjs";
import { Receipts } from "./receipts.mjs";
import { put } from "./shelf.mjs";
import { read } from "./user_data.mjs";

// Octets as they came: parts are joined before they are read.
smpp.filters.message.decode = (octets) => octets;

const INTERNATIONAL = 1;
const IDLE_SECONDS = 300;
const { SMSC_BIND = "0.0.0.0:2775", SMSC_SYSTEM_ID, SMSC_PASSWORD, SMSC_RECEIPT_SECONDS = "1", DEMO_SHELF } = process.env;
if (!SMSC_SYSTEM_ID || !SMSC_PASSWORD) {
  process.stderr.write("SMSC_SYSTEM_ID and SMSC_PASSWORD must be set\n");
  process.exit(2);
}
process.umask(0o007);

const parts = new Parts();
const bound = new Map(); // session: its system id, once it may receive
const receipts = new Receipts((id) => [...bound].filter(([, its]) => its === id).map(([session]) => session), {
  afterSeconds: Number(SMSC_RECEIPT_SECONDS),
});
let lastId = Date.now() * 1000; // so that a restart gives no id twice

const say = (text) => process.stdout.write(`${text}\n`);
const digest = (text) => createHash("sha256").update(text).digest();
const isRight = (shown, wanted) => timingSafeEqual(digest(shown), digest(wanted));
const address = (ton, digits) => (ton === INTERNATIONAL ? `+${digits}` : digits);

function opened(session) {
  const state = { systemId: null, sends: false };
  session.socket.setTimeout(IDLE_SECONDS * 1000, () => session.destroy());
  session.on("error", () => session.destroy());
  session.on("close", () => bound.delete(session));
  for (const mode of ["transceiver", "transmitter", "receiver"])
    session.on(`bind_${mode}`, (pdu) => bind(session, state, mode, pdu));
  session.on("submit_sm", (pdu) => submit(session, state, pdu));
  session.on("enquire_link", (pdu) => session.send(pdu.response()));
  session.on("unbind", (pdu) => session.send(pdu.response(), () => session.close()));
  session.on("unknown", (pdu) => session.send(pdu.response()));
  for (const other of ["data_sm", "submit_multi", "query_sm", "cancel_sm", "replace_sm"])
    session.on(other, (pdu) => session.send(pdu.response({ command_status: smpp.ESME_RINVCMDID })));
}

function bind(session, state, mode, pdu) {
  const status = whyNot(state, pdu);
  session.send(pdu.response({ command_status: status, system_id: "demo" }));
  if (status) return say(`a bind was refused: ${line(pdu.system_id)}`);
  Object.assign(state, { systemId: pdu.system_id, sends: mode !== "receiver" });
  if (mode !== "transmitter") bound.set(session, pdu.system_id);
  say(`${line(pdu.system_id)} is bound`);
}

function whyNot(state, pdu) {
  if (state.systemId !== null) return smpp.ESME_RALYBND;
  if (!isRight(pdu.system_id, SMSC_SYSTEM_ID)) return smpp.ESME_RINVSYSID;
  return isRight(pdu.password, SMSC_PASSWORD) ? 0 : smpp.ESME_RINVPASWD;
}

/** Answered once it is on the shelf; what could not be laid there is refused for now. */
function submit(session, state, pdu) {
  if (!state.sends) return session.send(pdu.response({ command_status: smpp.ESME_RINVBNDSTS }));
  try {
    take(pdu);
  } catch (wrong) {
    process.stderr.write(`an SMS could not be kept: ${wrong.message}\n`);
    return session.send(pdu.response({ command_status: smpp.ESME_RSYSERR }));
  }
  const id = String(++lastId);
  session.send(pdu.response({ message_id: id }));
  receipts.submitted(state.systemId, pdu, id);
}

function take(pdu) {
  const from = address(pdu.source_addr_ton, pdu.source_addr);
  const to = address(pdu.dest_addr_ton, pdu.destination_addr);
  const { octets, port, part } = read(pdu);
  const whole = part === null ? octets : parts.add([from, to, port, pdu.data_coding], part, octets);
  if (whole === null) return;
  const words = port === null ? decoded(whole, pdu.data_coding) : null;
  const text = words ?? forApplication(whole, port);
  if (DEMO_SHELF) put(DEMO_SHELF, { from, to, text, note: part === null ? "" : `in ${part.total} parts` });
  say(`SMS to ${line(to)} from ${line(from)}: ${line(text)}`);
}

const [, host, port] = SMSC_BIND.match(/^(.+):(\d+)$/);
const server = smpp.createServer(opened);
server.listen(Number(port), host, () => say(`the demo's SMSC listens at ${host}:${server.address().port}`));
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.exit(0));
