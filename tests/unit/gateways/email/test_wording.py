from __future__ import annotations

import subprocess
import sys
import zipfile
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from personsvar.gateways.email.mail_content import mail_content
from personsvar.gateways.email.mail_templates import NAMES, TemplatesError, wording
from tests.unit.gateways.email.mails import NEW, letter

ROOT = Path(__file__).resolve().parents[4]


def _own(folder: Path, name: str, content: str) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content, encoding="utf-8")
    return folder


def test_each_file_of_the_operators_takes_the_place_of_the_built_in_one(tmp_path: Path) -> None:
    words = wording(_own(tmp_path, "nb/subject.txt", "{{ caller or 'ukjent' }} har snakket"))
    of = mail_content(letter(), None)
    assert words.subject(of, "nb") == "+47 900 00 002 har snakket"
    assert words.subject(of, "en") == "New message from +47 900 00 002 (23 sek)"
    assert "Du har fått en ny beskjed" in words.text(of, "nb")


def test_the_frame_alone_may_be_the_operators(tmp_path: Path) -> None:
    frame = "<html lang='{{ language }}'><h1>Fjellnett</h1>{% block content %}{% endblock %}</html>"
    page = wording(_own(tmp_path, "layout.html", frame)).page(mail_content(letter(), None), "nb")
    assert "<h1>Fjellnett</h1>" in page
    assert "mandag 2. mars kl. 12.32" in page


def test_what_is_filled_in_is_escaped_in_pages_and_not_in_text() -> None:
    of = replace(mail_content(letter(), None), caller="<Ola & co>")
    words = wording()
    assert "&lt;Ola &amp; co&gt;" in words.page(of, "nb")
    assert "<Ola & co>" in words.text(of, "nb")


def test_a_subject_is_one_line(tmp_path: Path) -> None:
    words = wording(_own(tmp_path, "nb/subject.txt", "Ny\n\n  beskjed\n"))
    assert words.subject(mail_content(letter(), None), "nb") == "Ny beskjed"


MISTAKES = [
    ("nb/page.html", "<p>{% if urgent %}", r"nb/page\.html, line 1: Unexpected end of template"),
    ("nb/text.txt", "Fra {{ calller }}", r"nb/text\.txt: 'calller' is undefined"),
    ("en/text.txt", "{{ new_count + ' new' }}", r"en/text\.txt: unsupported operand"),
    ("en/page.html", "{% extends 'frame.html' %}", r"en/page\.html: '?frame\.html"),
    ("nb/pgae.html", "<p>", r"nb/pgae\.html: no template has this name; they are .*nb/page\.html"),
    ("page.html", "<p>", r"page\.html: no template has this name"),
    ("sv/text.txt", "Hej", r"sv/text\.txt: no template has this name"),
]


@pytest.mark.parametrize(("name", "content", "said"), MISTAKES)
def test_a_mistake_in_a_template_is_told_at_start(tmp_path: Path, name: str, content: str, said: str) -> None:
    with pytest.raises(TemplatesError, match=said):
        wording(_own(tmp_path, name, content))


def test_a_mistake_that_only_some_mails_show_is_found_at_start_too(tmp_path: Path) -> None:
    with pytest.raises(TemplatesError, match="link_unitl"):
        wording(_own(tmp_path, "nb/text.txt", "{% if carried == 'link' %}{{ link_unitl }}{% endif %}"))


def test_a_file_that_is_no_text_is_told_at_start(tmp_path: Path) -> None:
    (_own(tmp_path, "nb/text.txt", "") / "nb/text.txt").write_bytes(b"\xff\xfe\xe6")
    with pytest.raises(TemplatesError, match=r"nb/text\.txt"):
        wording(tmp_path)


def test_a_folder_that_is_not_there_is_told_at_start(tmp_path: Path) -> None:
    with pytest.raises(TemplatesError, match="no such folder"):
        wording(tmp_path / "templates")


@pytest.mark.parametrize(
    ("name", "is_what", "said"),
    [
        ("nb/text.txt", "folder", "nb/text.txt: should be a file"),
        ("layout.html", "link", "layout.html: should be a file"),
        ("en", "file", "en: should be a folder"),
    ],
)
def test_what_stands_in_a_template_s_place_and_is_none_is_told_at_start(
    tmp_path: Path, name: str, is_what: str, said: str
) -> None:
    """It would be passed over, and the built-in words sent."""
    place = tmp_path / name
    place.parent.mkdir(exist_ok=True)
    match is_what:
        case "folder":
            place.mkdir()
        case "link":
            place.symlink_to(tmp_path / "nowhere")
        case _:
            place.write_text("words")
    with pytest.raises(TemplatesError, match=said):
        wording(tmp_path)


def test_other_files_beside_them_disturb_nobody(tmp_path: Path) -> None:
    _own(tmp_path, "README.md", "Our templates")
    assert wording(_own(tmp_path, "nb/.text.txt.swp", "x")).text(mail_content(letter(), None), "nb")


def test_every_template_is_a_resource_of_the_package() -> None:
    folder = files("personsvar.gateways.email") / "templates"
    assert {name for name in NAMES if (folder / name).is_file()} == NAMES


def test_the_wheel_holds_them(tmp_path: Path) -> None:
    build = "import sys, hatchling.build as b; print(b.build_wheel(sys.argv[1]))"
    ran = subprocess.run(
        [sys.executable, "-c", build, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    held = zipfile.ZipFile(tmp_path / ran.stdout.split()[-1]).namelist()
    assert {f"personsvar/gateways/email/templates/{name}" for name in NAMES} <= set(held)


def test_a_message_of_one_second_and_one_of_an_hour_are_told_alike() -> None:
    words = wording()
    for seconds, length in ((0.4, "1 sek"), (3600.0, "60 min")):
        assert f"Lengde:     {length}" in words.text(
            mail_content(letter(replace(NEW, seconds=seconds)), None), "nb"
        )
