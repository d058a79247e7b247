"""`personsvar phone`: a telephone in the terminal, to try the whole menu without a switch."""

from __future__ import annotations

import math
import sys
import time
from array import array
from typing import Annotated

import typer

from personsvar.bootstrap import Application
from personsvar.cli.demo import OLA, make_demo_subscribers
from personsvar.cli.manual import catalogue
from personsvar.cli.opening import open_application
from personsvar.cli.printing import print_line
from personsvar.g711 import SAMPLE_RATE
from personsvar.logs import in_call
from personsvar.mailbox.arrival import CallSetup
from personsvar.mailbox.phone_numbers import check_number
from personsvar.mailbox.provision import all_subscribers
from personsvar.telephony.keyboards import PipeKeyboard, TerminalKeyboard
from personsvar.telephony.terminal import TerminalCall

app = typer.Typer(invoke_without_command=True)

LETTERS_A_SECOND = 15
SYLLABLES_A_SECOND = 4
PITCH_HERTZ = 140
LOUDNESS = 6000
HELP = "Keys: 0-9 * #. Ctrl-D hangs up."


@app.callback()
def phone(
    caller: Annotated[str, typer.Option("--from", metavar="NUMBER", help="Who calls, vouched for.")] = OLA,
    to: Annotated[str | None, typer.Option(metavar="NUMBER", help="Else the access number.")] = None,
    diverted_from: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="Whose phone was not answered: leave a message.")
    ] = None,
    withheld: Annotated[bool, typer.Option(help="The caller's number is withheld.")] = False,
) -> None:
    """Call the voicemail from this terminal: prints what is said, takes keys."""
    # the terminal has shown no key since the command began (`cli.carry_out`)
    keyboard = TerminalKeyboard(sys.stdin) if sys.stdin.isatty() else PipeKeyboard(sys.stdin)
    application = open_application(upgrade=True)
    for number in filter(None, (caller, diverted_from)):
        check_number(number, region=application.settings.home_region)
    if next(all_subscribers(application.services), None) is None:
        make_demo_subscribers(application.services)
        print_line(f"(three demo subscribers in {application.settings.state_folder.absolute()})")
    setup = CallSetup(
        call_id=f"phone-{time.time_ns() // 1_000_000}",
        dialled=to or application.settings.access_number,
        endpoint="terminal",
        trunk=True,
        sender=f"<sip:{caller}@terminal.invalid>",
        asserted=(f"<sip:{caller}@terminal.invalid>",),
        privacy=("id",) if withheld else (),
        diversion=(f"<sip:{diverted_from}@terminal.invalid>;reason=no-answer",) if diverted_from else (),
    )
    _call(application, setup, keyboard)


def _call(application: Application, setup: CallSetup, keyboard: TerminalKeyboard | PipeKeyboard) -> None:
    words = catalogue(application.settings)
    call = TerminalCall(setup, keyboard=keyboard, screen=sys.stdout, catalogue=words, speak=speak)
    if isinstance(keyboard, TerminalKeyboard):
        print_line(HELP)
    with in_call(setup.call_id):
        application.answer(call)
    print_line("(hung up)")


def speak(text: str) -> bytes:
    """The words as a take holds them: espeak-ng speaks where there is one, else a tone lasts as long."""
    from personsvar.voice.encode.synthesis import ESPEAK_VOICES, SynthesisError  # noqa: PLC0415 - for this only

    try:
        spoken = ESPEAK_VOICES["nb"].speak(text)
    except SynthesisError:
        return hum(len(text) / LETTERS_A_SECOND)
    octets: bytes = spoken.set_frame_rate(SAMPLE_RATE).set_channels(1).set_sample_width(2).raw_data
    return octets


def hum(seconds: float) -> bytes:
    """A sound like a voice that says nothing: a low tone with its overtones, in syllables."""
    samples = array(
        "h", (round(_hummed(sample / SAMPLE_RATE)) for sample in range(round(seconds * SAMPLE_RATE)))
    )
    return samples.tobytes()


def _hummed(at: float) -> float:
    syllable = math.sin(math.pi * (at * SYLLABLES_A_SECOND % 1))
    overtones = sum(math.sin(2 * math.pi * PITCH_HERTZ * n * at) / n for n in range(1, 16))
    return LOUDNESS * syllable * overtones
