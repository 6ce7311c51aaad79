"""Tests that use a recorded executable, or a machine in memory that plays one, say so, and the recording names what it was written down from."""

import ast
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


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)


def test_tests_say_what_is_recorded() -> None:
    """In their module's docstring: nobody takes an answer that was written down for one that a program gave."""
    silent = []
    for path in sorted(_TESTS.rglob("test_*.py")):
        tree = ast.parse(path.read_text())
        if any(map(_USED.fullmatch, _imported(tree))):
            told = ast.get_docstring(tree) or ""
            silent += [] if re.search("recorded|in memory", told) else [str(path.relative_to(_TESTS))]

    assert silent == []


@pytest.mark.parametrize("place", _RECORDINGS)
def test_recordings_name_their_source(place: str) -> None:
    """By its documentation or source."""
    assert _RECORDINGS[place] in (ast.get_docstring(ast.parse((_TESTS / place).read_text())) or "")
