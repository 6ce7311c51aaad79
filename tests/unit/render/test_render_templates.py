"""Templates: what they can use, and what their errors say."""

import pytest

from tests.unit.refusals import refused
from tests.unit.render.rendered import MAP, body, data, one


def test_an_undefined_path_is_named_with_its_line() -> None:
    """Template, line, the whole path and the nearest key."""
    template = MAP % "m" + "data:\n  x: {{ networks.ctlplane.mtv }}\n"

    [problem] = refused(lambda: one(template, {"networks": {"ctlplane": {"mtu": 1500}}}))

    assert problem.subject == "operators/one/t.yaml.j2:5"
    assert (
        problem.summary == "`networks.ctlplane.mtv` is not in the profile or the facts; did you mean `mtu`?"
    )


@pytest.mark.parametrize(
    "line", ["{% if nope %}{% endif %}", "{% for x in nope %}{% endfor %}", "{{ nope.a.b }}"]
)
def test_undefined_is_never_false_or_empty(line: str) -> None:
    """A condition, a loop and a deeper path over what is not there are errors."""
    [problem] = refused(lambda: one(f"{line}\n" + MAP % "m"))

    assert problem.code == "OSK0210"
    assert "`nope" in problem.summary


def test_an_undefined_path_in_an_included_file_is_found_there() -> None:
    """The file and the line are those of the macro."""
    others = {"operators/one/parts.j2": "{% macro x() %}\n{{ facts.wrkers }}\n{% endmacro %}\n"}
    template = "{% import 'operators/one/parts.j2' as parts %}\n" + MAP % "m" + "data: {x: {{ parts.x() }}}\n"

    [problem] = refused(lambda: one(template, others=others))

    assert problem.subject == "operators/one/parts.j2:2"
    assert "`facts.wrkers`" in problem.summary


@pytest.mark.parametrize(
    ("template", "subject", "words"),
    [
        ("a\n{% if %}", "operators/one/t.yaml.j2:2", "Expected an expression"),
        ("a\n{% endif %}", "operators/one/t.yaml.j2:2", "endif"),
        (
            "{% include 'operators/one/tt.yaml.j2' %}",
            "operators/one/t.yaml.j2",
            "did you mean `operators/one/t.yaml.j2`",
        ),
        ("a\n\n{{ 1 / 0 }}", "operators/one/t.yaml.j2:3", "division by zero"),
        ("{{ fail('no such thing') }}", "operators/one/t.yaml.j2:1", "no such thing"),
        ("{{ 'x'.__class__.__mro__ }}", "operators/one/t.yaml.j2:1", "unsafe"),
        ("{{ facts.workers.append('x') }}", "operators/one/t.yaml.j2:1", "unsafe"),
        ("{{ 'a' | upperr }}", "operators/one/t.yaml.j2:1", "upperr"),
        ("{{ [1, 2] | random }}", "operators/one/t.yaml.j2:1", "random"),
    ],
)
def test_failures_name_template_and_line(template: str, subject: str, words: str) -> None:
    """Syntax, a missing include, Python's errors and the sandbox's are problems at a line."""
    [problem] = refused(lambda: one(template))

    assert (problem.subject or "").startswith(subject)
    assert words in problem.summary


def test_texts_are_not_escaped() -> None:
    """What looks like HTML stays as it is."""
    assert data("'<a & b>' | quoted") == "<a & b>"


def test_dates_and_yes_stay_texts() -> None:
    """YAML is read as Kubernetes' own tools mean it: no dates, no `yes`."""
    found = body(MAP % "m" + "data: {a: 2024-11-18, b: yes, c: 12:30:00}\n")

    assert found["data"] == {"a": "2024-11-18", "b": "yes", "c": "12:30:00"}


def test_every_problem_of_every_template_comes_at_once() -> None:
    """Two templates that fail are two problems of one error."""
    others = {
        "operators/two/component.yaml": "summary: s\nsteps: [{name: apply, manifests: [t.yaml.j2]}]",
        "operators/two/t.yaml.j2": "{{ b }}",
    }

    assert [each.subject for each in refused(lambda: one("{{ a }}", others=others))] == [
        "operators/one/t.yaml.j2:1",
        "operators/two/t.yaml.j2:1",
    ]


@pytest.mark.parametrize(
    ("template", "code", "words"),
    [
        ("a: b: c", "OSK0212", "not YAML"),
        ("a: 1\na: 2", "OSK0212", "not YAML"),
        ("- a", "OSK0213", "not an object"),
        ("kind: A\nmetadata: {name: a}", "OSK0213", "no apiVersion"),
        ("apiVersion: v1\nmetadata: {name: a}", "OSK0213", "no kind"),
        ("apiVersion: v1\nkind: A\nmetadata: {}", "OSK0213", "no metadata.name"),
        ("apiVersion: v1\nkind: A\nmetadata: {name: 3}", "OSK0213", "no metadata.name"),
        (
            "apiVersion: v1\nkind: A\nmetadata: {name: a, labels: [b]}",
            "OSK0213",
            "labels of A a is no mapping",
        ),
        ("apiVersion: v1\nkind: A\nmetadata: {name: a, namespace: [n]}", "OSK0213", "is no text"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "OSK0211", "recursion"),
        ("{{ fail('there is no OLM') }}", "OSK1388", "cannot be had: there is no OLM"),
    ],
)
def test_a_document_is_an_object(template: str, code: str, words: str) -> None:
    """What is rendered must be YAML and name an object."""
    [problem] = refused(lambda: one(template))

    assert problem.code == code
    assert words in problem.summary


def test_broken_yaml_shows_the_rendered_line() -> None:
    """The line that cannot be read is shown as it was rendered."""
    [problem] = refused(lambda: one("{{ 'a: b: c' }}"))

    assert problem.detail == "line 1 of the rendered text: a: b: c"


def test_empty_documents_are_passed_over() -> None:
    """A loop may begin each object with `---`; the index counts documents as written."""
    found = one("---\n---\n" + MAP % "a" + "---\n# nothing\n---\n" + MAP % "b")

    assert [(each.id.name, each.origin.document) for each in found.manifests] == [("a", 1), ("b", 3)]


def test_an_object_from_two_places_is_refused() -> None:
    """The same object twice, whatever its version, names both places."""
    [problem] = refused(lambda: one(MAP % "a" + "---\n" + MAP % "a"))

    assert problem.code == "OSK0214"
    assert "t.yaml.j2[0] and operators/one/t.yaml.j2[1]" in problem.summary


def test_objects_get_labels() -> None:
    """Profile, layer, component and manager, beside a template's own."""
    found = body(
        "apiVersion: v1\nkind: Node\nmetadata: {name: m, labels: {a: b, osk.openstack.org/layer: x}}"
    )

    assert found["metadata"]["labels"] == {
        "a": "b",
        "app.kubernetes.io/managed-by": "osk",
        "osk.openstack.org/profile": "lab",
        "osk.openstack.org/layer": "operators",
        "osk.openstack.org/component": "one",
    }
