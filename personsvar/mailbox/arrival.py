"""Who is calling, and what for (the manual, section 1)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CallSetup:
    """What the switch hands over, raw: nothing here has been believed yet."""

    call_id: str
    """The switch's unique id of the channel."""
    dialled: str
    """The number dialled, as it came."""
    endpoint: str = ""
    trunk: bool = False
    """The endpoint is marked as the operator's own trunk."""
    sender: str = ""
    """The From header's value."""
    asserted: tuple[str, ...] = ()
    """Every P-Asserted-Identity header's value, in order."""
    privacy: tuple[str, ...] = ()
    diversion: tuple[str, ...] = ()
    history_info: tuple[str, ...] = ()
