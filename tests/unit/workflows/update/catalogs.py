"""Catalogs of operators, for tests of updates: what one says that it offers, and the pod that serves it."""

from tests.fakes.cluster import FakeCluster


def offer(made: FakeCluster, version: str, *brings: str) -> None:
    """Let the catalog say which operator it has, and which images that brings."""
    channel = {
        "name": "alpha",
        "currentCSV": f"openstack-operator.{version}",
        "currentCSVDesc": {"relatedImages": [*brings]},
    }
    made.put(
        {
            "apiVersion": "packages.operators.coreos.com/v1",
            "kind": "PackageManifest",
            "metadata": {"name": "openstack-operator", "namespace": "openstack-operators"},
            "status": {"catalogSource": "index", "channels": [channel]},
        }
    )


def serve(made: FakeCluster, digest: str, name: str = "index-old") -> None:
    """Let a pod serve the catalog."""
    made.put(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "name": name,
                "namespace": "openstack-operators",
                "labels": {"olm.catalogSource": "index"},
            },
            "status": {"containerStatuses": [{"name": "registry-server", "imageID": digest}]},
        }
    )
