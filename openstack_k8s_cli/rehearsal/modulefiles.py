"""YAML files inside the zips of the pinned Go modules, which Go itself has verified against go.sum."""

import json
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.rehearsal import binaries


def required(module: Path, pattern: str) -> tuple[str, ...]:
    """List the modules that a go.mod requires and a regular expression matches."""
    found = re.findall(r"^\s+(\S+) v\S+", (module / "go.mod").read_text(), flags=re.MULTILINE)
    return tuple(sorted(path for path in found if re.fullmatch(pattern, path)))


def zips(module: Path, paths: Sequence[str], *, go: str = "go") -> tuple[Path, ...]:
    """Download modules at the versions that a go.mod pins, with its replacements; in the order of their paths."""
    with tempfile.TemporaryDirectory() as scratch:  # go would write into go.sum
        for name in ("go.mod", "go.sum"):
            shutil.copyfile(module / name, Path(scratch) / name)
        ran = subprocess.run(
            [binaries.find_go(go).path, "mod", "download", "-json", *paths],
            cwd=scratch,
            capture_output=True,
            text=True,
            check=False,
        )
    told = tuple(_documents(ran.stdout))
    errors = [f"{each['Path']}: {each['Error']}" for each in told if "Error" in each]
    if ran.returncode != 0 or len(told) != len(paths):
        raise OskError(_not_had("\n".join(errors) or ran.stderr.strip()), exit_code=ExitCode.FAILED)
    return tuple(Path(each["Zip"]) for each in told)


def texts(archive: Path, patterns: Sequence[str]) -> Iterator[str]:
    """Read the files of a module whose path within it matches one of the patterns."""
    with zipfile.ZipFile(archive) as opened:
        for name in sorted(opened.namelist()):
            within = name.partition("@")[2].partition("/")[2]  # MODULE@VERSION/path
            if any(fnmatchcase(within, pattern) for pattern in patterns):
                yield opened.read(name).decode()


def _documents(text: str) -> Iterator[dict[str, str]]:
    decoder, at = json.JSONDecoder(), 0
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        document, at = decoder.raw_decode(text, at)
        yield document


def _not_had(detail: str) -> Problem:
    return Problem(
        code="OSK0920",
        summary="The Go modules that ship the operators' CRDs could not be had",
        detail=detail or None,
        advice=(
            Advice("Check that Go can get modules (its GOPROXY), then try again", command="osk rehearse up"),
        ),
    )
