"""The rights that a plan needs."""

import pytest

from openstack_k8s_cli.apply import labels, records
from openstack_k8s_cli.checking import rights
from openstack_k8s_cli.checking.rights import Right
from tests.unit.checking.clusters import body, made_plan, pool


def unknown(_group: str, _kind: str) -> None:
    """Know no kind."""


def test_what_is_brought_is_written_in_its_namespace() -> None:
    """Objects need every verb where they are, and nothing in other namespaces."""
    found = rights.needed(made_plan(body("Secret", "s", "openstack")), unknown)
    own = {each.verb for each in found if each.resource == "secrets"}

    assert own == set(rights.WRITE)
    assert {each.namespace for each in found if each.resource == "secrets"} == {"openstack"}


def test_roles_must_be_given_to_be_made() -> None:
    """Who makes a Role may bind and escalate."""
    api = "rbac.authorization.k8s.io/v1"
    found = rights.needed(made_plan(body("Role", "r", "openstack", api=api, rules=[])), unknown)

    assert {"bind", "escalate"} <= {each.verb for each in found if each.resource == "roles"}


def test_roles_that_are_bound_may_be_bound() -> None:
    """Who binds a ClusterRole may bind ClusterRoles, a Role of a namespace those of that namespace."""
    api = "rbac.authorization.k8s.io/v1"
    bindings = [
        body("RoleBinding", kind.lower(), "openstack", api=api, roleRef={"kind": kind, "name": "r"})
        for kind in ("ClusterRole", "Role")
    ]
    found = {each for each in rights.needed(made_plan(*bindings), unknown) if each.verb == "bind"}

    assert {(each.namespace, each.resource) for each in found} == {
        ("", "clusterroles"),
        ("openstack", "roles"),
    }


def test_names_come_from_the_cluster_or_are_guessed() -> None:
    """A resource is named as the cluster names it; without one, as nearly all are."""
    made = made_plan(pool("p", "10.0.0.0/24"))

    assert "ipaddresspools" in {each.resource for each in rights.needed(made, unknown)}
    assert "pools-by-name" in {each.resource for each in rights.needed(made, lambda *_: "pools-by-name")}


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("Secret", "secrets"),
        ("NodeNetworkConfigurationPolicy", "nodenetworkconfigurationpolicies"),
        ("StorageClass", "storageclasses"),
        ("Gateway", "gateways"),
    ],
)
def test_guessed_names(kind: str, name: str) -> None:
    """Plurals follow English."""
    assert rights.guessed("example.org", kind) == name


def test_what_doctor_alone_looks_at_is_given_and_not_asked_for() -> None:
    """Without it a deployment goes on; the pull secret is there where the cluster is OpenShift."""
    plain = set(rights.looked(unknown))
    openshift = set(rights.looked(lambda _, kind: "clusterversions" if kind == "ClusterVersion" else None))

    assert {each.verb for each in plain if each.resource == "ipaddresspools"} == set(rights.READ)
    assert openshift - plain == {Right("openshift-config", "", "secrets", "get")}
    assert not openshift & set(rights.needed(made_plan(body("Secret", "s", "openstack")), unknown))


def test_a_cloud_that_stands_may_be_deployed_again() -> None:
    """Its plan has no deployments, since nothing is left to do on its hosts; the next change brings some."""
    plane = "dataplane.openstack.org"
    nodeset = body("OpenStackDataPlaneNodeSet", "n", "openstack", api=f"{plane}/v1beta1")
    found = rights.needed(made_plan(nodeset), unknown)

    assert {Right("openstack", plane, "openstackdataplanedeployments", each) for each in rights.WRITE} <= {
        *found
    }


def test_secrets_of_osks_own_namespace_are_only_for_new_keys() -> None:
    """They may be other clouds' too: no deployment needs them, and nobody else gets them."""
    own = set(rights.rotating())

    assert {("osk-system", "secrets")} == {(each.namespace, each.resource) for each in own}
    assert not own & set(rights.needed(made_plan(body("Secret", "s", "openstack")), unknown))


def test_roles_say_the_rights() -> None:
    """A ClusterRole has what goes everywhere, a Role what goes in its namespace; a user gets bindings of both."""
    wanted = [
        Right("", "", "nodes", "get"),
        Right("", "", "pods", "get"),
        Right("metallb-system", "metallb.io", "ipaddresspools", "patch"),
    ]
    found = rights.roles(wanted, "osk", "alice")

    kinds = ["Namespace", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"]
    assert [each["kind"] for each in found] == kinds
    assert found[1]["rules"] == [{"apiGroups": [""], "resources": ["nodes", "pods"], "verbs": ["get"]}]
    assert found[3]["metadata"] == {"name": "osk", "namespace": "metallb-system"}
    assert found[4]["subjects"][0]["name"] == "alice"
    assert len(rights.roles(wanted, "osk")) == 3


def test_osks_own_namespace_is_made_as_osk_makes_it() -> None:
    """By its label a teardown takes it away again; other namespaces are left to whoever made them."""
    wanted = [
        Right(each, "", "configmaps", "get") for each in (records.NAMESPACE, "openstack", "kube-system")
    ]

    made = {
        each["metadata"]["name"]: each for each in rights.roles(wanted, "osk") if each["kind"] == "Namespace"
    }

    assert {name: labels.is_ours(each) for name, each in made.items()} == {
        records.NAMESPACE: True,
        "openstack": False,
    }


def test_a_question_names_the_subresource() -> None:
    """What is asked of the API server has group, verb, namespace and part."""
    asked = rights.review(Right("openstack", "", "pods/exec", "create"))

    assert asked["spec"]["resourceAttributes"] == {
        "group": "",
        "resource": "pods",
        "subresource": "exec",
        "verb": "create",
        "namespace": "openstack",
    }
