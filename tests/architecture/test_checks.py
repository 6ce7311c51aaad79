"""What every check owes whoever reads it: a reason, what helps, and a page that is there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from openstack_k8s_cli.checking.cluster import RULES as CLUSTER_RULES
from openstack_k8s_cli.cli import doctoring
from openstack_k8s_cli.dataplane.checks import CODES
from openstack_k8s_cli.model.checks import Check, Group, Result, State
from openstack_k8s_cli.validation.catalogue import RULES

_ROOT = Path(__file__).parents[2]
_TOLD = frozenset({"FAILED", "WARNING", "UNKNOWN"})
_CODES = (
    *((name, rule.code) for name, rule in CLUSTER_RULES.items()),
    *CODES.items(),
    ("lint", next(iter(RULES))),
    ("cpus", "OSK1242"),
    ("connection", "OSK0401"),
)


def _bare() -> Iterator[str]:
    """Find results that are told without what helps."""
    for path in sorted((_ROOT / "openstack_k8s_cli").rglob("*.py")):
        text = path.read_text()
        for node in (
            ast.walk(ast.parse(text)) if "Result(" in text else ()
        ):  # the others are not worth a parser
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Result":
                first = node.args[0] if node.args else None
                told = isinstance(first, ast.Attribute) and first.attr in _TOLD
                if told and len(node.args) + len(node.keywords) < 3:  # state, detail, remedy
                    yield f"{path.relative_to(_ROOT)}:{node.lineno}"


def test_every_result_that_is_told_says_what_helps() -> None:
    """What fails, warns or cannot be told comes with a remedy."""
    assert list(_bare()) == []


@pytest.mark.parametrize(("name", "code"), _CODES, ids=[f"{code}-{name}" for name, code in _CODES])
def test_every_check_has_a_page(name: str, code: str) -> None:
    """Its file is there, and the heading too where the link names one."""
    link = doctoring.document((Group("x", (Check(name, code, Result(State.OK)),)),), ())
    page, _, anchor = link["groups"][0]["checks"][0]["docs"].partition("#")
    heads = re.findall(r"(?m)^#+ (.*)$", (_ROOT / page).read_text())

    assert not anchor or anchor in {re.sub(r"[^\w -]", "", each).lower().replace(" ", "-") for each in heads}
