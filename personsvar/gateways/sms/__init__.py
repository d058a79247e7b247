"""Short messages: their alphabets, their parts, and the way to an SMSC by SMPP 3.4.

    sms               what goes out and what comes in, as values
    alphabet          GSM-7, UCS-2 and bytes (3GPP TS 23.038)
    user_data         the header inside a short message (3GPP TS 23.040, 9.2.3.24)
    sms_parts         from an SMS to the parts that go out
    frames            PDUs cut from a stream of bytes
    pdus              the PDUs we send
    delivered         the PDUs an SMSC brings: receipts, and short messages from phones
    delivery_receipt  what a delivery receipt says, in any of the ways it is written
    command_status    whose fault a command_status is, and whether another try helps
    smsc              where an SMSC is, and what was agreed with its operator
    smpp_connection   one connection, from its opening to its end
    smpp_session      a connection that is kept: made anew for ever
    smpp_gateway      the gateway: the SMSCs in their order

"SMPP" and a number is a section of the Short Message Peer to Peer Protocol Specification v3.4, issue 1.2.
"""
