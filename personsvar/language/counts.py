"""How many messages there are: "Du har to nye og én lagret beskjed."."""

from __future__ import annotations

from personsvar.language.numbers import Parts, number
from personsvar.language.prompts import Language, PromptId


def mailbox_summary(new: int, saved: int, language: Language, *, urgent: int = 0) -> Parts:
    """The main menu's first sentence; `saved` is heard and saved together, `urgent` are some of the new."""
    new, saved = max(new, 0), max(saved, 0)
    if not new and not saved:
        return (PromptId("no-messages"),)
    return (
        PromptId("you-have"),
        *_counts(new, saved, language),
        *_urgent(min(urgent, new), new, saved, language),
    )


def _counts(new: int, saved: int, language: Language) -> Parts:
    if not saved:
        return _counted(new, "new", language)
    if not new:
        return _counted(saved, "saved", language)
    return (*_counted(new, "new-and", language), *_counted(saved, "saved", language))


def _counted(n: int, what: str, language: Language) -> Parts:
    return (*number(n, language, final=False), PromptId(f"{what}-{'one' if n == 1 else 'many'}"))


def _urgent(urgent: int, new: int, saved: int, language: Language) -> Parts:
    if urgent <= 0:
        return ()
    if urgent == new:
        only = "urgent-the-only" if saved else "urgent-it"
        return (PromptId(only if new == 1 else "urgent-all"),)
    ending = "urgent-one-of" if urgent == 1 else "urgent-many-of"
    return (*number(urgent, language, final=False), PromptId(ending))
