from __future__ import annotations

import io
import os
import pty
import re
import select
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from personsvar.cli import csv_file
from personsvar.intake.header import Unsorted, format_header
from personsvar.mailbox import login
from personsvar.mailbox.arrival import CallSetup
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import Number, SpoolId
from personsvar.mailbox.model.lock import Lock, LockScope
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader
from personsvar.mailbox.subscriber_file import SWITCHES
from tests.dialplan_header import dialplan_header
from tests.unit.cli.conftest import KARI, OLA, QUIET, Site


def test_a_subscriber_is_added_by_any_form_of_the_number_and_shown(site: Site) -> None:
    ran = site.run("subscriber", "add", "900 00 001", "--name", "Ola Nordmann", "--email", "ola@example.test")
    assert (ran.code, ran.out) == (0, "+4790000001 is a subscriber now.\n")
    shown = site.run("subscriber", "show", "004790000001", "--json").json
    assert shown["number"] == OLA
    assert shown["name"] == "Ola Nordmann"
    assert shown["email"] == "ola@example.test"
    assert shown["has_pin"] is False
    assert shown["new"] == 0


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["hello"], "is no telephone number"),
        (["123"], "is no telephone number"),
        (["+47900"], "is no telephone number"),
        (["+4700000000"], "is in no number series"),
        (["9" * 10_000], "is no telephone number"),
        (["+4747471000"], "is the access number"),
        ([OLA, "--pin", "1234"], "the PIN is a run of consecutive digits"),
        ([OLA, "--pin", "1111"], "the PIN is the same digit repeated"),
        ([OLA, "--pin", "7777777"], "the PIN is the same digit repeated"),
        ([OLA, "--pin", "1098"], "the PIN is a run of consecutive digits"),
        ([OLA, "--pin", "1122"], "the PIN is a pattern that repeats"),
        ([OLA, "--pin", "474747"], "the PIN is a pattern that repeats"),
        ([OLA, "--pin", "0001"], "a part of the subscriber's own number"),
        ([OLA, "--pin", "123"], "4 to 10 digits"),
        ([OLA, "--pin", "12a4"], "digits only"),
        ([OLA, "--email", "ola"], "is no e-mail address"),
        ([OLA, "--email", "ola@example.test\nBcc: all@example.test"], "is no e-mail address"),
        ([OLA, "--language", "sv"], "is no language of ours"),
        ([OLA, "--time-zone", "Oslo"], "is no time zone"),
        ([OLA, "--name", "Ola\x1b[31m"], "no control characters"),
    ],
)
def test_what_will_not_do_is_refused_in_one_line_that_says_why(
    site: Site, arguments: list[str], why: str
) -> None:
    ran = site.run("subscriber", "add", *arguments)
    assert ran.code == 1
    assert why in ran.err
    assert ran.err.count("\n") == 1
    assert len(ran.err) < 200
    assert site.run("subscriber", "list", "--json").json == []


def test_a_subscriber_is_not_added_twice(site: Site) -> None:
    site.run("subscriber", "add", OLA)
    ran = site.run("subscriber", "add", OLA, "--name", "Somebody else")
    assert (ran.code, ran.err) == (1, "personsvar: +4790000001 is a subscriber already\n")


def test_a_pin_may_come_from_standard_input(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("274916\n"))
    assert site.run("subscriber", "add", OLA, "--pin", "-").code == 0
    services = site.application().services
    assert login.try_pin(services, Number(OLA), "274916", caller=None, own_phone=False) == "ok"


def test_a_pin_that_is_typed_at_a_terminal_is_not_shown(site: Site) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [Path(sys.executable).parent / "personsvar", "subscriber", "add", OLA, "--pin", "-"],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as typed_at:
        assert typed_at.stderr is not None
        assert typed_at.stderr.read(5) == b"PIN: "
        os.write(ours, b"274916\n")
        assert typed_at.wait(60) == 0
    assert not select.select([ours], [], [], 0)[0]
    os.close(ours)
    os.close(theirs)
    assert site.run("subscriber", "show", OLA, "--json").json["has_pin"]


