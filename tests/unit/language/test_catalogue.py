"""The catalogue's files: what is read, and what is refused in words an author understands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from personsvar.language.prompts import LANGUAGES, Catalogue, CatalogueError, PromptId, UnknownPromptError


def load(folder: Path, **files: str) -> Catalogue:
    for name, content in files.items():
        (folder / f"{name}.toml").write_text(content, encoding="utf-8")
    return Catalogue.load(folder)


def test_an_entry_holds_its_text_in_both_languages(tmp_path: Path) -> None:
    catalogue = load(tmp_path, a='[goodbye]\nnb = "Ha det bra."\nen = "Goodbye."\n')
    assert catalogue.ids() == (PromptId("goodbye"),)
    assert catalogue.text(PromptId("goodbye"), "nb") == "Ha det bra."
    assert catalogue.text(PromptId("goodbye"), "en") == "Goodbye."


def test_another_spelling_is_for_the_synthesiser_only(tmp_path: Path) -> None:
    catalogue = load(tmp_path, a='[ore]\nnb = "øre"\nen = "øre"\nen-spoken = "ora"\n')
    assert catalogue.text(PromptId("ore"), "en") == "øre"
    assert catalogue.spoken(PromptId("ore"), "en") == "ora"
    assert catalogue.spoken(PromptId("ore"), "nb") == "øre"


def test_an_unknown_prompt_is_named(tmp_path: Path) -> None:
    catalogue = load(tmp_path, a='[goodbye]\nnb = "Ha det."\nen = "Goodbye."\n')
    with pytest.raises(UnknownPromptError, match="no prompt 'hello' in the catalogue"):
        catalogue.text(PromptId("hello"), "nb")


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        ({}, "no catalogue here"),
        ({"a": '[x]\nnb = "a"\nen = "b"\n', "b": '[x]\nnb = "a"\nen = "b"\n'}, "[x] is already in a.toml"),
        ({"a": '[x]\nnb = "a"\nen = "b"\n[x]\nnb = "a"\nen = "b"\n'}, "a.toml"),
        ({"a": '[x]\nnb = "a"\n'}, "[x]: has no en"),
        ({"a": '[x]\nen = "a"\n'}, "[x]: has no nb"),
        ({"a": '[x]\nnb = "  "\nen = "b"\n'}, "[x]: nb is empty"),
        ({"a": '[x]\nnb = 7\nen = "b"\n'}, "[x]: nb is empty or no text"),
        ({"a": '[Main_Menu]\nnb = "a"\nen = "b"\n'}, "[Main_Menu]: a prompt's name holds only"),
        ({"a": '["../x"]\nnb = "a"\nen = "b"\n'}, "[../x]: a prompt's name holds only"),
        ({"a": '[x]\nnb = "a"\nen = "b"\nsv = "c"\n'}, "[x]: unknown key sv"),
        ({"a": 'x = "a"\n'}, "[x]: is no table"),
        ({"a": "[x\n"}, "a.toml"),
    ],
)
def test_a_wrong_catalogue_says_where_and_why(tmp_path: Path, files: dict[str, str], fault: str) -> None:
    with pytest.raises(CatalogueError, match=re.escape(fault)):
        load(tmp_path, **files)


def test_a_file_that_is_no_utf8_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b'[x]\nnb = "\xe5"\nen = "b"\n')
    with pytest.raises(CatalogueError, match=r"a\.toml: is not text in UTF-8"):
        Catalogue.load(tmp_path)


def test_a_folder_whose_name_can_not_be_is_told(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="File name too long"):
        Catalogue.load(tmp_path / ("x" * 300))


def test_the_shipped_number_words_are_spelled_as_ten_and_unit(catalogue: Catalogue) -> None:
    joints = {"nb": "", "en": "-"}
    for language in LANGUAGES:
        for n in (n for n in range(21, 60) if n % 10):
            ten = catalogue.text(PromptId(f"n{n - n % 10}"), language)
            unit = catalogue.text(PromptId(f"n{n % 10}"), language)
            assert catalogue.text(PromptId(f"n{n}"), language) == ten + joints[language] + unit


def test_every_final_prompt_ends_its_sentence_and_every_medial_one_goes_on(catalogue: Catalogue) -> None:
    finals = [prompt for prompt in catalogue.ids() if prompt.endswith("-final")]
    assert len(finals) > 80
    for final in finals:
        medial = PromptId(final.removesuffix("-final"))
        for language in LANGUAGES:
            assert catalogue.spoken(final, language) == catalogue.spoken(medial, language) + "."
