"""Files of contacts, as phones and mail programs write them: a name for each number, and nothing else."""

from __future__ import annotations

import pytest

from personsvar.mailbox import name_files
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.name_files import read_names

PICTURE = "PHOTO;ENCODING=b;TYPE=JPEG:" + "\r\n ".join(["QUJD" * 18] * 50)
IPHONE = f"""BEGIN:VCARD\r
VERSION:3.0\r
N:Nordmann;Kari;;;\r
FN:Kari Nordmann\r
ORG:Nordmann\\, Berg & Co;\r
item1.TEL;type=CELL;type=VOICE;type=pref:+47 900 00 099\r
TEL;type=WORK:22 00 00\r
  00\r
{PICTURE}\r
NOTE:TEL:+4790000042\r
END:VCARD\r
BEGIN:VCARD\r
VERSION:3.0\r
N:;;;;\r
FN:\r
ORG:Taxi;\r
TEL:+4790000098\r
END:VCARD\r
"""
ANDROID = """BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=85;P=
=C3=A5l;;;
TEL;CELL:90000097
END:VCARD
"""
NEWEST = """begin:vcard
VERSION:4.0
FN:Per; "P" \\, snekker\\nOslo
TEL;VALUE=uri;TYPE="voice,home":tel:+47-900-00-096
END:VCARD
"""
GOOGLE = (
    "First Name,Middle Name,Last Name,Phone 1 - Label,Phone 1 - Value\n"
    'Kari,,Nordmann,Mobile,+47 900 00 099 ::: +47 900 00 098\n"Per\nOla",,,Work,90000097\n,,,Home,90000096\n'
)


KARI, KARIS = "Kari Nordmann", "+47 900 00 099"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (IPHONE, [(KARIS, KARI), ("22 00 00 00", KARI), ("+4790000098", "Taxi")]),
        (ANDROID, [("90000097", "Pål Å")]),
        (NEWEST, [("tel:+47-900-00-096", 'Per; "P" , snekker Oslo')]),
        (GOOGLE, [(KARIS, KARI), ("+47 900 00 098", KARI), ("90000097", "Per\nOla"), ("90000096", "")]),
        ("number,name\n90000099,Kari\n", [("90000099", "Kari")]),
        (
            "\ufeffNavn;Mobil;Arbeidstelefon\r\nÅse;90000099;22000000\r\n",
            [("90000099", "Åse"), ("22000000", "Åse")],
        ),
        ("sep=;\nname;phone\nKari;90000099\n\n", [("90000099", "Kari")]),
        ("name\tphone\nKari\t90000099\nPer", [("90000099", "Kari"), ("", "Per")]),
        ("number,name\n,noname\n22200022,\n\n,\n", [("", "noname"), ("22200022", "")]),
    ],
)  # fmt: skip
def test_what_is_read(text: str, names: list[tuple[str, str]]) -> None:
    assert list(read_names(text.encode())) == names


def test_what_windows_and_excel_write_is_read() -> None:
    text = "navn;telefon\r\nÅse;90000099\r\n"
    for content in (text.encode("cp1252"), text.encode("utf-16"), text.encode("utf-8-sig")):
        assert list(read_names(content)) == [("90000099", "Åse")]
    latin = "BEGIN:VCARD\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:=C5se\nTEL:90000099\nEND:VCARD"
    assert list(read_names(latin.encode())) == [("90000099", "Åse")]


def card(name: bytes, parameters: bytes) -> bytes:
    return b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;" + parameters + b":" + name + b";\r\nTEL:1\r\nEND:VCARD\r\n"


@pytest.mark.parametrize(
    ("charset", "codec", "name"),
    [
        ("ISO-8859-1", "latin-1", "Åse Blåbærsø"),
        ("iso-8859-1", "utf-8", "Åse Blåbærsø"),  # saved anew, and the lines say what they said
        ("Windows-1252", "cp1252", "“Åse”"),
        ("ISO-8859-2", "iso8859-2", "Łukasz Żak"),
        ("ISO-8859-15", "iso8859-15", "Šárka €"),
        ("KOI8-R", "koi8-r", "Анна Каренина"),
        ("windows-1251", "cp1251", "Анна Каренина"),
        ("SHIFT_JIS", "shift_jis", "表示ソ"),  # its second octet may be a backslash
        ("GB2312", "gb18030", "联通"),  # its octets make UTF-8, too
        ("UTF-8", "utf-8", "Åse 日本"),
        ("UTF-8", "cp1252", "Åse"),
        ('"ISO-8859-1"', "latin-1", "Pål"),
    ],
)
def test_a_value_is_read_in_the_character_set_that_it_names(charset: str, codec: str, name: str) -> None:
    octets, named = name.encode(codec), f"CHARSET={charset}".encode()
    quoted = b"".join(b"=%02X" % octet for octet in octets)
    for content in (
        card(octets, named),
        card(octets, named + b";ENCODING=8BIT"),
        card(quoted, named + b";ENCODING=QUOTED-PRINTABLE"),
        card(quoted[:9] + b"=\r\n" + quoted[9:], b"QUOTED-PRINTABLE;" + named),
    ):
        assert list(read_names(content)) == [("1", name)]


