"""Two forms of one CRD: what is new, gone or otherwise."""

import copy

import pytest

from openstack_k8s_cli.developing import differing
from openstack_k8s_cli.model.objects import Body
from tests.unit.developing.crds import crd, node, strings

CELLS = {"type": "object", "additionalProperties": node(**strings("name"))}
_NODES = {"type": "array", "items": node(**strings("host", "user"))}


def test_a_form_is_no_difference_of_itself() -> None:
    """Not even with descriptions, which the release's own CRDs do not have, and what the server fills in."""
    before = crd(cells=CELLS)
    after = copy.deepcopy(before)
    after["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["description"] = "Long"
    before["spec"]["conversion"] = {"strategy": "None"}
    before["status"] = {"storedVersions": ["v1beta1"]}

    found = differing.difference(before, after)

    assert found.is_none


def test_fields_are_named_by_their_paths_and_only_the_topmost() -> None:
    """Within lists and mappings too; what is below a new field is not named beside it."""
    after = crd(
        cells={"type": "object", "additionalProperties": node(**strings("name", "region"))},
        nodes={"type": "array", "items": node(**strings("host"))},
        fancy=node(**strings("deep")),
    )

    found = differing.difference(crd(cells=CELLS, nodes=_NODES), after)

    assert ["spec.cells.*.region", "spec.fancy"] == [differing.shown(each) for each in found.added]
    assert ["spec.nodes[].user"] == [differing.shown(each) for each in found.removed]
    assert not found.changed


@pytest.mark.parametrize(
    "after",
    [{"type": "integer"}, {"type": "string", "enum": ["a"]}, {"type": "string", "default": "a"}],
    ids=["type", "enum", "default"],
)
def test_a_field_with_another_rule_is_changed(after: Body) -> None:
    """Its type, what it may be, and what it is where nobody says it."""
    found = differing.difference(crd(**strings("name")), crd(name=after))

    assert (("spec", "name"),) == found.changed


def test_the_order_of_what_is_required_does_not_matter() -> None:
    """Generators sort it differently."""
    one, other = ({**node(**strings("a", "b")), "required": list(each)} for each in ("ab", "ba"))

    assert differing.difference(crd(cell=one), crd(cell=other)).is_none


def test_versions_come_and_go() -> None:
    """One that is not served any more is gone as well."""
    before, after = crd(version="v1beta1"), crd(version="v1")
    after["spec"]["versions"].append({**before["spec"]["versions"][0], "served": False, "storage": False})

    found = differing.difference(before, after)

    assert (("v1",), ("v1beta1",)) == (found.versions, found.gone)


def test_columns_are_a_difference_that_harms_nobody() -> None:
    """It is applied all the same."""
    after = crd(**strings("name"))
    after["spec"]["versions"][0]["additionalPrinterColumns"] = [{"name": "Status", "type": "string"}]

    found = differing.difference(crd(**strings("name")), after)

    assert found.other
    assert ((), (), ()) == (found.added, found.removed, found.changed)


def test_a_kind_that_the_cluster_has_not_is_fresh() -> None:
    """Nothing of it is compared."""
    found = differing.difference(None, crd())

    assert (True, "Nova") == (found.fresh, found.kind)
