"""A telephone whose sound and keys are encrypted (SRTP, by SDES): what is in clear it does not hear."""

from __future__ import annotations

from functools import cached_property

from tests.real.line import Line
from tests.real.rtp import Packet, unpack
from tests.real.sip_leg import SipLeg
from tests.real.sip_phone import Phone
from tests.real.srtp import EncryptedSound, Secret, secret_in


class EncryptedLine(Line):
    there: EncryptedSound
    back: EncryptedSound
    in_clear = 0
    """Packets that were not of who has the secret."""

    def _closed_up(self, packet: bytes) -> bytes:
        return self.there.closed(packet)

    def _opened(self, data: bytes) -> Packet | None:
        packet = self.back.opened(data)
        self.in_clear += packet is None
        return None if packet is None else unpack(packet)


class EncryptedLeg(SipLeg):
    theirs: Secret | None = None

    @cached_property
    def ours(self) -> Secret:
        return Secret()

    def _describe(self) -> str:
        return super()._describe().replace("RTP/AVP", "RTP/SAVP") + self.ours.line()

    def _agree(self, body: str) -> None:
        self.theirs = secret_in(body)
        super()._agree(body)


class EncryptedPhone(Phone):
    line: EncryptedLine
    leg: EncryptedLeg
    line_of, leg_of = EncryptedLine, EncryptedLeg

    def _connect(self) -> None:
        if self.leg.media is not None:
            assert self.leg.theirs is not None, "the switch answers in clear"
            self.line.there, self.line.back = map(EncryptedSound, (self.leg.ours, self.leg.theirs))
        super()._connect()
