"""A subscriber's data as files: each part as JSON, each recording as WAV, and a page that shows all of it.

    README.txt         what is what, in the subscriber's language
    index.html         the page; it works from a folder, without a network
    profile.json …     a file a part (`mailbox.own_data.DataPart`)
    messages/…wav      the recordings
    messages/…txt      what they say, where that was written down

The page and the JSON are read one after the other from a mailbox that goes on: what comes or goes
meanwhile may be in one and not in the other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from personsvar.archive.archive_words import archive_words
from personsvar.archive.data_page import data_page
from personsvar.archive.zip_stream import ZippedFile, zipped
from personsvar.mailbox.local_time import local_wall
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.own_data import DataPart, OwnData
from personsvar.mailbox.own_data_records import Record
from personsvar.voice.wav import wav

PIECE = 64 * 1024


@dataclass(frozen=True)
class DataArchive:
    """One subscriber's, as of now."""

    data: OwnData
    owner: Subscriber
    now: datetime

    @property
    def name(self) -> str:
        """`personsvar-4790000001-2026-03-02.zip`"""
        return f"personsvar-{self.owner.number.removeprefix('+')}-{self._local(self.now):%Y-%m-%d}.zip"

    def pieces(self) -> Iterator[bytes]:
        """The zip file, from its beginning to its end."""
        return zipped(self._files())

    def _files(self) -> Iterator[ZippedFile]:
        now = self._local(self.now)
        yield ZippedFile("README.txt", now, [_readme(self.owner, now).encode()])
        page = data_page(self.data, self.owner, self._local)
        yield ZippedFile("index.html", now, _in_pieces(page))
        for part in DataPart:
            yield ZippedFile(f"{part}.json", now, _in_pieces(_as_json(self.data.records(part))))
        for sound in self.data.sounds():
            alaw = self.data.alaw(sound)
            if alaw is not None:
                yield ZippedFile(sound.file, self._local(sound.at), _parts(wav(alaw)), packed=False)

        for said in self.data.texts():
            yield ZippedFile(said.file, self._local(said.at), [f"{said.text}\n".encode()])

    def _local(self, at: datetime) -> datetime:
        return local_wall(self.owner, at)


def _readme(owner: Subscriber, now: datetime) -> str:
    return archive_words(owner.language)["readme"].format(number=owner.number, when=f"{now:%Y-%m-%d %H:%M}")


def _as_json(records: Iterable[Record]) -> Iterator[str]:
    """An array, a record a line."""
    begin = "[\n"
    for record in records:
        yield begin + json.dumps(record, ensure_ascii=False)
        begin = ",\n"
    yield "[]\n" if begin == "[\n" else "\n]\n"


def _in_pieces(words: Iterable[str]) -> Iterator[bytes]:
    """Of a size that is worth a write."""
    held, size = [], 0
    for word in words:
        held.append(word)
        size += len(word)
        if size >= PIECE:
            yield "".join(held).encode()
            held, size = [], 0
    yield "".join(held).encode()


def _parts(content: bytes) -> Iterator[bytes]:
    return (content[begin : begin + PIECE] for begin in range(0, len(content), PIECE))
