"""A package registry in a folder: made-up packages in made-up releases, for the real pip.

Each is the smallest wheel there can be, or a source that a made-up backend builds.
"""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

BACKEND = """
import zipfile, tomllib

def build_wheel(folder, settings=None, metadata=None):
    project = tomllib.load(open("pyproject.toml", "rb"))["project"]
    name, version = project["name"], project["version"]
    file = f"{name}-{version}-py3-none-any.whl"
    about = f"{name}-{version}.dist-info"
    head = f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n"
    head += "".join(f"Requires-Dist: {one}\\n" for one in project.get("dependencies", []))
    with zipfile.ZipFile(f"{folder}/{file}", "w") as wheel:
        wheel.writestr(f"{about}/METADATA", head)
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{about}/RECORD", "")
        wheel.writestr(f"{about}/entry_points.txt", f"[console_scripts]\\n{name} = {name}:main\\n")
    return file

build_editable = build_wheel
"""
"""A build backend in one file, as hatchling and setuptools are in many."""


@dataclass(frozen=True, slots=True)
class Registry:
    """What pip is told by PIP_FIND_LINKS."""

    folder: Path

    def wheel(
        self, name: str, version: str, *needs: str, extras: tuple[str, ...] = (), code: Mapping[str, str] = {}
    ) -> None:
        """`needs`: as Requires-Dist has them."""
        about = f"{name}-{version}.dist-info"
        head = [
            "Metadata-Version: 2.1",
            f"Name: {name}",
            f"Version: {version}",
            *(f"Provides-Extra: {extra}" for extra in extras),
            *(f"Requires-Dist: {need}" for need in needs),
        ]
        with zipfile.ZipFile(self.folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{about}/METADATA", "\n".join(head) + "\n")
            wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{about}/RECORD", "")
            for file, text in code.items():
                wheel.writestr(file, text)

    def source(self, name: str, version: str) -> None:
        """One that is built where it is installed, by `backend`."""
        text = project_file(name, version)
        about = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        with tarfile.open(self.folder / f"{name}-{version}.tar.gz", "w:gz") as archive:
            for file, inside in (("pyproject.toml", text), ("PKG-INFO", about)):
                member = tarfile.TarInfo(f"{name}-{version}/{file}")
                member.size = len(inside.encode())
                archive.addfile(member, io.BytesIO(inside.encode()))

    def lock(self, *names: str) -> str:
        """Lines as uv writes them, each `name[extra]==version`."""
        return "".join(f"{name} \\\n    --hash=sha256:{self._sum(name)}\n" for name in names)

    def _sum(self, pinned: str) -> str:
        name, _, version = pinned.partition("==")
        (file,) = self.folder.glob(f"{name.partition('[')[0]}-{version}[.-]*")
        return sha256(file.read_bytes()).hexdigest()


def project_file(name: str, version: str, *needs: str) -> str:
    return (
        '[build-system]\nrequires = ["backend"]\nbuild-backend = "backend"\n'
        f'[project]\nname = "{name}"\nversion = "{version}"\ndependencies = {list(needs)}\n'
    )