def test_set_changes_what_is_given_and_nothing_else(site: Site) -> None:
    site.run("subscriber", "add", OLA, "--name", "Ola", "--email", "ola@example.test")
    before = site.run("subscriber", "show", OLA, "--json").json
    ran = site.run("subscriber", "set", OLA, "--language", "en", "--no-voicemail", "--mms", "--ask-pin")
    assert ran.code == 0
    after = site.run("subscriber", "show", OLA, "--json").json
    changed = {"language": "en", "voicemail_on": False, "mms": True, "always_ask_pin": True}
    assert after == {**before, **changed, "takes_messages": False}
    refused = site.run("subscriber", "set", OLA, "--transcripts")
    assert (refused.code, "PERSONSVAR_TRANSCRIBER" in refused.err) == (1, True)
    site.run("subscriber", "set", OLA, "--email", "")
    assert site.run("subscriber", "show", OLA, "--json").json["email"] is None


def test_add_takes_all_that_set_takes(site: Site) -> None:
    ran = site.run(
        "subscriber",
        "add",
        OLA,
        "--no-sms",
        "--mms",
        "--no-missed-calls",
        "--email-copy",
        "--transcript-sms",
        "--no-voicemail",
        "--ask-pin",
        "--no-oldest-first",
        "--call-back-from-elsewhere",
        "--say-caller",
        "--quiet",
        "22:00-07:00",
        "--hours",
        "man-fre 08:00-16:00",
    )
    assert ran.code == 0
    given = {
        "sms": False,
        "mms": True,
        "missed_calls": False,
        "email_copy": True,
        "transcripts": False,
        "transcript_sms": True,
        "transcripts_consented_to": None,
        "voicemail_on": False,
        "always_ask_pin": True,
        "oldest_first": False,
        "call_back_from_elsewhere": True,
        "say_caller": True,
        "quiet": "22:00-07:00",
        "hours": "mon-fri 08:00-16:00",
    }
    shown = site.run("subscriber", "show", OLA, "--json").json
    assert {name: shown[name] for name in given} == given
    helps = [site.run("subscriber", command, "--help").out for command in ("add", "set")]
    options = [set(re.findall(r"--[a-z-]+", text)) for text in helps]
    assert options[0] == options[1]


def test_voicemail_is_turned_on_off_and_off_until_a_time(site: Site) -> None:
    site.run("subscriber", "add", OLA)

    def shown(*options: str) -> tuple[bool, str | None, bool]:
        assert site.run("subscriber", "set", OLA, *options).code == 0
        it = site.run("subscriber", "show", OLA, "--json").json
        return it["voicemail_on"], it["voicemail_off_until"], it["takes_messages"]

    year = datetime.now(UTC).year + 1
    assert shown("--voicemail", "off") == (False, None, False)
    assert shown("--voicemail", "on") == (True, None, True)
    assert shown("--off-until", f"{year}-07-01T08:00") == (False, f"{year}-07-01T06:00:00Z", False)
    assert shown("--off-until", f"{year}-01-31", "--time-zone", "UTC") == (
        False,
        f"{year}-02-01T00:00:00Z",
        False,
    )
    assert shown("--voicemail", "on") == (True, None, True)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--voicemail", "maybe"), "--voicemail is on or off"),
        (("--voicemail", "on", "--no-voicemail"), "--voicemail is on or off"),
        (("--voicemail", "on", "--off-until", "23:59"), "not both"),
        (("--off-until", "2020-01-01T08:00Z"), "and this one is over"),
        (("--off-until", "soon"), "this is no time: write it like 2026-12-24, 2026-12-24T08:00, or 08:00"),
        (("--hours", "always"), "these are no hours of a week"),
    ],
)
def test_what_will_not_do_is_refused_and_nothing_changes(
    site: Site, options: tuple[str, ...], why: str
) -> None:
    site.run("subscriber", "add", OLA)
    before = site.run("subscriber", "show", OLA, "--json").json
    ran = site.run("subscriber", "set", OLA, *options)
    assert ran.code in {1, 2}
    assert re.search(why, " ".join(ran.err.split()))
    assert site.run("subscriber", "show", OLA, "--json").json == before


