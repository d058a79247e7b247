"""How many blocks PostgreSQL touched: it explains each statement as it runs it (auto_explain)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from psycopg.errors import Diagnostic
from sqlalchemy import event

from personsvar.storage import SqlStore

_EXPLAIN = """
    LOAD 'auto_explain';
    SET auto_explain.log_min_duration = 0;
    SET auto_explain.log_analyze = on;
    SET auto_explain.log_timing = off;
    SET auto_explain.log_buffers = on;
    SET auto_explain.log_nested_statements = on;
    SET auto_explain.log_format = json;
    SET auto_explain.log_level = notice;
    SET client_min_messages = notice;
"""


@dataclass
class BlockCount:
    """Of all statements of a store since it was watched; only a superuser may have them explained."""

    blocks: int = 0
    statements: int = 0

    def watch(self, store: SqlStore) -> None:
        @event.listens_for(store._writers, "connect")
        def _connected(connection: Any, _record: object) -> None:
            connection.add_notice_handler(self._heard)
            with connection.cursor() as cursor:
                cursor.execute(_EXPLAIN)
            connection.commit()

    def taken(self) -> int:
        """So many since it was asked last."""
        blocks, self.blocks = self.blocks, 0
        return blocks

    def _heard(self, said: Diagnostic) -> None:
        _, found, plan = (said.message_primary or "").partition("plan:\n")
        if found:
            touched = json.loads(plan)["Plan"]
            self.blocks += touched["Shared Hit Blocks"] + touched["Shared Read Blocks"]
            self.statements += 1
