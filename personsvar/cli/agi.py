"""`personsvar agi`: one call over stdin and stdout, started by the switch."""

from __future__ import annotations

from personsvar.bootstrap import Application, begin
from personsvar.settings.loading import load
from personsvar.telephony.agi.script import run_script
from personsvar.telephony.switch_calls import Answer, SoundsOfACall


def take_call() -> int:
    settings = load(notifier=False, transcriber=False)
    begin(settings, least=settings.log_level)
    application = Application(settings)

    def wired() -> tuple[Answer, SoundsOfACall]:
        return application.answer, application.studio.for_call

    try:
        return run_script(wired)
    finally:
        application.close()
