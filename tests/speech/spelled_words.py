"""How many of the words that were said came back."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

_SPELLED = {"10": "ten", "9": "nine", "30": "thirty", "9.30": "half past nine", "9:30": "half past nine"}


def words_of(text: str) -> list[str]:
    spelled = " ".join(_SPELLED.get(it, it) for it in re.findall(r"[\w:.']+[\w']|\w", text.lower()))
    return re.findall(r"[\w']+", spelled)


def share_that_came_back(said: str, heard: str) -> float:
    """Of the words that were said, in their order."""
    wanted, found = words_of(said), words_of(heard)
    blocks = SequenceMatcher(None, wanted, found, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(wanted) if wanted else 0.0
