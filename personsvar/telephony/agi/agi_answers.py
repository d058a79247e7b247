"""What Asterisk's answers mean: how a recording ended, how a dialled call went."""

from __future__ import annotations

import math

from personsvar.dialogue.call import Dialled, DialOutcome, Recorded, RecordEnd
from personsvar.g711 import SAMPLE_RATE
from personsvar.telephony.agi.agi_line import IN_THE_TONE, at_the_limit
from personsvar.telephony.agi.reply import Result
from personsvar.telephony.keys_ahead import key_of
from personsvar.telephony.take_files import LOST_SAMPLES

_OUTCOMES = {
    "ANSWER": DialOutcome.ANSWERED,
    "BUSY": DialOutcome.BUSY,
    "NOANSWER": DialOutcome.NO_ANSWER,
    "CANCEL": DialOutcome.NO_ANSWER,
}


def recorded(result: Result, *, on_disk: int) -> Recorded:
    """How RECORD FILE ended; `on_disk` is what `samples_of` its take."""
    if result.data == IN_THE_TONE:
        return Recorded(RecordEnd.KEY, 0.0, key_of(result.number))
    samples = result.endpos or 0
    if result.number < 0 or on_disk + LOST_SAMPLES < samples or on_disk < 0:
        return Recorded(RecordEnd.FAILED, max(on_disk, 0) / SAMPLE_RATE)
    if result.data == "dtmf":
        return Recorded(RecordEnd.KEY, samples / SAMPLE_RATE, key_of(result.number))
    end = RecordEnd.LIMIT if at_the_limit(result) else RecordEnd.SILENCE
    return Recorded(end, samples / SAMPLE_RATE)


def whole_seconds(seconds: float) -> int:
    """Asterisk counts silence and ringing in whole seconds: never a shorter one than asked."""
    return math.ceil(seconds)


def dialled(status: str, seconds: str) -> Dialled:
    """The dialplan's word on the call it dialled."""
    outcome = _OUTCOMES.get(status, DialOutcome.REFUSED)
    if outcome is not DialOutcome.ANSWERED:
        return Dialled(outcome)
    return Dialled(outcome, float(seconds) if seconds.isascii() and seconds.isdigit() else 0.0)