def test_hours_are_set_and_taken_away(site: Site) -> None:
    site.run("subscriber", "add", OLA)
    for given, hours in (("mon-fri 08:00-16:00, sat 10:00-14:00",) * 2, ("", None)):
        assert site.run("subscriber", "set", OLA, "--hours", given).code == 0
        assert site.run("subscriber", "show", OLA, "--json").json["hours"] == hours


def test_set_without_anything_to_change_says_what_can_be(site: Site) -> None:
    site.run("subscriber", "add", OLA)
    ran = site.run("subscriber", "set", OLA)
    assert (ran.code, ran.out) == (2, "")
    assert "say what is to be changed: --pin, --name, --email, --language" in " ".join(ran.err.split())


def test_quiet_hours_are_set_and_removed(site: Site) -> None:
    site.run("subscriber", "add", OLA)
    assert site.run("subscriber", "show", OLA, "--json").json["quiet"] is None
    assert site.run("subscriber", "set", OLA, "--quiet", "22:00-07:00").code == 0
    assert site.run("subscriber", "show", OLA, "--json").json["quiet"] == "22:00-07:00"
    assert "22:00-07:00" in site.run("subscriber", "show", OLA).out
    site.run("subscriber", "set", OLA, "--language", "en")
    assert site.run("subscriber", "show", OLA, "--json").json["quiet"] == "22:00-07:00"
    assert site.run("subscriber", "set", OLA, "--no-quiet").code == 0
    assert site.run("subscriber", "show", OLA, "--json").json["quiet"] is None


@pytest.mark.parametrize(
    ("arguments", "code", "why"),
    [
        (["--quiet", "25:00"], 1, "these are no quiet hours: write them like 22:00-07:00"),
        (["--quiet", "07:00-07:00"], 1, "begin and end at different times"),
        (["--quiet", "22:00-07:00", "--no-quiet"], 2, "give one of them"),
    ],
)
def test_quiet_hours_that_will_not_do_are_refused(
    site: Site, arguments: list[str], code: int, why: str
) -> None:
    site.run("subscriber", "add", OLA)
    ran = site.run("subscriber", "set", OLA, *arguments)
    assert ran.code == code
    assert why in ran.err
    assert site.run("subscriber", "show", OLA, "--json").json["quiet"] is None


def test_a_pin_set_again_is_no_change_and_an_earlier_one_is_refused(site: Site) -> None:
    site.run("subscriber", "add", OLA, "--pin", "274916")
    assert site.run("subscriber", "set", OLA, "--pin", "274916").code == 0
    assert site.run("notice", "list", "--json").json == []
    assert site.run("subscriber", "set", OLA, "--pin", "835062").code == 0
    assert [it["kind"] for it in site.run("notice", "list", "--json").json] == ["pin-changed"]
    ran = site.run("subscriber", "set", OLA, "--pin", "274916", "--name", "Half")
    assert (ran.code, ran.err) == (1, "personsvar: the PIN was used not long ago\n")
    assert site.run("subscriber", "show", OLA, "--json").json["name"] == ""


def test_unknown_subscribers_are_told(site: Site) -> None:
    for command, *more in (["show"], ["set", "--no-sms"], ["remove"], ["unlock"], ["reset-pin"]):
        ran = site.run("subscriber", command, KARI, *more)
        assert (ran.code, ran.err) == (1, "personsvar: +4790000002 is no subscriber\n"), command


