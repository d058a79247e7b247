"""Settings: where it listens, and how much it takes."""

from __future__ import annotations

from typing import Annotated

from personsvar.settings import defaults
from personsvar.settings.field_types import (
    Networks,
    SwitchSecret,
    WatchdogSeconds,
    address_or_nowhere,
    host_and_port,
)
from personsvar.settings.group import SettingsGroup, setting

_IMAP_BIND, _IMAPS_BIND = "127.0.0.1:1143", "127.0.0.1:1993"


class ListeningSettings(SettingsGroup):
    """Where it listens, and how much it takes"""

    fastagi_bind: Annotated[str, host_and_port(defaults.FASTAGI_BIND)] = setting(
        defaults.FASTAGI_BIND, "Address for Asterisk (FastAGI).", switch=True
    )
    fastagi_secret: SwitchSecret | None = setting(
        None,
        "What the switch shows with each call, so that nobody else is believed; the same for both. Without "
        "it, where the address above is this machine's own: one is made in the state folder.",
        secret=True,
        switch=True,
    )
    esl_bind: Annotated[str, address_or_nowhere(defaults.ESL_BIND)] = setting(
        defaults.ESL_BIND,
        "Address for FreeSWITCH (Event Socket, outbound), which shows the secret above too; `none`: there is "
        "no FreeSWITCH.",
        switch=True,
    )
    http_bind: Annotated[str, host_and_port(defaults.HTTP_BIND)] = setting(
        defaults.HTTP_BIND, "Address for HTTP: the page, health, metrics, the API."
    )
    http_connections: int = setting(
        400, "Connections to HTTP at once; half a request is ended to make room.", unit="connections", ge=8
    )
    http_connections_each: int = setting(
        200,
        "Of those, of one address (IPv6: of one /64). A proxy in front of it is one address.",
        unit="connections",
        ge=4,
    )
    http_proxies: Networks = setting(
        (),
        "Proxies in front of HTTP, beside those on this machine, with commas between: `10.1.0.0/24`. What "
        "they say of who asks (`X-Forwarded-For`) is believed.",
    )
    health_bind: Annotated[str, host_and_port("127.0.0.1:8081")] | None = setting(
        None,
        "Address where `personsvar ivr` and `personsvar visual`, which have no other HTTP, tell health and "
        "metrics; none: nowhere.",
    )
    imap_bind: Annotated[str, host_and_port(_IMAP_BIND)] = setting(
        _IMAP_BIND, "Address for visual voicemail, with STARTTLS."
    )
    imaps_bind: Annotated[str, host_and_port(_IMAPS_BIND)] = setting(
        _IMAPS_BIND, "Address for visual voicemail, with TLS."
    )
    max_calls: int = setting(
        1000, "Calls at once; a caller over it goes to the switch's own recorder.", unit="calls", ge=1
    )
    drain_seconds: float = setting(
        defaults.DRAIN_SECONDS,
        "How long calls may go on after the service, or the switch, was told to stop.",
        unit="s",
        switch=True,
        ge=0,
        le=86_400,
    )
    watchdog_seconds: WatchdogSeconds = setting(
        15,
        "A service that hangs this long is killed: the switch goes on with its calls, and whoever runs it "
        "starts it again; at least 3. 0: never.",
        unit="s",
        ge=0,
    )
    rtp_timeout: int = setting(
        defaults.RTP_TIMEOUT,
        "A caller who sends no sound for this long is gone: the switch hangs up. A recording that has not "
        "grown for this and 30 s more is over.",
        unit="s",
        switch=True,
        ge=1,
        le=86_400,
    )
