from __future__ import annotations

import io
import logging
import re
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personsvar import logs
from personsvar.logs import KeyValueFormatter, Personal


@pytest.fixture
def log() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    yield from _log("plain")


def _log(personal: Personal) -> Iterator[tuple[logging.Logger, io.StringIO]]:
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(KeyValueFormatter(personal=personal, key=b"k"))
    logger = logging.Logger("personsvar.telephony.agi", logging.DEBUG)  # noqa: LOG001 - not of this process
    logger.addHandler(handler)
    yield logger, lines


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