def test_a_file_that_is_marked_as_unicode_is_that_whatever_its_lines_say() -> None:
    for codec in ("utf-16", "utf-8-sig"):
        content = card("联通 Åse".encode(), b"CHARSET=SHIFT_JIS").decode().encode(codec)
        assert list(read_names(content)) == [("1", "联通 Åse")]


@pytest.mark.parametrize(
    "charset", [b"X-KLINGON", b"UTF-7", b"ROT13", b"zip", b"UTF-16", b"SHIFT_JIS", b"\xff"]
)
def test_a_character_set_nobody_knows_or_another_than_it_says_is_told_by_its_line(charset: bytes) -> None:
    whole = card(b"Kari", b"CHARSET=UTF-8") + card(b"s\xe5cret\xff", b"CHARSET=" + charset)
    with pytest.raises(MailboxError, match="line 8: its letters can't be read") as refused:
        list(read_names(whole))
    assert "cret" not in str(refused.value)
    unread = whole.replace(b"N;CHARSET=" + charset, b"NOTE;CHARSET=" + charset)
    assert list(read_names(unread)) == [("1", "Kari"), ("1", "")]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"\n  \n", "empty"),
        (b"\xff\xd8\xff\xe0JFIF secret\n", "name the columns"),
        (b"name,e-mail\nKari,kari@example.test\n", "name the columns"),
        (b"number\n90000099\n", "name the columns"),
        (b"number,name\n" + b'"' + b"x" * 200_000 + b"\n", "line 2: longer than"),
        (b'number,name\n22200041,"secret\n22200042,Kari\n22200043,Per', "line 2: .*closed by none"),
    ],
)
def test_what_is_no_file_of_contacts_is_refused_and_not_repeated(content: bytes, why: str) -> None:
    with pytest.raises(MailboxError, match=why) as refused:
        list(read_names(content))
    assert "secret" not in str(refused.value)


def test_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_files, "MOST_BYTES", 3)
    with pytest.raises(MailboxError, match="larger than"):
        list(read_names(b"number,name\n90000099,Kari\n"))


def test_one_line_of_an_older_program_leaves_the_others_as_they_are() -> None:
    latin = "90000098,Jørn\n".encode("cp1252")
    for end in (b"\n", b"\r\n", b"\r"):
        rows = "number,name\n90000099,Åse\n".encode() + latin + "90000097,日本\n".encode()
        read = read_names(rows.replace(b"\n", end))
        assert list(read) == [("90000099", "Åse"), ("90000098", "Jørn"), ("90000097", "日本")]
    cards = "BEGIN:VCARD\nFN:Åse\nTEL:1\nEND:VCARD\n".encode() + "BEGIN:VCARD\nFN:Pål\n".encode("cp1252")
    fold = "TEL:2\nEND:VCARD\nBEGIN:VCARD\nFN:Å".encode() + b"s\xc3\r\n \xa5\r\nTEL:3\nEND:VCARD\n"
    assert list(read_names(cards + fold)) == [("1", "Åse"), ("2", "Pål"), ("3", "Åså")]
    quoted = b"BEGIN:VCARD\nN;ENCODING=QUOTED-PRINTABLE:=C5se\nTEL:1\nEND:VCARD"
    assert list(read_names(quoted)) == [("1", "Åse")]


def test_a_card_that_never_ends_has_no_number_and_one_that_never_begins_is_none() -> None:
    cut = b"BEGIN:VCARD\nFN:Kari\nTEL:90000099\n"
    assert list(read_names(cut)) == [("", "Kari")]
    assert list(read_names(cut + cut)) == [("", "Kari")] * 2
    odd = b"BEGIN:VCARD\nEND:VCARD\nFN:Kari\nTEL;=:\nno line\n:\nEND:VCARD"
    assert list(read_names(odd)) == [("", "")]
