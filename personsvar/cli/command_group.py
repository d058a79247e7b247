"""The group of all commands: a mistake in what was typed is printed in our own words."""

from __future__ import annotations

from typing import Any

import typer
from pydantic import ValidationError
from typer.core import TyperGroup

from personsvar.wrong_values import in_words


class CommandGroup(TyperGroup):
    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except typer.BadParameter as wrong:
            if isinstance(wrong.__cause__, ValidationError):
                wrong.message = in_words(wrong.__cause__.errors()[0])
            raise
