"""`personsvar message …`: an operator's look into a mailbox."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from personsvar.cli import CannotStartError
from personsvar.cli.acting import typist
from personsvar.cli.opening import open_application
from personsvar.cli.printing import print_json, print_line, print_table
from personsvar.http.api.message_forms import message_form
from personsvar.mailbox import listening, lookups, message_desk
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.ids import MessageId
from personsvar.mailbox.model.message import Message, State
from personsvar.mailbox.provision import find_subscriber
from personsvar.mailbox.services import Services
from personsvar.mailbox.transcription.reading import understood
from personsvar.voice.wav import wav

app = typer.Typer(no_args_is_help=True)

Id = Annotated[int, typer.Argument(metavar="ID", help="As `message list` shows it.")]


@app.command("list")
def list_(
    number: Annotated[str, typer.Argument(metavar="NUMBER")],
    as_json: Annotated[bool, typer.Option("--json", help="For programs; see docs/json.md.")] = False,
) -> None:
    """List the messages of a mailbox, deleted ones too, oldest first."""
    services = open_application().services
    subscriber = find_subscriber(services, number)
    with services.store.look() as uow:
        messages = uow.messages.list(subscriber.number)
    if as_json:
        known = understood(services, messages)
        print_json([message_form(it, known.get(it.id)).model_dump(mode="json") for it in messages])
    else:
        print_table(("ID", "RECEIVED", "CALLER", "SECONDS", "STATE", "URGENT"), map(_row, messages))


@app.command()
def export(
    message: Id,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Its ending decides: .wav or .alaw.")],
) -> None:
    """Write a message's sound to a file."""
    if file.suffix not in {".wav", ".alaw"}:
        raise CannotStartError(f"{file}: the file's name should end in .wav or .alaw")
    services = open_application().services
    alaw = lookups.sound(services, _found(services, message).sound.id)
    try:
        file.write_bytes(wav(alaw) if file.suffix == ".wav" else alaw)
    except OSError as wrong:
        raise CannotStartError(f"{file}: {wrong.strerror}") from wrong
    print_line(f"Message {message} is in {file}.")


@app.command()
def restore(message: Id) -> None:
    """Take a deleted message back."""
    services = open_application().services
    if _found(services, message).state is not State.DELETED:
        raise MailboxError(f"message {message} is not deleted")
    restored = message_desk.take_back(services, MessageId(message), by=typist())
    if restored is None:
        raise _gone(message)
    print_line(f"Message {message} is {restored.state} again.")


def _found(services: Services, message: int) -> Message:
    found = listening.message(services, MessageId(message))
    if found is None:
        raise _gone(message)
    return found


def _gone(message: int) -> MailboxError:
    return MailboxError(f"there is no message {message}")


def _row(message: Message) -> tuple[object, ...]:
    caller, seconds = message.caller or "withheld", round(message.sound.seconds, 1)
    return message.id, message.received_at, caller, seconds, message.state, message.urgent
