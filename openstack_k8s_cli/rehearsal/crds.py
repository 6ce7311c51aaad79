"""The CRDs of a rehearsal: from the operators' Go modules, from `schemas/` for kinds that no module ships, from `--crds`."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.rehearsal import binaries, directories, modulefiles
from openstack_k8s_cli.rehearsal.binaries import Progress

_SCHEMAS = Path(__file__).resolve().parent / "schemas"
_FORMAT = 2
"""Of the cached collection; raised when `_tidy` changes."""
_INT32 = 2**31 - 1


@dataclass(frozen=True, slots=True)
class _Source:
    """Go modules and the files in them that are CRDs."""

    pinned_by: str
    """The module of ours whose go.mod names their versions."""
    modules: str
    """A regular expression over module paths."""
    files: tuple[str, ...]


_OPENSHIFT = (
    "config/v1/zz_generated.crd-manifests/*_clusterversions-Default.crd.yaml",
    "config/v1/zz_generated.crd-manifests/*_infrastructures-Default.crd.yaml",
    "config/v1/zz_generated.crd-manifests/*_01_dnses.crd.yaml",
    "config/v1/zz_generated.crd-manifests/*_01_images.crd.yaml",
    "config/v1/zz_generated.crd-manifests/*_imagedigestmirrorsets.crd.yaml",
    "config/v1/zz_generated.crd-manifests/*_imagetagmirrorsets.crd.yaml",
    "config/v1/zz_generated.crd-manifests/*_01_ingresses.crd.yaml",
    "config/v1/zz_generated.crd-manifests/*_01_networks.crd.yaml",
    "config/v1/zz_generated.crd-manifests/*_01_operatorhubs.crd.yaml",
    "config/v1/zz_generated.crd-manifests/*_01_proxies.crd.yaml",  # OLM never syncs without this one
    "machineconfiguration/v1/zz_generated.crd-manifests/*_machineconfigpools-Default.crd.yaml",
    "machineconfiguration/v1/zz_generated.crd-manifests/*_machineconfigs.crd.yaml",
    "operator/v1/zz_generated.crd-manifests/*_dns_00_dnses.crd.yaml",
    "operator/v1/zz_generated.crd-manifests/*_network_01_networks.crd.yaml",
    "route/v1/zz_generated.crd-manifests/routes-Default.crd.yaml",
    "security/v1/zz_generated.crd-manifests/*_securitycontextconstraints.crd.yaml",
)

_SOURCES = (
    _Source("webhooks", r"github\.com/openstack-k8s-operators/[a-z-]+/apis?", ("bases/*.yaml",)),
    _Source("webhooks", r"github\.com/rabbitmq/cluster-operator/v2", ("config/crd/bases/*.yaml",)),
    _Source("webhooks", r"github\.com/cert-manager/cert-manager", ("deploy/crds/*.yaml",)),
    _Source("webhooks", r"github\.com/openshift/api", _OPENSHIFT),
    _Source("webhooks", r"github\.com/rhobs/observability-operator", ("deploy/crds/common/*.yaml",)),
    _Source(
        "olm", r"github\.com/operator-framework/operator-lifecycle-manager", ("deploy/chart/crds/*.yaml",)
    ),
    _Source("crds", r"go\.universe\.tf/metallb", ("config/crd/bases/*.yaml",)),
    _Source(
        "crds", r"github\.com/k8snetworkplumbingwg/network-attachment-.*", ("artifacts/networks-crd.yaml",)
    ),
)


@dataclass(frozen=True, slots=True)
class Definitions:
    """CRDs by name."""

    bodies: Mapping[str, Body]
    replaced: frozenset[str] = frozenset()
    """Names of those that a file of the user's took the place of."""

    @property
    def digest(self) -> str:
        """Name this very set."""
        return hashlib.sha256(json.dumps(self.bodies, sort_keys=True).encode()).hexdigest()[:24]


def collect(progress: Progress, *, cache: Path, modules: Path = binaries.MODULES) -> Definitions:
    """Gather the CRDs that osk ships with a rehearsal; read once, then kept in the cache."""
    file = cache / f"crds-{_key(modules)}.json"
    if not file.exists():
        progress("reading the operators' CRDs from their Go modules")
        found = dict(_shipped(modules))
        directories.private(cache)
        directories.replace(file, json.dumps(found, sort_keys=True))
    return Definitions(json.loads(file.read_text()))


def overlay(definitions: Definitions, folders: Sequence[Path], *, cache: Path) -> Definitions:
    """Add the CRDs of folders, or put them in the place of those of the same name."""
    bodies, replaced = dict(definitions.bodies), set(definitions.replaced)
    for folder in folders:
        for name, body in _kept(folder, cache).items():
            if name in definitions.bodies and definitions.bodies[name] != body:
                replaced.add(name)
            bodies[name] = body
    return Definitions(bodies, frozenset(replaced))


def unserved(body: Body) -> Body:
    """Give a CRD with no version in discovery; its objects stay where they are stored."""
    versions = [{**version, "served": False} for version in body["spec"]["versions"]]
    return {**body, "spec": {**body["spec"], "versions": versions}}


def is_served(body: Mapping[str, Any]) -> bool:
    """Say whether any version of a CRD is in discovery."""
    return any(version.get("served") for version in get(body, "spec", "versions") or ())


