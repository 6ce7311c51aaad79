"""What osk renders against the operators' real CRDs, as `osk validate` does; no cluster is asked."""

from collections.abc import Sequence

import pytest

from openstack_k8s_cli import components
from openstack_k8s_cli.adapters import files
from openstack_k8s_cli.cli import documents
from openstack_k8s_cli.components import Catalogue
from openstack_k8s_cli.rehearsal import crds, directories
from openstack_k8s_cli.validation import releases, running
from openstack_k8s_cli.validation.findings import Item, Severity
from openstack_k8s_cli.validation.schemas import Schemas
from openstack_k8s_cli.workflows import planning
from openstack_k8s_cli.workflows.world import Target
from tests.cluster import combinations

RELEASE = "release=18.0-fr2"
"""The one whose CRDs the rehearsal has."""
ARCHITECTURES = tuple(each.name for each in combinations.ARCHITECTURES)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """Read the components once."""
    return components.parse(files.catalogue())


@pytest.fixture(scope="module")
def schemas() -> Schemas:
    """Read the kinds once: seconds, where they are not in the cache yet."""
    return Schemas(crds.collect(lambda _: None, cache=directories.places().cache).bodies.values())


def errors(
    catalogue: Catalogue, schemas: Schemas, *extended: str, sets: Sequence[str] = (RELEASE,)
) -> list[str]:
    """Validate a profile; warnings are left out."""
    loaded = combinations.load(*extended, sets=list(sets))
    plan = planning.offline(loaded, catalogue, Target())
    items = [
        Item(each.id, documents.body(each), each.origin.template, order)
        for order, each in enumerate(plan.manifests)
    ]
    assert items
    found = releases.judged(running.validate(items, schemas, own=True), loaded.values)
    return [
        f"{each.code} {each.subject} {each.field}: {each.message}"
        for each in found
        if each.severity is Severity.ERROR
    ]


@pytest.mark.parametrize("base", combinations.BASES)
def test_a_base_fits_the_schemas(catalogue: Catalogue, schemas: Schemas, base: str) -> None:
    """Every object of every base is valid by itself and beside the others."""
    assert errors(catalogue, schemas, base) == []


@pytest.mark.parametrize(("base", "trait"), combinations.ALL)
def test_a_trait_over_a_base_fits_the_schemas(
    catalogue: Catalogue, schemas: Schemas, base: str, trait: str
) -> None:
    """Every trait renders over every base, and every object is valid by itself and beside the others."""
    assert errors(catalogue, schemas, base, trait) == []


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_an_architecture_fits_the_schemas(catalogue: Catalogue, schemas: Schemas, name: str) -> None:
    """Each has no error in its own release; fields that are newer than these schemas are known by name."""
    assert errors(catalogue, schemas, name, sets=()) == []
