"""A message's number in an address; what no message can have is not there."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

PageMessageId = Annotated[int, Path(ge=1, le=2**63 - 1)]
