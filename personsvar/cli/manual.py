"""`personsvar manual`: the printed card, or the menus as a diagram."""

from __future__ import annotations

from typing import Annotated

import typer

from personsvar.cli import CannotStartError
from personsvar.cli.printing import print_line
from personsvar.dialogue.card import card, diagram, document
from personsvar.language.prompts import Catalogue, CatalogueError
from personsvar.mailbox.details import check_language
from personsvar.settings.all_settings import Settings
from personsvar.settings.loading import load

app = typer.Typer(invoke_without_command=True)


@app.callback()
def manual(
    language: Annotated[str, typer.Option(help="nb or en.")] = "nb",
    as_diagram: Annotated[bool, typer.Option("--diagram", help="A Mermaid state diagram.")] = False,
    as_document: Annotated[
        bool, typer.Option("--document", help="docs/manual.md: both, in Markdown.")
    ] = False,
) -> None:
    """Print the card that subscribers get."""
    if as_diagram:
        print_line(diagram())
    elif as_document:
        print_line(document(catalogue(load(notifier=False, transcriber=False))).rstrip())
    else:
        print_line(card(catalogue(load(notifier=False, transcriber=False)), check_language(language)))


def catalogue(settings: Settings) -> Catalogue:
    try:
        return Catalogue.load(settings.prompts / "catalogue")
    except CatalogueError as wrong:
        raise CannotStartError(f"PERSONSVAR_PROMPTS: {wrong}") from wrong
