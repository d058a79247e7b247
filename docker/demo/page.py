"""The page: what arrived, the newest first. Every word of it came from outside, and is escaped.

An e-mail's own page stands in a frame without scripts, forms or an origin of its own, and this page's policy
holds for it, too: nothing is loaded from anywhere else.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from docker.demo.shelf import Item, Listed

PLAYED = ("audio/mpeg", "audio/wav", "audio/x-wav")
"""What browsers play; the rest is offered to be saved."""
_HERE = Path(__file__).parent
STYLE = (_HERE / "page.css").read_text(encoding="utf-8")
SCRIPT = (_HERE / "page.js").read_text(encoding="utf-8")
_SCRIPT_HASH = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
POLICY = "; ".join(
    (
        "default-src 'none'",
        f"script-src 'sha256-{_SCRIPT_HASH}'",
        "style-src 'unsafe-inline'",  # e-mails are styled in place
        "img-src data:",
        "media-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
_KINDS = {"sms": "SMS", "mms": "MMS", "mail": "E-mail"}


def page(items: Sequence[Item]) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<title>personsvar demo: what arrived</title>"
        f"<style>{STYLE}</style>"
        '<noscript><meta http-equiv="refresh" content="10"></noscript></head><body>'
        "<header><h1>What arrived</h1><p>SMS, MMS and e-mails that the demo's gateways took, the newest "
        'first. New ones appear by themselves.</p></header><main id="arrived" aria-live="polite" '
        f'data-state="{state(item.id for item in items)}">'
        f'<p id="nothing"{" hidden" if items else ""}>Nothing yet. Leave a message, and look again.</p>'
        f"{''.join(map(article, items))}</main><script>{SCRIPT}</script></body></html>"
    )


def article(item: Item) -> str:
    kind = _KINDS.get(item.kind, "Message")
    heading = f"{kind} to {escape(item.to)}"
    return (
        f'<article id="{escape(item.id)}" class="{escape(item.kind)}">'
        f'<h2>{heading}</h2><p class="facts">from {escape(item.sender) or "nobody"}, '
        f'<time datetime="{escape(item.at)}">{escape(item.at)}</time>'
        f"{escape(f', {item.note}') if item.note else ''}</p>"
        f"{_said('subject', item.subject)}{_words(item)}{_sounds(item)}{_others(item)}</article>"
    )


def _said(of: str, words: str) -> str:
    return f'<p class="{of}">{escape(words)}</p>' if words else ""


def _words(item: Item) -> str:
    text = f'<p class="text">{escape(item.text)}</p>' if item.text else ""
    if not item.html:
        return text
    return (
        f'<iframe sandbox="" title="the e-mail as it is set" srcdoc="{escape(item.html)}"></iframe>'
        f"<details><summary>as plain text</summary>{text or '<p>it has none</p>'}</details>"
    )


def _sounds(item: Item) -> str:
    return "".join(
        f'<audio controls preload="metadata" src="{_address(item, number)}" '
        f'aria-label="{escape(file.name)}"></audio>'
        for number, file in enumerate(item.files)
        if file.type in PLAYED
    )


def _others(item: Item) -> str:
    rows = "".join(_row(item, number, file) for number, file in enumerate(item.files))
    return f'<ul class="files">{rows}</ul>' if rows else ""


def _row(item: Item, number: int, file: Listed) -> str:
    name = escape(file.name)
    return f'<li><a download="{name}" href="{_address(item, number)}">{name}</a>, {size(file.size)}</li>'


def _address(item: Item, number: int) -> str:
    return f"/items/{escape(item.id)}/{number}"


def size(octets: int) -> str:
    """In kB of 1,000 bytes."""
    return f"{octets} bytes" if octets < 1000 else f"{octets / 1000:,.1f} kB"  # noqa: PLR2004


def state(ids: Iterable[str]) -> str:
    """What the page's script compares: another one when anything came or went."""
    return hashlib.sha256("\n".join(ids).encode()).hexdigest()[:16]
