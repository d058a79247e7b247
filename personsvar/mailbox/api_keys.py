"""Keys of the HTTP API: made, shown once, found again by what a program sends, revoked.

A key is `pv_`, ten digits that it is found by, and a secret of 199 bits: `pv_4071938256_7hQ2…`. Kept is a
digest of the secret. It is a quick one: nobody guesses so many bits, however quickly it is tried.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from personsvar.mailbox import audit
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.api_key import ApiKey, KeyState, KeyUse, Scope
from personsvar.mailbox.model.audit import Actor, AuditAction
from personsvar.mailbox.model.ids import ApiKeyId
from personsvar.mailbox.ports.world import Chance
from personsvar.mailbox.services import Services

LONGEST_NAME = 50
LONGEST_KEY = 200
"""Characters; more is no key of ours, and not even looked at."""
_NAME = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{LONGEST_NAME - 1}}}")
_KEY = re.compile(r"pv_([0-9]{10})_([1-9A-HJ-NP-Za-km-z]{20,40})")
_LETTERS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
"""Those that nobody takes for each other when he reads them."""
_PUBLIC_DIGITS, _SECRET_DIGITS = 10, 60
_NOBODYS = hashlib.sha256(b"").hexdigest()
_EVERY = "*"


def add_key(
    services: Services,
    name: str,
    scopes: Iterable[Scope],
    *,
    expires_at: datetime | None,
    by: Actor,
) -> tuple[ApiKey, str]:
    """The key as it is kept, and the key itself, which nobody is shown again. Raise MailboxError."""
    now, wanted = services.clock.now(), frozenset(scopes)
    if not _NAME.fullmatch(name):
        raise MailboxError(f"a key's name is of letters, digits, dots and dashes, at most {LONGEST_NAME}")
    if not wanted:
        raise MailboxError("a key needs a scope")
    if expires_at is not None and expires_at <= now:
        raise MailboxError("a key can't end before it begins")
    public_id, secret = services.chance.digits(_PUBLIC_DIGITS), _random_secret(services.chance)
    key = ApiKey(name, wanted, public_id, _digest(secret), now, expires_at)
    with services.store.begin() as uow:
        key = uow.api_keys.add(key)
        audit.note(uow, now, by, AuditAction.KEY_ADDED, detail=name)
        uow.commit()
    return key, f"pv_{public_id}_{secret}"


def revoke_key(services: Services, name: str, *, by: Actor) -> None:
    """It opens nothing from now on. Raise MailboxError where no key of that name does."""
    now = services.clock.now()
    with services.store.begin() as uow:
        if not uow.api_keys.revoke(name, at=now):
            raise MailboxError("there is no key of that name that is not revoked")
        audit.note(uow, now, by, AuditAction.KEY_REVOKED, detail=name)
        uow.commit()


def all_keys(services: Services) -> Sequence[ApiKey]:
    """By name, the revoked ones too."""
    with services.store.look() as uow:
        return uow.api_keys.list()


def key_given(services: Services, given: str) -> ApiKey | None:
    """The key that `given` is, if it opens anything now; of one that does not, it takes the same time."""
    found = _KEY.fullmatch(given) if len(given) <= LONGEST_KEY else None
    with services.store.look() as uow:
        key = uow.api_keys.by_public_id(found[1] if found else "")
    secret = found[2] if found else ""
    is_right = hmac.compare_digest(_digest(secret), _NOBODYS if key is None else key.digest)
    is_good = key is not None and key.state(services.clock.now()) is KeyState.GOOD
    return key if is_right and is_good else None


def is_any_key(services: Services) -> bool:
    """Whether there is a key at all."""
    return bool(all_keys(services))


def write_uses(services: Services, uses: Mapping[ApiKeyId, KeyUse]) -> None:
    """Many uses of several keys are added to what is known of them."""
    with services.store.begin() as uow:
        uow.api_keys.used(uses)
        uow.commit()


def parse_scopes(words: Iterable[str]) -> frozenset[Scope]:
    """`subscribers:read`; `messages:*` is all of messages, and `*` everything. Raise MailboxError."""
    return frozenset().union(*map(_parse_scope, words))


def with_use(key: ApiKey, use: KeyUse) -> ApiKey:
    last = use.last_at if key.last_used_at is None else max(key.last_used_at, use.last_at)
    return replace(key, uses=key.uses + use.times, last_used_at=last)


def _parse_scope(word: str) -> frozenset[Scope]:
    subject, _, what = word.partition(":")
    meant = frozenset(
        scope
        for scope in Scope
        if word in (_EVERY, scope) or (what == _EVERY and scope.startswith(f"{subject}:"))
    )
    if not meant:
        raise MailboxError(f"this is no scope; they are {', '.join(Scope)}, like messages:* or *")
    return meant


def _random_secret(chance: Chance) -> str:
    number, letters = int("1" + chance.digits(_SECRET_DIGITS)), ""
    while number:
        number, place = divmod(number, len(_LETTERS))
        letters += _LETTERS[place]
    return letters


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
