"""docs/notices.md is held to the program: names, numbers, and the lines of Kannel's file."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from pathlib import Path
from typing import get_args

import pytest

from personsvar.bootstrap import Application
from personsvar.gateways.email.mail_content import Carrying, MailContent
from personsvar.gateways.email.mail_templates import NAMES, Recording, WhyGone
from personsvar.gateways.kannel import delivery_reports as kannel_receipts
from personsvar.gateways.mms.mm7_answers import CODES, Mm7Meaning
from personsvar.gateways.sms.command_status import refusal
from personsvar.http import mm7_callbacks
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.ledger import AttemptOutcome, ReceiptState
from personsvar.mailbox.model.notice import Channel, NoticeKind, NoticeStatus
from personsvar.mailbox.model.subscriber import Subscriber, Wishes
from personsvar.mailbox.notices import FOR_MACHINES, PINS, channels_for
from personsvar.mailbox.tidying import LEDGER_DAYS
from personsvar.notifier.delivery_errors import UndeliverableError
from personsvar.running.figures import meters_of_notices
from personsvar.running.notifier_service import NotifierService
from personsvar.settings.all_settings import Settings
from personsvar.settings.gateway_settings import GatewaySettings
from personsvar.settings.group import variable
from tests.real.notices.kannel import CONF

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "notices.md").read_text("utf-8")
OLA = Subscriber(Number("+4790000001"), email="ola@example.test")


def table(head: str) -> dict[str, str]:
    """Of the table with that first heading: what its first column names, and the rest of the row."""
    rows = PAGE.split(f"\n| {head} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    cells = (row.strip("| ").split(" | ", 1) for row in rows)
    return {name: rest for first, rest in cells for name in named(first)}


def named(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def test_each_kind_stands_there_with_how_it_goes() -> None:
    told = table("kind")
    assert set(told) == set(NoticeKind) - FOR_MACHINES
    for kind, rest in told.items():
        _, by, at_night = rest.split(" | ")
        assert set(named(by)) == ways(NoticeKind(kind)), kind
        assert (at_night == "goes") == (kind in PINS), kind


OF_MESSAGES = {NoticeKind.NEW_MESSAGE, NoticeKind.MESSAGE_TRANSCRIBED}
"""These may be urgent."""


def test_the_readme_says_of_quiet_hours_what_this_page_says() -> None:
    at_night = {kind: rest.split(" | ")[2] for kind, rest in table("kind").items()}
    assert {kind for kind, said in at_night.items() if said != "waits"} == PINS | OF_MESSAGES
    assert {at_night[kind] for kind in OF_MESSAGES} == {"waits, unless urgent"}
    readme = (DOCS.parent / "README.md").read_text("utf-8")
    for page in (PAGE, readme):
        assert "all waits but PINs that are sent and urgent messages" in " ".join(page.split())


def ways(kind: NoticeKind) -> set[str]:
    """By what anybody may be told of it, whatever the wishes."""
    wishes = (Wishes(), Wishes(mms=True), Wishes(sms=False), Wishes(transcripts=True, transcript_sms=True))
    return {channel for wish in wishes for channel in channels_for(replace(OLA, wishes=wish), kind)}


@pytest.mark.parametrize(
    ("head", "names"),
    [("status", NoticeStatus), ("outcome of a try", AttemptOutcome), ("receipt", ReceiptState)],
)
def test_each_state_of_the_ledger_stands_there(head: str, names: type[NoticeStatus]) -> None:
    assert list(table(head)) == [str(name) for name in names]


def test_each_template_and_each_of_its_fields_stands_there() -> None:
    assert set(table("file")) == NAMES
    assert list(table("field")) == [one.name for one in fields(MailContent)]
    assert set(named(table("field")["carried"])) == set(get_args(Carrying))
    of_pages = " ".join(PAGE.split("In `recording.html`: ", 1)[1].split("\n\n", 1)[0].split())
    player, _, gone = of_pages.partition(" In `gone.html`: ")
    assert named(player) == [one.name for one in fields(Recording)]
    assert named(gone) == ["why", *get_args(WhyGone)]


def test_each_setting_that_is_named_is_one_and_each_of_the_gateways_is_named() -> None:
    known = {variable(name) for name in Settings.model_fields}
    here = set(re.findall(r"PERSONSVAR_[A-Z0-9_]+[A-Z0-9]", PAGE))
    assert here <= known
    pages = "".join((DOCS / name).read_text("utf-8") for name in ("notices.md", "webhooks.md", "lamps.md"))
    assert {name for name in GatewaySettings.model_fields if variable(name) not in pages} == set()


def test_the_numbers_are_the_settings_own() -> None:
    for channel, rest in table("channel").items():
        hours, setting = rest.split(" | ")
        assert f"{default(named(setting)[0]):g} h" == hours, channel
    assert set(table("channel")) == set(Channel)
    for setting, number in re.findall(r"`(PERSONSVAR_[A-Z0-9_]+)`\s\((\d+)", PAGE):
        assert default(setting) == float(number), setting
    assert f"kept for {LEDGER_DAYS} days" in PAGE


def default(setting: str) -> float:
    return float(Settings.model_fields[setting.removeprefix("PERSONSVAR_").lower()].default)


def test_what_is_final_is_so_in_the_program() -> None:
    smpp = re.search(r"^\| SMPP: ([^|]+) \|", PAGE, re.MULTILINE)
    assert smpp is not None
    final = {status for status in range(0x500) if isinstance(refusal(status), UndeliverableError)}
    assert {int(status, 16) for status in smpp[1].split(", ")} == final
    mm7 = re.search(r"^\| MM7: ([^|]+) \| MM7: ([^|]+), HTTP", PAGE, re.MULTILINE)
    assert mm7 is not None
    assert codes(mm7[1]) == {
        code for code in CODES if CODES[code] in (Mm7Meaning.PERMANENT, Mm7Meaning.TOO_LARGE)
    }
    assert codes(mm7[2]) == {code for code in CODES if CODES[code] is Mm7Meaning.LATER}


def codes(listed: str) -> set[int]:
    found = re.findall(r"(\d{4})(?:–(\d{4}))?", listed.replace("(2004: smaller first)", ""))
    return {code for first, last in found for code in range(int(first), int(last or first) + 1)}


def test_the_figures_are_those_that_are_told(tmp_path: Path) -> None:
    site = Application(Settings(state=tmp_path))
    posting = NotifierService(site)
    told = {
        f"personsvar_{meter.name}{'_total' * meter.counts_up}"
        for meter in meters_of_notices(site, posting.figures, dict)
    }
    histogram = {family.name for family in posting.figures.seconds.collect()}
    assert set(table("figure")) == told | histogram


def test_where_gateways_report_and_kannels_lines_are_those_of_the_tests() -> None:
    assert f"`{kannel_receipts.PATH}`" in PAGE
    assert f"`{mm7_callbacks.PATH}`" in PAGE
    (lines,) = re.findall(r"\n    group = smsbox\n(.*?)\n\nand here", PAGE, re.DOTALL)
    written = {line.strip() for line in lines.splitlines() if line.strip()}
    assert written <= set(CONF.splitlines())
