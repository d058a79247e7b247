"""One channel of Asterisk: the AGI commands the manual needs, with what their answers mean.

`-1` is a hang-up or a sound that is missing: the state of the channel tells which (HungUpError, or
PromptMissingError with the caller still there).
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from personsvar.dialogue.call import HungUpError, Key, PromptMissingError, SwitchError
from personsvar.mailbox.ports import TAKE_SUFFIX
from personsvar.telephony.agi import variables
from personsvar.telephony.agi.reply import Result
from personsvar.telephony.agi.session import Session
from personsvar.telephony.keys import key_of

JUMP_MS = 8000
FORWARD, BACK = "3", "1"
HANGUP = "hangup"
"""Why a recording ended (res_agi.c, handle_recordfile)."""
IN_THE_TONE = "randomerror"
"""The same, and it never began: a key was pressed in the tone, or there was none to play."""
NO_FORWARD_KEY = "x"
"""3 is an escape digit: told to go past the end, the switch goes back from there by a jump (main/app.c,
waitstream_control), and plays seconds heard before. It must have a key for it, so it has one no phone has."""
NO_PAUSE_KEY = ""
"""7 pauses in the manual, by being an escape digit: the switch's own pause is deaf to other keys."""


class AgiLine:
    def __init__(self, session: Session) -> None:
        self._session = session
        self._beeps_in = session.env.get("agi_language")

    @property
    def is_up(self) -> bool:
        """As far as we were told."""
        return not self._session.gone

    def check(self) -> None:
        """Raise HungUpError once the caller is gone."""
        if self._session.gone:
            raise HungUpError

    def answer(self) -> None:
        if self.ask("ANSWER").number < 0:
            self._missing_or_gone()
            raise SwitchError("the switch could not answer the call")

    def play(self, path: Path, keys: str) -> Key | None:
        result = self.ask("STREAM FILE", str(path), keys)
        if result.number < 0:
            self._missing_or_gone()
            raise PromptMissingError(f"the switch can't play {path}")
        return key_of(result.number)

    def play_from(self, path: Path, keys: str, *, start_seconds: float) -> tuple[Key | None, float | None]:
        """The key that stopped it and where, in seconds; no place: it came to its end. 1 jumps back."""
        start_ms = round(start_seconds * 1000)
        arguments = (str(path), keys, JUMP_MS, NO_FORWARD_KEY, BACK, NO_PAUSE_KEY, start_ms)
        result = self.ask("CONTROL STREAM FILE", *arguments)
        at = None if result.endpos is None or result.endpos < 0 else result.endpos / 1000
        if result.number < 0:
            self._missing_or_gone(seconds=at)
            raise PromptMissingError(f"the switch can't play {path}")
        return key_of(result.number), at

    def wait(self, milliseconds: int) -> Key | None:
        """A key, whichever; the line sends no sound meanwhile."""
        result = self.ask("WAIT FOR DIGIT", milliseconds)
        if result.number < 0:
            self._missing_or_gone()
            raise SwitchError("the switch can't wait for a key")
        return key_of(result.number)

    def beep_from(self, folder: Path) -> None:
        """The tone of `record` is the one called `beep` in this folder."""
        if self._beeps_in != str(folder):
            self.set_variable(variables.LANGUAGE, str(folder))
            self._beeps_in = str(folder)

    def record(self, path: Path, *, end_keys: str, max_ms: int, silence_seconds: int, beep: bool) -> Result:
        """Raw, because much is told at once; a negative number: it could not write the file.

        With `beep` the tone is part of it: what is said after it is recorded, whatever becomes of us in it.
        """
        options = ("BEEP", f"s={silence_seconds}") if beep else (f"s={silence_seconds}",)
        result = self.ask("RECORD FILE", str(path), TAKE_SUFFIX.lstrip("."), end_keys, max_ms, *options)
        if result.data == IN_THE_TONE:
            return self._ended_in_the_tone(result)
        # The reply comes before the file is closed, with up to 2 s in the switch's buffer still. Commands go
        # one by one, so the answer to another one says that the file is whole.
        self._session.ask("NOOP")
        if result.data == HANGUP:
            self._session.gone = True
            raise HungUpError
        if result.number < 0:
            self._missing_or_gone()
        return result

    def _ended_in_the_tone(self, result: Result) -> Result:
        if result.number < 0:
            self._missing_or_gone()
            raise PromptMissingError("the switch finds no beep to play")
        return result

    def gosub(self, context: str, extension: str, priority: int, arguments: str) -> bool:
        """Run a routine of the dialplan; False when it has none of that name."""
        if self.ask("GOSUB", context, extension, priority, arguments).number >= 0:
            return True
        self._missing_or_gone()
        return False

    def variable(self, name: str) -> str:
        """Works after a hang-up too."""
        return self._session.ask("GET VARIABLE", name).data or ""

    def set_variable(self, name: str, value: str) -> None:
        """Works after a hang-up too."""
        self._session.ask("SET VARIABLE", name, value)

    def hang_up(self) -> None:
        if self.is_up:
            with suppress(HungUpError):
                self._session.ask("HANGUP")
        self._session.gone = True

    def ask(self, command: str, *arguments: str | int) -> Result:
        self.check()
        return self._session.ask(command, *arguments)

    def _missing_or_gone(self, *, seconds: float | None = None) -> None:
        """After a -1: returns when the caller is still there."""
        try:
            self._session.ask("CHANNEL STATUS")
            self.check()
        except HungUpError:
            self._session.gone = True
            raise HungUpError(seconds=seconds) from None
