"""Words in a file: marked where their engine was unsure, and signed by it."""

from __future__ import annotations

from personsvar.mailbox.transcription.said import signed_text
from tests.wire.transcripts import sure, unmeasured, unsure_of


def test_a_text_names_who_wrote_it_and_marks_what_it_was_unsure_of() -> None:
    made = sure("Ring på fredag.")
    signed = f"– {made.transcript.engine}, {made.transcript.model}"
    assert signed_text(made) == f"Ring på fredag.\n\n{signed}\n"
    assert signed_text(unsure_of("Ring på fredag.", "fredag.")) == f"Ring på fredag (?).\n\n{signed}\n"
    assert signed_text(unmeasured("Ring på fredag.")).endswith(" (?)\n")
