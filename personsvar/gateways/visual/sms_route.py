"""The way SMS take, whichever gateway it is: for what is in the outbox, and for what is in no row."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from personsvar.gateways.files.folder_gateway import FolderGateway
from personsvar.gateways.kannel.kannel_gateway import KannelGateway, sms_id
from personsvar.gateways.no_gateway import NoGateway
from personsvar.gateways.sms.smpp_gateway import SmppGateway
from personsvar.gateways.sms.sms import Sms
from personsvar.notifier.gateway import Accepted, Gateway
from personsvar.notifier.words.rendering import Rendered

HandOver = Callable[[Rendered, Sms], Awaitable[Accepted]]
"""Raises as `notifier.gateway.Gateway.deliver`."""
Submit = Callable[[Sms], Awaitable[Accepted]]


@dataclass(frozen=True, slots=True)
class SmsRoute:
    gateway: Gateway
    """The channel SMS opens and closes it."""
    hand_over: HandOver
    submit: Submit | None
    """None: nobody asks by this way, and nobody is answered."""


def sms_route(gateway: Gateway) -> SmsRoute:
    match gateway:
        case SmppGateway():
            return _by_smpp(gateway)
        case KannelGateway():
            return _by_kannel(gateway)
        case FolderGateway() | NoGateway():
            return SmsRoute(gateway, gateway.deliver_visual, None)
    raise TypeError(f"no SMS goes by {type(gateway).__name__}")


def _by_smpp(gateway: SmppGateway) -> SmsRoute:
    async def hand_over(_: Rendered, sms: Sms) -> Accepted:
        return await gateway.submit(sms)

    return SmsRoute(gateway, hand_over, gateway.submit)


def _by_kannel(gateway: KannelGateway) -> SmsRoute:
    async def hand_over(rendered: Rendered, sms: Sms) -> Accepted:
        return await gateway.submit(sms, sms_id=sms_id(rendered.notice))

    async def submit(sms: Sms) -> Accepted:
        return await gateway.submit(sms, sms_id=f"visual-{secrets.token_hex(8)}")

    return SmsRoute(gateway, hand_over, submit)
