"""A number said is a telephone number, or that of a case, an order, a person: the words around it tell."""

from __future__ import annotations

import pytest

from personsvar.mailbox.model.subscriber import Language
from personsvar.mailbox.transcription.number_reading import read_numbers

ONE, OTHER = "+4790000012", "+4722334455"


def read(text: str, language: Language) -> list[str]:
    return [found.number for found in read_numbers(text.split(), language, region="NO")]


NORWEGIAN_OTHERS = [
    "sak 90000012",
    "saken er 90 00 00 12",
    "saken min har nummer 90000012",
    "saks nummer 90000012",
    "saksnr. 90000012",
    "ordre 90000012",
    "ordre-nummer 90000012",
    "Ordre nr. 90000012",
    "ordre ni null null null null null en to",
    "ordrenummeret for en sofa er 90000012",
    "bestilling 90000012",
    "bestillingsnummeret mitt er 90 00 00 12",
    "faktura 90000012",
    "fakturaen har KID 90000012",
    "KID-nummer 90000012",
    "regning nummer 90000012",
    "konto 90000012",
    "kontonummer: 90000012",
    "kundenummer 90000012",
    "kunde nummer 90000012",
    "kundenr 90000012",
    "referanse 90000012",
    "ref. 90000012",
    "org.nr. 90000012",
    "organisasjonsnummeret er 90 00 00 12",
    "personnummer 90000012",
    "fødselsnummeret begynner på 90000012",
    "polisenummer 90000012",
    "avtalenummer 90000012",
    "målernummeret er 90000012",
    "serienummer 90000012",
    "IMEI-nummer 90000012",
    "medlemsnummer 90000012",
    "faksnummeret er 90000012",
    "#90000012",
    "ring meg om sak 90000012",
    "jeg ringer angående faktura 90000012",
    "ring om saken, ordre 90000012",
    "saksnummer 90000012 og 22334455",
    "saksnummer 90000012 eller 22334455",
    "Saksnummer 98765432. Ordre to to tre tre fire fire fem fem",
    "ring 112 om ordre 22334455",
    "90000012 er saksnummeret mitt",
    "90000012, det er ordrenummeret",
    "90000012 var nummeret på saken",
]
NORWEGIAN_PHONES: list[tuple[str, list[str]]] = [
    ("sak 22334455, ring 90000012", [ONE]),
    ("saken haster, ring meg på 90 00 00 12", [ONE]),
    ("ring om saken på 90 00 00 12", [ONE]),
    ("du kan ringe meg om fakturaen på 90 00 00 12", [ONE]),
    ("ordrenummer 1234, telefon 90000012", [ONE]),
    ("ordre 22334455 og telefonnummer 90000012", [ONE]),
    ("fakturaen, mobil 90 00 00 12", [ONE]),
    ("det gjelder kontoen, nummeret mitt er 90 00 00 12", [ONE]),
    ("tlf.nr. 90 00 00 12", [ONE]),
    ("tlfnr 90 00 00 12", [ONE]),
    ("mobilnummeret er 90 00 00 12", [ONE]),
    ("direktenummer 90 00 00 12", [ONE]),
    ("nytt nummer 90 00 00 12", [ONE]),
    ("koden er 1234, jeg nås på 90 00 00 12", [ONE]),
    ("kunden +47 90 00 00 12 ringte", [ONE]),
    ("90000012 er nummeret mitt", [ONE]),
    ("90000012 er telefonnummeret mitt, saken haster", [ONE]),
    ("90 00 00 12 og saksnummeret er 1234", [ONE]),
    ("ring 90000012. Saken er viktig", [ONE]),
    ("Saksnummeret er 22334455. Ring meg på 90000012", [ONE]),
    ("ring 90 00 00 12 eller 22 33 44 55", [ONE, OTHER]),
]
ENGLISH_OTHERS = [
    "Case number 98765432. Order two two three three four four five five",
    "case 90000012",
    "my case is 90000012",
    "order 90000012",
    "order no. 90000012",
    "the order number for a sofa is 22334455",
    "order number one is 90000012",
    "invoice 90000012",
    "invoice number: 90000012",
    "reference 90000012",
    "account 90000012",
    "account number is nine zero zero zero zero zero one two",
    "customer number 90000012",
    "KID 90000012",
    "policy number 90000012",
    "claim 90000012",
    "member number 90000012",
    "ticket #90000012",
    "serial number 90000012",
    "tracking number 90000012",
    "passport 90000012",
    "fax number 90000012",
    "calling about invoice 90000012",
    "please call about order number 90000012",
    "case 90000012 and 22334455",
    "90000012 is my case number",
    "90000012, that's my order number",
    "90000012 is the number of my order",
]
ENGLISH_PHONES: list[tuple[str, list[str]]] = [
    ("case 22334455, call 90000012", [ONE]),
    ("call me about the case on 90 00 00 12", [ONE]),
    ("regarding my order, call me on 90 00 00 12", [ONE]),
    ("order 22334455, my phone number is 90000012", [ONE]),
    ("order 22334455 and my number is 90000012", [ONE]),
    ("about the account, mobile 90000012", [ONE]),
    ("in any case 90 00 00 12", [ONE]),
    ("just in case 90 00 00 12", [ONE]),
    ("the customer's cell is 90000012", [ONE]),
    ("90000012 is my number", [ONE]),
    ("90000012 is my mobile, the case is urgent", [ONE]),
    ("90000012 and the case number is 1234", [ONE]),
    ("the number is 90000012", [ONE]),
    ("call 90000012 or 22334455", [ONE, OTHER]),
]


@pytest.mark.parametrize("said", NORWEGIAN_OTHERS)
def test_norwegian_numbers_of_another_kind(said: str) -> None:
    assert read(said, "nb") == []


@pytest.mark.parametrize(("said", "numbers"), NORWEGIAN_PHONES)
def test_norwegian_telephone_numbers_beside_them(said: str, numbers: list[str]) -> None:
    assert read(said, "nb") == numbers


@pytest.mark.parametrize("said", ENGLISH_OTHERS)
def test_english_numbers_of_another_kind(said: str) -> None:
    assert read(said, "en") == []


@pytest.mark.parametrize(("said", "numbers"), ENGLISH_PHONES)
def test_english_telephone_numbers_beside_them(said: str, numbers: list[str]) -> None:
    assert read(said, "en") == numbers
