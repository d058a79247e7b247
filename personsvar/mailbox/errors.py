"""What can go wrong by the rules of a mailbox; each says whose fault it is.

None repeats what was given and could not be read: it may be a PIN that stands in another's place.
"""


class MailboxError(Exception):
    """The rules say no: the message is for the operator or the subscriber who asked."""


class NumberError(MailboxError):
    """What was given is no telephone number."""


class PinError(MailboxError):
    """A PIN that may not be used; the text says why."""


class UnknownSubscriberError(MailboxError):
    """No subscriber has that number."""


class TakenError(MailboxError):
    """It is there already."""


class StaleError(MailboxError):
    """It is not any more what it was when somebody decided to change it."""


class NotReadyError(MailboxError):
    """As things stand it can't be done."""


class UnderWayError(MailboxError):
    """It goes on just now, and has not ended."""


class KeyReusedError(MailboxError):
    """One key for two different requests."""


class NotOpenError(Exception):
    """The program asks for what is not open in this call or session: a fault of the program."""


class SealBrokenError(Exception):
    """It was sealed with another key, or is damaged: our installation's fault, and no second try opens it."""


class StoreUnavailableError(Exception):
    """The database is away, locked or full: nobody's fault on the line, and nothing was committed."""

    what = "the database is away"
    """In words for whoever asked; the text itself is for the log."""


class StoreTooSlowError(StoreUnavailableError):
    """The database is there, and had no answer within the time a statement has: nothing was committed."""

    what = "the database took too long: ask for less"


class MasterKeyError(StoreUnavailableError):
    """The key that recordings are encrypted with can't be had: nothing was stored or read, nothing is lost.

    The text is one line that says what to do.
    """


class RecordingsAwayError(StoreUnavailableError):
    """The object store that recordings are kept in is away, or refuses us: all else can be done."""

    what = "the store of recordings is away"


class RecordingsRefusedError(RecordingsAwayError):
    """It is there, and refuses us: the key, its secret or the bucket is not right."""


class SoundBrokenError(KeyError):
    """The recording is there, and is not what was stored, or its key is gone: it counts as gone itself."""
