"""The demo's SMSC under those who mean ill, and the parts of long texts in any order."""

from __future__ import annotations

import asyncio
import json
import random
import struct
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.real.notices.demo_smsc import PROGRAM, demo_smsc
from tests.real.notices.receipt_keeper import letter, smpp_gateway

pytestmark = pytest.mark.anyio

SUBMIT_SM, NOT_BOUND = 4, 4
EMPTY_SUBMIT = bytes(33)


def pdu(command: int, body: bytes = b"", *, said_length: int | None = None) -> bytes:
    length = 16 + len(body) if said_length is None else said_length
    return struct.pack(">IIII", length, command, 0, 1) + body


HOSTILE = {
    "nothing": b"",
    "zeros": bytes(400),
    "a web browser": b"GET / HTTP/1.1\r\nHost: smsc\r\n\r\n",
    "the longest PDU": pdu(SUBMIT_SM, said_length=0xFFFFFFFF),
    "a PDU shorter than its head": pdu(SUBMIT_SM, said_length=3),
    "a PDU without a body": pdu(SUBMIT_SM),
    "a text longer than its PDU": pdu(SUBMIT_SM, EMPTY_SUBMIT[:-1] + b"\xff"),
    "noise": random.Random(5).randbytes(5000),
    "a bind of noise": pdu(9, random.Random(6).randbytes(300)),
    "an unknown command": pdu(0x0777),
    "one that is known and not ours": pdu(3, bytes(10)),
}


async def test_nothing_that_comes_ends_it(tmp_path: Path) -> None:
    async with demo_smsc(tmp_path) as far:
        for octets in HOSTILE.values():
            _, writer = await asyncio.open_connection("127.0.0.1", far.port)
            writer.write(octets)
            await writer.drain()
            writer.close()
        async with smpp_gateway(far.address) as here:
            await here.bound()
            await here.gateway.deliver(letter("Hei"))
            assert (await far.sms()).text == "Hei"


async def test_who_did_not_bind_sends_nothing(tmp_path: Path) -> None:
    async with demo_smsc(tmp_path) as far:
        reader, writer = await asyncio.open_connection("127.0.0.1", far.port)
        writer.write(pdu(SUBMIT_SM, EMPTY_SUBMIT))
        _, command, status, _ = struct.unpack(">IIII", await reader.readexactly(16))
        writer.close()
        assert (command, status) == (0x80000004, NOT_BOUND)
        assert far.shelf.items() == []


def parts(*steps: list[Any], most: int = 10, keep_seconds: int = 600) -> list[str | None]:
    """What each part gives: `[seconds, conversation, reference, number, total, octets]`."""
    program = f"""
        import {{ Parts }} from {json.dumps(str(PROGRAM / "parts.mjs"))};
        let now = 0;
        const parts = new Parts({{ most: {most}, keepSeconds: {keep_seconds}, now: () => now * 1000 }});
        console.log(JSON.stringify({json.dumps(steps)}.map(([at, who, reference, number, total, text]) => {{
            now = at;
            return parts.add([who], {{ reference, number, total }}, Buffer.from(text))?.toString() ?? null;
        }})));
    """
    ran = subprocess.run(
        ["node", "--input-type=module", "-e", program], capture_output=True, check=True, text=True, timeout=60
    )
    said: list[str | None] = json.loads(ran.stdout)
    return said


def test_parts_come_in_any_order() -> None:
    assert parts(
        [0, "ola", "8:1", 3, 3, "c"], [0, "ola", "8:1", 1, 3, "a"], [0, "ola", "8:1", 2, 3, "b"]
    ) == [None, None, "abc"]


def test_a_part_that_comes_again_counts_once() -> None:
    assert parts(
        [0, "ola", "8:1", 1, 2, "x"], [0, "ola", "8:1", 1, 2, "a"], [0, "ola", "8:1", 2, 2, "b"]
    ) == [None, None, "ab"]


def test_parts_of_others_and_of_other_texts_are_kept_apart() -> None:
    assert parts(
        [0, "ola", "8:1", 1, 2, "a"], [0, "kari", "8:1", 2, 2, "x"], [0, "ola", "8:2", 2, 2, "y"]
    ) == [None, None, None]


def test_parts_that_stay_alone_are_forgotten() -> None:
    first, second = [0, "ola", "8:1", 1, 2, "a"], [601, "ola", "8:1", 2, 2, "b"]
    assert parts(first, second) == [None, None]
    assert parts(first, [1, "kari", "8:1", 1, 2, "c"], [2, "ola", "8:1", 2, 2, "b"], most=1) == [None] * 3
