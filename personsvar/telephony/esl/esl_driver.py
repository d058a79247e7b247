"""The Event Socket, outbound: FreeSWITCH connects for each call, and waits for our first word.

Its dialplan has a timer that takes the call away from who does not stop it (`sched_transfer`): stopping it is
our sign of life.
"""

from __future__ import annotations

from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass

from personsvar.dialogue.call import HungUpError, SwitchError
from personsvar.mailbox.arrival import CallSetup
from personsvar.telephony.esl import esl_variables as variables
from personsvar.telephony.esl.esl_call import EslCall
from personsvar.telephony.esl.esl_connection import EslConnection
from personsvar.telephony.esl.esl_setup import call_setup
from personsvar.telephony.switch_calls import Answer, SoundsOfACall, is_secret, no_call, wrong_secret
from personsvar.telephony.wire import SocketWire

LINGER_SECONDS = 10
"""So long the switch keeps the connection of a channel that is gone: what it was about to tell is told."""
UNWANTED = (
    "CHANNEL_ANSWER",
    "CHANNEL_APPLICATION",
    "CHANNEL_CREATE",
    "CHANNEL_DATA",
    "CHANNEL_DESTROY",
    "CHANNEL_HANGUP_COMPLETE",
    "CHANNEL_ORIGINATE",
    "CHANNEL_OUTGOING",
    "CHANNEL_PARK",
    "CHANNEL_PROGRESS",
    "CHANNEL_PROGRESS_MEDIA",
    "CHANNEL_STATE",
    "CHANNEL_UNPARK",
    "CHANNEL_UUID",
    "DETECTED_SPEECH",
    "NOTALK",
    "TALK",
)
"""What `myevents` brings besides; it alone keeps other calls' events away."""


@dataclass(frozen=True)
class EslSwitchCall:
    connection: EslConnection
    channel: str
    setup: CallSetup

    def take(self, answer: Answer, *, sounds: SoundsOfACall, workers: Executor) -> None:
        try:
            with sounds() as of_this_call:
                answer(
                    EslCall(self.connection, self.channel, self.setup, sounds=of_this_call, workers=workers)
                )
        finally:
            self.let_go()

    def let_go(self) -> None:
        """The dialplan goes on behind `socket`, where the caller is still there."""
        with suppress(HungUpError, SwitchError):
            self.connection.request("exit")


@dataclass(frozen=True)
class EslDriver:
    secret: str
    name: str = "esl"

    def identify(self, wire: SocketWire, *, has_place: bool) -> EslSwitchCall:  # noqa: ARG002 - nobody asks before
        connection = EslConnection(wire)
        try:
            return _begin(connection, _channel(connection, self.secret))
        except (SwitchError, HungUpError) as wrong:
            raise no_call(wrong) from wrong


def _channel(connection: EslConnection, secret: str) -> dict[str, str]:
    """What the switch tells of the channel, once it has shown whose switch it is."""
    channel = connection.request("connect").decoded()
    if channel.get("Control") != "full" or not channel.get("Unique-ID"):
        raise SwitchError("it has no channel of its own (socket … async full)")
    if not is_secret(channel.get(f"variable_{variables.SECRET}", ""), secret):
        raise wrong_secret()
    return channel


def _begin(connection: EslConnection, channel: dict[str, str]) -> EslSwitchCall:
    connection.request(f"linger {LINGER_SECONDS}")
    connection.request("myevents json")
    connection.request(f"nixevent {' '.join(UNWANTED)}")
    connection.api(f"sched_del {channel.get(f'variable_{variables.GUARD}') or channel['Unique-ID']}")
    return EslSwitchCall(connection, channel["Unique-ID"], call_setup(connection, channel))
