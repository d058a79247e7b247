"""The dialplan holds to the names the service knows, and keeps what it may not do."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from dialplan.switch.config import EMPTY, Setting, render
from personsvar.dialogue.call import Progress
from personsvar.g711 import SAMPLE_RATE
from personsvar.gateways.lamps import lamp_names
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.rules import Rules
from personsvar.telephony.agi import variables
from personsvar.telephony.agi.agi_line import SOFT_TONE
from personsvar.telephony.take_files import BYTES_A_SAMPLE
from personsvar.voice.play import Studio
from personsvar.voice.play_media import MediaFolder
from personsvar.voice.play_prompts import PromptShelf

ROOT = Path(__file__).parents[2]
EXTENSIONS = (ROOT / "dialplan/extensions.conf").read_text(encoding="utf-8")
PJSIP = (ROOT / "dialplan/pjsip.conf").read_text(encoding="utf-8")
CODE = "\n".join(line for line in EXTENSIONS.splitlines() if not line.startswith(";"))
NEVER = {"System", "TrySystem", "SHELL", "EAGI", "DeadAGI", "ExternalIVR", "CURL", "EVAL"}
"""Applications and functions that run a program or read a value as code."""


def test_the_call_is_handed_over_with_every_argument_the_service_knows() -> None:
    (hand_over,) = re.findall(
        rf"AGI\(\$\{{PERSONSVAR_AGI\}}/{variables.SCRIPT_CALL},(.*)\)$", CODE, re.MULTILINE
    )
    given = set(re.findall(r"(?:^|,)([a-z]+)=", hand_over))
    assert set(variables.ARGUMENTS) <= given


RAW = ("value", "user", "uri", "target", "cause", "first", "EXTEN")
"""Variables whose content is what somebody sent."""


def test_what_somebody_sent_is_never_the_argument_of_a_function() -> None:
    """A `)` of it would end the argument, and the `:` behind it begin an offset: so it would be gone.

    Functions are told the variable's name; what they get as text has lost both, or stood behind a last colon.
    """
    given = re.findall(r"(\w+)\((?:[^(){}$]*,)?\$\{(\w+)(?=[:}])", CODE)
    harmless = {("FILTER", "user"), ("REGEX", "user")}
    assert {(function, name) for function, name in given if name in RAW} <= harmless
    assert re.findall(r"\w+\(\$\{PJSIP_HEADER\(read", CODE) == []
    digits = contexts()["personsvar-digits"]
    assert digits.index("CUT(user,:,1)") < digits.index("${user})")


def test_the_pattern_of_all_calls_goes_on_in_no_other_line_of_its_context() -> None:
    """Asterisk takes a priority that a line has not from the next one that fits: for `h`, too."""
    assert contexts()["personsvar"].count("_!") == 1
    assert re.findall(r"^ same => ", contexts()["personsvar"], re.MULTILINE) == []


def test_the_service_is_asked_first_whether_it_is_there() -> None:
    shown = f"{variables.ARG_SHOWN}=${{PERSONSVAR_SECRET}}"
    alive = CODE.index(f"AGI(${{PERSONSVAR_AGI}}/{variables.SCRIPT_ALIVE},{shown})")
    assert alive < CODE.index(f'"${{{variables.ALIVE}}}" != "{variables.ALIVE_YES}"')
    assert CODE.index("Set(TIMEOUT(absolute)=3)") < alive
    assert CODE.index("Set(AGIEXITONHANGUP=yes)") < alive < CODE.index("Set(AGIEXITONHANGUP=no)")


def test_the_switch_looks_for_the_tone_where_the_service_puts_it(tmp_path: Path) -> None:
    studio = Studio(media=MediaFolder(tmp_path), prompts=PromptShelf([]), read=lambda _: b"")
    assert f"Set({variables.LANGUAGE}=@MEDIA@/{studio.beep().relative_to(tmp_path)})" in CODE


@pytest.mark.parametrize("name", variables.CHANNEL_VARIABLES)
def test_a_variable_of_the_service_is_used_in_the_dialplan(name: str) -> None:
    assert name in CODE


def test_a_progress_the_dialplan_asks_for_exists() -> None:
    asked = set(re.findall(rf'"\$\{{{variables.PROGRESS}\}}" !?= "(\w+)"', CODE))
    assert asked == {progress.value for progress in Progress}


def test_the_call_back_is_where_the_service_looks_for_it() -> None:
    context = re.split(r"^\[", CODE, flags=re.MULTILINE)
    (routine,) = [part for part in context if part.startswith(f"{variables.CALLBACK_CONTEXT}]")]
    assert f"exten => {variables.CALLBACK_EXTENSION},{variables.CALLBACK_PRIORITY}," in routine
    assert f"Set({variables.DIAL_RESULT}=${{{variables.DIAL_STATUS}}})" in routine


def test_no_line_is_longer_than_the_switch_reads() -> None:
    assert max(map(len, EXTENSIONS.splitlines())) < 1000


def test_nothing_runs_a_program_or_reads_a_value_as_code() -> None:
    assert set(re.findall(r"[A-Za-z]+(?=\()", CODE)) & NEVER == set()


def test_what_the_fall_back_says_is_in_the_catalogue() -> None:
    said = set(re.findall(r"Gosub\(personsvar-say,s,1\(([\w-]+)\)\)", CODE))
    catalogue: set[str] = set()
    for file in (ROOT / "prompts/catalogue").glob("*.toml"):
        catalogue |= set(tomllib.loads(file.read_text(encoding="utf-8")))
    assert said == {"fallback-greeting", "fallback-thanks", "please-call-later", "tone"}
    assert said <= catalogue


def contexts() -> dict[str, str]:
    parts = re.split(r"^\[([\w-]+)\]$", CODE, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


@pytest.mark.parametrize(
    "name",
    [
        "personsvar-call",
        "personsvar-fallback",
        "personsvar-leaves",
        "personsvar-latest",
        "personsvar-name",
        "personsvar-say",
        "personsvar-head",
        "personsvar-raw",
        "personsvar-unread",
        "personsvar-hidden",
        "personsvar-digits",
        "personsvar-sent-on",
        "personsvar-end",
    ],
)
def test_a_hang_up_is_marked_wherever_in_the_fall_back_it_comes(name: str) -> None:
    """Asterisk looks for `h` where the call is: in a routine it does not find that of who called it."""
    assert "exten => h,1,Gosub(personsvar-end,s,1)" in contexts()[name]
    assert [other for other, body in contexts().items() if "Playback(" in body] == ["personsvar-say"]


def test_digits_are_not_logged() -> None:
    logger = (ROOT / "dialplan/logger.conf").read_text(encoding="utf-8")
    (levels,) = re.findall(r"^@LOG_CHANNEL@ => (.*)$", logger, re.MULTILINE)
    assert set(levels.split(",")) == {"notice", "warning", "error"}


def test_every_module_that_is_named_is_loaded_once() -> None:
    loaded = re.findall(r"^load = (\S+)$", (ROOT / "dialplan/modules.conf").read_text("utf-8"), re.MULTILINE)
    assert len(loaded) == len(set(loaded))


def test_the_configuration_is_filled_in_and_nobody_elses(tmp_path: Path) -> None:
    setting = Setting(
        folder=tmp_path / "switch",
        spool=tmp_path / "spool",
        media=tmp_path / "media",
        studio=tmp_path / "studio",
        sip_bind="127.0.0.1:5099",
        fallback_language="en",
        max_call_minutes=7.5,
        max_message_seconds=600,
        silence_seconds=4.5,
        rtp_timeout=12,
        extra={"pjsip.conf": "[more]\n", "voicemail.conf": "[general]\n"},
    )
    render(setting, modules="/usr/lib/asterisk/modules")
    written = {path.name: path.read_text(encoding="utf-8") for path in setting.etc.iterdir()}
    assert set(written) >= {"extensions.conf", "voicemail.conf", *EMPTY}
    assert [name for name, text in written.items() if re.search(r"@[A-Z_]+@", text)] == []
    assert "bind = 127.0.0.1:5099" in written["pjsip.conf"]
    assert "rtp_timeout = 12\n" in written["pjsip.conf"]
    assert written["pjsip.conf"].endswith("[more]\n")
    extensions = written["extensions.conf"]
    assert "PERSONSVAR_LANGUAGE = en\n" in extensions
    assert f"PERSONSVAR_STUDIO = {tmp_path}/studio\n" in extensions
    assert "Set(TIMEOUT(absolute)=450)" in extensions
    assert "Record(${PERSONSVAR_TAKE},5,590,kq)" in extensions
    assert "Record(${PERSONSVAR_TAKE},5,10,akq)" in extensions
    (fall_back,) = re.findall(r"TIMEOUT\(absolute\)=(\d{4,})", extensions)
    assert int(fall_back) > 600 + 5
    assert f"astetcdir => {setting.etc}" in written["asterisk.conf"]
    assert setting.spool.stat().st_mode & 0o007 == 0


@pytest.mark.parametrize("longest", [5, 20, 20.5, 21, 180, 3600])
def test_the_soft_tone_comes_when_it_does_with_the_service(tmp_path: Path, longest: float) -> None:
    setting = Setting(folder=tmp_path, spool=tmp_path, media=tmp_path, max_message_seconds=longest)
    rules = Rules(max_message_seconds=longest)
    assert setting.warning_seconds == rules.warning_seconds
    assert setting.values()["LAST_SECONDS"] == rules.warning_seconds
    before = longest - rules.warning_seconds
    assert setting.values()["MESSAGE_BYTES"] == round(before * SAMPLE_RATE) * BYTES_A_SAMPLE


def test_the_soft_tone_is_the_same_with_the_service_and_without() -> None:
    assert f"TryExec(PlayTones({SOFT_TONE}))" in contexts()["personsvar-fallback"]
    modules = (ROOT / "dialplan/modules.conf").read_text("utf-8")
    assert {"app_playtones.so", "app_exec.so"} <= set(re.findall(r"^load = (\S+)$", modules, re.MULTILINE))


def rendered(folder: Path, **settings: str) -> str:
    setting = Setting(folder=folder, spool=folder / "spool", media=folder / "media", **settings)  # type: ignore[arg-type]
    render(setting, modules="/usr/lib/asterisk/modules")
    return (setting.etc / "pjsip.conf").read_text(encoding="utf-8")


def test_behind_nat_the_trunk_is_told_the_outer_address_and_answered_where_it_came_from(
    tmp_path: Path,
) -> None:
    pjsip = rendered(tmp_path, sip_external="198.51.100.7:5062")
    transport, trunk = re.findall(
        r"^\[(?:transport|trunk)\]\ntype = \w+\n.*?\n\n", pjsip, re.MULTILINE | re.DOTALL
    )[:2]
    for line in ("media_address = 198.51.100.7", "signaling_address = 198.51.100.7", "signaling_port = 5062"):
        assert f"external_{line}\n" in transport
    for option in ("rtp_symmetric", "force_rport", "rewrite_contact"):
        assert f"{option} = yes\n" in trunk
    assert "signaling_port" not in rendered(tmp_path, sip_external="198.51.100.7")


def test_a_switch_with_an_address_of_its_own_says_nothing_of_nat(tmp_path: Path) -> None:
    lines = rendered(tmp_path).splitlines()
    options = ("external_", "rtp_symmetric", "force_rport", "rewrite_contact")
    assert [line for line in lines if line.startswith(options)] == []


def test_lamps_are_named_as_the_notifier_names_them() -> None:
    sections = re.findall(r"^\[([^]]+)\](?:\(([^)]+)\))?$", PJSIP, re.MULTILINE)
    assert (lamp_names.TEMPLATE, "!") in sections
    assert lamp_names.pilot_sections().startswith(f"[{lamp_names.PILOT}]({lamp_names.TEMPLATE})\n")
    assert lamp_names.section(Number("+4790000001")).startswith(
        f"[lamp-+4790000001]({lamp_names.TEMPLATE})\n"
    )
    assert "#tryinclude pjsip_lamps.conf\n" in PJSIP


def test_a_lamp_may_do_nothing_else() -> None:
    (template,) = re.findall(rf"^\[{lamp_names.TEMPLATE}\]\(!\)\n(.*?)\n\n", PJSIP, re.MULTILINE | re.DOTALL)
    lines = dict(line.split(" = ") for line in template.splitlines())
    assert lines["context"] not in contexts()
    assert (lines["disallow"], lines["allow_subscribe"], lines["allow_transfer"]) == ("all", "no", "no")
    assert (lines["deny"], lines["permit"]) == ("0.0.0.0/0,::/0", "@LAMP_SENDERS@")
    assert lines["identify_by"] == "username"


def test_only_lamps_are_known_by_their_name() -> None:
    """An endpoint known by `username` takes the calls of whoever has that name."""
    assert re.findall(r"^identify_by = (.*)$", PJSIP, re.MULTILINE) == ["ip", "header", "username"]
