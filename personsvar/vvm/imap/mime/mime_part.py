"""A part of a mail: its headers, and its body in base64."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field, replace

Headers = tuple[tuple[str, str], ...]
Parameters = tuple[tuple[str, str], ...]
LINE = 76
_IN_QUOTES = frozenset({"name", "filename"})


class SoundMissingError(Exception):
    """The sound, or its length, is asked for before it is there: our own mistake."""


@dataclass(frozen=True, slots=True)
class MimePart:
    kind: str
    subtype: str
    parameters: Parameters
    octets: int | None
    """The sound's length before base64; None while nothing is encoded yet."""
    content: bytes | None = field(default=None, repr=False)
    attached: bool = False
    """With a Content-Disposition (vvmd skips a part without one, and a transcription is to be skipped)."""
    about: Headers = ()

    @property
    def is_text(self) -> bool:
        return self.kind == "text"

    @property
    def length(self) -> int:
        if self.octets is None:
            raise SoundMissingError
        return self.octets

    @property
    def disposition(self) -> Parameters:
        return (("size", str(self.length)), ("filename", dict(self.parameters)["name"]))

    @property
    def headers(self) -> Headers:
        attachment = f"attachment{_written(self.disposition)}" if self.attached else ""
        return (
            ("Content-Type", f"{self.kind}/{self.subtype}{_written(self.parameters)}"),
            ("Content-Transfer-Encoding", "base64"),
            *((("Content-Disposition", attachment),) if attachment else ()),
            *self.about,
        )

    @property
    def size(self) -> int:
        """Of the body."""
        return _signs(self.length) + 2 * self.lines

    @property
    def lines(self) -> int:
        return -(-_signs(self.length) // LINE)

    @property
    def body(self) -> bytes:
        if self.content is None:
            raise SoundMissingError
        return base64.encodebytes(self.content).replace(b"\n", b"\r\n")

    def filled(self, content: bytes) -> MimePart:
        return replace(self, octets=len(content), content=content)


def block(headers: Headers) -> bytes:
    """Headers and the empty line behind them."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return lines.encode("ascii") + b"\r\n"


def _signs(octets: int) -> int:
    return -(-octets // 3) * 4


def _written(parameters: Parameters) -> str:
    return "".join(
        f'; {name}="{value}"' if name in _IN_QUOTES else f"; {name}={value}" for name, value in parameters
    )
