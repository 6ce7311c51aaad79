"""Tests that use a recorded executable, or a machine in memory that plays one, say so, and the recording names what it was written down from."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

_TESTS = Path(__file__).parents[1]
_USED = re.compile(
    r"tests\.(fakes\.(crc(\.\w+)*|podman|ocmirror|openshiftclient|hypervisor)"
    r"|ssh\.(hypervisors|labs|nfshosts|crchosts)|unit\.cli\.(days|workstation)|unit\.crc\.wishes)"
)
_RECORDINGS = {
    "fakes/crc/openshiftlocal.py": "crc-org/crc",
    "fakes/crc/kubeconfigs.py": "crc-org/crc",
    "fakes/crc/programs.py": "virsh(1)",
    "fakes/podman.py": "containers/podman at",
    "fakes/ocmirror.py": "openshift/oc-mirror at",
    "fakes/openshiftclient.py": "oc 4.20",
    "ssh/hypervisors.py": "virsh(1)",
    "ssh/nfshosts.py": "exportfs(8)",
}


_IMPORT = re.compile(r"(?m)^from (tests\.\S+) import ([^(\n]+|\([^)]*\))")
_HEAD = re.compile(r'\A"""(.*?)"""', re.DOTALL)


def _imported(text: str) -> Iterator[str]:
    for module, names in _IMPORT.findall(text):
        yield module
        yield from (f"{module}.{each}" for each in re.findall(r"\w+", names))


def _head(path: Path) -> str:
    found = _HEAD.match(path.read_text())
    return found[1] if found else ""


def test_tests_say_what_is_recorded() -> None:
    """In their module's docstring: nobody takes an answer that was written down for one that a program gave."""
    silent = []
    for path in sorted(_TESTS.rglob("test_*.py")):
        if any(map(_USED.fullmatch, _imported(path.read_text()))):
            silent += [] if re.search("recorded|in memory", _head(path)) else [str(path.relative_to(_TESTS))]

    assert silent == []


@pytest.mark.parametrize("place", _RECORDINGS)
def test_recordings_name_their_source(place: str) -> None:
    """By its documentation or source."""
    assert _RECORDINGS[place] in _head(_TESTS / place)
