"""From the words of a command to its value. A verb's row is in `verbs`; FETCH and SEARCH have a page each."""

from __future__ import annotations

from personsvar.vvm.imap.grammar.verbs import read_command

__all__ = ["read_command"]
