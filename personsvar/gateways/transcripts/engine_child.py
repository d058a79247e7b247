"""The process that hears speech, from outside: begun when needed, asked over pipes, ended and begun anew."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from personsvar.gateways.asked_process import AskedProcess
from personsvar.gateways.transcripts.engine_bounds import EngineBounds, memory_for
from personsvar.notifier.delivery_errors import GatewayAwayError

LONGEST_ANSWER = 4_000_000
"""Of three minutes in which somebody speaks without a pause: a hundredth of it."""
_PROGRAM = "personsvar.gateways.transcripts.engine_process"
_ENVIRONMENT: Mapping[str, str] = MappingProxyType(
    {
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "HF_HUB_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "ORT_DISABLE_TELEMETRY": "1",
        "ORT_TELEMETRY_DISABLED": "1",
        "HOME": "/nonexistent",
    }
)
"""ONNX Runtime, which looks for speech, would else tell its makers of this machine, and keep a file of it."""


class ModelNotLoadedError(GatewayAwayError):
    """The model is not whole, or there is no memory for it; the text says what went wrong."""


class EngineChild:
    """One thing at a time: whoever asks sees to that."""

    def __init__(self, folder: Path, bounds: EngineBounds) -> None:
        self._folder = folder
        self._bounds = bounds
        self._process = AskedProcess(
            _PROGRAM, self._told, bounds.wall_seconds, LONGEST_ANSWER, environment=_ENVIRONMENT
        )

    @property
    def pid(self) -> int | None:
        """Of the process there is."""
        return self._process.pid

    async def load(self) -> None:
        """There is a process, and it has its model. There is none where this raises: ModelNotLoadedError, and
        what `ask` raises.
        """
        if self.pid is not None:
            return
        answer = await self._asked({"bytes": 0})
        if (fault := answer.get("no_model")) is not None:
            await self.end()
            raise ModelNotLoadedError(fault)

    async def ask(self, alaw: bytes, language: str) -> Mapping[str, Any]:
        """What it answers. It is ended where this raises: ProcessGoneError, OSError, ValueError."""
        return await self._asked({"language": language, "bytes": len(alaw)}, alaw)

    async def _asked(self, what: Mapping[str, object], alaw: bytes = b"") -> Mapping[str, Any]:
        question = {**what, "cpu_seconds": self._bounds.cpu_seconds}
        return await self._process.ask(json.dumps(question).encode() + b"\n" + alaw)

    async def end(self) -> None:
        """It is gone when this returns."""
        await self._process.end()

    async def close(self) -> None:
        """It is gone, and none begins any more."""
        await self._process.close()

    def _told(self) -> Sequence[str]:
        return (str(self._folder), str(os.getpid()), str(self._bounds.nice), str(memory_for(self._folder)))
