"""The service that writes messages down: which engine it has, and that it works as it is put together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from personsvar import storage
from personsvar.bootstrap import Application
from personsvar.gateways.transcripts.http_transcriber import HttpTranscriber
from personsvar.mailbox.deposit import take_in
from personsvar.mailbox.model.ids import Number, SpoolId
from personsvar.mailbox.model.notice import Channel, NewNotice, NoticeKind
from personsvar.mailbox.model.subscriber import Subscriber, Wishes
from personsvar.mailbox.model.transcript import MessageTranscript
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader
from personsvar.running.configured_transcriber import transcriber_of
from personsvar.running.lane_limits import LaneLimits
from personsvar.running.transcriber_service import TranscriberService
from personsvar.settings.all_settings import Settings
from personsvar.settings.loading import SettingsError, load
from personsvar.world import RealClock
from tests.fakes.listener import SECRET_WORDS, FakeListener, judged_by_words
from tests.unit.conftest import setting_mistakes

OLA = Number("+4790000001")
PATIENCE_SECONDS = 120
SPEECH = b"\x55" * 24_000
HOST = "speech.example.test"
SERVER = {
    "transcriber": "http",
    "transcriber_url": f"https://{HOST}",
    "transcriber_model": "base",
}


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    given = Settings(state=tmp_path, **SERVER, webhook_url=SecretStr("https://a.example.test/"))  # type: ignore[arg-type] # by their names
    storage.upgrade(given.database)
    opened = Application(given)
    with opened.store.begin() as uow:
        consented = Subscriber(OLA, wishes=Wishes(transcripts=True), transcripts_consented_to=HOST)
        uow.subscribers.add(consented)
        uow.commit()
    yield opened
    opened.close()


def test_a_message_that_comes_while_it_runs_is_written_down(application: Application) -> None:
    """A row for the operator's systems is committed with the transcript: that is waited for."""
    service, written = TranscriberService(application, FakeListener(), judged_by_words), threading.Event()

    def kept() -> MessageTranscript | None:
        with application.store.look() as uow:
            found = uow.messages.by_spool_id(SpoolId("1.1"))
            return None if found is None else uow.transcripts.get(found.id)

    def look(_: AbstractSet[Channel]) -> None:
        if kept() is not None:
            written.set()

    application.notices_committed.connect(look)
    service.start()
    try:
        at = application.services.clock.now()
        header = SpoolHeader(SpoolId("1.1"), Purpose.MESSAGE, OLA, None, at)
        take_in(application.services, header, alaw=SPEECH)
        assert written.wait(PATIENCE_SECONDS)
    finally:
        service.stop()
    made = kept()
    assert made is not None
    assert made.text == " ".join(SECRET_WORDS)
    told = {meter.name: meter.read() for meter in service.meters()}
    assert told["transcripts_made"][("text",)] == 1
    assert told["transcript_sound_seconds"] == {(): 3.0}
    assert told["transcript_minutes_today"] == {(): 0.05}


def test_what_waits_for_the_next_day_goes_on_as_the_service_begins_with_more(
    application: Application,
) -> None:
    now = application.services.clock.now()
    tomorrow = datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time.min, UTC)
    row = NewNotice(OLA, NoticeKind.TRANSCRIPT_WANTED, Channel.TRANSCRIPT, "a", now, due_at=tomorrow)
    with application.store.begin() as uow:
        uow.outbox.add(row)
        uow.commit()
    service = TranscriberService(application, FakeListener(), judged_by_words)
    service.start()
    service.stop()
    with application.store.look() as uow:
        (there,) = uow.outbox.list(channel=Channel.TRANSCRIPT)
    assert there.next_at < tomorrow


def test_an_engine_gets_its_time_before_another_takes_the_message_over() -> None:
    settings = Settings(transcriber_seconds=300, transcript_hours=2, transcript_attempts=3)
    limits = LaneLimits(settings)
    retries, load_ = limits.retries(Channel.TRANSCRIPT), limits.load(Channel.TRANSCRIPT)
    assert retries.answer_seconds > settings.transcriber_seconds
    assert (retries.hours, retries.attempts) == (2, 3)
    assert (load_.at_once, load_.batch, load_.worth_it) == (1, 1, 1)


def test_which_engine_there_is_says_a_setting(tmp_path: Path) -> None:
    assert transcriber_of(Settings(), RealClock()) is None
    given = transcriber_of(Settings(**SERVER, transcriber_key=SecretStr("k")), RealClock())  # type: ignore[arg-type] # as above
    assert isinstance(given, HttpTranscriber)
    assert (given.where, given.model) == ("speech.example.test", "base")
    nowhere = Settings(transcriber="local", transcriber_model=str(tmp_path / "none"))
    with pytest.raises(SettingsError, match=r"^PERSONSVAR_TRANSCRIBER_MODEL="):
        transcriber_of(nowhere, RealClock())


def test_where_recordings_go_is_a_rule() -> None:
    assert not Settings().rules().transcripts
    there = Settings(**SERVER).rules()  # type: ignore[arg-type] # as above
    assert (there.transcripts, there.transcripts_sent_to) == (True, "speech.example.test")
    here = Settings(transcriber="local", transcriber_url="https://a.example.test", transcriber_model="/m")
    assert (here.rules().transcripts, here.rules().transcripts_sent_to) == (True, "")


def of_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSONSVAR_TRANSCRIBER", "somebody")


def without_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSONSVAR_TRANSCRIBER", "http")
    monkeypatch.setenv("PERSONSVAR_TRANSCRIBER_MODEL", "base")


def without_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSONSVAR_TRANSCRIBER", "local")


def with_a_login(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSONSVAR_TRANSCRIBER_URL", "https://me:not-told@speech.example.test")


def with_a_blank_in_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSONSVAR_TRANSCRIBER_KEY", "not told")


def longer_than_it_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSONSVAR_TRANSCRIPT_HOURS", "0.05")


@pytest.mark.usefixtures("bare_environment")
@pytest.mark.parametrize(
    ("mistake", "told"),
    [
        (of_nobody, "PERSONSVAR_TRANSCRIBER='somebody': "),
        (without_address, "PERSONSVAR_TRANSCRIBER=http needs PERSONSVAR_TRANSCRIBER_URL, too"),
        (without_model, "PERSONSVAR_TRANSCRIBER=local needs PERSONSVAR_TRANSCRIBER_MODEL, too"),
        (with_a_login, "PERSONSVAR_TRANSCRIBER_URL: should be https://host"),
        (with_a_blank_in_its_key, "PERSONSVAR_TRANSCRIBER_KEY: should be letters"),
        (longer_than_it_is_wanted, "PERSONSVAR_TRANSCRIBER_SECONDS should be less than"),
    ],
)
def test_what_can_not_be_is_one_line_at_start(
    monkeypatch: pytest.MonkeyPatch, mistake: Callable[[pytest.MonkeyPatch], None], told: str
) -> None:
    mistake(monkeypatch)
    (line,) = setting_mistakes()
    assert line.startswith(told)
    assert "not-told" not in line
    assert "not told" not in line


@pytest.mark.usefixtures("bare_environment")
def test_only_who_asks_the_engine_has_to_be_able_to_read_its_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PERSONSVAR_TRANSCRIBER_KEY_FILE", str(tmp_path / "not-there"))
    assert load(transcriber=False).transcriber_key is None
    with pytest.raises(SettingsError, match="PERSONSVAR_TRANSCRIBER_KEY_FILE"):
        load()
