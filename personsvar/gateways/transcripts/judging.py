"""What an engine heard, judged by the recording itself: whoever wires the lane gives it this."""

from __future__ import annotations

from personsvar.mailbox.model.transcript import Transcript, Understanding
from personsvar.mailbox.transcription.honesty import judged
from personsvar.voice.speech import speech_seconds


def judged_by_its_sound(transcript: Transcript, alaw: bytes) -> tuple[Understanding, Transcript]:
    """A `transcript_gateway.Judge`. It looks at all of the recording: call it beside the loop."""
    return judged(transcript, speech_seconds=speech_seconds(alaw))
