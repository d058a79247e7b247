"""The printed card and the diagram, made from the menus' rows: they can't say what the phone doesn't do."""

from __future__ import annotations

from collections.abc import Iterator

from personsvar.dialogue.being_away import AWAY
from personsvar.dialogue.deposit import AFTER_TAKE
from personsvar.dialogue.first_call import FIRST_CALL
from personsvar.dialogue.greetings import ABSENCE, AFTER_GREETING
from personsvar.dialogue.main_menu import MAIN_MENU, RESUME
from personsvar.dialogue.menu import Choice, Menu
from personsvar.dialogue.message_keys import DELETED_MESSAGE, MESSAGE
from personsvar.dialogue.settings_menu import LANGUAGES as LANGUAGE_MENU
from personsvar.dialogue.settings_menu import SETTINGS
from personsvar.dialogue.voicemail_switch import VOICEMAIL_OFF
from personsvar.dialogue.wishes import NOTICES
from personsvar.language.prompts import LANGUAGES, Catalogue
from personsvar.mailbox.model.subscriber import Language

MENUS: tuple[Menu, ...] = (
    FIRST_CALL,
    RESUME,
    MAIN_MENU,
    MESSAGE,
    DELETED_MESSAGE,
    SETTINGS,
    AFTER_GREETING,
    ABSENCE,
    NOTICES,
    VOICEMAIL_OFF,
    AWAY,
    LANGUAGE_MENU,
    AFTER_TAKE,
)

TITLES: dict[Language, dict[str, str]] = {
    "nb": {
        "first-call": "Første gang",
        "resume": "Etter et brudd",
        "main-menu": "Hovedmeny",
        "message": "Mens en beskjed spilles",
        "deleted-message": "Mens en slettet beskjed spilles",
        "settings": "Innstillinger",
        "after-greeting": "Etter opptak av en hilsen",
        "absence": "Mens en fraværshilsen er på",
        "notices": "Varsler",
        "voicemail-off": "Når personsvareren er slått av",
        "away": "Mens de som ringer, hører at du er borte",
        "language": "Språk",
        "after-take": "Den som ringer, etter firkant",
    },
    "en": {
        "first-call": "The first time",
        "resume": "After the line dropped",
        "main-menu": "Main menu",
        "message": "While a message plays",
        "deleted-message": "While a deleted message plays",
        "settings": "Settings",
        "after-greeting": "After recording a greeting",
        "absence": "While an absence greeting is on",
        "notices": "Notices",
        "voicemail-off": "When voicemail was turned off",
        "away": "While callers hear that you are away",
        "language": "Language",
        "after-take": "The caller, after hash",
    },
}

SILENT: dict[Language, dict[str, str]] = {
    "nb": {
        "back": "åtte sekunder tilbake",
        "forward": "åtte sekunder frem",
        "previous_message": "forrige beskjed",
        "pause": "pause, og videre igjen",
        "read_number": "hør nummeret til den som ringte",
        "goodbye": "avslutt",
    },
    "en": {
        "back": "back eight seconds",
        "forward": "forward eight seconds",
        "previous_message": "the previous message",
        "pause": "pause, and on again",
        "read_number": "hear the caller's number",
        "goodbye": "hang up",
    },
}
"""What the keys do that the voice offers only in its help."""

EVERYWHERE: dict[Language, tuple[str, str]] = {
    "nb": ("hjelp til denne menyen", "om tjenesten"),
    "en": ("help for this menu", "about the service"),
}


def card(catalogue: Catalogue, language: Language) -> str:
    """The whole manual as plain text: a table a page."""
    return "\n".join(line for menu in MENUS for line in _page(menu, catalogue, language))


def document(catalogue: Catalogue) -> str:
    """docs/manual.md: the card in both languages, and the diagram."""
    return "\n".join(
        [
            "# The manual",
            "",
            "Made from the menus by `personsvar manual --document`; a test holds it current.",
            "",
            "A *stemmesignatur* (voice signature) is the subscriber's name as recorded by the subscriber:",
            "the standard greeting says it.",
            "",
            *(
                line
                for language in LANGUAGES
                for line in ("```text", card(catalogue, language).rstrip(), "```", "")
            ),
            "Where each key leads (a name without a menu of its own is a page that says or does something):",
            "",
            "```mermaid",
            diagram(),
            "```",
            "",
        ]
    )


def diagram() -> str:
    """The menus and where each key leads, as a Mermaid state diagram."""
    lines = [
        f"    {_name(menu.name)} --> {choice_name(choice)}: {choice.key}"
        for menu in MENUS
        for choice in menu.choices
    ]
    return "\n".join(["stateDiagram-v2", *lines])


def choice_name(choice: Choice) -> str:
    return str(getattr(choice.leads_to, "__name__", choice.leads_to))


def _page(menu: Menu, catalogue: Catalogue, language: Language) -> Iterator[str]:
    title = TITLES[language][menu.name]
    yield from (title, "=" * len(title))
    for choice in sorted(menu.choices, key=_by_key):
        yield f"  {choice.key:<3} {_words(choice, catalogue, language)}"
    help_, information = EVERYWHERE[language]
    yield from (f"  {'8':<3} {help_}", f"  {'88':<3} {information}", "")


def _words(choice: Choice, catalogue: Catalogue, language: Language) -> str:
    if choice.words is None:
        return SILENT[language][choice_name(choice)]
    return catalogue.text(choice.words, language)


def _by_key(choice: Choice) -> int:
    return "1234567890*#".index(choice.key)


def _name(menu: str) -> str:
    return menu.replace("-", "_")
