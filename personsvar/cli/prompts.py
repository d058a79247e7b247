"""`personsvar prompts`: build the sounds from the catalogue, and check that they are what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from personsvar.language.prompts import Catalogue, CatalogueError
from personsvar.voice.encode.build import Built
from personsvar.voice.encode.build import build as build_sounds
from personsvar.voice.encode.check import check as check_sounds
from personsvar.voice.encode.manifest import ManifestError
from personsvar.voice.encode.piper import Piper
from personsvar.voice.encode.prompt import Prompts, wanted
from personsvar.voice.encode.synthesis import ESPEAK_VOICES, SynthesisError, Voices
from personsvar.voice.encode.wideband import wideband

app = typer.Typer(help="The sounds: build them from the catalogue, check them.", no_args_is_help=True)

Folder = Annotated[
    Path, typer.Option(envvar="PERSONSVAR_PROMPTS", help="The folder with catalogue/ and sounds/.")
]
_CHECKOUT = Path(__file__).parents[2] / "prompts"


@app.command()
def build(
    *,
    force: Annotated[bool, typer.Option("--force", help="Build every sound, not only what changed.")] = False,
    piper_nb: Annotated[
        Path | None,
        typer.Option(envvar="PERSONSVAR_PIPER_MODEL_NB", help="A Piper voice (.onnx) for Norwegian."),
    ] = None,
    piper_en: Annotated[
        Path | None,
        typer.Option(envvar="PERSONSVAR_PIPER_MODEL_EN", help="A Piper voice (.onnx) for English."),
    ] = None,
    folder: Folder = _CHECKOUT,
) -> None:
    """Build the sounds that are missing, stale or broken, and remove those no longer in the catalogue."""
    console = Console(stderr=True)
    try:
        prompts = _prompts(folder)
        built = _built(prompts, _voices(piper_nb, piper_en), folder, console, force=force)
    except (CatalogueError, ManifestError, SynthesisError) as fault:
        raise _refused(console, str(fault)) from fault
    except OSError as fault:
        raise _refused(console, f"{fault.filename or folder}: {fault.strerror}") from fault
    console.print(f"{built.built} built, {built.kept} were current, {built.removed} files removed.")
    if built.failed:
        faults = "\n".join(f"{name}: {fault}" for name, fault in sorted(built.failed.items()))
        raise _refused(console, f"{len(built.failed)} could not be built:\n{faults}")


@app.command()
def check(*, folder: Folder = _CHECKOUT) -> None:
    """List sounds that are missing, stale, broken or no longer wanted; fail if there are any."""
    console = Console()
    try:
        prompts = _prompts(folder)
        found = check_sounds(prompts, folder / "sounds")
    except (CatalogueError, ManifestError) as fault:
        raise _refused(Console(stderr=True), str(fault)) from fault
    if not found:
        console.print(f"{len(prompts)} sounds, all current.")
        return
    for word, names in found.lists().items():
        for name in names:
            console.print(f"{word:8} {name}", markup=False, highlight=False, soft_wrap=True)
    console.print("To put it right: personsvar prompts build")
    raise typer.Exit(1)


def _prompts(folder: Path) -> Prompts:
    catalogue = Catalogue.load(folder / "catalogue")
    return wanted(catalogue, wideband(folder, catalogue))


def _voices(piper_nb: Path | None, piper_en: Path | None) -> Voices:
    return {
        "nb": Piper.load(piper_nb) if piper_nb else ESPEAK_VOICES["nb"],
        "en": Piper.load(piper_en) if piper_en else ESPEAK_VOICES["en"],
    }


def _built(prompts: Prompts, voices: Voices, folder: Path, console: Console, *, force: bool) -> Built:
    columns = (TextColumn("Sounds"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("sounds", total=None)
        return build_sounds(
            prompts,
            voices,
            folder / "sounds",
            progress=lambda done, of: bar.update(task, completed=done, total=of),
            force=force,
        )


def _refused(console: Console, why: str) -> typer.Exit:
    console.print(why, style="red", markup=False, highlight=False, soft_wrap=True)
    return typer.Exit(1)
