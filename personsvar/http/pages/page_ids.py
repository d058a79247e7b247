"""The number of a thing in an address, whatever it is; what no thing can have is not there."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

LARGEST_ID = 2**63 - 1
PageId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