def test_remove_leaves_nothing_for_the_number_s_next_owner(site: Site) -> None:
    site.run("subscriber", "add", OLA)
    site.leave_message()
    application = site.application()
    with application.store.begin() as uow:
        uow.greetings.add(
            Number(OLA), GreetingKind.PERSONAL, uow.sounds.add(QUIET, of=Number(OLA)), datetime.now(UTC)
        )
        uow.commit()
    assert site.run("subscriber", "show", OLA, "--json").json["greetings"] == ["personal"]
    assert site.run("subscriber", "remove", OLA).code == 0
    site.run("subscriber", "add", OLA)
    shown = site.run("subscriber", "show", OLA, "--json").json
    assert shown["new"] == 0
    assert shown["greetings"] == []
    assert site.run("message", "list", OLA, "--json").json == []
    assert site.run("notice", "list", "--json").json == []


def test_remove_leaves_nothing_in_the_spool_either(site: Site) -> None:
    """Half a recording would else wait 7 days, and be delivered to the number's next owner."""
    for number in (OLA, KARI):
        site.run("subscriber", "add", number)
    application, spool = site.application(), site.state / "spool"
    now = datetime.now(UTC)
    (spool / "broken").mkdir(exist_ok=True)
    for name, mailbox, purpose in (
        ("1.1", OLA, Purpose.MESSAGE),
        ("1.2", OLA, Purpose.GREETING),
        ("broken/1.3", OLA, Purpose.MESSAGE),
        ("1.4", KARI, Purpose.MESSAGE),
    ):
        header = SpoolHeader(SpoolId(Path(name).name), purpose, Number(mailbox), None, now)
        (spool / f"{name}.head").write_bytes(format_header(header))
        (spool / f"{name}-1.alaw").write_bytes(QUIET)
    for spool_id, diverter in (("2.1", OLA), ("2.2", KARI)):  # recorded by the dialplan, yet to be sorted
        setup = CallSetup(
            call_id=spool_id,
            dialled=application.services.rules.access_number,
            trunk=True,
            diversion=(f"<sip:{diverter}@example.test>;reason=no-answer",),
        )
        (spool / f"{spool_id}.head").write_bytes(dialplan_header(Unsorted(SpoolId(spool_id), now, setup)))
        (spool / f"{spool_id}-1.alaw").write_bytes(QUIET)
    (spool / "3.1.head").write_bytes(b"no header")
    assert site.run("subscriber", "remove", OLA).code == 0
    left = sorted(file.name for file in spool.rglob("*") if file.is_file())
    assert left == ["1.4-1.alaw", "1.4.head", "2.2-1.alaw", "2.2.head", "3.1.head"]


def test_the_list_is_a_table_for_people(site: Site) -> None:
    site.run("subscriber", "add", KARI, "--name", "Kari [bold]")
    site.run("subscriber", "add", OLA, "--pin", "274916")
    lines = site.run("subscriber", "list").out.splitlines()
    assert lines[0].split() == ["NUMBER", "NAME", "E-MAIL", "LANGUAGE", "PIN", "VOICEMAIL"]
    assert lines[1].split() == [OLA, "–", "nb", "yes", "yes"]
    assert "Kari [bold]" in lines[2]


