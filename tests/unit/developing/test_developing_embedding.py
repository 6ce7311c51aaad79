"""Who embeds a schema that changes."""

from typing import Any

from openstack_k8s_cli.developing import embedding
from openstack_k8s_cli.model.objects import Body
from tests.unit.developing.crds import crd, node, strings

NOVA = crd(**strings("apiDatabase", "cellTemplates", "secret", "image"), api=node(**strings("replicas")))
TEMPLATE = node(**strings("apiDatabase", "cellTemplates", "secret"), api=node(**strings("replicas")))
"""All but the image, which the control plane fills in itself."""

NEWER = crd(
    **strings("apiDatabase", "cellTemplates", "secret", "image", "fancy"), api=node(**strings("replicas"))
)


def control_plane(**services: Any) -> Body:
    """Make the CRD that embeds services' specs."""
    return crd("OpenStackControlPlane", "core", **services)


def test_the_control_plane_that_does_not_know_a_new_field_is_named() -> None:
    """With the field as it would be called there."""
    other = control_plane(nova=node(template=TEMPLATE))

    (found,) = embedding.embedded(NOVA, [("spec", "fancy"), ("spec", "api", "memory")], [NOVA, other])

    assert "OpenStackControlPlane: spec.nova.template.fancy, spec.nova.template.api.memory" == found.words
    assert "openstackcontrolplanes.core.openstack.org" == found.name


def test_one_that_knows_it_is_not() -> None:
    """Its CRD came along."""
    knows = node(**TEMPLATE["properties"], **strings("fancy"))

    assert [] == list(
        embedding.embedded(NEWER, [("spec", "fancy")], [control_plane(nova=node(template=knows))])
    )


def test_one_that_is_alike_and_called_otherwise_does_not_embed_it() -> None:
    """Services resemble each other."""
    other = control_plane(placement=node(template=TEMPLATE))

    assert [] == list(embedding.embedded(NOVA, [("spec", "fancy")], [other]))


def test_templates_of_a_mapping_embed_too() -> None:
    """As the databases are, which are called after their kind and not after their operator."""
    galera = crd("Galera", "mariadb", **strings("replicas", "secret", "storage"))
    template = {"type": "object", "additionalProperties": node(**strings("replicas", "secret", "storage"))}

    (found,) = embedding.embedded(
        galera, [("spec", "logs")], [control_plane(galera=node(templates=template))]
    )

    assert "OpenStackControlPlane: spec.galera.templates.*.logs" == found.words


def test_a_new_field_of_a_status_is_nobody_elses() -> None:
    """Only specs are embedded."""
    assert [] == list(
        embedding.embedded(NOVA, [("status", "fancy")], [control_plane(nova=node(template=TEMPLATE))])
    )
