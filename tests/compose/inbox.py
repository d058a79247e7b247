"""What arrived at the demo's gateways, as the page at http://127.0.0.1:8025 has it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.compose.stack import Stack
from tests.real.spool import eventually

WITHIN = 60.0
"""On a machine that is busy with other things; a gateway that was restarted is tried again after 10 s."""
_LIST = "import json, dataclasses; from docker.demo.shelf import from_environment as shelf; \
print(json.dumps([dataclasses.asdict(item) for item in shelf().items()]))"


@dataclass(frozen=True)
class Inbox:
    stack: Stack

    def items(self, kind: str, to: str) -> list[dict[str, Any]]:
        """Those of a kind (`sms`, `mms`, `mail`) to a number or an address, oldest first."""
        found = json.loads(self.stack.inside("inbox", "python3", "-c", _LIST))
        return [item for item in reversed(found) if (item["kind"], item["to"]) == (kind, to)]

    def item(self, kind: str, to: str) -> dict[str, Any]:
        """The one there is, once it has arrived."""
        seen: list[dict[str, Any]] = []

        def arrived() -> bool:
            seen[:] = self.items(kind, to)
            return bool(seen)

        eventually(arrived, within=WITHIN, what=f"{kind} to {to}")
        (item,) = seen
        return item

    def file(self, item: dict[str, Any], type_: str) -> bytes:
        """An item's only file of a type, as a browser is given it."""
        (number,) = [number for number, file in enumerate(item["files"]) if file["type"] == type_]
        return self.stack.web(f"/items/{item['id']}/{number}", port=self.stack.ports.inbox)

    def page(self) -> str:
        return self.stack.web("/", port=self.stack.ports.inbox).decode()
