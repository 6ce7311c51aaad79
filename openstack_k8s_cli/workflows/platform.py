"""Refuses a cluster that is not what the profile's `platform` says, before anything is written."""

from collections.abc import Mapping
from typing import Any

from openstack_k8s_cli.model.facts import Facts
from openstack_k8s_cli.model.problems import AGAIN, Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.plan.plans import Plan

_NMSTATE = "operators/nmstate"
"""The component whose operator no catalog may have."""


def check(facts: Facts, values: Mapping[str, Any]) -> None:
    """Compare what was found with what the profile says; raises OskError with exit code 4.

    `existing` takes any cluster that is not a rehearsal; `crc` and `rehearsal` are taken at their word.
    """
    platform = values["platform"]
    problems = [
        _mismatch(name, wanted=wanted, found=found, source=facts.sources.get(name, "the cluster"))
        for name, wanted, found in (
            ("provider", platform["provider"], facts.provider),
            ("flavour", platform["flavour"], facts.flavour),
        )
        if wanted != found and not (name == "provider" and wanted == "existing" and found == "crc")
    ]
    if not facts.workers:
        problems.append(
            Problem(
                code="OSK0411",
                summary="The cluster has no worker node",
                subject="label node-role.kubernetes.io/worker",
                advice=(Advice("Label the nodes that take workloads", "kubectl get nodes --show-labels"),),
            )
        )
    if problems:
        raise OskError(*problems, exit_code=ExitCode.REFUSED)


def check_prerequisites(facts: Facts, values: Mapping[str, Any], plan: Plan) -> None:
    """Refuse a plan that stands on what nothing brings; raises OskError with exit code 4."""
    needed = any(step.component == _NMSTATE for step in plan.steps)
    if (
        needed
        and "nmstate" not in facts.operators
        and not values["operators"]["sources"]["nmstate"]["catalog"]
        and not values["operators"]["sources"]["nmstate"]["manifests"]
    ):
        raise OskError(_no_nmstate(), exit_code=ExitCode.REFUSED)


def _no_nmstate() -> Problem:
    return Problem(
        code="OSK0412",
        summary="NMState is not installed, and the profile names no source for it",
        subject="operators.sources.nmstate",
        detail="Network isolation configures the nodes' interfaces by it",
        advice=(
            Advice("Install it from its own release's manifests; osk then uses it as it is"),
            Advice("Or name a catalog that has it", f"{AGAIN} --set operators.sources.nmstate.catalog=NAME"),
            Advice("Or manifests", f"{AGAIN} --set operators.sources.nmstate.manifests=[ADDRESS]"),
            Advice("Or do without isolated networks", f"{AGAIN} --set networks.isolation=false"),
        ),
    )


def _mismatch(name: str, *, wanted: str, found: str, source: str) -> Problem:
    return Problem(
        code="OSK0410",
        summary=f"The cluster's {name} is `{found}`, the profile says `{wanted}`",
        subject=f"platform.{name}",
        detail=f"Found by: {source}",
        advice=(
            Advice("Point osk at the cluster that the profile means", f"{AGAIN} --context NAME"),
            Advice("Or say what this cluster is", f"{AGAIN} --set platform.{name}={found}"),
            Advice(
                "Or say it for good, in a profile of your own, which `osk init` writes",
                f"osk profile set platform.{name} {found}",
            ),
        ),
    )
