// What a submit_sm carries: which part of which short message it is, for which application, and its octets.
// (SMPP 3.4, 5.2.12, 5.3.2.22 to .24, 5.3.2.32; 3GPP TS 23.040, 9.2.3.24.)

const HEADED = 0x40; // esm_class: the octets begin with a header
const CONCATENATED = 0x00, PORTS_8 = 0x04, PORTS_16 = 0x05, CONCATENATED_16 = 0x08;

/** `{octets, port, part}`; `part` is `{reference, total, number}`, or null for a short message that is whole. */
export function read(pdu) {
  const all = octetsOf(pdu);
  const headed = (pdu.esm_class & HEADED) !== 0 && all.length > 0;
  const end = headed ? 1 + all[0] : 0;
  const { port, part } = elements(all.subarray(1, end));
  return { octets: all.subarray(end), port, part: part ?? segment(pdu) };
}

function octetsOf(pdu) {
  const [short, payload] = [pdu.short_message, pdu.message_payload];
  return payload?.length ? payload : (short ?? Buffer.alloc(0));
}

/** Elements that are unknown are passed over; a broken one ends the header. */
function elements(header) {
  const found = { port: null, part: null };
  for (let at = 0; at + 1 < header.length; at += 2 + header[at + 1]) {
    const value = header.subarray(at + 2, at + 2 + header[at + 1]);
    const kind = `${header[at]}/${value.length}`;
    if (kind === `${CONCATENATED}/3`) found.part = checked(`8:${value[0]}`, value[1], value[2]);
    if (kind === `${CONCATENATED_16}/4`) found.part = checked(`16:${value.readUInt16BE(0)}`, value[2], value[3]);
    if (kind === `${PORTS_8}/2`) found.port = value[0];
    if (kind === `${PORTS_16}/4`) found.port = value.readUInt16BE(0);
  }
  return found;
}

function segment(pdu) {
  if (pdu.sar_total_segments === undefined) return null;
  return checked(`sar:${pdu.sar_msg_ref_num}`, pdu.sar_total_segments, pdu.sar_segment_seqnum);
}

/** A part that says it is the fifth of four is taken for a whole message. */
function checked(reference, total, number) {
  return total > 1 && number >= 1 && number <= total ? { reference, total, number } : null;
}
