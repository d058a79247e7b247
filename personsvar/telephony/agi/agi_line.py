"""One channel of Asterisk: the AGI commands the manual needs, with what their answers mean.

`-1` is a hang-up or a sound that is missing: the state of the channel tells which (HungUpError, or
PromptMissingError with the caller still there).
"""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path

from personsvar.dialogue.call import HungUpError, Key, SwitchError
from personsvar.language.sentence import PromptMissingError
from personsvar.mailbox.ports.takes import TAKE_SUFFIXES
from personsvar.telephony.agi import variables
from personsvar.telephony.agi.agi_connection import AgiConnection
from personsvar.telephony.agi.reply import Result
from personsvar.telephony.keys_ahead import key_of
from personsvar.telephony.line_call import BACK, FORWARD, JUMP_SECONDS

log = logging.getLogger(__name__)

JUMP_MS = round(JUMP_SECONDS * 1000)
_NEARLY_MS = 1000
HANGUP = "hangup"
"""Why a recording ended (res_agi.c, handle_recordfile)."""
IN_THE_TONE = "randomerror"
"""The same, and it never began: a key was pressed in the tone, or there was none to play."""
CAN_NOT_WRITE = "writefile"
"""The same: there is no such place, no room, or no such form of file."""
LINEAR, A_LAW = (suffix.lstrip(".") for suffix in TAKE_SUFFIXES)
SOFT_TONE = "!440/150"
"""What app_playtones plays while the channel goes on to do something else: 440 Hz, 150 ms, once (`!`)."""
NO_FORWARD_KEY = "x"
"""3 is an escape digit: told to go past the end, the switch goes back from there by a jump (main/app.c,
waitstream_control), and plays seconds heard before. It must have a key for it, so it has one no phone has."""
NO_PAUSE_KEY = ""
"""7 pauses in the manual, by being an escape digit: the switch's own pause is deaf to other keys."""


class AgiLine:
    jump_keys = FORWARD

    def __init__(self, agi: AgiConnection) -> None:
        self._agi = agi
        self._beeps_in = agi.env.get("agi_language")
        self._form = LINEAR

    @property
    def is_up(self) -> bool:
        """The caller is there, as far as we were told."""
        return not self._agi.gone

    def check(self) -> None:
        """Raise HungUpError once the caller is gone."""
        if self._agi.gone:
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
        """Returns the key that stopped it and at which second; none: it came to its end. 1 jumps back."""
        start_ms = round(start_seconds * 1000)
        arguments = (str(path), keys, JUMP_MS, NO_FORWARD_KEY, BACK, NO_PAUSE_KEY, start_ms)
        result = self.ask("CONTROL STREAM FILE", *arguments)
        at = None if result.endpos is None or result.endpos < 0 else result.endpos / 1000
        if result.number < 0:
            self._missing_or_gone(seconds=at)
            raise PromptMissingError(f"the switch can't play {path}")
        return key_of(result.number), at

    def wait(self, milliseconds: int) -> Key | None:
        """Wait for any key; the line sends no sound meanwhile."""
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

    def record(
        self,
        path: Path,
        *,
        end_keys: str,
        max_ms: int,
        silence_seconds: int,
        beep: bool = False,
        behind: int = 0,
        goes_on: bool = False,
    ) -> Result:
        """Raw, because much is told at once; a negative number: it could not write the file.

        With `beep` the tone is part of it: what is said after it is recorded, whatever becomes of us in it.
        `behind`: so many samples of the file stay, and what is said comes behind them. `goes_on`: if it comes
        to the limit, the soft tone begins, into what is recorded next.
        """
        before = (behind,) if behind else ("BEEP",) if beep else ()
        rest = (end_keys, max_ms, *before, f"s={silence_seconds}")
        result = self.ask("RECORD FILE", str(path), self._form, *rest)
        if result.number < 0 and result.data == CAN_NOT_WRITE and self._form != A_LAW:
            self._form = A_LAW  # a switch of an earlier version has no linear files
            result = self.ask("RECORD FILE", str(path), self._form, *rest)
        if result.data == IN_THE_TONE:
            return self._ended_in_the_tone(result)
        # The reply comes before the file is closed, with up to 2 s in the switch's buffer still. Commands go
        # one by one, so the answer to another one says that the file is whole.
        if goes_on and at_the_limit(result):
            self._soft_tone()
        else:
            self._agi.ask("NOOP")
        if result.data == HANGUP:
            self._agi.gone = True
            raise HungUpError
        if result.number < 0:
            self._missing_or_gone()
        return result

    def _soft_tone(self) -> None:
        """The tone begins here, and sounds while the next command runs."""
        if self.ask("EXEC", "PlayTones", SOFT_TONE).number < 0:
            log.error("the switch has no PlayTones: no tone before the longest message ends")

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
        """This works after a hang-up too."""
        return self._agi.ask("GET VARIABLE", name).data or ""

    def set_variable(self, name: str, value: str) -> None:
        """This works after a hang-up too."""
        self._agi.ask("SET VARIABLE", name, value)

    def hang_up(self) -> None:
        if self.is_up:
            with suppress(HungUpError):
                self._agi.ask("HANGUP")
        self._agi.gone = True

    def ask(self, command: str, *arguments: str | int) -> Result:
        self.check()
        return self._agi.ask(command, *arguments)

    def _missing_or_gone(self, *, seconds: float | None = None) -> None:
        """A command answered -1: this returns when the caller is still there."""
        try:
            self._agi.ask("CHANNEL STATUS")
            self.check()
        except HungUpError:
            self._agi.gone = True
            raise HungUpError(seconds=seconds) from None


def at_the_limit(result: Result) -> bool:
    """Did RECORD FILE come to its limit, and not to silence? Both are a `(timeout)`.

    The number tells how many milliseconds were left at the last sound. At the limit there are none, on a busy
    machine some. A silence that ends in the limit's last second is taken for it here: its file is shorter.
    """
    return result.data == "timeout" and 0 <= result.number < _NEARLY_MS
