"""What several commands are given."""

from __future__ import annotations

from typing import Annotated

import typer

Given = Annotated[str, typer.Argument(metavar="NUMBER", help="90000001, 004790000001 or +4790000001.")]
"""A telephone number, in any form."""
