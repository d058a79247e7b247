"""A copy by e-mail that holds what the message says: both its parts, both languages, operators' own words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from personsvar.gateways.email.mail_content import mail_content
from personsvar.gateways.email.mail_templates import MAIL, TemplatesError, wording
from personsvar.mailbox.model.subscriber import Language
from personsvar.mailbox.model.transcript import MessageTranscript
from tests.unit.gateways.email.mails import letter, written_down
from tests.wire.transcripts import NOT_UNDERSTOOD, sure, unmeasured, unsure_of

SAID = "Ring på fredag, før klokken <tolv>."
ENGINE = "nb-whisper-small (http speech.example.test)"


def parts(transcript: MessageTranscript | None, language: Language = "nb") -> tuple[str, str]:
    """The text, and the page as it is read."""
    content, words = mail_content(written_down(letter(language=language), transcript), None), wording()
    return words.text(content, language), words.page(content, language)


def read(page: str) -> str:
    plain = re.sub(r"<[^>]*>", "", page).replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">")
    return " ".join(plain.split())


@pytest.mark.parametrize(
    ("language", "by", "off"),
    [
        ("nb", f"Skrevet ned av {ENGINE}.", "Det slås av på Min profil, under Innstillinger"),
        ("en", f"Written down by {ENGINE}.", "It is turned off at My profile, under Settings"),
    ],
)
def test_what_was_understood_stands_in_both_parts_with_its_engine_and_how_it_is_turned_off(
    language: Language, by: str, off: str
) -> None:
    for part in parts(sure(SAID), language):
        assert SAID in read(part) if "<html" in part else SAID in part
        assert by in part
        assert off in part
        assert not re.search(r"\(\?\)|unsure|usik|may be wrong|kan være feil", part)
    assert "<tolv>" not in parts(sure(SAID), language)[1]


@pytest.mark.parametrize(
    ("language", "why"),
    [
        ("nb", ("Ord med (?) er usikre.", "Understrekede ord er usikre.")),
        ("en", ("Words with (?) are unsure.", "Underlined words are unsure.")),
    ],
)
def test_unsure_words_are_marked_for_eyes_and_for_ears(language: Language, why: tuple[str, str]) -> None:
    text, page = parts(unsure_of(SAID, "fredag,", "<tolv>."), language)
    assert "Ring på fredag (?), før klokken <tolv> (?)." in text
    assert re.findall(r"dotted[^>]*>([^<]*)<", page) == ["fredag,", "&lt;tolv&gt;."]
    assert "Ring på fredag, (?) før klokken <tolv>. (?)" in read(page)
    assert (why[0] in text, why[1] in page) == (True, True)


@pytest.mark.parametrize(
    ("language", "why"), [("nb", "alle ord kan være feil"), ("en", "any word may be wrong")]
)
def test_an_engine_that_does_not_say_how_sure_it_is_is_told_of(language: Language, why: str) -> None:
    for part in parts(unmeasured(SAID), language):
        assert why in part
        assert "(?)" not in part


@pytest.mark.parametrize(
    ("language", "why"),
    [
        ("nb", "Maskinen forsto ikke hva som ble sagt."),
        ("en", "The machine didn't understand what was said."),
    ],
)
def test_what_was_not_understood_is_said_to_be_so(language: Language, why: str) -> None:
    for part in parts(NOT_UNDERSTOOD, language):
        assert why in part
        assert "nb-whisper" not in part


def test_without_a_transcript_nothing_is_said_of_one() -> None:
    for language in get_args(Language):
        for part in parts(None, language):
            assert not re.search("maskin|machine|Skrevet|Written", part)


def test_an_operators_own_templates_from_before_go_on(tmp_path: Path) -> None:
    (tmp_path / "nb").mkdir()
    for name in MAIL:
        (tmp_path / "nb" / name).write_text("{{ who }} {{ when }} {{ length }}", encoding="utf-8")
    content = mail_content(written_down(letter(), sure(SAID)), None)
    assert wording(tmp_path).text(content, "nb") == "+47 900 00 002 mandag 2. mars kl. 12.32 23 sek\n"


def test_an_operators_own_may_say_it_and_a_mistake_in_it_is_told_at_start(tmp_path: Path) -> None:
    file = tmp_path / "nb/text.txt"
    file.parent.mkdir()
    file.write_text("{% for run in said_runs %}[{{ run.text }}{{ '?' if run.unsure }}]{% endfor %}", "utf-8")
    content = mail_content(written_down(letter(), unsure_of("Ring på fredag", "fredag")), None)
    assert wording(tmp_path).text(content, "nb") == "[Ring på][fredag?]\n"
    file.write_text("{% if understanding == 'unsure' %}{{ siad }}{% endif %}", "utf-8")
    with pytest.raises(TemplatesError, match="'siad' is undefined"):
        wording(tmp_path)
