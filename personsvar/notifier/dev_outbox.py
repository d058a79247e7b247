"""What was sent, as a page to look at while no gateway is configured; secrets stand in the files only."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from personsvar.notifier.files import SUFFIXES

MOST = 200
"""Newest files shown."""
HIDDEN = "••••"
_SUFFIXES = frozenset(SUFFIXES.values())

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Outbox</title><meta http-equiv="refresh" content="5">
<style>
body {{ font: 16px/1.4 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }}
li {{ border-top: 1px solid #ccc; list-style: none; padding: .8rem 0 }}
ul {{ padding: 0 }}
small {{ color: #555 }}
p {{ margin: .2rem 0; white-space: pre-wrap }}
</style></head><body>
<h1>Outbox</h1>
<p>No gateway is configured: notices are files in <code>{folder}</code>. A PIN stands in its file only.</p>
<ul>{items}</ul>
</body></html>
"""
_ITEM = "<li><small>{name} · to {to}</small><p>{text}</p></li>\n"


@dataclass(frozen=True, slots=True)
class _Shown:
    to: str
    text: str


def page(folder: Path) -> str:
    files = sorted(_files(folder), key=lambda file: file.name, reverse=True)[:MOST]
    items = "".join(_item(file) for file in files) or "<li>Nothing was sent yet.</li>"
    return _PAGE.format(folder=html.escape(str(folder)), items=items)


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [file for file in folder.iterdir() if file.suffix in _SUFFIXES and not file.name.startswith(".")]


def _item(file: Path) -> str:
    try:
        content = file.read_bytes()
    except OSError:
        return ""
    shown = _shown(file.suffix, content)
    return _ITEM.format(name=html.escape(file.name), to=html.escape(shown.to), text=html.escape(shown.text))


def _shown(suffix: str, content: bytes) -> _Shown:
    """What a file says; one that somebody broke must not hide the others."""
    try:
        return _sms(content) if suffix == ".json" else _mime(content)
    except (ValueError, LookupError):
        return _Shown("nobody", "can't be read")


def _sms(content: bytes) -> _Shown:
    fields = json.loads(content)
    if not isinstance(fields, dict):
        raise ValueError("no SMS of ours")  # noqa: TRY004 - what a file holds is a value, not a caller's type
    to, text = str(fields["to"]), str(fields["text"])
    secret = str(fields.get("pin") or fields.get("password") or "")
    return _Shown(to, text.replace(secret, HIDDEN) if secret else text)


def _mime(content: bytes) -> _Shown:
    mail = message_from_bytes(content, _class=EmailMessage, policy=SMTP)
    body = mail.get_body(("plain",))
    text = body.get_content().strip() if body is not None else ""
    sounds = [part.get_filename() or "" for part in mail.iter_attachments()]
    return _Shown(str(mail["To"]), "\n".join([f"{mail['Subject']}", text, *(f"[{name}]" for name in sounds)]))
