"""The folder of files as a gateway: what stands in where no other is configured."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from personsvar.gateways.files.outbox_writer import FileDelivery
from personsvar.gateways.sms.sms import Sms
from personsvar.notifier.gateway import Accepted
from personsvar.notifier.words.rendering import Rendered

NAME = "files"


@dataclass(frozen=True, slots=True)
class FolderGateway:
    """The folder is always there; when it refuses a file that is tried again. It sends no receipts."""

    files: FileDelivery

    async def open(self) -> None:
        """Nothing to hold."""

    async def close(self) -> None:
        """Nothing was held."""

    @property
    def is_up(self) -> bool:
        return True

    async def deliver(self, rendered: Rendered) -> Accepted:
        await asyncio.to_thread(self.files.deliver, rendered)
        return Accepted(NAME)

    async def deliver_sms(self, rendered: Rendered, sms: Sms) -> Accepted:
        await asyncio.to_thread(self.files.deliver_sms, rendered, sms)
        return Accepted(NAME)