def _key(modules: Path) -> str:
    sum_ = hashlib.sha256(f"{_FORMAT} {_SOURCES}".encode())
    for file in (
        *sorted(modules / name / "go.sum" for name in {source.pinned_by for source in _SOURCES}),
        *sorted(_SCHEMAS.glob("*.yaml")),
    ):
        sum_.update(file.read_bytes())
    return sum_.hexdigest()[:24]


def _shipped(modules: Path) -> Iterator[tuple[str, Body]]:
    for pinned_by in sorted({source.pinned_by for source in _SOURCES}):
        own = [source for source in _SOURCES if source.pinned_by == pinned_by]
        chosen = [
            (path, source.files)
            for source in own
            for path in modulefiles.required(modules / pinned_by, source.modules)
        ]
        archives = modulefiles.zips(modules / pinned_by, [path for path, _ in chosen])
        for archive, (_, files) in zip(archives, chosen, strict=True):
            for text in modulefiles.texts(archive, files):
                yield from _definitions(_without_templates(text))
    for file in sorted(_SCHEMAS.glob("*.yaml")):
        yield from _definitions(file.read_text())


def _kept(folder: Path, cache: Path) -> Mapping[str, Body]:
    """Read a folder once for each state of its files: a hundred CRDs take half a minute on a busy machine."""
    files = sorted(file for file in folder.rglob("*") if file.suffix in {".yaml", ".yml", ".json"})
    texts = {file: _text(file) for file in files}
    sum_ = hashlib.sha256(json.dumps([_FORMAT, *texts.values()]).encode()).hexdigest()[:24]
    kept = directories.private(cache) / f"crds-given-{sum_}.json"
    if not kept.exists():
        found = dict(_given(texts))
        if not found:
            raise OskError(_empty(folder), exit_code=ExitCode.USAGE)
        directories.replace(kept, json.dumps(found))
    read: dict[str, Body] = json.loads(kept.read_text())
    return read


def _text(file: Path) -> str:
    try:
        return file.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise OskError(_unreadable(file, error), exit_code=ExitCode.USAGE) from error


def _given(texts: Mapping[Path, str]) -> Iterator[tuple[str, Body]]:
    for file, text in texts.items():
        try:
            yield from _definitions(text)
        except YAMLError as error:
            raise OskError(_unreadable(file, error), exit_code=ExitCode.USAGE) from error


def _without_templates(text: str) -> str:
    """Drop the lines of Helm templates among the labels of cert-manager's CRDs."""
    return "\n".join(line for line in text.splitlines() if "{{" not in line)


def _definitions(text: str) -> Iterator[tuple[str, Body]]:
    for document in _flat(YAML(typ="safe", pure=True).load_all(text)):
        name = get(document, "metadata", "name")
        if get(document, "kind") == "CustomResourceDefinition" and isinstance(name, str):
            yield name, _tidy(document)


def _flat(documents: Iterable[Any]) -> Iterator[Any]:
    for document in documents:
        if get(document, "kind") == "List":
            yield from get(document, "items") or ()
        else:
            yield document


def _tidy(document: Body) -> Body:
    """Keep what the API server needs; without its descriptions a CRD takes less than half the memory."""
    metadata = document["metadata"]
    kept = {key: metadata[key] for key in ("name", "annotations", "labels") if metadata.get(key)}
    tidied: Body = _undescribed(
        {"apiVersion": document["apiVersion"], "kind": document["kind"], "spec": document["spec"]}
    )
    _widen(tidied)
    return {**tidied, "metadata": kept}


def _widen(value: Any) -> None:
    """Let numbers be as large as their maximum says: MetalLB has AS numbers of 32 bits without sign as int32.

    With such a field a recent API server refuses every object, whatever its number is.
    """
    if isinstance(value, dict):
        maximum = value.get("maximum")
        if value.get("format") == "int32" and isinstance(maximum, int) and maximum > _INT32:
            value["format"] = "int64"
        for below in value.values():
            _widen(below)
    elif isinstance(value, list):
        for below in value:
            _widen(below)


def _undescribed(value: Any, *, names: bool = False) -> Any:
    """Drop descriptions; below `properties` the keys are names of fields, and one may be `description`."""
    if isinstance(value, dict):
        return {
            key: _undescribed(below, names=key == "properties" and not names)
            for key, below in value.items()
            if names or key != "description" or not isinstance(below, str)
        }
    if isinstance(value, list):
        return [_undescribed(each) for each in value]
    return value


def _unreadable(file: Path, error: Exception) -> Problem:
    return Problem(
        code="OSK0921",
        summary="A file of CRDs cannot be read",
        subject=str(file),
        detail=str(error),
        advice=(Advice("Correct it, or take it out of the folder given by `--crds`"),),
    )


def _empty(folder: Path) -> Problem:
    there = folder.is_dir()
    return Problem(
        code="OSK0922",
        summary="The folder has no CustomResourceDefinition" if there else "There is no such folder",
        subject=str(folder),
        detail="Files *.yaml, *.yml and *.json in it and below it were looked at" if there else None,
        advice=(Advice("Give the folder that holds the CRDs by `--crds`"),),
    )
