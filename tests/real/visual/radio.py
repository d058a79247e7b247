"""What lies between the SMSC and the handsets: SMS go to and fro, and long ones are put together again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from personsvar.mailbox.model.ids import Number
from tests.real.notices.smsc import Line, NodeSmsc
from tests.real.visual.handset import Handset

_WITH_HEADER = 0x40
"""In esm_class: the user data begins with a header (SMPP 3.4, 5.2.12)."""
_PART = "0003"
"""A header that says which part of a long SMS this is: reference, how many, which (TS 23.040, 9.2.3.24.1)."""


@dataclass
class Radio:
    """One network: it carries as long as `up` and `down` run."""

    smsc: NodeSmsc
    _parts: dict[str, dict[str, str]] = field(default_factory=dict)
    """Of long SMS that are not complete yet, by what is the same in their headers."""

    async def up(self, number: Number, handset: Handset) -> None:
        """What a handset sends goes to the service, from the number of its SIM."""
        async for line in handset.each("sent"):
            await self.smsc.order(deliver=_from_phone(number, line["to"], line["text"]))

    async def down(self, at: Callable[[Number], Handset | None]) -> None:
        """What the service sends goes to the handset that has the number."""
        async for line in self._submitted():
            text, handset = self._whole(line), at(Number(f"+{line['destination_addr']}"))
            if text is not None and handset is not None:
                handset.receive(text, sender=line["source_addr"])

    async def _submitted(self) -> AsyncIterator[Line]:
        passed = 0
        while True:
            with suppress(TimeoutError):  # nothing is sent for a while: it listens on
                lines = await self.smsc.heard("submit", passed + 1)
                for line in lines[passed:]:
                    yield line
                passed = len(lines)

    def _whole(self, line: Line) -> str | None:
        """None while there are parts to come."""
        text: str = line["short_message"]["message"]
        headers = line["short_message"]["udh"] if line["esm_class"] & _WITH_HEADER else []
        header = next((it for it in headers if it.startswith(_PART)), None)
        if header is None:
            return text
        parts = self._parts.setdefault(f"{line['destination_addr']} {header[:8]}", {})
        parts[header[8:]] = text
        complete = len(parts) == int(header[6:8], 16)
        return "".join(text for _, text in sorted(parts.items())) if complete else None


def _from_phone(number: Number, to: str, text: str) -> dict[str, object]:
    """Its number is an international one, in E.164 (SMPP 3.4, 5.2.5 and 5.2.6)."""
    return {
        "source_addr_ton": 1,
        "source_addr_npi": 1,
        "source_addr": number.removeprefix("+"),
        "destination_addr": to,
        "short_message": text,
    }
