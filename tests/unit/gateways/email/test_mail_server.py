from __future__ import annotations

from pathlib import Path

import pytest

from personsvar.gateways.email.mail_server import MailServerError, Safety, mail_server

URLS: list[tuple[str, str, int, Safety, str | None]] = [
    ("smtp://mx.example.test", "mx.example.test", 587, "starttls", None),
    ("smtps://mx.example.test", "mx.example.test", 465, "tls", None),
    ("smtp://ola:p%40ss%3A@mx.example.test:2525", "mx.example.test", 2525, "starttls", "ola"),
    ("smtp://10.0.0.5?starttls=no", "10.0.0.5", 25, "none", None),
    ("smtp://ola:x@127.0.0.1:25?starttls=no", "127.0.0.1", 25, "none", "ola"),
    ("smtp://mx.example.test?starttls=yes", "mx.example.test", 587, "starttls", None),
]


@pytest.mark.parametrize(("url", "host", "port", "safety", "user"), URLS)
def test_a_url_tells_the_server(url: str, host: str, port: int, safety: Safety, user: str | None) -> None:
    it = mail_server(url)
    assert (it.host, it.port, it.safety, it.user) == (host, port, safety, user)


def test_a_password_is_unquoted_and_never_shown() -> None:
    it = mail_server("smtp://ola:p%40ss%3A@mx.example.test")
    assert it.password == "p@ss:"
    assert "p@ss" not in repr(it)


@pytest.mark.parametrize(
    "url",
    [
        "http://mx.example.test",
        "smtp://",
        "smtp://ola:hemmelig@mx.example.test?starttls=no",
        "smtp://mx.example.test?starttls=maybe",
        "smtp://mx.example.test?tls=no",
        "smtp://mx.example.test:99999",
    ],
)
def test_what_can_not_be_meant_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(MailServerError) as refused:
        mail_server(url)
    assert "hemmelig" not in str(refused.value)


def test_certificates_that_can_not_be_read_are_told(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    for file in (tmp_path / "ca.pem", tmp_path / "none.pem"):
        with pytest.raises(MailServerError, match=r"no certificates|No such file"):
            mail_server("smtps://mx.example.test", ca_file=file).tls()
