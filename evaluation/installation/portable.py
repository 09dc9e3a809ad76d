r"""A folder for Windows that needs no installing: unpack it anywhere, double-click `Controleer.bat`.

    python -m evaluation.installation.portable --python-zip python-3.13.5-embed-amd64.zip --out Controleren

For whoever keeps the computers of a provider; made on any computer with pip, from this project's folder. It holds

    Controleer.bat     starts `evaluation serve`
    Leesmij.txt        what it is, in Dutch
    Inhoud.txt         every package with its version and SHA-256, to be looked through before it is given out
    python\            Python itself: the embeddable package for 64-bit Windows, as it was given
    lib\               the packages, for that Python

Nothing is fetched when it runs, nothing is written outside the user's temporary folder, and no right of an administrator is needed.
"""

from __future__ import annotations

import argparse
import email
import hashlib
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from data_schemas.words import Words
from evaluation.failures import CannotRead, UserError, WrongUse
from evaluation.output.screen import say_failure

ROOT = Path(__file__).parents[2]
CONSTRAINTS = ROOT / "constraints.txt"
PLATFORM = "win_amd64"
# with this much below it a folder still fits in what Windows takes as one path (260 signs), under a name such as C:\Users\...\Documents
LONGEST_PATH = 150
_FOREIGN = (".so", ".dylib")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?|.*[ .]|.*[<>:\"|?*\x00-\x1f].*")
EXTRA = "serve"
# pip judges what a package needs by the computer it runs on: what only Windows needs is named here, and looked for afterwards
WINDOWS_ONLY = ("colorama", "tzdata")
_PTH = re.compile(r"python3(\d{1,2})\._pth")
START = r"""@echo off
setlocal
title Controleren en anonimiseren
chcp 65001 >nul
"%~dp0python\python.exe" -I -X utf8 -m evaluation serve %*
if errorlevel 1 pause
"""
README = """Controleren en anonimiseren, op uw eigen computer

Dubbelklik op Controleer.bat. Er gaat een zwart venster open en daarna uw browser.
Laat het zwarte venster open zolang u werkt. Sluit het als u klaar bent: de
tijdelijke kopieën zijn dan weg.

Er gaat niets naar buiten: het programma luistert alleen op deze computer.
Opent uw browser niet vanzelf? Kopieer dan het adres uit het zwarte venster.

Voor de beheerder

Deze map heeft geen installatie, geen internet en geen beheerdersrechten nodig,
en mag alleen-lezen zijn. Inhoud.txt noemt elk onderdeel met zijn SHA-256.
Weghalen is: de map weggooien.

Kwam de map als zip van een website of uit een e-mail? Klik dan eerst met rechts
op de zip, kies Eigenschappen, en zet een vinkje bij Blokkering opheffen. Pak
hem daarna pas uit. Anders kan Windows waarschuwen dat de uitgever onbekend is
(SmartScreen): Controleer.bat is niet ondertekend, python.exe wel, door de
Python Software Foundation.

Laat uw beleid alleen bekende programma's toe (AppLocker, WDAC,
softwarerestrictie)? Sta dan python\\python.exe toe, op uitgever of op hash, en
de .pyd- en .dll-bestanden in deze map, op hash of op het pad. Zijn
.bat-bestanden niet toegestaan, maak dan een snelkoppeling naar
  python\\python.exe -I -X utf8 -m evaluation serve

Zet de map op een plaats waarvan het pad korter is dan 100 tekens.
"""
_NO_PYTHON = Words(
    "{name} is geen embeddable package van Python voor Windows (64 bits). Haal het op bij python.org: "
    '"Windows embeddable package (64-bit)", Python 3.11 of nieuwer.',
    "{name} is no embeddable package of Python for Windows (64-bit). Get it at python.org: "
    '"Windows embeddable package (64-bit)", Python 3.11 or newer.',
)
_THERE = Words("{name} bestaat al. Kies een andere map.", "{name} exists already. Choose another folder.")
_PIP = Words("pip kon niet alles ophalen: {said}", "pip could not get everything: {said}")
_UNFIT = Words(
    "Deze pakketten passen niet in een map voor Windows met Python 3.{minor}: {names}. Meld dit.",
    "These packages do not fit in a folder for Windows with Python 3.{minor}: {names}. Report this.",
)
_LACKS = Words("Er ontbreken pakketten: {names}. Meld dit.", "Packages are missing: {names}. Report this.")


@dataclass(frozen=True, slots=True)
class Embedded:
    """The embeddable package: where it is, its minor version (13 for 3.13), and the file in which it keeps its paths."""

    path: Path
    minor: int
    paths: str


