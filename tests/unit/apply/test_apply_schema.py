"""Nearest names of fields that a schema does not know."""

import pytest

from openstack_k8s_cli.apply import schema
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.model.objects import Body
from tests.fakes.cluster import FakeCluster
from tests.unit.apply.plans import thing

LEAVES: Body = {"type": "object", "properties": {"replicas": {}, "secret": {}}}
SCHEMA: Body = {
    "properties": {
        "spec": {
            "properties": {
                **LEAVES["properties"],
                "services": {"additionalProperties": LEAVES},
                "hosts": {"type": "array", "items": LEAVES},
            }
        }
    }
}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (".spec.replcas", "replicas"),
        (".spec.hosts[0].secre", "secret"),
        ('.spec.hosts[name="x"].replica', "replicas"),
        (".spec.services.nova.replica", "replicas"),
        (".spec.zzz", None),
        (".nowhere.replicas", None),
        (".spec.hosts[0]", None),
    ],
)
def test_nearest_name_is_looked_for_where_the_field_stands(path: str, expected: str | None) -> None:
    """The name comes from the same level of the schema, through lists and maps."""
    assert schema.nearest(SCHEMA, path) == expected


def test_error_is_told_with_the_nearest_name() -> None:
    """An unknown field's error gains the name that was probably meant, read from the kind's CRD."""
    over = FakeCluster()
    names = {"kind": "Thing", "plural": "things", "singular": "thing", "listKind": "ThingList"}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": SCHEMA}}
    crd = {"group": "example.org", "scope": "Namespaced", "names": names, "versions": [version]}
    meta = {"name": "things.example.org"}
    over.put(
        {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": meta,
            "spec": crd,
        }
    )
    error = ClusterError(ErrorKind.UNKNOWN_FIELD, "unknown field .spec.replcas, .spec.zzz")

    told = schema.explained(error, thing("one").id, thing("one").body, over)

    assert told.message.splitlines()[1:] == [".spec.replcas: did you mean `replicas`?"]


def test_other_errors_stay_as_they_are() -> None:
    """Nothing is asked for an error about anything else."""
    over, error = FakeCluster(), ClusterError(ErrorKind.INVALID, "no")

    assert schema.explained(error, thing("one").id, thing("one").body, over) is error
    assert over.requests() == {}
