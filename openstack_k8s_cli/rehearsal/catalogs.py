"""File-based catalogs with whole bundles in them, so that the real OLM needs no image and no unpack job."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.rehearsal import directories
from openstack_k8s_cli.rehearsal.crds import Definitions
from openstack_k8s_cli.rehearsal.packages import PACKAGES, SINGLE, Channel, Deployment, Package

_MODES = ("OwnNamespace", "SingleNamespace", "MultiNamespace", "AllNamespaces")
_OLM = "operators.coreos.com/v1alpha1"


def names() -> tuple[str, ...]:
    """List the catalogs."""
    return tuple(sorted({catalog for package in PACKAGES for catalog in package.catalogs}))


def write(folder: Path, definitions: Definitions) -> None:
    """Write each catalog into a folder of its name."""
    for catalog in names():
        directories.private(folder / catalog)
        lines = "\n".join(json.dumps(document) for document in documents(catalog, definitions))
        directories.replace(folder / catalog / "catalog.json", lines)


def documents(catalog: str, definitions: Definitions) -> Iterator[dict[str, Any]]:
    """Give a catalog's packages, channels and bundles."""
    for package in PACKAGES:
        channels = package.catalogs.get(catalog, ())
        if not channels:
            continue
        crds = [body for name, body in definitions.bodies.items() if name in package.bundled]
        yield {"schema": "olm.package", "name": package.name, "defaultChannel": channels[0].name}
        for channel in channels:
            yield _channel(package, channel)
            for version, older in zip(channel.versions, (None, *channel.versions), strict=False):
                yield _bundle(package, version, older=older, crds=crds)


def package_manifests(catalog: str, namespace: str) -> Iterator[Body]:
    """Give what OLM's package server says of a catalog.

    Operators of single services are left out: each has a catalog of its own in life.
    """
    for package in PACKAGES:
        channels = package.catalogs.get(catalog, ())
        if not channels or package in SINGLE:
            continue
        yield {
            "apiVersion": "packages.operators.coreos.com/v1",
            "kind": "PackageManifest",
            "metadata": {
                "name": package.name,
                "namespace": namespace,
                "labels": {"catalog": catalog, "catalog-namespace": namespace},
            },
            "status": {
                "catalogSource": catalog,
                "catalogSourceNamespace": namespace,
                "packageName": package.name,
                "defaultChannel": channels[0].name,
                "channels": [
                    {
                        "name": channel.name,
                        "currentCSV": service_version(package, channel.versions[-1]),
                        "currentCSVDesc": _described(package, channel.versions[-1]),
                        "entries": [
                            {"name": service_version(package, version), "version": version}
                            for version in reversed(channel.versions)
                        ],
                    }
                    for channel in channels
                ],
            },
        }


def _described(package: Package, version: str) -> dict[str, Any]:
    return {
        "displayName": package.title,
        "version": version,
        "relatedImages": sorted(package.images(version)),
    }


def service_version(package: Package, version: str) -> str:
    """Name the ClusterServiceVersion of a package's version."""
    return f"{package.prefix}{version}"


def _channel(package: Package, channel: Channel) -> dict[str, Any]:
    entries: list[dict[str, str]] = [{"name": service_version(package, channel.versions[0])}]
    entries += [
        {"name": service_version(package, newer), "replaces": service_version(package, older)}
        for older, newer in zip(channel.versions, channel.versions[1:], strict=False)
    ]
    return {"schema": "olm.channel", "package": package.name, "name": channel.name, "entries": entries}


def _bundle(package: Package, version: str, *, older: str | None, crds: list[Body]) -> dict[str, Any]:
    objects = [_service_version(package, version, older=older, crds=crds), *crds]
    properties: list[dict[str, Any]] = [
        {"type": "olm.package", "value": {"packageName": package.name, "version": version}}
    ]
    properties += [
        {
            "type": "olm.gvk",
            "value": {
                "group": crd["spec"]["group"],
                "kind": crd["spec"]["names"]["kind"],
                "version": served["name"],
            },
        }
        for crd in crds
        for served in crd["spec"]["versions"]
        if served["served"]
    ]
    properties += [{"type": "olm.bundle.object", "value": {"data": _encoded(each)}} for each in objects]
    return {
        "schema": "olm.bundle",
        "name": service_version(package, version),
        "package": package.name,
        "image": "",
        "properties": properties,
    }


def _encoded(body: Body) -> str:
    return base64.b64encode(json.dumps(body, sort_keys=True).encode()).decode()


def _service_version(package: Package, version: str, *, older: str | None, crds: list[Body]) -> Body:
    account = package.deployments[0].name
    spec: Body = {
        "version": version,
        "displayName": package.title,
        "description": f"{package.title}, rehearsed: its Deployments run as KWOK pods",
        "provider": {"name": "osk rehearsal"},
        "maturity": "alpha",
        "installModes": [{"type": mode, "supported": mode in package.modes} for mode in _MODES],
        "customresourcedefinitions": {"owned": [_owned(crd) for crd in crds]},
        "install": {
            "strategy": "deployment",
            "spec": {
                "deployments": [_deployment(each, version, account) for each in package.deployments],
                "permissions": [
                    {
                        "serviceAccountName": account,
                        "rules": [{"apiGroups": [""], "resources": ["events"], "verbs": ["create", "patch"]}],
                    }
                ],
            },
        },
    }
    if listed := sorted(package.images(version)):
        spec["relatedImages"] = [{"name": f"image-{at}", "image": each} for at, each in enumerate(listed)]
    if older is not None:
        spec["replaces"] = service_version(package, older)
    metadata = {"name": service_version(package, version), "namespace": "placeholder"}
    return {"apiVersion": _OLM, "kind": "ClusterServiceVersion", "metadata": metadata, "spec": spec}


def _owned(crd: Body) -> dict[str, str]:
    kind = crd["spec"]["names"]["kind"]
    stored = next(version["name"] for version in crd["spec"]["versions"] if version["storage"])
    return {
        "name": crd["metadata"]["name"],
        "kind": kind,
        "version": stored,
        "displayName": kind,
        "description": kind,
    }


def _deployment(deployment: Deployment, version: str, account: str) -> dict[str, Any]:
    labels = dict(deployment.labels)
    container = {
        "name": deployment.container,
        "image": f"rehearsal.invalid/{deployment.name}:{version}",
        "env": [
            {"name": name, "value": value.format(version=version)}
            for name, value in deployment.environment.items()
        ],
    }
    return {
        "name": deployment.name,
        "label": labels,
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {
                    "serviceAccountName": account,
                    "terminationGracePeriodSeconds": 1,
                    "containers": [container],
                },
            },
        },
    }
