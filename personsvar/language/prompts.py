"""The catalogue: the text of every prompt in every language, from which the sounds are built."""

from __future__ import annotations

from typing import NewType

PromptId = NewType("PromptId", str)
"""A prompt's name, which is also its file's name: `main-menu-listen`."""
