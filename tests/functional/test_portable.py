"""The folder for Windows, as far as it can be looked at elsewhere: what is in it, how it starts, and that nothing it needs is missing."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from evaluation.failures import WrongUse
from evaluation.installation.portable import START, assemble, embedded, main, missing, unfit


def _zip(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def _wheel(folder: Path, name: str, needs: tuple[str, ...] = (), files: dict[str, str] | None = None) -> Path:
    about = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n" + "".join(f"Requires-Dist: {need}\n" for need in needs)
    base = name.replace("-", "_")
    return _zip(
        folder / f"{base}-1-py3-none-any.whl",
        {f"{base}/__init__.py": "", f"{base}-1.dist-info/METADATA": about} | (files or {}),
    )


@pytest.fixture
def python(tmp_path):
    """A stand-in for the embeddable package: the files by which it is known."""
    names = ("python.exe", "python313.dll", "python313.zip", "vcruntime140.dll")
    return _zip(
        tmp_path / "python-3.13.5-embed-amd64.zip",
        dict.fromkeys(names, "x") | {"python313._pth": "python313.zip\n.\n#import site\n"},
    )


@pytest.fixture
def wheels(tmp_path):
    folder = tmp_path / "wheels"
    folder.mkdir()
    own = _wheel(folder, "intervention-evaluation", ("web-part; extra == 'serve'", "table-part", "other; extra == 'reports'"))
    data = {"table_part-1.data/platlib/table_part/fast.pyd": "x", "table_part-1.data/scripts/run.exe": "x"}
    return [
        own,
        _wheel(folder, "web-part", ("colorama; sys_platform == 'win32'",)),
        _wheel(folder, "colorama"),
        _wheel(folder, "table_part", files=data),
    ]


def test_the_folder_holds_python_packages_and_a_start(python, wheels, tmp_path):
    out = assemble(embedded(python), wheels, tmp_path / "Map met spaties & tekens")
    assert sorted(one.name for one in out.iterdir()) == ["Controleer.bat", "Inhoud.txt", "Leesmij.txt", "lib", "python"]
    assert (out / "python" / "python.exe").exists() and (out / "lib" / "web_part" / "__init__.py").exists()
    assert (out / "lib" / "table_part" / "fast.pyd").exists() and not list(out.rglob("run.exe"))
    listed = (out / "Inhoud.txt").read_text(encoding="utf-8")
    assert all(one.name in listed for one in (python, *wheels)) and re.match(r"[0-9a-f]{64}  ", listed)


def test_python_looks_in_this_folder_alone(python, wheels, tmp_path):
    out = assemble(embedded(python), wheels, tmp_path / "out")
    assert (out / "python" / "python313._pth").read_bytes() == b"python313.zip\r\n.\r\n..\\lib\r\n"


def test_the_start_has_the_line_ends_of_windows_and_survives_any_folder_name(python, wheels, tmp_path):
    out = assemble(embedded(python), wheels, tmp_path / "out")
    for name in ("Controleer.bat", "Leesmij.txt", "Inhoud.txt"):
        content = (out / name).read_bytes()
        assert content.count(b"\n") == content.count(b"\r\n") > 0, name
    start = (out / "Controleer.bat").read_bytes()
    assert start.isascii() and start.startswith(b"@echo off")
    command = next(line for line in START.splitlines() if "python.exe" in line)
    assert command.startswith('"%~dp0python\\python.exe" -I ') and "-m evaluation serve" in command
    assert "enabledelayedexpansion" not in START.casefold() and "http" not in START
    assert (out / "Leesmij.txt").read_bytes().startswith(b"\xef\xbb\xbf"), (
        "Notepad of old takes it for another encoding otherwise"
    )


def test_what_only_windows_needs_is_missed(wheels):
    assert missing(wheels, 13) == []
    assert missing([one for one in wheels if "colorama" not in one.name], 13) == ["colorama"]
    assert missing([one for one in wheels if "web_part" not in one.name], 13) == ["web-part"]


def test_no_folder_is_written_over_and_nothing_incomplete_is_made(python, wheels, tmp_path, capsys):
    (tmp_path / "there").mkdir()
    given = ["--python-zip", str(python), "--wheels", str(wheels[0].parent)]
    assert main([*given, "--out", str(tmp_path / "there")]) == 2
    wheels[2].unlink()
    assert main([*given, "--out", str(tmp_path / "new")]) == 2 and not (tmp_path / "new").exists()
    assert "colorama" in capsys.readouterr().err


@pytest.mark.parametrize(
    "files",
    [
        {"python.exe": "x"},
        {"python313._pth": "x"},
        {"python.exe": "x", "python310._pth": "x"},
        {"python.exe": "x", "a/python313._pth": "x"},
    ],
)
def test_another_archive_is_refused_in_words(tmp_path, capsys, files):
    archive = _zip(tmp_path / "some.zip", files)
    assert main(["--python-zip", str(archive), "--out", str(tmp_path / "out")]) == 3
    assert "embeddable" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("fast-1-cp313-cp313-manylinux_2_28_x86_64.whl", "fast/x.pyd"),
        ("fast-1-cp312-cp312-win_amd64.whl", "fast/x.pyd"),
        ("fast-1-cp313-cp313-win32.whl", "fast/x.pyd"),
        ("fast-1-cp313-cp313-win_amd64.whl", "fast/x.so"),
        ("fast-1-py3-none-any.whl", "fast/aux.py"),
        ("fast-1-py3-none-any.whl", "fast/naam?.py"),
        ("fast-1-py3-none-any.whl", "fast/é.py"),
        ("fast-1-py3-none-any.whl", "WEB_PART/__init__.py"),
        ("fast-1-py3-none-any.whl", f"fast/{'x' * 150}.py"),
    ],
)
def test_what_is_not_for_this_python_on_windows_is_not_laid_down(python, wheels, tmp_path, name, file):
    about = {"fast-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: fast\nVersion: 1\n"}
    other = _zip(tmp_path / "wheels" / name, about | {file: "x"})
    assert unfit([*wheels, other], 13) == [name]
    with pytest.raises(WrongUse):
        assemble(embedded(python), [*wheels, other], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_is_for_it_fits(wheels, tmp_path):
    for name in ("fast-1-cp313-cp313-win_amd64.whl", "slow-1-cp311-abi3-win_amd64.whl", "old-1-py2.py3-none-any.whl"):
        about = {
            f"{name.split('-')[0]}-1.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name.split('-')[0]}\nVersion: 1\n"
        }
        wheels.append(_zip(tmp_path / "wheels" / name, about | {f"{name.split('-')[0]}.pyd": "x"}))
    assert unfit(wheels, 13) == []


def test_a_package_in_a_version_that_will_not_do_is_missed(wheels, tmp_path):
    needs = _wheel(tmp_path / "wheels", "needs-newer", ("colorama>=2",))
    assert missing([*wheels, needs], 13) == ["colorama>=2"]


def test_what_is_fetched_is_what_was_tested(monkeypatch, tmp_path):
    """The versions of the constraints, for Windows, and nothing that has to be built."""
    from evaluation.installation import portable

    asked = []
    _wheel(tmp_path, "intervention-evaluation")
    monkeypatch.setattr(portable, "_pip", lambda *arguments: asked.append([str(one) for one in arguments]))
    portable.fetched(13, tmp_path)
    download = asked[1]
    assert download[download.index("--constraint") + 1].endswith("constraints.txt") and portable.CONSTRAINTS.is_file()
    assert "--only-binary=:all:" in download and download[download.index("--platform") + 1] == "win_amd64"