def _csv(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "subscribers.csv"
    file.write_bytes(text.encode())
    return file


def test_import_takes_in_what_will_do_and_tells_the_rest_by_line(site: Site, tmp_path: Path) -> None:
    site.run("subscriber", "add", KARI, "--name", "Kari", "--email", "kari@example.test")
    file = _csv(
        tmp_path,
        "\ufeffnumber,name,email,language,pin\n"
        "90000001,Ola Nordmann,ola@example.test,nb,274916\n"
        "90000002,Kari Nordmann,,en,\n"
        "12,,,,\n"
        "90000003,Per,,nb,1234\n"
        "90000004,Too,many,nb,,fields\n"
        "90000005,Liv,not-an-address,nb,\n",
    )
    ran = site.run("subscriber", "import", file)
    assert ran.code == 1
    assert ran.out == "1 added, 1 changed, 4 refused.\n"
    assert [line.partition(f"{file}:")[2][:2] for line in ran.err.splitlines()] == ["4:", "5:", "6:", "7:"]
    kari = site.run("subscriber", "show", KARI, "--json").json
    assert (kari["name"], kari["email"], kari["language"]) == ("Kari Nordmann", "kari@example.test", "en")
    numbers = [it["number"] for it in site.run("subscriber", "list", "--json").json]
    assert numbers == [OLA, KARI]


def test_a_file_may_hold_quiet_hours(site: Site, tmp_path: Path) -> None:
    site.run("subscriber", "add", KARI)
    site.run("subscriber", "set", KARI, "--quiet", "23:00-06:00")
    file = _csv(tmp_path, f"number,quiet\n{OLA},22:00-07:00\n{KARI},\n90000003,late\n")
    ran = site.run("subscriber", "import", file)
    assert ran.out == "1 added, 1 changed, 1 refused.\n"
    assert "quiet hours" in ran.err
    quiet = {it["number"]: it["quiet"] for it in site.run("subscriber", "list", "--json").json}
    assert quiet == {OLA: "22:00-07:00", KARI: "23:00-06:00"}


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """For transcripts: where there is none, nobody is given the wish for them."""
    monkeypatch.setenv("PERSONSVAR_TRANSCRIBER", "http")
    monkeypatch.setenv("PERSONSVAR_TRANSCRIBER_URL", "https://speech.example.test")
    monkeypatch.setenv("PERSONSVAR_TRANSCRIBER_MODEL", "nb-whisper-base")


SAID = [("yes", "no"), ("TRUE", "FALSE"), ("1", "0"), ("on", "off"), ("Ja", "Nei"), ("SANN", "USANN")]
"""Of any column: one place reads them all."""


@pytest.mark.parametrize(
    ("name", "on", "off"), [*((name, *SAID[0]) for name in SWITCHES), *(("mms", *said) for said in SAID[1:])]
)
@pytest.mark.usefixtures("site", "engine")
def test_a_file_may_hold_what_is_on_and_off(site: Site, tmp_path: Path, name: str, on: str, off: str) -> None:
    file = _csv(tmp_path, f"number,{name}\n{OLA},{on}\n{KARI},{off}\n")
    assert site.run("subscriber", "import", file).out == "2 added, 0 changed, 0 refused.\n"
    shown = {it["number"]: it[name] for it in site.run("subscriber", "list", "--json").json}
    assert shown == {OLA: True, KARI: False}
    site.run("subscriber", "import", _csv(tmp_path, f"number,{name}\n{OLA},\n{KARI},{on}\n"))
    shown = {it["number"]: it[name] for it in site.run("subscriber", "list", "--json").json}
    assert shown == {OLA: True, KARI: True}  # empty leaves it


def test_what_is_neither_yes_nor_no_is_refused_with_its_column(site: Site, tmp_path: Path) -> None:
    file = _csv(tmp_path, f"number,Say caller,sms\n{OLA},perhaps,yes\n{KARI},yes,2\n")
    ran = site.run("subscriber", "import", file)
    assert (ran.code, ran.out) == (1, "0 added, 0 changed, 2 refused.\n")
    assert ran.err.splitlines() == [
        f"personsvar: {file}:2: say_caller: this is neither yes nor no",
        f"personsvar: {file}:3: sms: this is neither yes nor no",
    ]


def test_the_same_file_may_be_imported_again(site: Site, tmp_path: Path) -> None:
    file = _csv(tmp_path, f"number,pin\n{OLA},274916\n")
    assert site.run("subscriber", "import", file).out == "1 added, 0 changed, 0 refused.\n"
    assert site.run("subscriber", "import", file).out == "0 added, 1 changed, 0 refused.\n"


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (
            b"name,email\nOla,\n",
            1,
            "line 1: names no column number; it should name the columns: number,name,",
        ),
        (b"", 1, "is empty; its first line should name the columns: number,name,"),
        (b"\n;;\n", 1, "is empty; its first line should name the columns: number,name,"),
        (b"number,colour\n1,red\n", 1, "line 1: the heading of column 2 is none of ours; they are number,"),
        (b"Number;Name;number\n1;2;3\n", 1, "line 1: the column number is there twice"),
        (b'number,name\n+4790000001,"' + b"x" * 200_000, 1, "line 2: longer than 100000 letters"),
        (b'number,name\n+4790000001,"Ola\n+4790000002,Kari\n', 1, "line 2: a quotation mark in it"),
        (b"number\n\x81\xfe\n", 2, "neither UTF-8 nor Windows-1252 text"),
    ],
)
def test_a_file_that_is_no_list_of_subscribers_is_refused_whole(
    site: Site, tmp_path: Path, content: bytes, code: int, said: str
) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(content)
    ran = site.run("subscriber", "import", file)
    assert ran.code == code
    assert f"{file}: {said}" in ran.err


