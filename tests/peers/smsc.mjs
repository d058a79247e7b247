// An SMSC for the tests: the server of the npm package `smpp`, which reads and writes PDUs in its own way, not ours.
//
//   node smsc.mjs PORT [KEY.pem CERT.pem]     port 0: a free one
//
// Each PDU that comes, and what happens to the sessions, is a line of JSON on stdout. Each line of JSON on stdin
// changes how it behaves or makes it do something; when stdin closes, it ends.
//
//   {"set": {...}}             any of `how` below
//   {"deliver": {...}}         a deliver_sm to the session bound last
//   {"raw": "hex"}             these octets to it, whatever they are
//   {"drop": true}             all connections, without a goodbye
//   {"unbind": true}           the goodbye
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import smpp from "smpp";

const [port, key, cert] = process.argv.slice(2);
const how = {
  bind: 0, // the status every bind is answered with
  statuses: [], // of the next submits, one after the other; then 0
  refused: {}, // destination: status
  silent: "", // "submit": submits get no answer; "all": nothing does
  cut: false, // the next answer ends in its middle, and so does the connection
  ids: "decimal", // or "hex": of the answers
  receipts: [], // deliver_sm after each submit ({"before": true}: before its answer); {id} {hex} {HEX} {decimal} are put in
  again: false, // a deliver_sm that was refused comes again
  quiet: false, // no line for each submit
};
let id = 10_000_000;
let bound = null;

const tell = (line) => process.stdout.write(JSON.stringify(line, plain) + "\n");
const plain = (name, value) => (value?.type === "Buffer" ? Buffer.from(value.data).toString("hex") : value);
const octets = (value) => (value?.hex === undefined ? value : Buffer.from(value.hex, "hex"));

function filled(template, number) {
  const hex = number.toString(16);
  const forms = { id: written(number), hex, HEX: hex.toUpperCase(), decimal: String(number) };
  return JSON.parse(JSON.stringify(template).replace(/\{(id|hex|HEX|decimal)\}/g, (_, form) => forms[form]));
}
const written = (number) => (how.ids === "hex" ? number.toString(16) : String(number));

function deliver(session, template) {
  const { before, ...options } = template;
  for (const name of Object.keys(options)) options[name] = octets(options[name]);
  if (typeof options.short_message === "string") options.short_message = Buffer.from(options.short_message, "latin1");
  const pdu = new smpp.PDU("deliver_sm", options);
  session.send(pdu, (answer) => {
    tell({ event: "acknowledged", status: answer.command_status });
    if (answer.command_status && how.again) setTimeout(() => deliver(session, template), 20);
  });
}

function submitted(session, pdu) {
  const status = how.statuses.shift() ?? how.refused[pdu.destination_addr] ?? 0;
  const number = ++id;
  if (!how.quiet) tell({ event: "submit", ...pdu, status, id: written(number) });
  if (how.silent) return;
  const answer = pdu.response({ command_status: status, message_id: written(number) });
  if (how.cut) {
    how.cut = false;
    session.socket.write(answer.toBuffer().subarray(0, 12), () => session.destroy());
    return;
  }
  const receipts = status ? [] : how.receipts.map((template) => filled(template, number));
  receipts.filter((one) => one.before).forEach((one) => deliver(session, one));
  session.send(answer);
  receipts.filter((one) => !one.before).forEach((one) => deliver(session, one));
}

function opened(session) {
  tell({ event: "connected" });
  session.on("error", () => session.destroy());
  session.on("close", () => tell({ event: "closed" }));
  session.on("bind_transceiver", (pdu) => {
    tell({ event: "bind", system_id: pdu.system_id, password: pdu.password, system_type: pdu.system_type });
    if (how.silent !== "all") session.send(pdu.response({ command_status: how.bind }));
    if (!how.bind) bound = session;
  });
  session.on("submit_sm", (pdu) => submitted(session, pdu));
  for (const asked of ["enquire_link", "unbind"])
    session.on(asked, (pdu) => {
      tell({ event: asked });
      if (how.silent !== "all") session.send(pdu.response());
    });
  for (const came of ["unbind_resp", "enquire_link_resp", "generic_nack"])
    session.on(came, (pdu) => tell({ event: came, status: pdu.command_status, sequence: pdu.sequence_number }));
}

const tls = key ? { key: readFileSync(key), cert: readFileSync(cert) } : {};
const server = smpp.createServer(tls, opened);
server.on("tlsClientError", (wrong) => tell({ event: "tls failed", code: wrong.code }));
server.listen(Number(port), "127.0.0.1", () => tell({ event: "listening", port: server.address().port }));

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const order = JSON.parse(line);
  if (order.set) Object.assign(how, order.set);
  if (order.deliver) deliver(bound, order.deliver);
  if (order.raw) bound.socket.write(Buffer.from(order.raw, "hex"));
  if (order.drop) [...server.sessions].forEach((session) => session.destroy());
  if (order.unbind) bound.send(new smpp.PDU("unbind"));
  tell({ event: "done" });
});
lines.on("close", () => process.exit(0));
