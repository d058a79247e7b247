// Delivery receipts (SMPP 3.4, appendix B): each is brought until the other side has acknowledged it.
import smpp from "smpp";

const WANTED = 0x01; // registered_delivery: of success, too
const RECEIPT = 0x04; // esm_class
const DELIVERED = 2; // message_state

export class Receipts {
  /** `sessions()` gives those that are bound to receive, by system id. */
  constructor(sessions, { afterSeconds = 1, againSeconds = 5, tries = 60 } = {}) {
    Object.assign(this, { sessions, afterSeconds, againSeconds, tries });
  }

  submitted(systemId, pdu, id, at = new Date()) {
    if ((pdu.registered_delivery & 0x03) !== WANTED) return;
    this.#later(this.afterSeconds, () => this.#bring(systemId, receipt(pdu, id, at, new Date()), this.tries));
  }

  #bring(systemId, options, tries) {
    if (tries === 0) return;
    const again = () => this.#later(this.againSeconds, () => this.#bring(systemId, options, tries - 1));
    const [session] = this.sessions(systemId);
    const pdu = new smpp.PDU("deliver_sm", options);
    const sent = session?.send(pdu, (answer) => {
      session.off("close", again);
      if (answer.command_status) again();
    });
    if (sent) session.once("close", again);
    else again();
  }

  #later(seconds, then) {
    setTimeout(then, seconds * 1000).unref();
  }
}

function receipt(pdu, id, submitted, done) {
  const text = `id:${id} sub:001 dlvrd:001 submit date:${minutes(submitted)} done date:${minutes(done)} stat:DELIVRD err:000 text:`;
  return {
    source_addr_ton: pdu.dest_addr_ton,
    source_addr_npi: pdu.dest_addr_npi,
    source_addr: pdu.destination_addr,
    dest_addr_ton: pdu.source_addr_ton,
    dest_addr_npi: pdu.source_addr_npi,
    destination_addr: pdu.source_addr,
    esm_class: RECEIPT,
    short_message: Buffer.from(text, "latin1"),
    receipted_message_id: id,
    message_state: DELIVERED,
  };
}

/** YYMMDDhhmm, in UTC. */
const minutes = (moment) => moment.toISOString().replace(/\D/g, "").slice(2, 12);
