"""The fast way to read YAML against ruamel's own."""

import io
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from openstack_k8s_cli import shipped
from openstack_k8s_cli.model import yamlnodes

SHIPPED = sorted(
    path for folder in (shipped.templates(), shipped.profiles()) for path in folder.rglob("*.yaml")
)
TEXTS = [
    "a: yes\nb: no\nc: on\nd: NO\n",
    "a: 0o17\nb: 017\nc: 0x1f\nd: 1_000\ne: 12e03\nf: .5\ng: 1e3\nh: 1:30\ni: .inf\nj: +1\n",
    "a: true\nb: True\nc: null\nd: ~\ne: ''\nf: 'null'\ng: \"1\"\nh: TRUE\n",
    "1: x\ntrue: y\n",
    "a:\nb:\n  c:\nd: [,]\n",
    "a:\nb:\n- \n- x\n",
    "a: |\n  x: 1\n   y\n\nb: >-\n  one\n  two\nc: |+\n  z\n\n",
    "a: one\n  two\n\n  three\n",
    "a: \"x\\n\\u00e4\\/ \\\n  y\"\nb: 'it''s'\n",
    "a: {b: 1, c: [2, '3', {d: 4}]}\ne: []\nf: {}\n",
    '{"a": 1, "b":2, "c":[3,4]}\n',
    "a: http://x.y:80/#z # comment\nb: c#d\n",
    "---\na: 1\n---\n---\nb: 2\n...\n",
    "",
    "# nothing\n",
    "|-\n...\n",
    "|-\n---\nx\n",
    "x: &a [1]\ny: *a\n",
    "x: !!str 1\ny: !own 2\nz: !\n",
    "%YAML 1.1\n---\na: yes\n",
    "a: {<<: {b: 1}}\n",
    "? a\n: b\n",
    "? [a]\n: b\n",
    "a:\t1\n",
    "a: \U0001f600\nb: ä\u2028c\n",
    "a: b: c\n",
    "a: [1\n",
    "a: 1\na: 2\n",
    "a: 'x'#y\n",
    "a: |#\n  x\n",
    "a: @b\n",
    "a: 2026-11-26\n",
    "  a: 1\n b: 2\n",
    "[" * 100 + "]" * 100,
]


def _slowly(text: str) -> Any:
    reader = yamlnodes._reader()
    return list(reader.load_all(io.StringIO(text)))


def _outcome(read: Any, text: str) -> str:
    try:
        return repr(read(text))
    except (YAMLError, ValueError) as error:
        return f"{type(error).__name__}: {str(error).replace('<unicode string>', '<file>')}"


def _places(node: yamlnodes.Node | None) -> list[tuple[Any, ...]]:
    if node is None:
        return []
    below = node.value if node.id == "sequence" else [each for pair in node.value for each in pair]
    deeper = [] if node.id == "scalar" else [place for each in below for place in _places(each)]
    return [(node.id, str(node.tag), node.start_mark.line, node.start_mark.column), *deeper]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: "/".join(path.parts[-3:]))
def test_what_is_shipped_reads_as_with_ruamel(path: Path) -> None:
    """Values, kinds and places of every file of ours are those that ruamel finds."""
    text = path.read_text(encoding="utf-8")

    assert _slowly(text) == yamlnodes.values(text)
    assert _places(YAML(typ="safe", pure=True).compose(text)) == _places(yamlnodes.compose(text))


@pytest.mark.parametrize("text", TEXTS)
def test_any_text_reads_as_with_ruamel(text: str) -> None:
    """Words that YAML 1.1 takes for others, gaps, oddities and faults end as with ruamel, word for word."""
    assert _outcome(_slowly, text) == _outcome(yamlnodes.values, text)


@pytest.mark.parametrize("text", TEXTS)
def test_any_place_is_the_one_that_ruamel_names(text: str) -> None:
    """Nodes stand where ruamel says, gaps too."""

    def slowly(text: str) -> Any:
        return _places(YAML(typ="safe", pure=True).compose(text))

    assert _outcome(slowly, text) == _outcome(lambda each: _places(yamlnodes.compose(each)), text)


@pytest.mark.parametrize(
    ("text", "usual"),
    [("a: [1, 'x']\nb: |\n  c\n", True), ("a: &x 1\n", False), ("a:\t1\n", False), ("[" * 2000, False)],
)
def test_only_what_is_usual_is_read_fast(text: str, *, usual: bool) -> None:
    """Libyaml gets plain texts, and none that it may read otherwise or that nests without end."""
    assert usual == (yamlnodes._composed(text, exact=True) is not None)
