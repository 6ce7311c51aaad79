"""Files: profiles built in and by path, the component catalogue, and writing a profile in one stroke."""

import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from openstack_k8s_cli import shipped
from openstack_k8s_cli.adapters import wholes
from openstack_k8s_cli.model.numbers import some
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.profile import services
from openstack_k8s_cli.profile.sources import LARGEST, Source, not_found

_YAML = (".yml", ".yaml", ".json")


class ProfileFiles:
    """The profile room's Reader over disk."""

    def __init__(self, folder: Path | None = None, *, catalogs: Iterable[Path] = ()) -> None:
        self._folder = folder or shipped.profiles()
        self._catalogs = (shipped.templates(), *catalogs)

    def read(self, name: str, relative_to: str | None) -> Source:
        """Read a built-in profile by name, or a file; a relative path counts from the extending file's folder."""
        if not _is_path(name) or _in_group(name):
            file = self._folder / f"{name}.yaml"
            if not _is_file(file):
                raise not_found("profile", name, self.built_in())
            return Source(f"profile {name}", _text(file, name), name)
        path = _at_home(name, _PROFILES)
        if relative_to is not None and _is_path(relative_to) and not _in_group(relative_to):
            path = Path(relative_to).parent / path
        return Source(_label(path), _text(path, name), os.path.realpath(path))

    def release(self, name: str) -> Source:
        """Read the layer of a release."""
        file = self._folder / "releases" / f"{name}.yaml"
        if _is_path(name) or not _is_file(file):
            raise not_found("release", name, self.releases())
        return Source(f"release {name}", _text(file, name), f"release {name}")

    def built_in(self) -> tuple[str, ...]:
        """Name the built-in profiles, what is under all of them left out."""
        return tuple(shipped.profile_names(self._folder))

    def text(self, name: str, beside: str) -> Source:
        """Read a file that a layer names; a relative path counts from the folder of the layer's own file."""
        path = _at_home(name, _PROFILES)
        if _is_path(beside):
            path = Path(beside).parent / path
        return Source(_label(path), _text(path, name), str(path))

    def services(self) -> Mapping[str, str]:
        """Read every service of the catalogue, with its kinds of back ends; a later folder's file takes the place of an earlier one's."""
        return {
            file.relative_to(root).as_posix(): _text(file, str(file))
            for root in self._catalogs
            for wanted in (services.FILE, "backends/*.conf.j2")
            for file in sorted((root / services.FOLDER).glob(f"*/{wanted}"))
        }

    def releases(self) -> tuple[str, ...]:
        """Name the releases."""
        return tuple(sorted(file.stem for file in (self._folder / "releases").glob("*.yaml")))


def outside(name: str) -> Source:
    """Read a file that is no profile, `-` for stdin; what it names counts from its folder."""
    if name == "-":
        return Source("stdin", _read(sys.stdin, "stdin", "stdin", _OUTSIDE), "")
    path = _at_home(name, _OUTSIDE)
    return Source(_label(path), _text(path, name, _OUTSIDE), os.path.realpath(path))


def variables(inventory: str) -> list[tuple[str, Source]]:
    """Read what stands in group_vars and host_vars beside an inventory, as `group_vars/NAME`; those of all hosts first."""
    home = Path(inventory).expanduser().parent
    found = []
    for kind in ("group_vars", "host_vars") if inventory != "-" else ():
        places = sorted((home / kind).glob("*"), key=lambda each: (each.stem != "all", each.name))
        for place in places:
            inside = [place] if place.is_file() else sorted(place.glob("*"))
            name = place.name if place.is_dir() or place.suffix not in _YAML else place.stem
            found += [
                (f"{kind}/{name}", each)
                for each in inside
                if each.is_file() and not each.name.startswith(".")
            ]
    return [(name, Source(_label(file), _text(file, str(file), _OUTSIDE), str(file))) for name, file in found]


def values_in(folder: Path) -> Mapping[str, Source]:
    """Read every YAML file below a folder, but kustomizations, by its path in there; raises OskError without a folder."""
    if not folder.is_dir():
        how = "is a file, not a folder" if folder.exists() else "is not there"
        advice = Advice("Name the folder of an example, such as examples/dt/uni01alpha")
        problem = Problem("OSK0133", f"`{folder}` {how}", str(folder), None, (advice,))
        raise OskError(problem, exit_code=ExitCode.USAGE)
    found = sorted(
        file for file in folder.rglob("*.yaml") if file.is_file() and file.name != "kustomization.yaml"
    )
    several = _examples(folder, found)
    if several:
        raise _collection(folder, several)
    return {
        file.relative_to(folder).as_posix(): Source(_label(file), _text(file, str(file)), str(file))
        for file in found
    }


