"""The table of operators by flavour and cluster version → catalog or manifests; `operators.sources` overrides each row."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Version = tuple[int, int]

_ANY: Version = (0, 0)
_NMSTATE = "https://github.com/nmstate/kubernetes-nmstate/releases/download"
NMSTATE_RELEASE = "v0.81.0"
_NMSTATE_FILES = {
    "nmstate.io_nmstates.yaml": "e377f98b1d0b47b6bec93362a5da6ad586f46a1dbcd1a7ddc318ba6c6b0227c5",
    "service_account.yaml": "5922e61604d67b7f74f192e230099db26c4fde24293e3ee4d3cf439badf8e275",
    "role.yaml": "4b3de6f5133df8b4ad9b50ed59eb5069d4474d910ad560c5993af36208425b5c",
    "role_binding.yaml": "17a1c995de020fce016be91024097eda0b03c9ac4eb1aef1108c9dade65aff6a",
    "operator.yaml": "2b33f29b015f48711979908a0789c1ba00c43fa72dcb437769eaf9c1d901349c",
}


_GITHUB = "https://github.com/"
_GITHUB_FILES = "https://raw.githubusercontent.com/"
ROOK_REPOSITORY = f"{_GITHUB}rook/rook.git"
ROOK_RELEASE = "v1.15.9"
_ROOK_FILES = {
    "crds.yaml": "702af43274b5bdd74caab4706fde4e22efa9900c3c7f3dca815f1aa10834f303",
    "common.yaml": "fcf19e5372877c7a7084b14f4ea91dc4652f4831b4b6b700c11bd78fa4dce985",
    "operator-openshift.yaml": "04e56a50ab2625971777d56462c038ce2d3724ffa18a67d838e9d782747d99a8",
    "toolbox.yaml": "49a467b5f26478ea814bd1ca9d6e2d2bc1bbaad1489533d34b7affa44a06f419",
}


def rook(release: str, repository: str = ROOK_REPOSITORY) -> list[dict[str, str | None]]:
    """Give the files of a release of Rook; their checksums are known of one. ValueError: not of GitHub."""
    if not repository.startswith(_GITHUB):
        message = f"`{repository}` is no repository of {_GITHUB}"
        raise ValueError(message)
    place = _GITHUB_FILES + repository.removeprefix(_GITHUB).removesuffix("/").removesuffix(".git")
    is_known = (release, repository) == (ROOK_RELEASE, ROOK_REPOSITORY)
    return _files(f"{place}/{release}/deploy/examples", _ROOK_FILES, is_known=is_known)


def nmstate(release: str) -> list[dict[str, str | None]]:
    """Give the files of an upstream release of NMState's operator; their checksums are known of one release."""
    return _files(f"{_NMSTATE}/{release}", _NMSTATE_FILES, is_known=release == NMSTATE_RELEASE)


def _files(place: str, sums: Mapping[str, str], *, is_known: bool) -> list[dict[str, str | None]]:
    return [
        {"url": f"{place}/{name}", "file": None, "sha256": checksum if is_known else None}
        for name, checksum in sums.items()
    ]


@dataclass(frozen=True, slots=True)
class Row:
    """Where an operator comes from on some clusters."""

    operator: str
    flavours: tuple[str, ...]
    values: Mapping[str, Any]
    since: Version = _ANY
    """The first version of the cluster that it is for."""


def _catalogued(
    catalog: str, package: str, channel: str | None, namespace: str, group: str | None = None, **more: Any
) -> dict[str, Any]:
    named = {"catalog": catalog, "package": package, "channel": channel, "namespace": namespace}
    return {**named, "group": group or f"{namespace}-group", **more}


_RED_HAT = ("openshift", "microshift", "kubernetes")
_OKD = ("okd",)
_EVERY = (*_RED_HAT, *_OKD)
_PACKAGE = "kubernetes-nmstate-operator"
_NMSTATE_GROUP = "openshift-nmstate-tn6k8"
_CERT_GROUP = "cert-manager-operator-bccwx"
_HUB = {
    # In OperatorHub.io's catalog only, which a cluster does not have by itself.
    "catalog": "operatorhubio-catalog",
    "image": "quay.io/operatorhubio/catalog:latest",
}

