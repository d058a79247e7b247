"""The channel of visual voicemail: SMS that a phone's client reads, through the gateway that all SMS take.

An application's port is in the header of a binary SMS (3GPP TS 23.040, 9.2.3.24.4); without one it is a text.
"""

from __future__ import annotations

from dataclasses import replace

from personsvar.gateways.kannel.kannel_gateway import KannelGateway
from personsvar.gateways.sms.smpp_gateway import SmppGateway
from personsvar.gateways.sms.sms import Ports, Sms
from personsvar.gateways.visual.client_texts import VisualOptions, client_text, port_of
from personsvar.gateways.visual.sms_route import SmsRoute
from personsvar.gateways.visual.unknown_numbers import UnknownNumbers
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.notice import Notice
from personsvar.mailbox.ports.world import Clock
from personsvar.notifier.gateway import Accepted
from personsvar.notifier.words.client_update import ClientUpdate
from personsvar.notifier.words.rendering import Rendered, life_seconds


class VisualGateway:
    """A `notifier.gateway.Gateway`."""

    def __init__(
        self,
        options: VisualOptions,
        route: SmsRoute,
        *,
        clock: Clock,
        unknown_numbers: UnknownNumbers | None = None,
    ) -> None:
        self._options = options
        self._route = route
        self._clock = clock
        self._unknown_numbers = unknown_numbers

    async def open(self) -> None:
        route = self._route
        if self._unknown_numbers is not None and isinstance(route, SmppGateway | KannelGateway):
            self._unknown_numbers.open(route.submit)

    async def close(self) -> None:
        if self._unknown_numbers is not None:
            await self._unknown_numbers.close()

    @property
    def is_up(self) -> bool:
        return self._route.is_up

    async def deliver(self, rendered: Rendered) -> Accepted:
        update, notice = rendered.content_as(ClientUpdate), rendered.notice
        return await self._route.deliver_sms(
            rendered,
            addressed(
                notice.to,
                client_text(notice.kind, update, self._options),
                port=port_of(notice.kind, update.account, self._options),
                sender=self._options.sender,
                lives_seconds=life_seconds(notice, now=self._clock.now(), hours=self._options.hours),
                reference=_reference(notice),
            ),
        )


def addressed(
    to: Number, text: str, *, port: int, sender: str, lives_seconds: float, reference: int = 0
) -> Sms:
    """To an application, or, where the port is 0, as a text."""
    sms = Sms(to, lives_seconds=lives_seconds, reference=reference, sender=sender)
    if port:
        return replace(sms, binary=text.encode("ascii"), ports=Ports(port))
    return replace(sms, text=text)


def _reference(notice: Notice) -> int:
    """Of the parts of a long one: alike for each try, and another once its row was renewed and tells more."""
    return (notice.id + int(notice.created_at.timestamp() * 10)) & 0xFF
