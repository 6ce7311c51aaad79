"""What a template may make: nothing that takes all memory."""

import pytest
from jinja2.exceptions import SecurityError

from openstack_k8s_cli.components import limits
from openstack_k8s_cli.components.expressions import Sandbox

_ENDLESS = "{% set all = namespace(text='x' * 1000) %}{% for i in range(40) %}{% set all.text = all.text GROW all.text %}{% endfor %}"


@pytest.mark.parametrize(
    "text",
    [
        "{{ ('x' * 21000000) | length }}",
        "{{ (21000000 * 'x') | length }}",
        "{{ ([0] * 21000000) | length }}",
        "{{ 10 ** 1000000 > 1 }}",
        "{{ ('%21000000d' % 1) | length }}",
        "{{ ('%.21000000f' % 1) | length }}",
        "{{ ('%*d' % (21000000, 1)) | length }}",
        "{{ ('%21000000d' | format(1)) | length }}",
        "{{ '{:>21000000}'.format(1) | length }}",
        "{{ '{x:>21000000}'.format(x=1) | length }}",
        "{{ '{:{}}'.format(1, 21000000) | length }}",
        "{{ '{:{x}}'.format(1, x=21000000) | length }}",
        "{{ 'x'.ljust(21000000) | length }}",
        "{{ '\t'.expandtabs(tabsize=21000000) | length }}",
        "{{ ('x' | center(21000000)) | length }}",
        "{{ ('x' | indent(width=21000000, first=true)) | length }}",
        _ENDLESS.replace("GROW", "~"),
        _ENDLESS.replace("GROW", "+"),
        "{% for i in range(90000) %}{% for j in range(90000) %}{{ 'x' * 1000 }}{% endfor %}{% endfor %}",
        "{% macro m() %}{% for i in range(90000) %}{{ 'x' * 1000 }}{% endfor %}{% endmacro %}{{ m() | length }}",
    ],
)
def test_what_would_take_all_memory_is_refused(text: str) -> None:
    """Whatever it is made with, it is told before it is made."""
    with pytest.raises(SecurityError, match=r"more than|as wide as"):
        Sandbox().from_string(text).render()


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("""{{ '{"uid": 1000650000, "name": "%s"}' % 'x' }}""", '{"uid": 1000650000, "name": "x"}'),
        ("""{{ '{"a": "%s", "n": 1000000}' | format('x') }}""", '{"a": "x", "n": 1000000}'),
        ("""{{ '{"quota": {"ram": %d}}' % 53687091200 }}""", '{"quota": {"ram": 53687091200}}'),
        ("{{ 'date %%20250101 %s' % 1 }}", "date %20250101 1"),
        ("{{ '{}: {:.2f} 1000000'.format(53687091200, 1.5) }}", "53687091200: 1.50 1000000"),
        ("{{ '%5.1f|%-4s|%05d' % (1.25, 'a', 7) }}", "  1.2|a   |00007"),
        ("{{ 53687091200 * 2 }}", "107374182400"),
    ],
)
def test_large_numbers_are_no_large_texts(text: str, made: str) -> None:
    """What only has a large number in it is what Jinja makes of it."""
    assert made == Sandbox().from_string(text).render()


def test_what_templates_do_stays_as_it_is() -> None:
    """Sums, products, formats and joints of usual size are Jinja's."""
    text = "{{ 2 * 3 + 1 }} {{ '-' * 3 }} {{ [1] + [2] }} {{ 'a' ~ 1 ~ none }} {{ '%02d' % 7 }} {{ '%s-%d' | format('a', 1) }} {{ 'x'.rjust(3) }}"

    assert "7 --- [1, 2] a1None 07 a-1   x" == Sandbox().from_string(text).render()


def test_a_text_of_the_largest_size_is_joined() -> None:
    """The limit itself is allowed, one more is not."""
    assert limits.MOST == len(limits.joined(["x" * limits.MOST]))
    with pytest.raises(SecurityError):
        limits.joined(["x" * limits.MOST, "y"])
