"""What is in a rehearsal cluster beside its control plane: kinds, catalogs, OLM, admission webhooks."""

import functools
import sys
from collections.abc import Iterator
from pathlib import Path

from openstack_k8s_cli.rehearsal import (
    catalogs,
    crds,
    directories,
    network,
    operators,
    packages,
    settings,
    snapshot,
)
from openstack_k8s_cli.rehearsal.binaries import Binaries, Progress
from openstack_k8s_cli.rehearsal.crds import Definitions
from openstack_k8s_cli.rehearsal.options import Options
from openstack_k8s_cli.rehearsal.processes import Program
from openstack_k8s_cli.rehearsal.settings import Settings

_OLM = {"GOGC": "50", "GOMEMLIMIT": "400MiB"}
_SMALL = {"GOGC": "50", "GOMEMLIMIT": "128MiB"}
_HOOKED = (
    "OpenStackControlPlane",
    "OpenStackVersion",
    "OpenStackClient",
    "OpenStackDataPlaneNodeSet",
    "OpenStackDataPlaneDeployment",
    "OpenStackDataPlaneService",
)
"""Kinds that the webhook program knows."""
_CONTROL_PLANE = "openstackcontrolplanes.core.openstack.org"


def prepare(
    binaries: Binaries, directory: Path, options: Options, progress: Progress, *, restore: bool = True
) -> None:
    """Give a cluster that has no state yet its kinds and a bare CRC's objects, and write its catalogs.

    Without `restore` its first start installs them: another etcd may not read the snapshot of ours.
    """
    cache = directories.places().cache
    if not settings.exists(directory):  # otherwise it is a reset
        found = crds.overlay(crds.collect(progress, cache=cache), options.crds, cache=cache)
        _prepared(options, found, progress).write(directory, found)
        catalogs.write(directories.private(directory / "catalogs"), found)
    if restore:
        definitions = settings.definitions(directory)
        snapshot.restore(directory, definitions, binary=binaries.controlplane, cache=cache, progress=progress)


def programs(binaries: Binaries, directory: Path, kubeconfig: Path, options: Options) -> tuple[Program, ...]:
    """Give the programs that run beside the control plane, in the order of their start."""
    (directory / operators.READY).unlink(missing_ok=True)
    (directory / operators.CONFIGURATIONS).unlink(missing_ok=True)
    prepared = settings.read(directory)
    chosen: list[Program] = []
    if options.olm:
        chosen += _catalogs(binaries, directory, prepared)
    chosen.append(_operators(directory, kubeconfig))
    if options.olm:
        chosen.append(_olm(binaries, kubeconfig))
    if prepared.webhooks is not None:
        chosen.append(_webhooks(binaries, directory, kubeconfig, prepared, prepared.webhooks))
    return tuple(chosen)


def _prepared(options: Options, definitions: Definitions, progress: Progress) -> Settings:
    kinds = {definitions.bodies[name]["spec"]["names"]["kind"] for name in definitions.replaced}
    unhooked = [kind for kind in _HOOKED if kind in kinds]
    if unhooked and options.webhooks:
        progress(
            f"the webhooks of {', '.join(unhooked)} are not registered: they know release {packages.RELEASE},"
            " and would drop newer fields of the CRDs given by --crds"
        )
    has_webhooks = options.webhooks and len(unhooked) < len(_HOOKED)
    return Settings(
        release=None if _CONTROL_PLANE in definitions.replaced else packages.RELEASE,
        pace=options.pace,
        catalogs={name: network.free_port() for name in catalogs.names()},
        webhooks=network.free_port() if has_webhooks else None,
        replaced=tuple(sorted(kind.lower() for kind in kinds)),
        faults=options.faults,
    )


def _catalogs(binaries: Binaries, directory: Path, prepared: Settings) -> Iterator[Program]:
    for name, port in prepared.catalogs.items():
        argv = [str(binaries.olm), "serve", "-catalog", str(directory / "catalogs" / name)]
        argv += ["-cache", str(directory / "catalogs" / f"{name}.cache"), "-port", str(port)]
        yield Program(
            name=f"catalog-{name}",
            argv=tuple(argv),
            environment=_SMALL,
            ready=functools.partial(network.listens, port),
        )


def _operators(directory: Path, kubeconfig: Path) -> Program:
    argv = (sys.executable, "-m", "openstack_k8s_cli.rehearsal.operators", str(directory), str(kubeconfig))
    return Program(name="operators", argv=argv, ready=(directory / operators.READY).exists)


def _olm(binaries: Binaries, kubeconfig: Path) -> Program:
    argv = (str(binaries.olm), "run", "-kubeconfig", str(kubeconfig), "-namespace", packages.MARKETPLACE)
    return Program(name="olm", argv=argv, environment=_OLM)


def _webhooks(
    binaries: Binaries, directory: Path, kubeconfig: Path, prepared: Settings, port: int
) -> Program:
    argv = [str(binaries.webhooks), "-kubeconfig", str(kubeconfig), "-port", str(port), "-register=false"]
    argv += ["-dir", str((directory / operators.CONFIGURATIONS).parent)]
    argv += ["-release", str(directory / operators.RELEASE)]
    argv += ["-without", ",".join(prepared.replaced)]
    return Program(
        name="webhooks",
        argv=tuple(argv),
        environment=_SMALL | {"OPENSTACK_RELEASE_VERSION": packages.OPENSTACK_VERSION},
        ready=functools.partial(network.listens, port),
    )
