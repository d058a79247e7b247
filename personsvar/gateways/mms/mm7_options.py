"""What is agreed with the MMSC's operator."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from personsvar.gateways.reachability import FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS

NAMESPACE = "http://www.3gpp.org/ftp/Specs/archive/23_series/23.140/schema/REL-6-MM7-1-4"


@dataclass(frozen=True, slots=True)
class Mm7Options:
    sender: str
    """A phone shows this as the sender: a number or a short code."""
    sender_kind: Literal["Number", "ShortCode"]
    vasp_id: str
    vas_id: str
    service_code: str
    version: str
    namespace: str
    largest_kilobytes: int
    """Of 1,024 bytes, for all that is posted."""
    life_hours: float
    """An MMS that was not fetched by then is worthless."""
    ca_file: Path | None
    """Certificates (PEM) of those that sign the MMSC's; None: the system's."""
    soap_action: str = '""'
    """The HTTP header, with its quotation marks."""
    encode_seconds: float = 10
    """Making AMR of a recording may take so long: behind the calls it waits for the cores."""
    answer_seconds: float = 20
    """The MMSC may take so long, from the first byte to the last of the answer."""
    at_once: int = 8
    """So many connections are open at most."""
    first_pause_seconds: float = FIRST_PAUSE_SECONDS
    """Before an MMSC that is away is looked for again; it doubles with each."""
    longest_pause_seconds: float = LONGEST_PAUSE_SECONDS

    @property
    def largest_bytes(self) -> int:
        return self.largest_kilobytes * 1024
