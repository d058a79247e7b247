"""Messages as mail: a voice message and a greeting out, a greeting in.

    voice        a voice message
    greeting     a greeting in the folder Greetings
    mail         any of them: headers, parts, bytes, size
    sections     BODY[…]
    structure    BODYSTRUCTURE and BODY
    envelope     ENVELOPE
    received     a greeting that a phone APPENDs
    amr          the sound (RFC 4867 section 5)

All but the sound's own bytes is worked out without them, from its length alone.
"""

from personsvar.vvm.imap.mime.greeting import GreetingMessage, GreetingType, greeting_mail
from personsvar.vvm.imap.mime.mime_mail import MimeMail
from personsvar.vvm.imap.mime.received import ReceivedGreeting, RefusedGreeting, read_greeting
from personsvar.vvm.imap.mime.voice import VoiceMessage, voice_mail

__all__ = [
    "GreetingMessage",
    "GreetingType",
    "MimeMail",
    "ReceivedGreeting",
    "RefusedGreeting",
    "VoiceMessage",
    "greeting_mail",
    "read_greeting",
    "voice_mail",
]
