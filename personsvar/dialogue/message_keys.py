"""What each key does while a message plays, in its introduction, in a pause and after its end.

1 back 8 s, 2 previous, 3 forward 8 s, 4 again, 5 delete, 6 save, 7 pause, 8 help, 9 caller, 0 call back,
`*` main menu, `#` next.
"""

from __future__ import annotations

from collections.abc import Sequence

from personsvar.dialogue.call import Key
from personsvar.dialogue.call_back import may_be_called_back, offer_call_back
from personsvar.dialogue.call_session import CallSession, Page
from personsvar.dialogue.goodbye import goodbye
from personsvar.dialogue.listening import act, after_message, at, begin, caller_words, gone, introduce, play
from personsvar.dialogue.menu import PAUSE, Choice, Menu
from personsvar.language.prompts import PromptId
from personsvar.language.sentence import Part
from personsvar.mailbox import listening as messages

JUMP_SECONDS = 8.0
UNDO_SECONDS = 2.0
"""How long "Tast 5 for å angre" waits."""
REMINDER_SECONDS = 30.0
REMINDERS = 10
"""Ten of them: 5 minutes of pause, then goodbye."""


def listen(session: CallSession) -> Page | None:
    """New messages first, urgent before others, then the rest; oldest first (setting)."""
    owner = session.owner
    queue = session.work(lambda: messages.inbox(session.services, owner))
    if not queue:
        session.announce(PromptId("no-messages"))
        return session.home
    begin(session, queue, menu=MESSAGE, grows=True)
    return introduce


def listen_to_deleted(session: CallSession) -> Page | None:
    """The deleted messages: listen, 6 takes one back."""
    owner = session.owner
    queue = session.work(lambda: messages.deleted(session.services, owner))
    if not queue:
        session.announce(PromptId("no-deleted-messages"))
        return session.home
    begin(session, queue, menu=DELETED_MESSAGE)
    return introduce


def resume(session: CallSession) -> Page | None:
    """Go on at the message and second where the line dropped."""
    owner = session.owner
    found = session.work(lambda: messages.resumable(session.services, owner))
    if found is None:
        return listen
    message, seconds = found
    queue = session.work(lambda: messages.inbox(session.services, owner))
    if message.id not in queue:  # deleted from elsewhere in this moment
        return listen
    begin(session, queue, menu=MESSAGE, grows=True)
    session.walk.index = queue.index(message.id)
    session.walk.seconds = seconds
    return play


def back(session: CallSession) -> Page | None:
    """1: back 8 seconds, to the start at most."""
    session.walk.seconds = max(0.0, session.walk.seconds - JUMP_SECONDS)
    return play


def forward(session: CallSession) -> Page | None:
    """3: forward 8 seconds; past the end ends the message."""
    walk = session.walk
    seconds = walk.message.sound.seconds if walk.message else 0.0
    walk.seconds = min(walk.seconds + JUMP_SECONDS, seconds)
    if walk.seconds < seconds:
        return play
    session.announce(PromptId("end-of-message"))
    return after_message


def again(session: CallSession) -> Page | None:
    """4: the message from its start."""
    session.walk.seconds = 0.0
    return play


def delete(session: CallSession) -> Page | None:
    """5: "Slettet. Tast 5 for å angre", 2 s, then the next one.

    In this moment 5 undoes, 6 keeps and saves this one, `#` goes on at once and `*` to the main menu; other
    keys count for the next message, from its introduction on.
    """
    walk = session.walk
    walk.playing = False
    which = walk.current
    session.work(lambda: messages.delete(session.services, which))
    key = session.ask(PromptId("deleted-undo"), seconds=UNDO_SECONDS)
    if key in IN_UNDO:
        return IN_UNDO[key]
    walk.drop_current()
    session.unread = None if key == "#" else key
    return at(session, walk.index)


def undo_delete(session: CallSession) -> Page | None:
    """5 again: the message is what it was."""
    which = session.walk.current
    session.work(lambda: messages.take_back(session.services, which))
    session.announce(PromptId("deletion-undone"))
    return after_message


def save_after_all(session: CallSession) -> Page | None:
    """6 when just deleted: no, this one is kept, and saved."""
    which = session.walk.current
    session.work(lambda: messages.keep_after_all(session.services, which))
    session.announce(PromptId("message-saved"))
    return at(session, session.walk.index + 1)