def test_a_file_without_an_end_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "MOST_BYTES", 2_000_000)
    ran = site.run("subscriber", "import", "/dev/zero")
    assert (ran.code, ran.err) == (2, "personsvar: /dev/zero: larger than 2 MB; give it in parts\n")


EXCEL = [
    "\ufeffnumber;name;email\r\n90000011;Kåre Ås;k@example.test\r\n".encode(),
    "Number;Name;E-mail\r\n90000011;Kåre Ås;k@example.test\r\n".encode("cp1252"),
    "number\tname\temail\r\n90000011\tKåre Ås\tk@example.test\r\n".encode("utf-16"),
    "sep=;\r\nnumber;name;email\r\n90000011;Kåre Ås;k@example.test\r\n".encode(),
    "Number, Name, Email,,\n90000011, Kåre Ås, k@example.test,,\n,,,,\n , ,,,\n".encode(),
    "NUMBER,NAME,EMAIL\r90000011,Kåre Ås,k@example.test\r".encode(),
    ",,,\nnumber,name,,email\n90000011,Kåre Ås,,k@example.test\n".encode(),
]


@pytest.mark.parametrize("content", EXCEL)
def test_what_a_spreadsheet_writes_is_taken_in(site: Site, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(content)
    ran = site.run("subscriber", "import", file)
    assert (ran.code, ran.out) == (0, "1 added, 0 changed, 0 refused.\n")
    assert ("read as Windows-1252" in ran.err) == (b"K\xe5re" in content and b"\x00" not in content)
    shown = site.run("subscriber", "show", "90000011", "--json").json
    assert (shown["name"], shown["email"]) == ("Kåre Ås", "k@example.test")


@pytest.mark.parametrize("letter", ["\x85", "\u2028", "\u2029", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e"])
def test_a_letter_that_other_formats_end_lines_with_ends_no_line_of_this(
    site: Site, tmp_path: Path, letter: str
) -> None:
    file = _csv(
        tmp_path,
        f"number,name,email\n90000011,Kåre{letter} Ås,k@example.test\n"
        f'90000012,"Liv\n{letter}",l@example.test\n90000013,Per,none\n',
    )
    ran = site.run("subscriber", "import", file)
    assert ran.out == "0 added, 0 changed, 3 refused.\n"
    why = "a name has no control characters"
    assert ran.err.splitlines() == [
        f"personsvar: {file}:2: name: {why}",
        f"personsvar: {file}:3: name: {why}",
        f"personsvar: {file}:5: email: this is no e-mail address",
    ]


def test_each_refusal_names_line_and_column(site: Site, tmp_path: Path) -> None:
    file = _csv(
        tmp_path,
        "number;name;email;language;pin;quiet;\n"
        "9,00E+07;Ola;;;;;\n"
        ";Ola;;;;;\n"
        "90000011;Ola;åse@;;;;\n"
        "90000011;Ola;;sv;;;\n"
        "90000011;Ola;;;1234;;\n"
        "90000011;Ola;;;;25:00;\n"
        "90000011;Ola;;;;;more\n",
    )
    lines = site.run("subscriber", "import", file).err.splitlines()
    told = [line.removeprefix(f"personsvar: {file}:") for line in lines]
    assert [line.split(": ")[:2] for line in told[:6]] == [
        ["2", "number"],
        ["3", "number"],
        ["4", "email"],
        ["5", "language"],
        ["6", "pin"],
        ["7", "quiet"],
    ]
    assert "this is no e-mail address" in told[2]
    assert "these are no quiet hours" in told[5]
    assert told[6] == "8: column 7 has no heading, and something stands in it"


@pytest.mark.parametrize(
    "content",
    [
        f"number,name,email,pin\n{OLA},Ola,{{pin}}\n",
        f"number,name,pin\n{OLA},Ola,Nordmann,{{pin}}\n",
        f"number,pin\n{{pin}},{OLA}\n",
        f"{OLA},Ola,{{pin}}\n",
        *(f"number,{column},pin\n{OLA},{{pin}},\n" for column in ("language", "time_zone", "quiet", "sms")),
    ],
)
@pytest.mark.parametrize("pin", ["6294", "629415", "62941537"])
def test_a_pin_that_stands_in_another_column_is_told_to_nobody(
    site: Site, tmp_path: Path, content: str, pin: str
) -> None:
    ran = site.run("subscriber", "import", _csv(tmp_path, content.format(pin=pin)))
    assert ran.code == 1
    assert pin not in ran.out + ran.err


@pytest.mark.parametrize("email", ["kari@blåbær.test", "bjørn.åse@blåbær.example.test"])
def test_an_address_in_norwegian_letters_is_the_same_wherever_it_is_given_or_shown(
    site: Site, tmp_path: Path, email: str
) -> None:
    assert site.run("subscriber", "add", OLA, "--email", email).code == 0
    assert site.run("subscriber", "import", _csv(tmp_path, f"number,email\n{KARI},{email}\n")).code == 0
    listed = site.run("subscriber", "list", "--json").json
    assert [it["email"] for it in listed] == [email, email]
    assert email in site.run("subscriber", "show", OLA).out


def test_a_file_that_is_not_there_is_told(site: Site, tmp_path: Path) -> None:
    ran = site.run("subscriber", "import", tmp_path / "none.csv")
    assert (ran.code, ran.err) == (2, f"personsvar: {tmp_path}/none.csv: No such file or directory\n")


def test_unlock_opens_what_wrong_pins_closed(site: Site) -> None:
    site.run("subscriber", "add", OLA, "--pin", "274916")
    application = site.application()
    until = datetime.now(UTC) + timedelta(hours=1)
    with application.store.begin() as uow:
        uow.locks.put(Lock(LockScope.MAILBOX, OLA, closures=1, closed_until=until))
        uow.commit()
    assert site.run("subscriber", "show", OLA, "--json").json["locked_until"] is not None
    assert site.run("subscriber", "unlock", OLA).code == 0
    assert site.run("subscriber", "show", OLA, "--json").json["locked_until"] is None


def test_reset_pin_sends_a_new_one_that_stands_nowhere_in_clear(site: Site) -> None:
    site.run("subscriber", "add", OLA, "--pin", "274916")
    assert site.run("subscriber", "reset-pin", OLA).code == 0
    (notice,) = site.run("notice", "list", "--json").json
    assert (notice["kind"], notice["secret"]) == ("first-pin", "••••")
    services = site.application().services
    assert login.try_pin(services, Number(OLA), "274916", caller=None, own_phone=False) == "wrong"