ROWS: tuple[Row, ...] = (
    Row(
        "nmstate",
        _RED_HAT,
        _catalogued("redhat-operators", _PACKAGE, "stable", "openshift-nmstate", _NMSTATE_GROUP),
    ),
    # No catalog has one that works there (okd-project/okderators-catalog-index 30, 47).
    Row(
        "nmstate",
        _OKD,
        {
            "manifests": nmstate(NMSTATE_RELEASE),
            "package": _PACKAGE,
            "channel": "stable",
            "namespace": "openshift-nmstate",
            "group": _NMSTATE_GROUP,
        },
    ),
    Row(
        "metallb",
        _RED_HAT,
        _catalogued(
            "redhat-operators",
            "metallb-operator",
            "stable",
            "metallb-system",
            "metallb-operator",
            subscription="metallb-operator-sub",
        ),
    ),
    Row(
        "metallb",
        _OKD,
        {
            **_catalogued("", "metallb-operator", "beta", "metallb-system", "metallb-operator"),
            **_HUB,
            "subscription": "metallb-operator-sub",
            "env": {
                "DEPLOY_SERVICEMONITORS": "true",
                "METALLB_BGP_TYPE": "frr",
                "FRR_IMAGE": "quay.io/frrouting/frr:8.4.2",
            },
        },
    ),
    Row(
        "certManager",
        _RED_HAT,
        _catalogued(
            "redhat-operators",
            "openshift-cert-manager-operator",
            "stable-v1",
            "cert-manager-operator",
            _CERT_GROUP,
        ),
    ),
    Row(
        "certManager",
        _OKD,
        _catalogued(
            "community-operators",
            "cert-manager",
            "stable",
            "cert-manager",
            _CERT_GROUP,
            subscription="openshift-cert-manager-operator",
        ),
    ),
    Row(
        "lvms",
        _EVERY,
        _catalogued(
            "redhat-operators",
            "lvms-operator",
            None,
            "openshift-lvm-storage",
            "openshift-lvm-storage-operatorgroup",
        ),
    ),
    Row(
        "loki",
        _EVERY,
        _catalogued(
            "redhat-operators",
            "loki-operator",
            "stable-6.1",
            "openshift-operators-redhat",
            "openshift-operators-redhat-loki",
        ),
    ),
    # Each release of the logging stack is for some releases of OpenShift.
    Row("loki", _RED_HAT, {"channel": "stable-6.3"}, since=(4, 19)),
    Row(
        "netobserv",
        _EVERY,
        _catalogued(
            "redhat-operators",
            "netobserv-operator",
            "stable",
            "openshift-netobserv-operator",
            "openshift-netobserv-operator-net",
        ),
    ),
    Row("netobserv", _OKD, {"catalog": "community-operators", "channel": "community"}),
    Row(
        "clusterObservability",
        _EVERY,
        _catalogued(
            "redhat-operators",
            "cluster-observability-operator",
            "stable",
            "openshift-cluster-observability-operator",
            "cluster-observability-operator",
        ),
    ),
    Row("rook", _EVERY, {"namespace": "rook-ceph", "manifests": rook(ROOK_RELEASE)}),
    Row("baremetal", _EVERY, {"namespace": "baremetal-operator-system"}),
)
"""Later rows go over earlier ones."""


def version(text: str | None) -> Version | None:
    """Read major and minor of a cluster's version; None: it has none that can be read."""
    match = re.match(r"(\d+)\.(\d+)", text or "")
    return (int(match[1]), int(match[2])) if match else None


def known(operator: str, flavour: str, cluster: Version | None) -> dict[str, Any]:
    """Give what the table knows of an operator; without a version, what holds for any."""
    found: dict[str, Any] = {}
    for row in ROWS:
        if row.operator == operator and flavour in row.flavours and row.since <= (cluster or _ANY):
            found |= row.values
    return found


def filled(source: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """Fill what a profile leaves out; one that names a catalog or manifests of its own gets no others."""
    whole = dict(source)
    own = ("image", "manifests", "env") if source["catalog"] else ()
    if source["manifests"] is not None:
        own = ("catalog", "image", "env")
    if source["package"] not in {None, row.get("package")}:
        own = (*own, "subscription")
    for key, value in row.items():
        if whole[key] is None and key not in own:
            whole[key] = value
    whole["subscription"] = whole["subscription"] or whole["package"]
    whole["env"] = whole["env"] or {}
    whole["manifests"] = whole["manifests"] or []
    return whole
