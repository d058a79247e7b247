from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from personsvar.mailbox.rules import Rules
from personsvar.settings.all_settings import Settings
from personsvar.settings.group import A_MILLENNIUM, variable
from personsvar.settings.loading import load, unknown
from tests.unit.conftest import setting_mistakes

pytestmark = pytest.mark.usefixtures("bare_environment")

OF_GATEWAYS = {"webhooks", "lamps", "visual", "transcripts", "transcripts_sent_to"}
"""What is on where a gateway is configured, or an engine, and where that is."""


def test_without_any_setting_it_is_the_manual_as_printed() -> None:
    assert load().rules() == Rules()


@pytest.mark.parametrize("rule", [field.name for field in fields(Rules) if field.name not in OF_GATEWAYS])
def test_every_rule_of_the_manual_is_a_setting(rule: str) -> None:
    assert rule in Settings.model_fields


def test_lamps_and_webhooks_are_on_where_they_have_somewhere_to_go(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not load().rules().lamps
    assert not load().rules().webhooks
    monkeypatch.setenv("PERSONSVAR_LAMP_SIP", "127.0.0.1:5060")
    monkeypatch.setenv("PERSONSVAR_WEBHOOK_URL", "https://hooks.example.test/voicemail")
    monkeypatch.setenv("PERSONSVAR_WEBHOOK_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    assert load().rules().lamps
    assert load().rules().webhooks


def test_visual_voicemail_is_on_where_phones_can_be_told_a_host(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not load().rules().visual
    monkeypatch.setenv("PERSONSVAR_VISUAL_HOST", "vvm.example.test")
    assert load().rules().visual


def test_every_setting_is_described() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name


def test_the_contract_s_defaults() -> None:
    settings = load()
    assert settings.fastagi_bind == "127.0.0.1:4573"
    assert settings.http_bind == "127.0.0.1:8080"
    assert settings.imap_bind == "127.0.0.1:1143"
    assert settings.imaps_bind == "127.0.0.1:1993"
    assert settings.access_number == "+4747471000"
    assert settings.state_folder == Path("var").absolute()
    assert settings.spool_folder == settings.state_folder / "spool"
    assert settings.database == f"sqlite:///{settings.state_folder}/personsvar.db"
    assert settings.embedded


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PERSONSVAR_STATE", str(tmp_path))
    monkeypatch.setenv("PERSONSVAR_MAX_MESSAGES", "7")
    monkeypatch.setenv("PERSONSVAR_CALL_BACK_REGIONS", "no, se")
    monkeypatch.setenv("PERSONSVAR_ACCESS_NUMBER", "+4723000000")
    monkeypatch.setenv("PERSONSVAR_STUDIO", "")
    settings = load()
    assert settings.outbox_folder == tmp_path / "outbox"
    assert settings.rules().max_messages == 7
    assert settings.rules().call_back_regions == ("NO", "SE")
    assert settings.rules().access_number == "+4723000000"
    assert settings.studio is None


@pytest.mark.parametrize(
    ("name", "value", "mistake"),
    [
        ("MAX_MESSAGES", "many", "PERSONSVAR_MAX_MESSAGES='many': should be a whole number"),
        ("MAX_MESSAGES", "0", "PERSONSVAR_MAX_MESSAGES='0': should be 1 or more"),
        (
            "ACCESS_NUMBER",
            "47471000",
            "PERSONSVAR_ACCESS_NUMBER='47471000': should be a number in E.164 form",
        ),
        ("WATCHDOG_SECONDS", "1", "PERSONSVAR_WATCHDOG_SECONDS='1': should be 0, or at least 3"),
        ("HOME_REGION", "XX", "PERSONSVAR_HOME_REGION='XX': should be a country"),
        ("CALL_BACK_REGIONS", "no,xx", "PERSONSVAR_CALL_BACK_REGIONS='no,xx': should be countries as two"),
        ("WEBHOOK_NETWORKS", "10.1.0.1/16", "PERSONSVAR_WEBHOOK_NETWORKS='10.1.0.1/16': should be addresses"),
        ("TRUNK_HOSTS", "here", "PERSONSVAR_TRUNK_HOSTS='here': should be addresses or networks"),
        ("OUTBOX_FILES", "perhaps", "PERSONSVAR_OUTBOX_FILES='perhaps': should be true or false"),
        ("NOTICE_RETRY_SECONDS", "4000", "PERSONSVAR_NOTICE_RETRY_SECONDS='4000': should be 3600 or less"),
        ("MAIL_HOURS", "0", "PERSONSVAR_MAIL_HOURS='0': should be more than 0"),
        ("FASTAGI_BIND", "4573", "PERSONSVAR_FASTAGI_BIND='4573': should be host:port"),
        ("HTTP_BIND", "localhost:99999", "PERSONSVAR_HTTP_BIND='localhost:99999': should be host:port"),
        ("HTTP_BIND", "\n:80", "PERSONSVAR_HTTP_BIND='\\n:80': should be host:port"),
        ("LAMP_SIP", "asterisk:0", "PERSONSVAR_LAMP_SIP='asterisk:0': should be host:port"),
        ("LAMP_SIP", "a b:5060", "PERSONSVAR_LAMP_SIP='a b:5060': should be host:port"),
        ("DIVERTED_FROM", "last", "PERSONSVAR_DIVERTED_FROM='last': should be 'latest' or 'first'"),
        ("STATE", "/dev/null", "PERSONSVAR_STATE='/dev/null': should be a folder, and is a file"),
        ("LOG_LEVEL", "a\nb", "PERSONSVAR_LOG_LEVEL='a\\nb': should be"),
        ("DATABASE_URL", "mysql://root:hunter2@db/x", "PERSONSVAR_DATABASE_URL: should be sqlite:"),
        ("SMPP_URL", "smpp://", "PERSONSVAR_SMPP_URL: should be smpp://"),
        ("SMPP_URL", "smpp://vm:hunter2/x@smsc:2775", "PERSONSVAR_SMPP_URL: the port should be"),
        ("SMPP_URL", "smpp://vm:hunter2@smsc:0", "PERSONSVAR_SMPP_URL: the port should be"),
        ("MM7_URL", "https://vm:hunter2#x@mmsc", "PERSONSVAR_MM7_URL: the port should be"),
        ("SMTP_URL", "http://u:hunter2@mail", "PERSONSVAR_SMTP_URL: should be smtp://"),
        ("MM7_URL", "http://[", "PERSONSVAR_MM7_URL: should be https://… or http://…, with a host"),
        ("SECRET_KEY", "hunter2", "PERSONSVAR_SECRET_KEY: should be 32 random bytes"),
        ("SMS_SENDER", "Personsvaret AS", "PERSONSVAR_SMS_SENDER='Personsvaret AS': should be a number"),
        ("VISUAL_HOST", "vvm;pw=x", "PERSONSVAR_VISUAL_HOST='vvm;pw=x': should be a host's name"),
        ("VISUAL_NUMBER", "VVM", "PERSONSVAR_VISUAL_NUMBER='VVM': should be a number"),
        ("VISUAL_PREFIX", "VVM", "PERSONSVAR_VISUAL_PREFIX='VVM': should be two slashes"),
        ("VISUAL_DIALECT", "att", "PERSONSVAR_VISUAL_DIALECT='att': should be 'omtp-1.1'"),
        ("SMS_SENDER", "   ", "PERSONSVAR_SMS_SENDER='   ': should be a number"),
        ("SMS_SENDER", " Voice", "PERSONSVAR_SMS_SENDER=' Voice': should be a number"),
        ("SMPP_SYSTEM_TYPE", "æ", "PERSONSVAR_SMPP_SYSTEM_TYPE='æ': should be 12 letters"),
        ("SMPP_SYSTEM_TYPE", "x" * 13, f"PERSONSVAR_SMPP_SYSTEM_TYPE='{'x' * 13}': should be 12 letters"),
        ("MM7_VASP_ID", "a\x01", "PERSONSVAR_MM7_VASP_ID='a\\x01': should hold nothing that is not seen"),
        ("MM7_NAMESPACE", "a b", "PERSONSVAR_MM7_NAMESPACE='a b': should be one word"),
        ("MM7_VERSION", " ", "PERSONSVAR_MM7_VERSION=' ': should be one word"),
        (
            "CALL_BACK_PRICE_ORE",
            "1" * 12,
            f"PERSONSVAR_CALL_BACK_PRICE_ORE='{'1' * 12}': should be 1000000 or",
        ),
        ("KANNEL_URL", "http://u:hunter2@a.test/ http://b.test/", "PERSONSVAR_KANNEL_URL: should be one URL"),
        (
            "KANNEL_URL",
            "http://u:hunter2@a.test/x,http://b.test/",
            "PERSONSVAR_KANNEL_URL: should be one URL",
        ),
        ("MM7_URL", "http://u:hunter2@a.test,http://b.test", "PERSONSVAR_MM7_URL: the host should be a name"),
        ("MM7_URL", "https://999.1.1.1/mm7", "PERSONSVAR_MM7_URL: the host should be a name or an address"),
        ("SMTP_URL", "smtp://a.test,smtp://b.test", "PERSONSVAR_SMTP_URL: the host should be a name"),
        ("WEBHOOK_URL", "https://a.test/x y", "PERSONSVAR_WEBHOOK_URL: should be one URL, without blanks"),
        (
            "DATABASE_URL",
            "postgresql://u:hunter2@db\x07/x",
            "PERSONSVAR_DATABASE_URL: holds what nobody sees",
        ),
        ("MM7_REPORT_LOGIN", "mmsc:hunter2\nhunter2", "PERSONSVAR_MM7_REPORT_LOGIN: should be one line"),
        ("VISUAL_HOST", "-", "PERSONSVAR_VISUAL_HOST='-': should be a host's name"),
        ("VISUAL_HOST", "a..test", "PERSONSVAR_VISUAL_HOST='a..test': should be a host's name"),
        ("VISUAL_HOST", "999.1.1.1", "PERSONSVAR_VISUAL_HOST='999.1.1.1': should be a host's name"),
        ("MAIL_FROM", "me", "PERSONSVAR_MAIL_FROM='me': should be an e-mail"),
        ("MAIL_FROM", "a..b@example.test", "PERSONSVAR_MAIL_FROM='a..b@example.test': should be an e-mail"),
        ("MAIL_FROM", "me@example..test", "PERSONSVAR_MAIL_FROM='me@example..test': should be an e-mail"),
        ("MAIL_FROM", "me@-.test", "PERSONSVAR_MAIL_FROM='me@-.test': should be an e-mail"),
        ("MAIL_FROM", "me@you@a.test", "PERSONSVAR_MAIL_FROM='me@you@a.test': should be an e-mail"),
        ("MAIL_FROM", "åse@example.test", "PERSONSVAR_MAIL_FROM='åse@example.test': should have ASCII"),
        ("MAIL_FROM", "svar@-ø-.test", "PERSONSVAR_MAIL_FROM='svar@-ø-.test': should be an e-mail"),
        ("MAIL_FROM", "svar@\u200bø.test", "PERSONSVAR_MAIL_FROM='svar@\\u200bø.test': should be an e-mail"),
        ("PUBLIC_URL", "voicemail.example.test", "PERSONSVAR_PUBLIC_URL='voicemail.example.test': should be"),
        ("PUBLIC_URL", "ftp://example.test", "PERSONSVAR_PUBLIC_URL='ftp://example.test': should be"),
        (
            "PUBLIC_URL",
            "https:///r",
            "PERSONSVAR_PUBLIC_URL='https:///r': should be https://host or http://host",
        ),
        ("PUBLIC_URL", "https://example.test:99999", "PERSONSVAR_PUBLIC_URL='https://example.test:99999': "),
        ("PUBLIC_URL", "https://example.test:0", "PERSONSVAR_PUBLIC_URL='https://example.test:0': should be"),
        ("PUBLIC_URL", "https://999.1.1.1", "PERSONSVAR_PUBLIC_URL='https://999.1.1.1': should be"),
        ("PUBLIC_URL", "https://example.test/?a=hunter2", "PERSONSVAR_PUBLIC_URL='https://example.test/'…: "),
        ("PUBLIC_URL", "https://example.test/#hunter2", "PERSONSVAR_PUBLIC_URL='https://example.test/'…: "),
        ("PUBLIC_URL", "//hunter2@example.test", "PERSONSVAR_PUBLIC_URL: should be https://host"),
        (
            "TRANSCRIBER_URL",
            "https://speech.example.test/v1?api-key=hunter2",
            "PERSONSVAR_TRANSCRIBER_URL='https://speech.example.test/v1'…: should be https://host",
        ),
        (
            "OBJECTS_URL",
            "store.example.test?key=hunter2:hunter2@x",
            "PERSONSVAR_OBJECTS_URL: should be https://host",
        ),
        ("PUBLIC_URL", "https://a b.test", "PERSONSVAR_PUBLIC_URL='https://a b.test': should be https://"),
        ("PUBLIC_URL", "https://-ø-.test", "PERSONSVAR_PUBLIC_URL='https://-ø-.test': should be https://"),
        ("PUBLIC_URL", "https://me@example.test", "PERSONSVAR_PUBLIC_URL: should"),
    ],
)
def test_a_mistake_is_one_clear_line_without_secrets(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, mistake: str
) -> None:
    monkeypatch.setenv(f"PERSONSVAR_{name}", value)
    (line,) = setting_mistakes()
    assert line.startswith(mistake)
    assert "\n" not in line
    assert "hunter2" not in line


OF_THE_LIBRARY = re.compile(
    r"Value error|Input should|valid (integer|number|boolean|string)|unable to|unrecogni[sz]ed|"
    r"greater than or equal|less than or equal|does not appear|has host bits|pydantic|can't be understood"
)
WRONG = (
    "x y, ,/",
    "-1",
    "1.5",
    "99999999999999999999",
    "1" + "0" * 400,
    "nan",
    "inf",
    "//",
    "\udcff",
    "²",
    "ftp://[",
)


@pytest.mark.parametrize("value", WRONG)
def test_no_mistake_is_told_in_the_words_of_a_library(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """Every setting has the same wrong value, and all are told of at once."""
    for name in Settings.model_fields:
        monkeypatch.setenv(variable(name), value)
    lines = setting_mistakes()
    assert len(lines) > len(Settings.model_fields) / 3
    assert [line for line in lines if OF_THE_LIBRARY.search(line.partition(": ")[2])] == []


@pytest.mark.parametrize(
    "name",
    ["fastagi_bind", "http_bind", "imap_bind", "imaps_bind", "trunk_contact", "health_bind", "lamp_sip"],
)
def test_the_example_of_an_address_is_one_for_that_very_setting(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(variable(name), "here")
    (line,) = setting_mistakes()
    example = line.rpartition("like ")[2]
    default = Settings.model_fields[name].default
    assert example == (default or {"health_bind": "127.0.0.1:8081", "lamp_sip": "127.0.0.1:5060"}[name])
    monkeypatch.setenv(variable(name), example)
    assert getattr(load(), name) == example


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("MAIL_FROM", "personsvar@localhost", "personsvar@localhost"),
        ("MAIL_FROM", "svar@blåbær.test", "svar@xn--blbr-roah.test"),
        ("MAIL_FROM", "svar@BLÅBÆR.test", "svar@xn--blbr-roah.test"),
        ("MAIL_FROM", "svar@xn--blbr-roah.test", "svar@xn--blbr-roah.test"),
        ("PUBLIC_URL", "https://voicemail.example.test", "https://voicemail.example.test"),
        ("PUBLIC_URL", "http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("PUBLIC_URL", "http://[2001:db8::1]:8080/", "http://[2001:db8::1]:8080/"),
        ("PUBLIC_URL", "https://svar.blåbær.test:8443/a", "https://svar.xn--blbr-roah.test:8443/a"),
        ("PUBLIC_URL", "https://example.test/på%20svar", "https://example.test/p%C3%A5%20svar"),
    ],
)
def test_addresses_in_any_letters_are_kept_as_every_program_takes_them(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, kept: str
) -> None:
    monkeypatch.setenv(f"PERSONSVAR_{name}", value)
    assert getattr(load(), name.lower()) == kept


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("KANNEL_URL", "http://me:a,b@kannel_1:13013/cgi-bin/sendsms?smsc=west"),
        ("MM7_URL", "https://me:secret@mmsc.blåbær.test/mm7"),
        ("MM7_URL", "http://me:secret@[2001:db8::1]:8090/mm7"),
        ("SMTP_URL", " smtps://me:secret@mail.example.test\n"),
    ],
)
def test_a_url_that_can_be_used_is_taken_without_blanks_around_it(
    monkeypatch: pytest.MonkeyPatch, name: str, url: str
) -> None:
    monkeypatch.setenv(f"PERSONSVAR_{name}", url)
    assert getattr(load(), name.lower()).get_secret_value() == url.strip()


def _of_time() -> list[str]:
    return [
        name
        for name, field in Settings.model_fields.items()
        if isinstance(field.json_schema_extra, dict) and field.json_schema_extra["unit"] in A_MILLENNIUM
    ]


@pytest.mark.parametrize("value", ["1" + "0" * 12, "inf", "nan", "-1", "-inf"])
@pytest.mark.parametrize("name", _of_time())
def test_a_time_that_leads_out_of_the_calendar_is_a_mistake(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """Else whatever counts with it would fail, once an hour, for ever."""
    monkeypatch.setenv(variable(name), value)
    assert any(line.startswith(f"{variable(name)}='{value}': should be") for line in setting_mistakes())


@pytest.mark.parametrize(
    "value", ["nan", "inf", "1e999", "-0", "1e2", " 60 ", "6_0", "6.", ".5", "٦", "0x1f"]
)
@pytest.mark.parametrize(
    "name", [name for name, field in Settings.model_fields.items() if field.annotation in (int, float)]
)
def test_nothing_but_digits_and_a_point_is_a_number(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(variable(name), value)
    (line,) = setting_mistakes()
    assert line.startswith(f"{variable(name)}={value!r}: should be a")


@pytest.mark.parametrize(
    ("one", "other", "at"),
    [
        ("IMAP_BIND", "IMAPS_BIND", "127.0.0.1:1143"),
        ("IMAPS_BIND", "IMAP_BIND", "0.0.0.0:1993"),
        ("FASTAGI_BIND", "HTTP_BIND", "127.0.0.1:4573"),
        ("HTTP_BIND", "HEALTH_BIND", "127.0.0.1:8080"),
        ("FASTAGI_BIND", "IMAPS_BIND", "127.0.0.1:4573"),
        ("FASTAGI_BIND", "IMAP_BIND", "LOCALHOST:4573"),
    ],
)
def test_no_two_services_listen_at_one_address(
    monkeypatch: pytest.MonkeyPatch, one: str, other: str, at: str
) -> None:
    monkeypatch.setenv(f"PERSONSVAR_{other}", at)
    (line,) = setting_mistakes()
    assert "each needs one of its own" in line
    assert {f"PERSONSVAR_{one}", f"PERSONSVAR_{other}"} == set(re.findall(r"PERSONSVAR_\w+", line))


def test_a_container_s_health_may_be_everywhere_and_any_free_port_is_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PERSONSVAR_HEALTH_BIND", "0.0.0.0:8080")
    for name in ("IMAP_BIND", "IMAPS_BIND", "FASTAGI_BIND"):
        monkeypatch.setenv(f"PERSONSVAR_{name}", "127.0.0.1:0")
    assert load().health_bind == "0.0.0.0:8080"


def test_all_mistakes_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSONSVAR_MAX_MESSAGES", "x")
    monkeypatch.setenv("PERSONSVAR_HTTP_BIND", "y")
    monkeypatch.setenv("PERSONSVAR_SMTP_URL_FILE", "/nowhere/at/all")
    assert len(setting_mistakes()) == 3


def test_settings_that_do_not_go_together_are_told_beside_other_mistakes_but_not_for_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PERSONSVAR_MIN_MESSAGE_SECONDS", "200")
    monkeypatch.setenv("PERSONSVAR_SIP_SRTP", "1")
    monkeypatch.setenv("PERSONSVAR_HTTP_BIND", "y")
    monkeypatch.setenv("PERSONSVAR_WEBHOOK_URL", "https://hooks.example.test/")
    monkeypatch.setenv("PERSONSVAR_WEBHOOK_SECRET_FILE", "/nowhere/at/all")
    started = ["WEBHOOK_SECRET_FILE", "HTTP_BIND", "MIN_MESSAGE_SECONDS", "SIP_SRTP"]
    names = [re.match(r"PERSONSVAR_([A-Z_]+)", line) for line in setting_mistakes()]
    assert [name[1] for name in names if name] == started


def test_a_message_can_not_have_to_be_longer_than_it_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSONSVAR_MIN_MESSAGE_SECONDS", "200")
    (line,) = setting_mistakes()
    assert line == "PERSONSVAR_MIN_MESSAGE_SECONDS should be less than PERSONSVAR_MAX_MESSAGE_SECONDS"


def test_a_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://u:hunter2@db/p\n")
    monkeypatch.setenv("PERSONSVAR_DATABASE_URL_FILE", str(tmp_path / "url"))
    settings = load()
    assert settings.database == "postgresql://u:hunter2@db/p"
    assert not settings.embedded
    assert "hunter2" not in repr(settings)


def test_a_secret_file_that_can_not_be_read_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PERSONSVAR_SECRET_KEY_FILE", str(tmp_path / "missing"))
    (line,) = setting_mistakes()
    assert line == f"PERSONSVAR_SECRET_KEY_FILE={tmp_path}/missing: can't be read: No such file or directory"


def test_a_secret_given_twice_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PERSONSVAR_SMTP_URL", "smtp://mail")
    monkeypatch.setenv("PERSONSVAR_SMTP_URL_FILE", str(tmp_path / "url"))
    assert setting_mistakes() == ("PERSONSVAR_SMTP_URL and PERSONSVAR_SMTP_URL_FILE: give one of them",)


def test_a_slip_of_the_pen_is_noticed() -> None:
    given = {
        "PERSONSVAR_ACESS_NUMBER": "x",
        "PERSONSVAR_STATE": "x",
        "PERSONSVAR_SMTP_URL_FILE": "x",
        "PERSONSVAR_SMS_SENDER_FILE": "x",
        "PATH": "x",
    }
    assert unknown(given) == ("PERSONSVAR_ACESS_NUMBER", "PERSONSVAR_SMS_SENDER_FILE")


def test_what_make_and_the_switch_read_is_a_setting_too() -> None:
    """Told by the table, and by no warning of a slip of the pen."""
    room = Path(__file__).parents[2]
    files = [
        room / "Makefile",
        room / "dialplan/demo.py",
        *room.glob(".ci/*"),
        *room.glob("dialplan/switch/*.py"),
    ]
    text = "\n".join(file.read_text("utf-8") for file in files if file.is_file())
    names = set(re.findall(r"PERSONSVAR_[A-Z]+(?:_[A-Z]+)*", text))
    assert {"PERSONSVAR_CACHE", "PERSONSVAR_PYTHON", "PERSONSVAR_ASTERISK_SUITES"} <= names
    assert unknown(dict.fromkeys(names, "x")) == ()
