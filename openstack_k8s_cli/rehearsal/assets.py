"""KUBEBUILDER_ASSETS: a folder with the etcd and kube-apiserver to use instead of our own."""

import os
from collections.abc import Mapping
from pathlib import Path

from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

VARIABLE = "KUBEBUILDER_ASSETS"


def folder(environment: Mapping[str, str]) -> Path | None:
    """Give the folder that the variable names; None where it is not set."""
    given = environment.get(VARIABLE)
    if not given:
        return None
    path = Path(given).absolute()
    missing = [name for name in ("etcd", "kube-apiserver") if not os.access(path / name, os.X_OK)]
    if missing:
        raise OskError(_incomplete(path, missing), exit_code=ExitCode.USAGE)
    return path


def _incomplete(path: Path, missing: list[str]) -> Problem:
    return Problem(
        code="OSK0904",
        summary=f"`{VARIABLE}` names a folder without {' and '.join(f'`{name}`' for name in missing)}",
        subject=str(path),
        detail="When it is set, a rehearsal takes etcd and kube-apiserver from there; the other programs are its own",
        advice=(Advice("Correct it, or do without it", command=f"unset {VARIABLE}"),),
    )
