"""Whatever a message says, the page has the elements we wrote, and no other."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from docker.demo.page import SCRIPT, article, page, size
from docker.demo.shelf import Item, Listed

ID = "20260302T120000.000000Z-mail-00000001"
NASTY = "</p></iframe></article></script><script>alert(1)</script>\"'><img src=x onerror=alert(1)> &lt; \x00"


class Elements(HTMLParser):
    """The elements, with the names of their attributes, and what they say."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.all: list[tuple[str, tuple[str, ...]]] = []
        self.attributes: dict[str, dict[str, str]] = {}
        self.said = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.all.append((tag, tuple(name for name, _ in attrs)))
        self.attributes[tag] = {name: value or "" for name, value in attrs}

    def handle_data(self, data: str) -> None:
        self.said += data


def item(words: str = "word", *, html: str | None = None, kind: str = "mail") -> Item:
    sound, other = Listed(words, "audio/mpeg", 1500), Listed(words, words, 20)
    return Item(
        id=ID,
        kind=kind,
        at=words,
        sender=words,
        to=words,
        subject=words,
        text=words,
        html=words if html is None else html,
        note=words,
        files=[sound, other],
    )


def test_no_word_becomes_an_element() -> None:
    shown = Elements(article(item(NASTY)))
    assert shown.all == Elements(article(item())).all
    assert shown.said.count(NASTY) == 8  # to, from, time, note, subject, text, two files


def test_the_page_of_a_mail_stands_in_a_frame_that_may_do_nothing() -> None:
    frame = Elements(article(item(html=NASTY))).attributes["iframe"]
    assert frame["sandbox"] == ""
    assert frame["srcdoc"] == NASTY


def test_a_sound_is_played_and_everything_may_be_saved() -> None:
    shown = Elements(article(item()))
    assert shown.attributes["audio"]["src"] == f"/items/{ID}/0"
    assert [tag for tag, _ in shown.all].count("a") == 2
    assert [tag for tag, _ in shown.all].count("audio") == 1


@pytest.mark.parametrize(("kind", "shown"), [("sms", "SMS to"), ("mms", "MMS to"), ("mail", "E-mail to")])
def test_it_says_what_came(kind: str, shown: str) -> None:
    assert shown in Elements(article(item(kind=kind, html=""))).said


def test_nothing_is_loaded_from_elsewhere() -> None:
    whole = page([item(html="")])
    assert "http:" not in whole
    assert "https:" not in whole
    assert "</script" not in SCRIPT
    assert Elements(page([])).said.count("Nothing yet") == 1


def test_sizes() -> None:
    assert (size(0), size(999), size(1000), size(1_234_567)) == (
        "0 bytes",
        "999 bytes",
        "1.0 kB",
        "1,234.6 kB",
    )
