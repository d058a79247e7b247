"""A channel without a gateway, while another channel has one: its notices fail, and stand in the ledger so.

They become no files: nobody would look for them on a system that sends, and an e-mail or an MMS holds the
caller's voice. (With no gateway at all they do: that is for a first look.)
"""

from __future__ import annotations

from dataclasses import dataclass

from personsvar.gateways.sms.sms import Sms
from personsvar.notifier.delivery_errors import UndeliverableError
from personsvar.notifier.gateway import Accepted
from personsvar.notifier.words.rendering import Rendered


@dataclass(frozen=True, slots=True)
class NoGateway:
    setting: str
    """What would name one."""

    async def open(self) -> None:
        """Nothing to hold."""

    async def close(self) -> None:
        """Nothing was held."""

    @property
    def is_up(self) -> bool:
        """Nothing waits for it: it would wait for ever."""
        return True

    async def deliver(self, rendered: Rendered) -> Accepted:  # noqa: ARG002 - a gateway's form
        raise UndeliverableError(f"no gateway: {self.setting} is not set")

    async def deliver_sms(self, rendered: Rendered, sms: Sms) -> Accepted:  # noqa: ARG002 - a route's form
        return await self.deliver(rendered)
