"""What protects something is there and strong enough, or nothing starts: an empty secret lets nobody in."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest

from dialplan.switch.environment import BadSettingsError, setting_from
from personsvar.bootstrap import secret_key
from personsvar.settings.all_settings import Settings, is_secret
from personsvar.settings.group import variable
from personsvar.settings.loading import SettingsError, load
from tests.unit.conftest import setting_mistakes

pytestmark = pytest.mark.usefixtures("bare_environment")

SECRETS = [name for name in Settings.model_fields if is_secret(name)]
BLANKS = ["", "\n", " \t\r\n", "\ufeff\n"]


def test_there_are_secrets_to_try_it_with() -> None:
    assert {"api_token", "mm7_report_login", "smpp_url", "smtp_url", "database_url", "secret_key"} <= set(
        SECRETS
    )


@pytest.mark.parametrize("content", BLANKS)
@pytest.mark.parametrize("field", SECRETS)
def test_an_empty_secret_file_is_a_mistake_that_names_setting_and_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, field: str, content: str
) -> None:
    file = tmp_path / "secret"
    file.write_text(content, "utf-8")
    monkeypatch.setenv(f"{variable(field)}_FILE", str(file))
    assert f"{variable(field)}_FILE={file}: is empty" in setting_mistakes()


@pytest.mark.parametrize("value", ["", " ", "\t"])
@pytest.mark.parametrize("ending", ["", "_FILE"])
@pytest.mark.parametrize("field", SECRETS)
def test_an_empty_secret_variable_is_a_mistake_too(
    monkeypatch: pytest.MonkeyPatch, field: str, ending: str, value: str
) -> None:
    monkeypatch.setenv(f"{variable(field)}{ending}", value)
    assert f"{variable(field)}{ending}: is empty; for none, leave it out" in setting_mistakes()


@pytest.mark.parametrize(
    ("field", "value", "mistake"),
    [
        ("api_token", "fifteen-letters", "should be 16 characters or more"),
        ("api_token", " " * 40 + "x", "should be 16 characters or more"),
        ("api_token", "sixteen letters and blanks", "should be ASCII letters, digits and signs, without"),
        ("api_token", "sixteen-letters-æøå", "should be ASCII letters, digits and signs, without"),
        ("mm7_report_login", "mmsc", "should be user:password, the password 8 characters or more"),
        ("mm7_report_login", ":hunter2hunter2", "should be user:password, the password 8 characters or more"),
        ("mm7_report_login", "mmsc:", "should be user:password, the password 8 characters or more"),
        ("mm7_report_login", "mmsc:seven77", "should be user:password, the password 8 characters or more"),
        ("webhook_secret", "whsec_hunter2", "should be whsec_ and 24 to 64 random bytes in base64"),
        ("secret_key", "A" * 42, "should be 32 random bytes"),
    ],
)
def test_what_protects_something_is_not_too_short(
    monkeypatch: pytest.MonkeyPatch, field: str, value: str, mistake: str
) -> None:
    monkeypatch.setenv(variable(field), value)
    (line,) = setting_mistakes()
    assert line.startswith(f"{variable(field)}: {mistake}")
    assert value not in line


@pytest.mark.parametrize(
    ("field", "url"),
    [
        ("smpp_url", "smpp://voicemail:@smsc.example.test:2775"),
        ("smpp_url", "smpp://a:b@one.example.test,smpp://a:@other.example.test"),
        ("smtp_url", "smtps://voicemail:@mail.example.test"),
        ("mm7_url", "https://voicemail:@mmsc.example.test/mm7"),
        ("kannel_url", "http://voicemail:@kannel.example.test:13013/cgi-bin/sendsms"),
        ("database_url", "postgresql://personsvar:@db.example.test/personsvar"),
    ],
)
def test_an_empty_password_in_a_url_is_a_mistake(
    monkeypatch: pytest.MonkeyPatch, field: str, url: str
) -> None:
    monkeypatch.setenv(variable(field), url)
    (line,) = setting_mistakes()
    assert line == f"{variable(field)}: the password is empty; for none, leave out the colon before it"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://personsvar:one@horse@db.example.test/personsvar",
        "postgresql://personsvar:12/horse@db.example.test/personsvar",
        "postgresql://personsvar:one@12/horse@db.example.test/personsvar",
        "postgresql://person/svar:horse@db.example.test/personsvar",
        "smpp://voicemail:12/horse@smsc.example.test:2775",
        "smpp://voicemail:12?horse@smsc.example.test:2775",
        "smpp://voicemail:1,horse@smsc.example.test:2775",
        "smtps://voicemail:one@12/horse@mail.example.test",
        "https://voicemail:12#horse@mmsc.example.test/mm7",
        "http://voicemail:12/horse@kannel.example.test:13013/cgi-bin/sendsms",
    ],
)
def test_a_password_with_a_sign_that_ends_it_is_a_mistake_and_no_part_of_it_is_told(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    fields = {"postgresql": "database_url", "smpp": "smpp_url", "smtps": "smtp_url", "https": "mm7_url"}
    name = variable(fields.get(url.partition(":")[0], "kannel_url"))
    monkeypatch.setenv(name, url)
    (line,) = setting_mistakes()
    assert line.startswith(f"{name}: ")
    assert "horse" not in line
    assert "12" not in line
    assert "%40" in line


@pytest.mark.parametrize(
    ("field", "url"),
    [
        ("database_url", "postgresql://personsvar:one%40horse%2F:@db.example.test/personsvar"),
        ("database_url", "sqlite:////var/lib/a:b@c.db"),
        ("smtp_url", "smtps://kari@example.test:a:horse@mail.example.test"),
        ("mm7_url", "https://mmsc.example.test/@mm7"),
    ],
)
def test_signs_that_end_nothing_may_stand_in_a_url(
    monkeypatch: pytest.MonkeyPatch, field: str, url: str
) -> None:
    monkeypatch.setenv(variable(field), url)
    load()


@pytest.mark.parametrize("field", ["public_url", "lamp_sip", "trunk_contact", "mail_from"])
def test_a_password_where_none_belongs_is_not_told(monkeypatch: pytest.MonkeyPatch, field: str) -> None:
    monkeypatch.setenv(variable(field), "https://voicemail:horse@example.test")
    (line,) = setting_mistakes()
    assert line.startswith(f"{variable(field)}: should be ")
    assert "horse" not in line
    if field == "trunk_contact":
        with pytest.raises(BadSettingsError) as of_the_switch:
            setting_from(os.environ)
        assert "horse" not in str(of_the_switch.value)


@pytest.mark.parametrize("address", ["voicemail:horse@example.test", "voicemail:12,horse@example.test"])
@pytest.mark.parametrize("field", [name for name in Settings.model_fields if not is_secret(name)])
def test_no_refusal_repeats_a_password_whichever_setting_it_was_put_into(
    monkeypatch: pytest.MonkeyPatch, field: str, address: str
) -> None:
    monkeypatch.setenv(variable(field), address)
    told = []
    try:
        load()
    except SettingsError as wrong:
        told.append(str(wrong))
    try:
        setting_from(os.environ)
    except BadSettingsError as wrong:
        told.append(str(wrong))
    assert "horse" not in "".join(told)


@pytest.mark.parametrize("field", SECRETS)
def test_a_secret_in_place_of_the_name_of_its_file_is_not_told(
    monkeypatch: pytest.MonkeyPatch, field: str
) -> None:
    monkeypatch.setenv(f"{variable(field)}_FILE", "battery-horse-staple")
    (line,) = setting_mistakes()
    assert line == f"{variable(field)}_FILE: can't be read: No such file or directory"
    if field == "fastagi_secret":
        with pytest.raises(BadSettingsError) as of_the_switch:
            setting_from(os.environ)
        assert "horse" not in str(of_the_switch.value)


def test_secrets_that_are_long_enough_are_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("  sixteen-letters-\n")
    monkeypatch.setenv("PERSONSVAR_API_TOKEN_FILE", str(tmp_path / "token"))
    monkeypatch.setenv("PERSONSVAR_MM7_REPORT_LOGIN", "mmsc:eight888")
    monkeypatch.setenv("PERSONSVAR_DATABASE_URL", "postgresql://personsvar@db.example.test/personsvar")
    settings = load()
    assert settings.api_token is not None
    assert settings.api_token.get_secret_value() == "sixteen-letters-"


@pytest.mark.parametrize(
    "content", ["", "\n", "half-of-a-key", base64.urlsafe_b64encode(b"\0" * 16).decode()]
)
def test_a_key_in_the_state_folder_that_is_none_is_told_and_signs_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str
) -> None:
    """A power cut can leave an empty file; links and receipts signed with it could be signed by anybody."""
    monkeypatch.setenv("PERSONSVAR_STATE", str(tmp_path))
    (tmp_path / "secret.key").write_text(content)
    with pytest.raises(SettingsError) as wrong:
        secret_key(load())
    assert str(wrong.value).startswith(f"{tmp_path}/secret.key: is no key")


def test_the_key_made_in_the_state_folder_is_taken_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PERSONSVAR_STATE", str(tmp_path / "new"))
    assert secret_key(load()) == secret_key(load())
