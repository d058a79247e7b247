"""The page at http://127.0.0.1:8025: a server that reads the demo's shelf, and nothing else.

INBOX_BIND   address:port (0.0.0.0:8025; compose publishes it on 127.0.0.1)

It answers only to addresses and to names without a dot (localhost, inbox): a web page elsewhere that lets
its own name lead here can't read what arrived.
"""

from __future__ import annotations

import ipaddress
import re
from http import HTTPStatus

from docker.demo.page import PLAYED, POLICY, page, state
from docker.demo.shelf import Shelf, from_environment
from docker.demo.web import Handler, Server, bind, serve

_FILE = re.compile(r"/items/([0-9A-Za-z.-]{1,60})/([0-9]{1,4})")
_RANGE = re.compile(r"bytes=([0-9]{1,18})-([0-9]{0,18})")
_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([0-9a-z.-]+))(?::[0-9]+)?")
_PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


class InboxHandler(Handler):
    shelf: Shelf

    def do_HEAD(self) -> None:  # noqa: N802 - the base class' name
        self.do_GET()

    def do_GET(self) -> None:  # noqa: N802 - the base class' name
        if not is_ours(self.headers.get("Host", "")):
            self.say(HTTPStatus.MISDIRECTED_REQUEST, "this is the demo's page, at http://127.0.0.1:8025")
            return
        path = self.path.partition("?")[0]
        if path == "/":
            body = page(self.shelf.items()).encode("utf-8", "replace")
            headers = {"Content-Security-Policy": POLICY, **_PRIVATE}
            self.answer(HTTPStatus.OK, body, "text/html; charset=utf-8", headers)
        elif path == "/state":
            self.answer(HTTPStatus.OK, state(self.shelf.ids()).encode(), "text/plain", _PRIVATE)
        elif path == "/healthz":
            self.say(HTTPStatus.OK, "well")
        elif found := _FILE.fullmatch(path):
            self._file(found[1], int(found[2]))
        else:
            self.say(HTTPStatus.NOT_FOUND, "nothing here")

    def _file(self, of: str, number: int) -> None:
        item, content = self.shelf.item(of), self.shelf.content(of, number)
        if item is None or content is None or number >= len(item.files):
            self.say(HTTPStatus.NOT_FOUND, "it is gone")
            return
        played = item.files[number].type in PLAYED
        headers = {
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Content-Disposition": "inline" if played else "attachment",
            "Accept-Ranges": "bytes",
            **_PRIVATE,
        }
        kind = item.files[number].type if played else "application/octet-stream"
        if asked := within(self.headers.get("Range", ""), len(content)):
            first, last = asked
            headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
            self.answer(HTTPStatus.PARTIAL_CONTENT, content[first : last + 1], kind, headers)
        else:
            self.answer(HTTPStatus.OK, content, kind, headers)


def is_ours(host: str) -> bool:
    """The Host header: an address, or a name without a dot."""
    found = _HOST.fullmatch(host.lower())
    if found is None:
        return False
    name = found[1] or found[2]
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return "." not in name and ":" not in name
    return True


def within(asked: str, size: int) -> tuple[int, int] | None:
    """The first and last byte of a Range (RFC 9110, 14.2); None: all of it is answered."""
    found = _RANGE.fullmatch(asked)
    if found is None or int(found[1]) >= size:
        return None
    first, last = int(found[1]), min(int(found[2] or size - 1), size - 1)
    return (first, last) if first <= last else None


def inbox(address: tuple[str, int], shelf: Shelf) -> Server:
    return Server(address, type("Inbox", (InboxHandler,), {"shelf": shelf}))


def main() -> None:
    serve(inbox(bind("INBOX_BIND", "0.0.0.0:8025"), from_environment()), called="the demo's page")


if __name__ == "__main__":
    main()
