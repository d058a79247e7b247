from __future__ import annotations

import io
import logging
import os
import re
import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personsvar import logs
from personsvar.logs import MAX_LINE, KeyValueFormatter, LineHandler, Personal, at_most, quoted


@pytest.fixture
def log() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    yield from _log("plain")


def _log(personal: Personal) -> Iterator[tuple[logging.Logger, io.StringIO]]:
    lines = io.StringIO()
    yield _logger(LineHandler(lines), personal), lines


def _logger(handler: LineHandler, personal: Personal = "plain") -> logging.Logger:
    handler.setFormatter(KeyValueFormatter(personal=personal, key=b"k"))
    logger = logging.Logger("personsvar.telephony.agi", logging.DEBUG)  # noqa: LOG001 - not of this process
    logger.addHandler(handler)
    return logger


def _fields(line: str) -> dict[str, str]:
    """A line read back, as a log shipper reads it."""
    found = re.findall(r'([^\s=]+)=("(?:\\.|[^"\\])*"|[^\s"]+)(?: |$)', line)
    assert " ".join(f"{name}={value}" for name, value in found) == line
    return dict(found)


def test_an_event_is_one_line_of_keys_and_values(log: tuple[logging.Logger, io.StringIO]) -> None:
    log[0].info("call began", extra={"trunk": True, "pii.caller": "+4790000002"})
    fields = _fields(log[1].getvalue().rstrip("\n"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", fields.pop("time"))
    assert fields == {
        "level": "info",
        "in": "telephony.agi",
        "event": '"call began"',
        "trunk": "True",
        "pii.caller": "+4790000002",
    }


def test_lines_of_a_call_carry_its_id_and_lines_of_other_threads_do_not(
    log: tuple[logging.Logger, io.StringIO],
) -> None:
    with logs.in_call("1700000000.12"):
        log[0].info("inside")
        other = threading.Thread(target=log[0].info, args=("elsewhere",))
        other.start()
        other.join()
    log[0].info("after")
    inside, elsewhere, after = map(_fields, log[1].getvalue().splitlines())
    assert inside["call"] == "1700000000.12"
    assert "call" not in elsewhere
    assert "call" not in after


@given(st.text(), st.text(alphabet='\r\n"\\=\x00\x1b\u2028\u0085 é'), st.text(min_size=1))
def test_no_caller_can_forge_a_line_or_a_field(event: str, value: str, name: str) -> None:
    for logger, lines in _log("plain"):
        logger.warning("%s", event, extra={"pii.name": value, f"x{name}": value})
        written = lines.getvalue()
        assert written.endswith("\n")
        assert len(written.splitlines()) == 1
        fields = _fields(written[:-1])
        assert set(list(fields)[:4]) == {"time", "level", "in", "event"}
        assert len(fields) <= 6


def test_a_caller_of_ten_thousand_characters_is_cut(log: tuple[logging.Logger, io.StringIO]) -> None:
    log[0].info("call", extra={"pii.caller": "9" * 10_000})
    assert len(log[1].getvalue()) < 2 * logs.MAX_VALUE


@pytest.mark.parametrize("name", ["pin", "PIN", "pin_hash", "new.pins", "secret", "digits"])
def test_pins_are_in_no_field(log: tuple[logging.Logger, io.StringIO], name: str) -> None:
    log[0].info("changed", extra={name: "284917"})
    assert "284917" not in log[1].getvalue()


def test_a_number_that_slipped_into_running_text_is_cut_short(
    log: tuple[logging.Logger, io.StringIO],
) -> None:
    log[0].info("no mailbox for %s", "+4790000002", extra={"why": "+4790000003 is not served"})
    assert "9000000" not in log[1].getvalue()
    assert "+47…" in log[1].getvalue()


def test_personal_data_is_dropped_or_hashed_as_the_setting_says() -> None:
    for logger, lines in _log("drop"):
        logger.info("call", extra={"pii.caller": "+4790000002"})
        assert "pii" not in lines.getvalue()
    for logger, lines in _log("hash"):
        logger.info("call", extra={"pii.caller": "+4790000002"})
        logger.info("call", extra={"pii.caller": "+4790000002"})
        logger.info("call", extra={"pii.caller": "+4790000003"})
        first, second, other = (_fields(line)["pii.caller"] for line in lines.getvalue().splitlines())
        assert first == second != other
        assert re.fullmatch(r"[0-9a-f]{16}", first)


def test_an_exception_stays_on_the_line(log: tuple[logging.Logger, io.StringIO]) -> None:
    try:
        raise ValueError("bad\nlevel=critical")  # noqa: TRY301 - the traceback is the point
    except ValueError:
        log[0].exception("broke")
    (line,) = log[1].getvalue().splitlines()
    fields = _fields(line)
    assert fields["error"] == '"ValueError: bad\\nlevel=critical"'
    assert "test_logs.py" in fields["trace"]


class HeldUpValue:
    """A value that can't be said before somebody lets it."""

    def __init__(self) -> None:
        self.asked, self.let = threading.Event(), threading.Event()

    def __str__(self) -> str:
        self.asked.set()
        assert self.let.wait(30)
        return "slow"


def test_who_is_held_up_in_a_line_holds_up_nobody_else(log: tuple[logging.Logger, io.StringIO]) -> None:
    """A process with all cores busy had a hundred calls waiting for one that wrote its line."""
    slow = HeldUpValue()
    held_up = threading.Thread(target=log[0].info, args=("%s", slow))
    held_up.start()
    assert slow.asked.wait(30)
    other = threading.Thread(target=log[0].info, args=("quick",))
    other.start()
    other.join(30)
    said = log[1].getvalue()
    slow.let.set()
    held_up.join(30)
    assert [_fields(line)["event"] for line in said.splitlines()] == ["quick"]
    assert [_fields(line)["event"] for line in log[1].getvalue().splitlines()] == ["quick", "slow"]


@given(st.lists(st.text(st.sampled_from('ab "\\\n=å…'), max_size=80), max_size=12), st.integers(40, 300))
def test_a_line_that_is_too_long_loses_its_end_and_is_read_all_the_same(
    values: list[str], octets: int
) -> None:
    line = " ".join(["event=x", *(f"k{place}={quoted(value)}" for place, value in enumerate(values))])
    cut = at_most(line, octets).decode()
    assert len(cut.encode()) <= octets
    read = _fields(cut)
    assert read["event"] == "x"
    assert cut == line or len(line.encode()) > octets


def test_no_line_is_longer_than_a_pipe_keeps_whole(log: tuple[logging.Logger, io.StringIO]) -> None:
    log[0].error("failed", exc_info=ValueError('\\"' * 5_000), extra={"more": '"' * 5_000})
    line = log[1].getvalue()
    assert len(line.encode()) <= MAX_LINE
    assert _fields(line.removesuffix("\n"))["event"] == "failed"


def test_a_process_without_a_standard_error_goes_on() -> None:
    _logger(LineHandler(None)).info("nobody hears it")


@pytest.mark.parametrize("letters", [10, 900, 1900])
def test_lines_of_many_threads_stay_whole_in_a_pipe(letters: int) -> None:
    """Its reader is slow: it is full most of the time."""
    reading, writing = os.pipe()
    with os.fdopen(reading, encoding="ascii") as pipe, os.fdopen(writing, "w", encoding="ascii") as stream:
        logger = _logger(LineHandler(stream))
        events = [f"{which}" * letters for which in range(8)]
        threads = [threading.Thread(target=_tell, args=(logger, event, 200)) for event in events]
        for thread in threads:
            thread.start()
        lines = [next(pipe).rstrip("\n") for _ in range(8 * 200)]
        for thread in threads:
            thread.join()
    assert sorted(_fields(line)["event"] for line in lines) == sorted(events * 200)


def _tell(logger: logging.Logger, event: str, times: int) -> None:
    for _ in range(times):
        logger.info(event)


def test_a_log_that_takes_nothing_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk under it is full."""
    monkeypatch.setattr(logging, "raiseExceptions", False)
    with Path("/dev/full").open("w", encoding="ascii") as full:
        _logger(LineHandler(full)).info("a line that is lost")


def test_a_line_that_the_disk_cut_short_takes_nothing_of_the_next_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)
    file = tmp_path / "log"
    with file.open("w", encoding="ascii") as stream:
        logger = _logger(LineHandler(stream))
        logger.info("before")
        with _no_file_longer_than(file.stat().st_size + 60):
            logger.error("cut short, as the disk was full")
            logger.error("lost whole")
        logger.info("there is room again")
        logger.info("as ever")
    lines = file.read_text().splitlines()
    assert [_fields(line)["event"] for line in (lines[0], *lines[2:])] == [
        "before",
        '"there is room again"',
        '"as ever"',
    ]
    assert "level=error" in lines[1]
    assert "full" not in lines[1]


@contextmanager
def _no_file_longer_than(octets: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
