"""What is compiled once: templates and expressions, by all that their codes depend on."""

from pathlib import Path
from typing import Any

import pytest
from jinja2 import TemplateSyntaxError

from openstack_k8s_cli.components import expressions
from openstack_k8s_cli.components.codes import Codes
from openstack_k8s_cli.components.expressions import Sandbox
from tests.unit.components import catalogues


class Counting:
    """A filter that knows how often it was called."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, value: Any) -> str:
        self.calls += 1
        return f"{value}{self.calls}"


def _rendered(sandbox: Sandbox, text: str) -> str:
    return sandbox.from_string(text).render()


def test_the_same_text_is_compiled_once() -> None:
    """Templates and expressions of a second sandbox are those that the first one made."""
    codes, text = Codes(), "{{ 1 + 1 }}"

    assert "2" == _rendered(Sandbox(codes), text)
    assert 3 == expressions.evaluate(Sandbox(codes), "1 + 2", {})
    codes.made.clear()
    assert "2" == _rendered(Sandbox(codes), text)
    assert 3 == expressions.evaluate(Sandbox(codes), "1 + 2", {})
    assert set() == codes.made


def test_an_expression_is_no_template_of_the_same_text() -> None:
    """A text has a code for each of its two meanings."""
    codes = Codes()

    assert "x" == _rendered(Sandbox(codes), "x")
    assert 5 == expressions.evaluate(Sandbox(codes), "x", {"x": 5})


def test_codes_hold_no_outcome_of_a_function() -> None:
    """A filter on a constant is called at every rendering: it may be another one in the next release."""
    codes, first, second = Codes(), Counting(), Counting()
    before, after = Sandbox(codes), Sandbox(codes)
    before.filters["counted"], after.filters["counted"] = first, second

    assert "a1 a2" == _rendered(before, "{{ 'a' | counted }} {{ 'a' | counted }}")
    assert "a1 a2" == _rendered(after, "{{ 'a' | counted }} {{ 'a' | counted }}")
    assert (2, 2) == (first.calls, second.calls)


@pytest.mark.parametrize(
    "options", [{"trim_blocks": True}, {"lstrip_blocks": True}], ids=["trim_blocks", "lstrip_blocks"]
)
def test_another_way_to_read_a_text_is_another_code(options: dict[str, Any]) -> None:
    """Blocks that eat the space round them are not mixed up with those that leave it."""
    codes, text = Codes(), "a\n  {% if true %}\nb\n  {% endif %}\n"
    plain = _rendered(Sandbox(codes), text)

    assert _rendered(Sandbox(**options), text) == _rendered(Sandbox(codes, **options), text) != plain


def test_another_set_of_filters_is_another_code() -> None:
    """Whether a filter is there is decided while compiling."""
    codes = Codes()
    known = Sandbox(codes)
    known.filters["own"] = str.upper

    assert "A" == _rendered(known, "{{ 'a' | own }}")
    with pytest.raises(TemplateSyntaxError, match="No filter named 'own'"):
        _rendered(Sandbox(codes), "{{ 'a' | own }}")


@pytest.mark.parametrize("source", ["a b", "a %}", "(", "a | nothing", "1 +"])
def test_a_faulty_expression_is_faulty_every_time(source: str) -> None:
    """What does not compile is not kept."""
    codes = Codes()
    first = expressions.syntax_problem(Sandbox(codes), source)

    assert first is not None
    assert first == expressions.syntax_problem(Sandbox(codes), source)
    assert {} == codes.used


def test_a_catalogue_passes_on_what_it_compiled() -> None:
    """Selecting compiles none of the expressions again that reading the catalogue checked."""
    read = catalogues.catalogue(one=catalogues.component("when: not facts.live"))
    assert read.codes.made
    read.codes.made.clear()

    [selected] = catalogues.selected(read)

    assert selected.codes is read.codes
    assert set() == read.codes.made


def test_a_place_in_a_template_is_kept(tmp_path: Path) -> None:
    """The name of a template is part of its code: faults name the file that they are in."""
    codes = Codes()
    names = [str(tmp_path / "one"), str(tmp_path / "two")]

    found = [Sandbox(codes).compile("{{ x }}", name, name).co_filename for name in names * 2]

    assert names * 2 == found
