// Octets as letters (data_coding: SMPP 3.4, 5.2.19; alphabets and message classes: 3GPP TS 23.038).
import smpp from "smpp";

const GSM7 = 0, ASCII = 1, LATIN1 = 3, UCS2 = 8;

/** The text, or null where the coding has no letters. GSM-7 goes over SMPP one septet in an octet. */
export function decoded(octets, dataCoding) {
  switch (alphabet(dataCoding)) {
    case GSM7:
      return smpp.encodings.ASCII.decode(octets); // the library's word for GSM-7
    case ASCII:
    case LATIN1:
      return octets.toString("latin1");
    case UCS2:
      return new TextDecoder("utf-16be").decode(octets); // half a pair becomes U+FFFD
    default:
      return null;
  }
}

/** Without the message class, which says where a phone keeps it, not how it is written. */
function alphabet(dataCoding) {
  if (dataCoding >= 0xf0) return dataCoding & 0x04 ? null : GSM7;
  if (dataCoding < 0x10) return dataCoding;
  return dataCoding < 0x40 ? dataCoding & 0x0c : null;
}

/** What is for an application: as it stands when it can be read, else in hex. */
export function forApplication(octets, port) {
  const plain = octets.toString("latin1");
  const content = /^[\x20-\x7e\r\n]*$/.test(plain) ? plain : octets.toString("hex");
  return port === null ? `(octets) ${content}` : `(for port ${port}) ${content}`;
}

/** On one line, with nothing that moves a terminal's cursor. */
export const line = (text) => text.replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, " ").trim();
