"""Operators from manifests of upstream: Rook and bare metal."""

from openstack_k8s_cli.adapters import files
from openstack_k8s_cli.model.objects import get
from tests.unit.refusals import refused
from tests.unit.render.rendered import one, steps
from tests.unit.render.variants import bodies


def test_rooks_manifests_are_changed_where_install_yamls_does() -> None:
    """Its CephCluster is for tests; without the manifests at hand the operator's Deployment is awaited."""
    rendered = steps("crc", overlay="operators: {optional: {rook: {enabled: true, image: mine}}}")

    assert get(bodies(rendered, "CephCluster")["my-cluster"], "spec", "cephVersion", "image") == "mine"
    [operator] = [each for each in rendered if each.id == "operators/rook/operator"]
    assert [each.target.name for each in operator.gates] == ["rook-ceph-operator"]


def test_upstreams_bare_metal_operator_needs_manifests() -> None:
    """They are made from its repository, so the profile has to name them."""
    problems = refused(lambda: steps("crc", overlay="operators: {optional: {baremetal: {enabled: true}}}"))

    assert "operators.sources.baremetal.manifests" in problems[0].summary


UPSTREAM = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: baremetal-operator-ironic-9tcc, namespace: theirs}
data: {IRONIC_IP: 192.168.122.10, HTTP_PORT: "6180"}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: baremetal-operator-ironic-cert, namespace: theirs}
spec: {ipAddresses: [192.168.122.10], secretName: ironic-cert}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: baremetal-operator-controller-manager, namespace: theirs}
spec: {template: {spec: {containers: [{name: manager, image: theirs}, {name: other, image: theirs}]}}}
"""


def test_settings_go_over_the_bare_metal_operators_manifests() -> None:
    """Images by their containers, settings into Ironic's ConfigMaps, its address into its certificate."""
    own = {"images": {"manager": "mine", "ironic": "none"}, "settings": {"IRONIC_IP": "192.168.122.9"}}
    source = {"namespace": "ours", "manifests": [{"file": "bmo.yaml"}]}
    source["texts"] = [{"place": "bmo.yaml", "text": UPSTREAM}]
    values = {"operators": {"optional": {"baremetal": own}, "sources": {"baremetal": source}}}

    step = one(files.catalogue()["operators/baremetal/operator.yaml.j2"], values)
    found = {each.body["metadata"]["name"]: each.body for each in step.manifests}

    assert get(found["baremetal-operator-ironic-9tcc"], "data") == {
        "IRONIC_IP": "192.168.122.9",
        "HTTP_PORT": "6180",
    }
    assert get(found["baremetal-operator-ironic-cert"], "spec", "ipAddresses") == ["192.168.122.9"]
    containers = get(found["baremetal-operator-controller-manager"], "spec", "template", "spec", "containers")
    assert containers == [{"name": "manager", "image": "mine"}, {"name": "other", "image": "theirs"}]
