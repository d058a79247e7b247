"""Listening (docs/call-flow.md, 6): into the messages and through them, one after the other.

What each key does while a message plays is in `message_keys`; the same keys work in the introduction, in
the message, in a pause and after the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from personsvar.dialogue.call import HungUpError, Key, Playback
from personsvar.dialogue.call_session import CallSession, Listening, Page
from personsvar.dialogue.menu import HELP, NO_MATCH, PAUSE, Menu
from personsvar.language.moments import moment
from personsvar.language.phone_numbers import phone_number
from personsvar.language.prompts import PromptId
from personsvar.language.sentence import Part
from personsvar.mailbox import listening as messages
from personsvar.mailbox.model.ids import MessageId
from personsvar.mailbox.model.message import Message, State

HEARD_AFTER = timedelta(seconds=messages.HEARD_AFTER_SECONDS)
WHILE_PLAYING = "02456789*#"
"""1 and 3 jump in the line itself, and never reach us while it plays."""
TO_THE_START = "1347"
"""In the introduction these go to the start of the message."""

INTRODUCED_AS: dict[State, PromptId] = {
    State.NEW: PromptId("new-message"),
    State.HEARD: PromptId("heard-message"),
    State.SAVED: PromptId("saved-message"),
    State.DELETED: PromptId("deleted-message"),
}
URGENT = PromptId("new-urgent-message")


def begin(session: CallSession, queue: Sequence[MessageId], *, menu: Menu, grows: bool = False) -> None:
    """A walk through `queue`; `menu` holds what the keys do. With `grows`, what arrives joins it."""
    session.listening = Listening(list(queue), keys=menu, go_on=play, grows=grows)


def introduce(session: CallSession) -> Page | None:
    """ "Ny beskjed, i dag klokken fjorten trettito." """
    walk = session.walk
    message = read_message(session)
    if message is None:
        return gone
    walk.seconds, walk.listened, walk.playing = 0.0, timedelta(), True
    key = session.say(*introduction(session, message))
    return play if key is None or key in TO_THE_START else act(session, key)


def introduction(session: CallSession, message: Message) -> tuple[Part, ...]:
    is_urgent = message.urgent and message.state is State.NEW
    what = URGENT if is_urgent else INTRODUCED_AS[message.state]
    received, now = session.local(message.received_at), session.local(session.now())
    if not session.owner.say_caller:
        return (what, *moment(received, now, session.language))
    when = moment(received, now, session.language, final=False)
    return (what, *when, PAUSE, PromptId("from"), *caller_words(session, message))


def caller_words(session: CallSession, message: Message) -> tuple[Part, ...]:
    if message.caller is None:
        return (PromptId("withheld"),)
    return phone_number(message.caller, session.language)


def play(session: CallSession) -> Page | None:
    """The message, from the second where we are; a key that came before acts first."""
    walk = session.walk
    message = read_message(session)
    if message is None:
        return gone
    walk.playing = True
    if session.unread is not None:
        key, session.unread = session.unread, None
        return act(session, key)
    if walk.seconds >= message.sound.seconds:
        return after_message
    session.listened = True
    playback = _played(session, message)
    if playback.key is not None:
        return act(session, playback.key)
    if playback.seconds <= 0.0:
        session.announce(PromptId("message-unplayable"))
    return after_message


def _played(session: CallSession, message: Message) -> Playback:
    """Play on; where it stopped goes into the walk, also when the line drops.

    Nothing played at all means that the recording is broken: it was not heard then.
    """
    walk, began = session.walk, session.now()
    try:
        playback = session.call.play_message(message.sound, start_seconds=walk.seconds, keys=WHILE_PLAYING)
    except HungUpError as gone:
        guess = walk.seconds + (session.now() - began).total_seconds()
        walk.seconds = min(guess if gone.seconds is None else gone.seconds, message.sound.seconds)
        raise
    walk.seconds = min(playback.seconds, message.sound.seconds)
    walk.listened += session.now() - began
    to_the_end = playback.key is None and playback.seconds > 0.0
    if to_the_end or walk.listened >= HEARD_AFTER:
        session.work(lambda: messages.heard(session.services, message.id))
    return playback


def after_message(session: CallSession) -> Page | None:
    """The message has ended; its keys still work."""
    session.walk.playing = False
    if read_message(session) is None:
        return gone
    return session.walk.keys.choose(session)


def act(session: CallSession, key: Key) -> Page | None:
    """The page behind a key pressed in a message; help and unknown keys go on from the same second."""
    choice = session.walk.keys.find(session, key)
    if choice is not None:
        return choice.leads_to
    return help_in_message if key == HELP else no_such_key


def help_in_message(session: CallSession) -> Page | None:
    """8, or 8 8: then on from the same second."""
    session.unread = session.walk.keys.tell_help(session)
    return play


def no_such_key(session: CallSession) -> Page | None:
    """It says so, and goes on from the same second."""
    session.announce(NO_MATCH)
    return play


def at(session: CallSession, index: int) -> Page | None:
    """To the message at `index` of the walk; past the last one, back to the menu."""
    walk = session.walk
    walk.playing = False
    if index >= len(walk.queue) and walk.grows:
        walk.queue += _arrived(session)
    if index >= len(walk.queue):
        return no_more
    walk.index = index
    return introduce


def _arrived(session: CallSession) -> list[MessageId]:
    """What came since the walk began."""
    owner, known = session.owner, set(session.walk.queue)
    there = session.work(lambda: messages.inbox(session.services, owner))
    return [which for which in there if which not in known]


def no_more(session: CallSession) -> Page | None:
    """Back to the menu; it counts the new ones passed over, so it is not said then that none are left."""
    mailbox = session.owner.number
    new = session.work(lambda: messages.counts(session.services, mailbox)).new
    session.announce(PromptId("last-message" if new and session.walk.grows else "no-more-messages"))
    return session.home


def gone(session: CallSession) -> Page | None:
    """The message is no more (its time was over, or it was deleted from elsewhere): the next one."""
    walk = session.walk
    walk.drop_current()
    return at(session, walk.index)


def read_message(session: CallSession) -> Message | None:
    walk = session.walk
    walk.message = session.work(lambda: messages.message(session.services, walk.current))
    return walk.message
