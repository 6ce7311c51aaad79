"""The template's line of each line that it renders."""

import pytest

from openstack_k8s_cli.render import tracing
from openstack_k8s_cli.render.environment import Templates
from tests.unit.render.rendered import FACTS

TEMPLATE = """\
{% from 'n/c/parts.j2' import part %}
first: 1
{% for each in [1, 2] %}
loop{{ each }}:
  inner: {{ each }}
{% endfor %}
{% if release %}
  second: {{ release }}
{% endif %}
{{ part() }}
last: 1
"""
PARTS = "{% macro part() %}\na: 1\nb: 2\n{% endmacro %}\n"


def traced() -> tracing.Trace:
    """Trace the template."""
    templates = Templates(
        {"n/c/a.yaml.j2": TEMPLATE, "n/c/parts.j2": PARTS},
        {"release": "main", "networks": {}, "platform": {}},
        FACTS,
    )
    return tracing.trace(templates, "n/c/a.yaml.j2", names={})


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("first: 1", 2),
        ("loop1:", 4),
        ("inner: 1", 5),
        ("loop2:", 4),
        ("inner: 2", 5),
        ("second: main", 8),
        ("last: 1", 11),
    ],
)
def test_each_line_is_the_templates(words: str, line: int) -> None:
    """Plain text, loops and conditions lead back to the line that has the words."""
    trace = traced()
    at = next(number for number, text in enumerate(trace.text.split("\n"), start=1) if words in text)

    assert line == trace.line(at)


def test_a_macro_is_where_it_is_called() -> None:
    """All lines of a macro are the line of its call."""
    trace = traced()

    assert [10, 10] == [trace.line(trace.text.split("\n").index(words) + 1) for words in ("a: 1", "b: 2")]
