"""Many callers at once, by SIPp (package sip-tester): each dials, talks A-law, and hangs up after its time.

SIPp is no part of what is measured, but it shares the cores with it.
"""

from __future__ import annotations

import csv
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.sounds import talk
from tests.bench.voicemail import LEAVE
from tests.bench.yard import CALLER
from tests.real.sip_phone import ACCESS_NUMBER

OURS = ACCESS_NUMBER
THEIRS = f"{LEAVE}[field0]"
_END_SECONDS = 20
_SPARE_SECONDS = 60
"""A call that hangs is given up after this, beside all its time."""

# rrs="true" on the 200: without it ACK and BYE have no address, and no call ever ends
_SCENARIO = """<?xml version="1.0" encoding="ISO-8859-1" ?>
<!DOCTYPE scenario SYSTEM "sipp.dtd">
<scenario name="leave a message">
  <send retrans="500"><![CDATA[

INVITE sip:{dialled}@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:{caller}@[local_ip]:[local_port]>;tag=[pid]t[call_number]
To: <sip:{dialled}@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:caller@[local_ip]:[local_port]>
P-Asserted-Identity: <sip:{caller}@example.test>
Diversion: <sip:+47[field0]@example.test>;reason=no-answer
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=sipp 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [rtpstream_audio_port] RTP/AVP 8 101
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=ptime:20

  ]]></send>
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="183" optional="true"/>
  <recv response="200" rrs="true"/>
  <send><![CDATA[

ACK [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
[routes]
From: <sip:{caller}@[local_ip]:[local_port]>;tag=[pid]t[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

  ]]></send>
  <nop><action><exec rtp_stream="{sound},-1,8"/></action></nop>
  <pause milliseconds="{milliseconds}"/>
  <nop><action><exec rtp_stream="pause"/></action></nop>
  <nop><action><log message="[field0] [timestamp]"/></action></nop>
  <send retrans="500"><![CDATA[

BYE [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
[routes]
From: <sip:{caller}@[local_ip]:[local_port]>;tag=[pid]t[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 2 BYE
Max-Forwards: 70
Content-Length: 0

  ]]></send>
  <recv response="200" crlf="true"/>
</scenario>
"""


@dataclass(frozen=True)
class Wave:
    """So many calls, to these mailboxes in turn, at most so many at once."""

    dialled: str
    mailboxes: Sequence[str]
    calls: int
    at_once: int
    a_second: int
    seconds: float
    """How long each call is up."""


@dataclass(frozen=True)
class Called:
    started: int
    ended_well: int
    failed: int


@dataclass
class Callers:
    """SIPp at work."""

    process: subprocess.Popen[bytes]
    folder: Path

    def wait(self, *, within: float) -> Called:
        self.process.wait(within)
        return self.called()

    def called(self) -> Called:
        with (self.folder / "calls.csv").open(encoding="ascii", errors="replace") as file:
            last = list(csv.DictReader(file, delimiter=";"))[-1]
        return Called(
            int(last["TotalCallCreated"]), int(last["SuccessfulCall(C)"]), int(last["FailedCall(C)"])
        )

    def hung_up_at(self) -> dict[str, float]:
        """When each call was over, by its mailbox; of one that was called twice, the last."""
        lines = (line.split() for line in (self.folder / "hung-up.log").read_text("ascii").splitlines())
        return {mailbox: float(epoch) for mailbox, _day, _time, epoch in lines}

    def tail(self) -> str:
        return (self.folder / "console").read_text(errors="replace")[-1500:]


@contextmanager
def calling(wave: Wave, sip_port: int) -> Iterator[Callers]:
    """The wave rolls; what of it is left at the end is cut."""
    with tempfile.TemporaryDirectory(prefix="personsvar-sipp-") as name:
        folder = Path(name)
        with (folder / "console").open("wb") as console:
            process = subprocess.Popen(
                _command(wave, folder, sip_port),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
            )
        try:
            yield Callers(process, folder)
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Told once, SIPp waits for its calls; one of which nothing more is heard never ends."""
    process.terminate()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def all_of(wave: Wave, sip_port: int) -> Called:
    """The whole wave, to its end."""
    with calling(wave, sip_port) as callers:
        rounds = -(-wave.calls // wave.at_once)
        longest = rounds * (wave.seconds + wave.at_once / wave.a_second) + _SPARE_SECONDS
        return callers.wait(within=longest)


def _command(wave: Wave, folder: Path, sip_port: int) -> list[str]:
    sound = folder / "talk.alaw"
    sound.write_bytes(talk(40))
    scenario = folder / "leave.xml"
    scenario.write_text(
        _SCENARIO.format(
            dialled=wave.dialled, caller=CALLER, sound=sound, milliseconds=round(wave.seconds * 1000)
        ),
        "ascii",
    )
    mailboxes = folder / "mailboxes.csv"
    mailboxes.write_text("SEQUENTIAL\n" + "".join(f"{mailbox};\n" for mailbox in wave.mailboxes), "ascii")
    options = {
        "-sf": scenario,
        "-inf": mailboxes,
        "-i": "127.0.0.1",
        "-mi": "127.0.0.1",
        "-m": wave.calls,
        "-l": wave.at_once,
        "-r": wave.a_second,
        "-stf": folder / "calls.csv",
        "-fd": 1,
        "-log_file": folder / "hung-up.log",
    }
    flat = [str(word) for option in options.items() for word in option]
    return ["sipp", f"127.0.0.1:{sip_port}", *flat, "-trace_stat", "-trace_logs", "-nostdin"]
