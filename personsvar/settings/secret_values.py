"""Secrets among the settings: from a variable or from a file, and never empty.

An empty one would be no lock at all, or a lock that any key opens; a short one is little better. It
comes about by itself: a template that rendered nothing, a file that was `touch`ed, a full disk.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

SHORTEST_TOKEN, SHORTEST_PASSWORD = 16, 8
"""Both are counted in characters."""
_BLANK = "is empty; for none, leave it out"
ESCAPED = "in a name or password , / ? # and @ are written as %2C %2F %3F %23 and %40; @ behind the host, too"
_ENDS = frozenset("/?#")


def from_files(environ: Mapping[str, str], names: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """The secrets that stand in files, by the variable's name; and a line for each mistake."""
    found: dict[str, str] = {}
    mistakes: list[str] = []
    for name in names:
        blank = [one for one in (name, f"{name}_FILE") if one in environ and not environ[one].strip()]
        mistakes += [f"{one}: {_BLANK}" for one in blank]
        if blank or f"{name}_FILE" not in environ:
            continue
        path = environ[f"{name}_FILE"]
        try:
            found[name] = _content(name, path, twice=name in environ)
        except ValueError as wrong:
            mistakes.append(str(wrong))
    return found, mistakes


def _content(name: str, path: str, *, twice: bool) -> str:
    """The secret in the file this setting names. Raise ValueError, with a line that says what is wrong."""
    if twice:
        raise ValueError(f"{name} and {name}_FILE: give one of them")
    try:
        secret = content(Path(path))
    except (OSError, UnicodeDecodeError) as wrong:
        shown = f"={path}" if path.startswith("/") else ""  # else it may be the secret itself
        raise ValueError(f"{name}_FILE{shown}: can't be read: {_reason(wrong)}") from wrong
    if not secret:
        raise ValueError(f"{name}_FILE={path}: is empty")
    return secret


def content(file: Path) -> str:
    """The file's text without what an editor puts around it: a line end, a mark of its own."""
    return file.read_text("utf-8-sig").strip()


def _reason(wrong: OSError | UnicodeDecodeError) -> str:
    return (wrong.strerror or str(wrong)) if isinstance(wrong, OSError) else "it is not text"


def check_token(text: str) -> None:
    if len(text.strip()) < SHORTEST_TOKEN:
        raise ValueError(f"should be {SHORTEST_TOKEN} characters or more")
    if not re.fullmatch(r"[!-~]+", text):
        raise ValueError("should be ASCII letters, digits and signs, without blanks: it goes in a header")


def check_access_key(text: str) -> None:
    """Of an object store: both halves are made by it, in letters that stand in a header."""
    if not re.fullmatch(r"[!-~]{3,256}", text):
        raise ValueError("should be letters, digits and signs, without blanks, as the object store gave it")


def check_engine_key(text: str) -> None:
    """It is made by whoever runs the engine, in letters that stand in a header."""
    if not re.fullmatch(r"[!-~]{1,512}", text):
        raise ValueError(
            "should be letters, digits and signs, without blanks, as the engine's server gave it"
        )


def check_login(text: str) -> None:
    user, _, password = text.partition(":")
    if not text.isprintable():
        raise ValueError("should be one line, user:password")
    if not user or len(password.strip()) < SHORTEST_PASSWORD:
        raise ValueError(f"should be user:password, the password {SHORTEST_PASSWORD} characters or more")


def check_password_in(url: str) -> None:
    """Raise ValueError for `user:@host`, a password that was meant to be there and is not; and for one with
    a sign in it that ends what it stands in: the rest would be a host, a port or a path, which are told.
    """
    parts = urlsplit(url.strip())
    if parts.password == "":
        raise ValueError("the password is empty; for none, leave out the colon before it")
    before = url.partition("://")[2].rpartition("@")[0]
    if parts.netloc and ":" in before and not _ENDS.isdisjoint(before):
        raise ValueError(ESCAPED)


def check_no_at_in(url: str) -> None:
    """Raise ValueError for `user:pass@word@host`: SQLAlchemy takes the first @, and others the last."""
    if "@" in (urlsplit(url.strip()).password or ""):
        raise ValueError(ESCAPED)
