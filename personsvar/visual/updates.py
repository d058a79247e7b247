"""What changed in the folder meanwhile, as far as a client may be told of it now (RFC 3501, 7.4.1)."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from personsvar.visual.mail_builder import MailBuilder
from personsvar.visual.selected_folder import SelectedFolder
from personsvar.vvm.imap import responses
from personsvar.vvm.imap.fetched import flags_response


class Updates(Enum):
    """Which changes may go out before a command's last line."""

    NOTHING = "nothing"
    NO_EXPUNGE = "no-expunge"
    ALL = "all"


def untagged(selected: SelectedFolder, mails: MailBuilder, updates: Updates) -> Iterator[bytes]:
    """The lines of the changes that the client does not know yet; it knows them from then on."""
    if updates is Updates.NOTHING:
        return
    if updates is Updates.ALL:
        yield from map(responses.expunge, selected.take_expunged())
    if (many := selected.take_arrived()) is not None:
        yield responses.exists(many)
    for number in selected.take_flag_changes():
        yield flags_response(mails.message(number, selected.entries[number - 1]), uid=True)
