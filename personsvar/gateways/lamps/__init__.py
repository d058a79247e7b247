"""Message-waiting lamps: a desk phone's light, told to the switch by SIP NOTIFY (RFC 3842)."""
