"""A service that is told to stop leaves nothing open: no thread, no process of an encoder, no file.

In a process that goes on, so that nothing is closed by its end alone.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_STARTED_AND_STOPPED = """
import asyncio, gc, os, signal, sys, threading
from multiprocessing import resource_tracker
from pathlib import Path
from personsvar import storage
from personsvar.bootstrap import Application, make_folders
from personsvar.running.call_service import CallService
from personsvar.running.chores import Chore
from personsvar.running.notifier_service import NotifierService
from personsvar.running.service_process import process
from personsvar.running.visual_service import VisualService, certificate_of
from personsvar.settings.loading import load
from personsvar.visual.self_signed import self_signed

SOUND = bytes([0xD5]) * 8000

def held():
    tasks = Path("/proc/self/task").iterdir()
    ours = ((task / "children").read_text().split() for task in tasks)
    links = [os.readlink(it) for it in Path("/proc/self/fd").iterdir() if it.is_symlink()]
    return {
        "threads": sorted(it.name for it in threading.enumerate()),
        "children": sorted(pid for pids in ours for pid in pids),
        "files": sorted(it for it in links if "/proc/" not in it),
    }

def use(wanted):
    "What each encodes with is started."
    if "notifier" in wanted:
        on(notifier.worker.loop, notifier.encoder.mp3(SOUND))
        for pool in (notifier._sounds.encoder, notifier._sounds.decoder):
            on(notifier._http.loop, pool.mp3(SOUND))
        notifier._threads.submit(int).result()
    if "visual" in wanted:
        server = visual._server
        on(server.loop, server._context.recordings.encoder.amr(SOUND, bit_rate=12_200))
    os.kill(os.getpid(), signal.SIGTERM)
    return 0

def on(loop, work):
    asyncio.run_coroutine_threadsafe(work, loop).result()

wanted = sys.argv[1:]
self_signed(Path(os.environ["PERSONSVAR_STATE"]))
settings = load()
storage.upgrade(settings.database)
make_folders(settings)
resource_tracker.ensure_running()  # Python's own, once for a process
before = held()
application = Application(settings)
calls = CallService(application) if "ivr" in wanted else None
notifier = NotifierService(application) if "notifier" in wanted else None
visual = VisualService(application, certificate_of(settings)) if "visual" in wanted else None
used = Chore("use", lambda: use(wanted), 3600)
process(application, calls=calls, notices=notifier, visual=visual, more_chores=(used,)).run()
assert gc.get_freeze_count() > 10_000, "what was loaded is looked through for garbage all day"
application.close()
after = held()
for what in before:
    assert after[what] == before[what], (what, before[what], after[what])
"""

LISTENING = ("FASTAGI", "HTTP", "HEALTH", "IMAP", "IMAPS")


@pytest.mark.parametrize(
    "services",
    [["ivr"], ["notifier"], ["visual"], ["ivr", "notifier", "visual"]],
    ids=["ivr", "notifier", "visual", "run"],
)
def test_a_service_that_stops_leaves_no_thread_no_child_and_no_file_open(
    tmp_path: Path, services: list[str]
) -> None:
    (tmp_path / "state").mkdir()
    gateway = "127.0.0.1:1"
    environment = {
        "STATE": f"{tmp_path}/state",
        **{f"{name}_BIND": f"127.0.0.{number}:0" for number, name in enumerate(LISTENING, start=1)},
        "SMPP_URL": f"smpp://id:password@{gateway}",
        "SMTP_URL": f"smtp://{gateway}",
        "MM7_URL": f"http://u:password@{gateway}/mm7",
        "WEBHOOK_URL": f"http://{gateway}/",
        "WEBHOOK_SECRET": "whsec_" + "A" * 32,
        "LAMP_SIP": gateway,
        "PUBLIC_URL": "https://voicemail.example.test",
        "VISUAL_HOST": "vvm.example.test",
        "VISUAL_CERTIFICATE": f"{tmp_path}/state/visual.pem",
        "VISUAL_KEY": f"{tmp_path}/state/visual.key",
    }
    ran = subprocess.run(
        [sys.executable, "-c", _STARTED_AND_STOPPED, *services],
        env={"PATH": "/usr/bin:/bin", **{f"PERSONSVAR_{name}": it for name, it in environment.items()}},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert ran.returncode == 0, ran.stderr
