"""The way SMS take, whichever gateway it is: for what is in the outbox, and for what is in no row."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from personsvar.notifier.folder import FolderGateway
from personsvar.notifier.gateway import Accepted, Gateway
from personsvar.notifier.kannel.gateway import KannelGateway, sms_id
from personsvar.notifier.letters import Letter
from personsvar.notifier.no_gateway import NoGateway
from personsvar.notifier.sms.smpp import SmppGateway
from personsvar.notifier.sms.sms import Sms

HandOver = Callable[[Letter, Sms], Awaitable[Accepted]]
"""Raises as `notifier.gateway.Gateway.deliver`."""
Submit = Callable[[Sms], Awaitable[Accepted]]


@dataclass(frozen=True, slots=True)
class Way:
    gateway: Gateway
    """Opened and closed with the channel SMS."""
    hand_over: HandOver
    submit: Submit | None
    """None: nobody asks by this way, and nobody is answered."""


def way_of(gateway: Gateway) -> Way:
    match gateway:
        case SmppGateway():
            return _by_smpp(gateway)
        case KannelGateway():
            return _by_kannel(gateway)
        case FolderGateway() | NoGateway():
            return Way(gateway, gateway.deliver_visual, None)
    raise TypeError(f"no SMS goes by {type(gateway).__name__}")


def _by_smpp(gateway: SmppGateway) -> Way:
    async def hand_over(_: Letter, sms: Sms) -> Accepted:
        return await gateway.submit(sms)

    return Way(gateway, hand_over, gateway.submit)


def _by_kannel(gateway: KannelGateway) -> Way:
    async def hand_over(letter: Letter, sms: Sms) -> Accepted:
        return await gateway.submit(sms, sms_id=sms_id(letter.notice))

    async def submit(sms: Sms) -> Accepted:
        return await gateway.submit(sms, sms_id=f"visual-{secrets.token_hex(8)}")

    return Way(gateway, hand_over, submit)