def embedded(path: Path) -> Embedded:
    """What an embeddable package is.

    Raises
    ------
    CannotRead
        It is something else.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, zipfile.BadZipFile):
        raise CannotRead(_NO_PYTHON.fill(name=path.name)) from None
    found = [match for name in names if (match := _PTH.fullmatch(name))]
    if len(found) != 1 or "python.exe" not in names or int(found[0][1]) < 11:
        raise CannotRead(_NO_PYTHON.fill(name=path.name))
    return Embedded(path, int(found[0][1]), found[0].group())


def fetched(minor: int, folder: Path) -> list[Path]:
    """This project and all it needs for Windows, as wheels.

    Raises
    ------
    CannotRead
        pip could not get one of them.
    """
    _pip("wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT)
    own = next(folder.glob("intervention_evaluation-*.whl"))
    # what builds are made with is not what this folder holds
    platform = ["--platform", PLATFORM, "--python-version", f"3.{minor}", "--implementation", "cp", "--only-binary=:all:"]
    # the versions that this project was tested with, and no newer ones
    _pip("download", "--quiet", *platform, "--constraint", CONSTRAINTS, "--dest", folder, f"{own}[{EXTRA}]", *WINDOWS_ONLY)
    return sorted(folder.glob("*.whl"))


def assemble(python: Embedded, wheels: Sequence[Path], out: Path) -> Path:
    """The folder.

    Raises
    ------
    WrongUse
        There is one already, or a wheel is missing or made for something else.
    """
    if out.exists():
        raise WrongUse(_THERE.fill(name=out.name))
    if lacking := missing(wheels, python.minor):
        raise WrongUse(_LACKS.fill(names=", ".join(lacking)))
    if wrong := unfit(wheels, python.minor):
        raise WrongUse(_UNFIT.fill(minor=python.minor, names=", ".join(wrong)))
    home, library = out / "python", out / "lib"
    library.mkdir(parents=True)
    with zipfile.ZipFile(python.path) as archive:
        archive.extractall(home)
    (home / python.paths).write_bytes(_lines(f"python3{python.minor}.zip\n.\n..\\lib\n"))
    for wheel in wheels:
        _unpack(wheel, library)
    (out / "Controleer.bat").write_bytes(_lines(START))
    (out / "Leesmij.txt").write_bytes(b"\xef\xbb\xbf" + _lines(README))
    lines = [f"{_sha256(one)}  {one.name}" for one in (python.path, *wheels)]
    (out / "Inhoud.txt").write_bytes(_lines("\n".join(lines) + "\n"))
    return out


def unfit(wheels: Sequence[Path], minor: int) -> list[str]:
    """Wheels that are not for this Python on Windows, or hold what Windows cannot keep under its name or run."""
    from packaging.tags import compatible_tags, cpython_tags
    from packaging.utils import parse_wheel_filename

    version = (3, minor)
    fits = {*cpython_tags(version, platforms=[PLATFORM]), *compatible_tags(version, f"cp3{minor}", [PLATFORM])}
    wrong, seen = [], set()
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
        parts = [part for name in names for part in name.split("/")]
        # two files whose names differ in capitals only are one file there
        folded = {name.casefold() for name in names}
        if (
            not fits & parse_wheel_filename(wheel.name)[3]
            or any(name.endswith(_FOREIGN) or not name.isascii() or len(name) > LONGEST_PATH for name in names)
            or any(_RESERVED.fullmatch(part) for part in parts)
            or len(folded) < len(names)
            or folded & seen
        ):
            wrong.append(wheel.name)
        seen |= folded
    return wrong


def missing(wheels: Sequence[Path], minor: int) -> list[str]:
    """Packages that one of the wheels needs on Windows and that are not among them, in a version that will do."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    target = {
        "sys_platform": "win32",
        "platform_system": "Windows",
        "os_name": "nt",
        "platform_machine": "AMD64",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "python_version": f"3.{minor}",
        "python_full_version": f"3.{minor}.0",
    }
    about = [_metadata(wheel) for wheel in wheels]
    there = {canonicalize_name(one["Name"]): one["Version"] for one in about}
    lacking = set()
    for one in about:
        extras = ("", EXTRA) if canonicalize_name(one["Name"]) == "intervention-evaluation" else ("",)
        for text in one.get_all("Requires-Dist") or ():
            need = Requirement(text)
            wanted = need.marker is None or any(need.marker.evaluate({**target, "extra": extra}) for extra in extras)
            has = there.get(canonicalize_name(need.name))
            if wanted and (has is None or not need.specifier.contains(has, prereleases=True)):
                lacking.add(f"{need.name}{need.specifier}")
    return sorted(lacking)


def _metadata(wheel: Path) -> email.message.Message:
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name))
        return email.message_from_string(archive.read(name).decode("utf-8"))


def _unpack(wheel: Path, library: Path) -> None:
    """A wheel as an installer lays it down; scripts and headers are of no use here."""
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.infolist():
            parts = Path(entry.filename).parts
            if entry.is_dir() or ".." in parts:
                continue
            if parts[0].endswith(".data"):
                if parts[1] not in ("purelib", "platlib"):
                    continue
                parts = parts[2:]
            target = library.joinpath(*parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(entry))


def _pip(*arguments: object) -> None:
    done = subprocess.run([sys.executable, "-m", "pip", *map(str, arguments)], capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or done.stderr.splitlines()
        raise CannotRead(_PIP.fill(said=lines[-1] if lines else "?"))


def _lines(text: str) -> bytes:
    """With line ends as Windows has them: without them a .bat loses its way."""
    return text.replace("\n", "\r\n").encode("utf-8")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the folder; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.installation.portable", description=__doc__.split("\n\n")[0])
    parser.add_argument("--python-zip", type=Path, required=True, help="the embeddable package of Python for 64-bit Windows")
    parser.add_argument("--out", type=Path, required=True, help="folder to make")
    parser.add_argument("--wheels", type=Path, help="folder with all wheels, when this computer has no internet")
    given = parser.parse_args(arguments)
    try:
        python = embedded(given.python_zip)
        with tempfile.TemporaryDirectory() as temporary:
            wheels = sorted(given.wheels.glob("*.whl")) if given.wheels else fetched(python.minor, Path(temporary))
            assemble(python, wheels, given.out)
    except UserError as error:
        say_failure(error.words, "nl")
        return error.exit_code
    print(f"{given.out}: Controleer.bat")
    return 0


if __name__ == "__main__":
    sys.exit(main())
