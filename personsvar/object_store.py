"""An object store that speaks S3 (Ceph's RGW, Garage, SeaweedFS, AWS …), by obstore.

Each request has one limit of time, whatever is wrong at the other end, and is tried once more within it where
that can do no harm. What the other end says is told in its own code, and nothing else of its answer.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from personsvar.mailbox.errors import RecordingsAwayError, RecordingsRefusedError

if TYPE_CHECKING:
    from obstore.store import S3Credential, S3Store

log = logging.getLogger(__name__)

CONNECT_SECONDS = 2.0
TRIED_ONCE_MORE = 1
PAUSE = timedelta(milliseconds=100)
TRIED = "recordings/tried"
"""No recording has this name."""
REFUSALS = frozenset(
    {"AccessDenied", "InvalidAccessKeyId", "InvalidBucketName", "NoSuchBucket", "SignatureDoesNotMatch"}
)
"""S3's codes for settings that are not right."""


class WrongPlaceError(Exception):
    """The settings name no place that can be; the text says why."""


@dataclass(frozen=True)
class ObjectPlace:
    """Which bucket, where, and how it is spoken to."""

    url: str
    bucket: str
    region: str
    key_id: str = field(repr=False)
    secret: str = field(repr=False)
    path_style: bool = True
    ca: Path | None = None
    seconds: float = 5.0


@dataclass
class S3Objects:
    """`storage.objects.Objects`; any number of threads may use it at once."""

    place: ObjectPlace
    done: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often each verb was done, and failed, in this process."""
    _mutex: Lock = field(default_factory=Lock, repr=False)
    _is_away: bool = False

    def put(self, name: str, content: bytes) -> None:
        import obstore  # noqa: PLC0415 - most installations never need it

        with self._told("put"):
            obstore.put(self._store, name, content, use_multipart=False)

    def read(self, name: str) -> bytes | None:
        import obstore  # noqa: PLC0415 - as above

        with self._told("read"):
            try:
                return bytes(obstore.get(self._store, name).bytes())
            except FileNotFoundError as gone:
                if _code(gone) != "NoSuchKey":  # the bucket is not there
                    raise
                return None

    def remove(self, name: str) -> None:
        import obstore  # noqa: PLC0415 - as above

        with self._told("remove"):
            obstore.delete(self._store, name)

    def look(self) -> None:
        self.read(TRIED)

    def try_out(self) -> None:
        """Every verb. Raise WrongPlaceError, RecordingsRefusedError, RecordingsAwayError."""
        self.put(TRIED, b"")
        self.look()
        self.remove(TRIED)

    def open(self) -> None:
        """Raise WrongPlaceError. Nobody is asked over the network."""
        self._store  # noqa: B018 - made, to see that it can be

    @cached_property
    def _store(self) -> S3Store:
        from obstore.exceptions import BaseError  # noqa: PLC0415 - as above
        from obstore.store import S3Store  # noqa: PLC0415 - as above

        place, limit = self.place, timedelta(seconds=self.place.seconds)
        options = {
            "allow_http": place.url.startswith("http:"),
            "timeout": limit,
            "connect_timeout": min(limit, timedelta(seconds=CONNECT_SECONDS)),
        }
        try:
            if place.ca is not None:
                options["root_certificate"] = place.ca.read_bytes()
            return S3Store(
                place.bucket,
                # what the environment says for Amazon's own programs is not meant for us
                config={
                    "endpoint": place.url,
                    "region": place.region,
                    "virtual_hosted_style_request": not place.path_style,
                    "skip_signature": False,
                    "unsigned_payload": False,
                },
                client_options=options,  # type: ignore[arg-type]  # a dict of its keys
                retry_config={
                    "max_retries": TRIED_ONCE_MORE,
                    "retry_timeout": limit,
                    "backoff": {"init_backoff": PAUSE, "max_backoff": PAUSE, "base": 2},
                },
                credential_provider=self._credential,
            )
        except (BaseError, OSError, ValueError) as wrong:
            raise WrongPlaceError(_first_words(wrong)) from wrong

    def _credential(self) -> S3Credential:
        place = self.place
        return {"access_key_id": place.key_id, "secret_access_key": place.secret, "expires_at": None}

    @contextmanager
    def _told(self, verb: str) -> Iterator[None]:
        """It is counted, and told when it begins to fail and when it is over."""
        from obstore.exceptions import BaseError  # noqa: PLC0415 - as above

        try:
            yield
        except (BaseError, OSError) as wrong:
            why = _why(wrong)
            self._note(verb, well=False, why=why)
            kind = RecordingsRefusedError if why in REFUSALS else RecordingsAwayError
            raise kind(f"the object store, asked to {verb}: {why}") from wrong
        self._note(verb, well=True)

    def _note(self, verb: str, *, well: bool, why: str = "") -> None:
        with self._mutex:
            self.done[verb, "done" if well else "failed"] += 1
            changed, self._is_away = self._is_away == well, not well
        if changed and well:
            log.info("the store of recordings is back")
        elif changed:
            log.error("the store of recordings is away: %s", why)


def _why(wrong: Exception) -> str:
    """S3's own code (`AccessDenied`), or what befell the connection; else of what kind the error was."""
    told = _code(wrong) or _found(r"(InvalidCertificate)", wrong) or _found(r"kind: (\w+)", wrong)
    return told or type(wrong).__name__


def _code(wrong: Exception) -> str:
    return _found(r"<Code>(\w+)</Code>", wrong)


def _found(pattern: str, wrong: Exception) -> str:
    found = re.search(pattern, str(wrong))
    return found[1] if found else ""


def _first_words(wrong: Exception) -> str:
    """Of what is wrong here, before anybody was asked; the rest tells of the library's inside."""
    return (getattr(wrong, "strerror", None) or str(wrong)).partition("\n")[0]
