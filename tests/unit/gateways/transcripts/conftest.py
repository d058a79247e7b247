from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from personsvar.mailbox.rules import Rules
from tests.unit.conftest import Backend
from tests.unit.gateways.transcripts.desk import TranscriptDesk, desk_of


@pytest.fixture
def desk(backend: Backend) -> Iterator[TranscriptDesk]:
    with ThreadPoolExecutor(2) as threads:
        yield desk_of(backend, threads, Rules(transcripts=True, webhooks=True, transcript_mail_seconds=600))
