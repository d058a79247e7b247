"""`personsvar transcript …`: what messages say, in words, and how well that was understood."""

from __future__ import annotations

from typing import Annotated

import typer

from personsvar.cli.acting import typist
from personsvar.cli.opening import open_application
from personsvar.cli.printing import print_fields, print_json, print_line, print_table
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.ids import MessageId
from personsvar.mailbox.model.transcript import MessageTranscript
from personsvar.mailbox.provision import find_subscriber
from personsvar.mailbox.transcription import wanted
from personsvar.mailbox.transcription.as_json import transcript_json

app = typer.Typer(no_args_is_help=True)

Id = Annotated[int, typer.Argument(metavar="ID", help="The message's, as `message list` shows it.")]
Json = Annotated[bool, typer.Option("--json", help="For programs; see docs/json.md.")]


@app.command("list")
def list_(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The subscriber's number.")],
    as_json: Json = False,
) -> None:
    """List which messages of a mailbox are written down, and how well each was understood."""
    services = open_application().services
    owner = find_subscriber(services, number)
    with services.store.look() as uow:
        made = uow.transcripts.of_mailbox(owner.number)
    if as_json:
        print_json(_form(each) for each in made)
    else:
        columns = ("MESSAGE", "MADE", "UNDERSTANDING", "WORDS", "LANGUAGE", "ENGINE", "MODEL")
        print_table(columns, map(_row, made))


@app.command()
def show(message: Id, as_json: Json = False) -> None:
    """Show what a message says: the words, when each is heard, and how sure the engine was."""
    services = open_application().services
    with services.store.look() as uow:
        made = uow.transcripts.get(MessageId(message))
    if made is None:
        raise MailboxError(f"there is no transcript of a message {message}")
    shown = _form(made)
    if as_json:
        print_json(shown)
        return
    words = shown.pop("words")
    print_fields(shown)
    if isinstance(words, list) and words:
        print_line("")
        print_table(("WORD", "FROM", "TO", "PROBABILITY", "UNSURE"), (tuple(word.values()) for word in words))


@app.command()
def redo(message: Id) -> None:
    """Have a message written down again, by the engine there is now; what there is stays until then."""
    services = open_application().services
    wanted.redo(services, MessageId(message), by=typist())
    print_line(f"Message {message} is to be written down again.")


def _form(made: MessageTranscript) -> dict[str, object]:
    return {"message": made.message, **transcript_json(made)}


def _row(made: MessageTranscript) -> tuple[object, ...]:
    heard = made.transcript
    words = len(heard.words)
    return made.message, made.made_at, made.understanding, words, heard.language, heard.engine, heard.model
