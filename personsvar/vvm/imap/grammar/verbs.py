"""Every verb that is served, and how its words are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial

from personsvar.vvm.imap import commands as c
from personsvar.vvm.imap.arguments import Arguments
from personsvar.vvm.imap.commands import Command
from personsvar.vvm.imap.grammar.authentication import authenticate, identify, login
from personsvar.vvm.imap.grammar.fetch import fetch
from personsvar.vvm.imap.grammar.folders import append, copy, list_folders, move, rename, status
from personsvar.vvm.imap.grammar.search import search
from personsvar.vvm.imap.grammar.store import store
from personsvar.vvm.imap.grammar.vendor import apple_pin, language, pin
from personsvar.vvm.imap.malformed import MalformedError

_VERB = re.compile(rb"[A-Za-z][A-Za-z0-9_.-]*")

BARE: Mapping[str, Command] = {
    "CAPABILITY": c.Capability(),
    "NOOP": c.Noop(),
    "LOGOUT": c.Logout(),
    "STARTTLS": c.StartTls(),
    "NAMESPACE": c.Namespace(),
    "CHECK": c.Check(),
    "CLOSE": c.Close(),
    "UNSELECT": c.Unselect(),
    "EXPUNGE": c.Expunge(uids=None),
    "IDLE": c.Idle(),
    "XCLOSE_NUT": c.CloseTutorial(),
    "CLOSE_NUT": c.CloseTutorial(),
}
WITH_WORDS: Mapping[str, Callable[[Arguments], Command]] = {
    "LOGIN": login,
    "AUTHENTICATE": authenticate,
    "ID": identify,
    "SELECT": lambda words: c.Select(words.folder(), read_only=False),
    "EXAMINE": lambda words: c.Select(words.folder(), read_only=True),
    "LIST": partial(list_folders, subscribed=False),
    "LSUB": partial(list_folders, subscribed=True),
    "STATUS": status,
    "CREATE": lambda words: c.Create(words.folder()),
    "DELETE": lambda words: c.Delete(words.folder()),
    "RENAME": rename,
    "SUBSCRIBE": lambda words: c.Subscribe(words.folder(), subscribed=True),
    "UNSUBSCRIBE": lambda words: c.Subscribe(words.folder(), subscribed=False),
    "APPEND": append,
    "GETQUOTA": lambda words: c.GetQuota(words.text()),
    "GETQUOTAROOT": lambda words: c.GetQuotaRoot(words.folder()),
    "XCHANGE_TUI_PWD": pin,
    "CHANGE_TUI_PWD": pin,
    "XCHANGEPASSWORD": apple_pin,
    "CHANGEPASSWORD": apple_pin,
    "XCHANGE_VM_LANG": language,
    "CHANGE_VM_LANG": language,
    "SEARCH": partial(search, uid=False),
    "FETCH": partial(fetch, uid=False),
    "STORE": partial(store, uid=False),
    "COPY": partial(copy, uid=False),
    "MOVE": partial(move, uid=False),
}
BY_UID: Mapping[str, Callable[[Arguments], Command]] = {
    "SEARCH": partial(search, uid=True),
    "FETCH": partial(fetch, uid=True),
    "STORE": partial(store, uid=True),
    "COPY": partial(copy, uid=True),
    "MOVE": partial(move, uid=True),
    "EXPUNGE": lambda words: c.Expunge(uids=words.sequence()),
}


def read_command(words: Arguments) -> tuple[str, Command]:
    """The verb in capitals, and what it asks for. A verb nobody serves is `Unknown`, whatever follows."""
    name = words.word(_VERB).upper()
    rows = WITH_WORDS
    if name == "UID":
        words.space()
        rows, name = BY_UID, words.word(_VERB).upper()
    elif name in BARE:
        words.end()
        return name, BARE[name]
    return name, _with_words(rows.get(name), words)


def _with_words(read: Callable[[Arguments], Command] | None, words: Arguments) -> Command:
    if read is None:
        return c.Unknown()
    words.space()
    if words.is_over:
        raise MalformedError("missing parameter")
    command = read(words)
    words.end()
    return command