_README = "README.md"
"""Each example has one."""


_STAGE = re.compile(r"control-?plane|topology")


def _examples(folder: Path, files: Iterable[Path]) -> list[Path]:
    """Find the examples below a folder that is none itself; where there is a folder `examples`, those in it."""
    homes = {file.parent: _home(file.parent, folder) for file in files}
    found = {home for home in homes.values() if home is not None}
    if len(found) <= 1 and None in homes.values():
        return []
    inner = {each for each in found if (folder / "examples") in each.parents} or found
    return sorted(inner - {parent for each in inner for parent in each.parents})


def _home(place: Path, folder: Path) -> Path | None:
    """Find the example that a folder belongs to, by its README; None: the one that was named."""
    while place != folder:
        if (place / _README).is_file() and not _STAGE.match(place.name):
            return place
        place = place.parent
    return None


def _collection(folder: Path, examples: Sequence[Path]) -> OskError:
    """Say that a folder has several examples, and which."""
    names = ", ".join(each.relative_to(folder).as_posix() for each in examples)
    advice = Advice("Name one of them", f"osk profile import architecture {examples[0]}")
    problem = Problem(
        "OSK1340",
        f"`{folder}` is no example, but has {some(len(examples), 'example')}",
        str(folder),
        names,
        (advice,),
    )
    return OskError(problem, exit_code=ExitCode.USAGE)


def named_by(name: str, file: str) -> str:
    """Read a file that another one names; raises OSError or UnicodeError."""
    path = Path(name).expanduser()
    return (Path(file).parent / path if file else path).read_text(encoding="utf-8")


def catalogue(folder: Path | None = None) -> Mapping[str, str]:
    """Read every file of the component catalogue, by its path in it."""
    root = folder or shipped.templates()
    files = sorted(file for file in root.rglob("*") if file.is_file() and not file.name.startswith("."))
    return {file.relative_to(root).as_posix(): _text(file, str(file)) for file in files}


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader, or a crash, sees the old text or the new one; keeps its mode and follows links."""
    target = path.resolve()
    try:
        mode = target.stat().st_mode & 0o7777 if target.exists() else 0o644
        wholes.replace(target, text.encode(), mode)
    except OSError as error:
        advice = Advice("Check that the folder is there and yours to write to")
        summary = f"The file cannot be written: {error.strerror or error}"
        raise OskError(
            Problem("OSK0104", summary, str(path), None, (advice,)), exit_code=ExitCode.USAGE
        ) from error


def _is_path(name: str) -> bool:
    return "/" in name or name.endswith((".yaml", ".yml")) or name in {"", "."} or name.startswith("~")


def _in_group(name: str) -> bool:
    """Tell whether a name is that of a built-in profile in a folder of its own kind, such as architectures/hci."""
    return name.partition("/")[0] in shipped.GROUPS and not name.endswith((".yaml", ".yml"))


def _label(path: Path) -> str:
    try:
        return f"{path.resolve().relative_to(Path.cwd().resolve())}"
    except (ValueError, OSError, RuntimeError):
        return str(path)


_OUTSIDE = Advice("Check the path and its permissions")
_PROFILES = Advice(
    "Check the path and its permissions; built-in profiles go by their name", "osk profile list"
)


def _text(file: Path, name: str, advice: Advice = _PROFILES) -> str:
    try:
        opened = file.open(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise _unread(name, str(file), error, advice) from error
    with opened:
        return _read(opened, name, str(file), advice)


def _read(opened: TextIO, name: str, place: str, advice: Advice) -> str:
    try:
        text = opened.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise _unread(name, place, error, advice) from error
    if len(text) > LARGEST:
        raise _unread(name, place, ValueError(f"it is larger than {LARGEST} characters"), advice)
    return text


def _at_home(name: str, advice: Advice) -> Path:
    try:
        return Path(name).expanduser()
    except RuntimeError as error:
        raise _unread(name, name, ValueError("there is no such home folder"), advice) from error


def _is_file(path: Path) -> bool:
    """Tell whether a file is there; what cannot be one, such as a name that is too long, is not."""
    try:
        return path.is_file()
    except OSError:
        return False


def _unread(name: str, place: str, error: Exception, advice: Advice) -> OskError:
    reason = str(error)
    if isinstance(error, OSError):
        reason = error.strerror or reason
    elif isinstance(error, UnicodeError):
        reason = "it is not UTF-8 text"
    summary = f"The file `{name}` cannot be read: {reason}"
    return OskError(Problem("OSK0104", summary, place, None, (advice,)), exit_code=ExitCode.USAGE)
