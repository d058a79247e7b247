"""A recording as AMR: encoded once, and how long it will be is known before (mailbox.visual.amr)."""

from __future__ import annotations

import pytest

from personsvar.mailbox.model.ids import SoundId
from personsvar.mailbox.visual import view
from personsvar.voice.encode import transcoding
from tests.unit.mailbox.visual.mailbox import Mailbox
from tests.world import speech

BIT_RATE = 12_200


def test_the_first_one_is_kept_and_served_ever_after() -> None:
    box = Mailbox()
    box.leaves()
    (entry,) = box.entries()
    assert view.amr(box.services, entry.sound) is None
    assert view.keep_amr(box.services, entry.sound, b"#!AMR\n first") == b"#!AMR\n first"
    assert view.keep_amr(box.services, entry.sound, b"#!AMR\n later") == b"#!AMR\n first"
    assert view.amr(box.services, entry.sound) == b"#!AMR\n first"
    assert box.entries()[0].amr_bytes == 12


def test_a_sound_that_is_gone_meanwhile_is_served_and_not_kept() -> None:
    box = Mailbox()
    assert view.keep_amr(box.services, SoundId(4711), b"#!AMR\n") == b"#!AMR\n"
    assert view.amr(box.services, SoundId(4711)) is None


@pytest.mark.parametrize("samples", [1, 109, 110, 160, 320, 8_000, 8_109, 8_110, 25_611])
def test_the_length_is_what_the_encoder_makes(samples: int) -> None:
    """At the edges of a frame, too."""
    alaw = (speech() * (samples // len(speech()) + 1))[:samples]
    assert view.expected_bytes(samples / 8_000) == len(transcoding.amr(alaw, BIT_RATE))
