"""What the options of deployments say of Ansible."""

from openstack_k8s_cli.cli import targeting
from openstack_k8s_cli.dataplane.choosing import Asked


def test_what_is_asked_of_ansible() -> None:
    """Options may be repeated, and commas separate; what comes after `=` is text, as it is to Ansible."""
    asked = targeting.asked(
        limit=["edpm-compute-0, edpm-compute-1", "network"],
        services=["bootstrap,ovn"],
        tags=["a", "b"],
        skip_tags=["c,"],
        extra_vars=["x=1", '{"y": [true]}'],
        restart=True,
    )

    assert asked.limit == ("edpm-compute-0", "edpm-compute-1", "network")
    assert (asked.services, asked.tags, asked.skip_tags) == (("bootstrap", "ovn"), ("a", "b"), ("c",))
    assert asked.extra_vars == {"x": "1", "y": [True]}
    assert asked.restart


def test_nothing_is_asked_of_ansible() -> None:
    """Then the profile alone says what is to be done."""
    asked = targeting.asked()

    assert asked == Asked()
    assert not asked.anything
