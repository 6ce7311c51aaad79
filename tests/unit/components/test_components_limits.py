"""What a template may make: nothing that takes all memory."""

import pytest
from jinja2.exceptions import SecurityError

from openstack_k8s_cli.components import limits
from openstack_k8s_cli.components.expressions import Sandbox

_ENDLESS = "{% set all = namespace(text='x' * 1000) %}{% for i in range(40) %}{% set all.text = all.text GROW all.text %}{% endfor %}"


@pytest.mark.parametrize(
    "text",
    [
        "{{ 'x' * 10000000000 }}",
        "{{ 10000000000 * 'x' }}",
        "{{ [0] * 10000000000 }}",
        "{{ 10 ** 10000000000 }}",
        "{{ '%10000000000d' % 1 }}",
        "{{ '%*d' % (10000000000, 1) }}",
        "{{ '%10000000000d' | format(1) }}",
        "{{ '{:>10000000000}'.format(1) }}",
        "{{ '{:{}}'.format(1, 10000000000) }}",
        "{{ 'x'.ljust(10000000000) }}",
        "{{ 'x' | center(10000000000) }}",
        "{{ 'x' | indent(10000000000, true) }}",
        _ENDLESS.replace("GROW", "~"),
        _ENDLESS.replace("GROW", "+"),
        "{% for i in range(90000) %}{% for j in range(90000) %}{{ 'x' * 1000 }}{% endfor %}{% endfor %}",
        "{% macro m() %}{% for i in range(90000) %}{{ 'x' * 1000 }}{% endfor %}{% endmacro %}{{ m() }}",
    ],
)
def test_what_would_take_all_memory_is_refused(text: str) -> None:
    """Whatever it is made with, it is told before it is made."""
    with pytest.raises(SecurityError, match=r"more than|as wide as"):
        Sandbox().from_string(text).render()


def test_what_templates_do_stays_as_it_is() -> None:
    """Sums, products, formats and joints of usual size are Jinja's."""
    text = "{{ 2 * 3 + 1 }} {{ '-' * 3 }} {{ [1] + [2] }} {{ 'a' ~ 1 ~ none }} {{ '%02d' % 7 }} {{ '%s-%d' | format('a', 1) }} {{ 'x'.rjust(3) }}"

    assert "7 --- [1, 2] a1None 07 a-1   x" == Sandbox().from_string(text).render()


def test_a_text_of_the_largest_size_is_joined() -> None:
    """The limit itself is allowed, one more is not."""
    assert limits.MOST == len(limits.joined(["x" * limits.MOST]))
    with pytest.raises(SecurityError):
        limits.joined(["x" * limits.MOST, "y"])
