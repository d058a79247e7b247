"""The whole API over a fresh database, and who asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx

from personsvar.http.api.guard import Guard
from personsvar.http.api.routes import api_routers
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Subscriber
from tests.unit.conftest import Backend
from tests.unit.http.api_client import TOKEN, KeyHolder

OLA, KARI = Number("+4790000001"), Number("+4790000002")


@dataclass
class Office:
    """Asked with the token, which may do everything."""

    backend: Backend
    forgotten: list[Number] = field(default_factory=list)
    """Removed subscribers whose files elsewhere were to go."""

    def __post_init__(self) -> None:
        services = self.backend.services
        self.guard = Guard(services, TOKEN)
        self.routers = api_routers(services, self.guard, forget_files=self._forget)
        self.token = self.holder(TOKEN)

    def holder(self, key: str | None) -> KeyHolder:
        return KeyHolder(self.routers, key)

    def ask(self, method: str, path: str, json: object = None, **headers: str) -> httpx.Response:
        written = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.token.ask(method, path, json=json, headers=written)

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.ask("GET", path, **headers)

    def shown(self, path: str) -> Any:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def trail(self) -> list[tuple[str, str | None, str]]:
        """What was done to whom, oldest first."""
        with self.backend.services.store.look() as uow:
            return [(str(it.action), it.mailbox, it.detail) for it in reversed(uow.audit.list())]

    def _forget(self, removed: Subscriber) -> None:
        self.forgotten.append(removed.number)


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Its status, and which kind it is."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.text
    kind: str = answer.json()["type"]
    return answer.status_code, kind.rpartition(":")[2]