def save(session: CallSession) -> Page | None:
    """6: saved, then the next one."""
    walk = session.walk
    walk.playing = False
    which = walk.current
    session.work(lambda: messages.save(session.services, which))
    session.announce(PromptId("message-saved"))
    return at(session, walk.index + 1)


def take_back(session: CallSession) -> Page | None:
    """6 among the deleted: it is an ordinary message again."""
    walk = session.walk
    walk.playing = False
    which = walk.current
    session.work(lambda: messages.take_back(session.services, which))
    session.announce(PromptId("message-taken-back"))
    walk.drop_current()
    return at(session, walk.index)


def next_message(session: CallSession) -> Page | None:
    """#: this one keeps its state."""
    return at(session, session.walk.index + 1)


def previous_message(session: CallSession) -> Page | None:
    """2: the one before; at the first one, that one again."""
    if session.walk.index == 0:
        session.announce(PromptId("first-message"))
    return at(session, max(0, session.walk.index - 1))


def pause(session: CallSession) -> Page | None:
    """7: pause; a soft reminder each 30 s; every key acts, and after 5 minutes goodbye."""
    session.walk.playing = True
    session.announce(PromptId("paused"))
    return wait_in_pause


def wait_in_pause(session: CallSession) -> Page | None:
    """Nobody is hurried: 7 goes on, 9 reads the number to be written down, and the pause goes on."""
    key, session.unread = session.unread, None
    for _ in range(REMINDERS):
        key = (
            key
            or session.call.gather(max_seconds=REMINDER_SECONDS)
            or session.say(PromptId("pause-reminder"))
        )
        if key == "9":
            return read_number_in_pause
        if key is not None:
            return play if key == "7" else act(session, key)
    return goodbye


def read_number(session: CallSession) -> Page | None:
    """9: the caller's number, then on from the same second."""
    if session.walk.message is None:
        return gone
    session.announce(*caller_now(session))
    return play


def read_number_in_pause(session: CallSession) -> Page | None:
    """9 in a pause."""
    session.announce(*caller_now(session))
    return wait_in_pause


def caller_now(session: CallSession) -> Sequence[Part]:
    message = session.walk.message
    return caller_words(session, message) if message else (PromptId("number-unknown-final"),)


def is_not_first(session: CallSession) -> bool:
    return session.walk.index > 0


def is_not_last(session: CallSession) -> bool:
    return session.walk.index + 1 < len(session.walk.queue)


def help_in_message(session: CallSession) -> Sequence[Part]:
    return (PromptId("message-help"), *_help_where_it_leads(session))


def help_in_deleted_message(session: CallSession) -> Sequence[Part]:
    return (PromptId("deleted-message-help"), *_help_where_it_leads(session))


def _help_where_it_leads(session: CallSession) -> Sequence[Part]:
    """0, 2 and # are told of where they get anywhere."""
    told = (
        (may_be_called_back, PromptId("message-call-back")),
        (is_not_first, PromptId("message-previous")),
        (is_not_last, PromptId("message-next")),
    )
    return [part for leads, words in told if leads(session) for part in (PAUSE, words)]


def to_home(session: CallSession) -> Page | None:
    """*: the main menu; the message keeps its state."""
    session.walk.playing = False
    return session.home


IN_UNDO = {Key("5"): undo_delete, Key("6"): save_after_all, Key("*"): to_home}

EVERY_MESSAGE = (
    Choice("4", PromptId("message-again"), again),
    Choice("#", PromptId("message-next"), next_message, said=is_not_last),
    Choice("0", PromptId("message-call-back"), offer_call_back, said=may_be_called_back),
    Choice("*", PromptId("message-main-menu"), to_home),
    Choice("1", None, back),
    Choice("3", None, forward),
    Choice("2", None, previous_message, said=is_not_first),
    Choice("7", None, pause),
    Choice("9", None, read_number),
)

MESSAGE = Menu(
    name="message",
    help=help_in_message,
    silence=goodbye,
    choices=(
        Choice("5", PromptId("message-delete"), delete),
        Choice("6", PromptId("message-save"), save),
        *EVERY_MESSAGE,
    ),
)

DELETED_MESSAGE = Menu(
    name="deleted-message",
    help=help_in_deleted_message,
    silence=goodbye,
    choices=(Choice("6", PromptId("message-take-back"), take_back), *EVERY_MESSAGE),
)
