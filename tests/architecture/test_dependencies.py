"""What is imported, what pyproject.toml asks for and what docs/dependencies.md gives reasons for are the same."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
OWN = {"openstack_k8s_cli", "tests"}
NAMES = {
    "ansible_runner": "ansible-runner",
    "openshift_client": "openshift-client",
    "ruamel": "ruamel.yaml",
    "xdist": "pytest-xdist",
}
"""Modules whose distribution has another name."""

BROUGHT = {
    "pydantic_core": "pydantic",
    "urllib3": "kubernetes",
    "websocket": "kubernetes",
    "yaml": "kubernetes",
}
"""Modules of packages that a dependency brings and speaks in terms of: its errors, its transport."""


def names(requirements: Iterable[str]) -> set[str]:
    """Take versions off."""
    return {re.split(r"[<>=~!;\[ ]", each, maxsplit=1)[0] for each in requirements}


PROGRAMS = {"ansible-core"}
"""Packages whose programs are run, and whose modules are not imported."""

RUN_TIME = names(PROJECT["dependencies"])
EXTRAS = {extra: names(each) for extra, each in PROJECT["optional-dependencies"].items()}


def imported(folder: str) -> set[str]:
    """Name the distributions that a folder's modules import."""
    found: set[str] = set()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {each.name.partition(".")[0] for each in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return {NAMES.get(each, BROUGHT.get(each, each)) for each in found - sys.stdlib_module_names - OWN}


def test_the_package_imports_what_it_depends_on() -> None:
    """Nothing comes by way of another package's dependencies, and nothing is asked for in vain."""
    asked = RUN_TIME | EXTRAS["rehearsal"] | EXTRAS["playbooks"] | EXTRAS["openshift"]

    assert asked - PROGRAMS == imported("openstack_k8s_cli")


def test_the_tests_import_what_is_declared() -> None:
    """Tests need no package beyond those of the package and of development."""
    assert set() == imported("tests") - RUN_TIME - EXTRAS["rehearsal"] - EXTRAS["dev"]


def test_the_page_has_a_reason_for_each() -> None:
    """docs/dependencies.md has a row for every dependency, and for no other."""
    rows = re.findall(r"^\| ([^|]+) \|", (ROOT / "docs" / "dependencies.md").read_text(), re.MULTILINE)
    named = {name for row in rows for name in row.split(", ")} - {"package", "---"}

    assert RUN_TIME.union(*EXTRAS.values()) == named
