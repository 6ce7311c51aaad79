"""Field-level differences between an object and a dry run."""

from typing import Any

import pytest

from openstack_k8s_cli.plan import Difference, differences


def thing(kind: str = "Thing", **rest: Any) -> dict[str, Any]:
    """Make an object."""
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": "t"}, **rest}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": 1}, {"a": 2}, [Difference("spec.a", 1, 2)]),
        ({"a": 1}, {}, [Difference("spec.a", 1, None)]),
        ({}, {"a": {"b": 1}}, [Difference("spec.a.b", None, 1)]),
        ({"a": {"b": 1}}, {}, [Difference("spec.a.b", 1, None)]),
        ({"a": [1, 2]}, {"a": [1, 3]}, [Difference("spec.a[1]", 2, 3)]),
        ({"a": [1, 2]}, {"a": [1]}, [Difference("spec.a", [1, 2], [1])]),
        (
            {"a": [{"name": "x", "n": 1}, {"name": "y", "n": 1}]},
            {"a": [{"name": "y", "n": 2}, {"name": "x", "n": 1}]},
            [Difference("spec.a[y].n", 1, 2)],
        ),
        ({"a": {}}, {"a": {}}, []),
        ({}, {"a": {}}, [Difference("spec.a", None, {})]),
    ],
)
def test_fields_are_compared_by_path(before: Any, after: Any, expected: list[Difference]) -> None:
    """Each changed leaf is one difference; lists of named things are compared by name."""
    assert list(differences(thing(spec=before), thing(spec=after))) == expected


def test_server_fields_are_ignored() -> None:
    """Bookkeeping of the server and the status are no difference."""
    live = thing(status={"ready": True})
    live["metadata"] = {
        "name": "t",
        "resourceVersion": "1",
        "generation": 1,
        "managedFields": [{}],
        "uid": "u",
    }

    assert differences(live, thing()) == ()


def test_new_object_shows_what_the_profile_says() -> None:
    """An object that is not there yet shows its own leaves, not the server's defaults."""
    found = differences(None, thing(spec={"a": 1, "default": 2}), applied=thing(spec={"a": 1}))

    assert found == (Difference("metadata.name", None, "t"), Difference("spec.a", None, 1))


def test_secret_values_are_masked() -> None:
    """A changed Secret says which key changes, never a value."""
    found = differences(
        thing("Secret", data={"k": "b25l", "same": "x"}), thing("Secret", data={"k": "dHdv", "same": "x"})
    )

    assert found == (Difference("data.k", "•••", "•••"),)
