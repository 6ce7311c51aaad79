"""A whole deployment: osk beside kubectl, on the same objects of one rehearsal cluster."""

import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from openstack_k8s_cli.adapters import kubernetes
from openstack_k8s_cli.model.steps import Policy
from openstack_k8s_cli.rehearsal.lifecycle import Rehearsal
from tests.benchmarks.measuring import Figures, median, run
from tests.cluster import stories
from tests.cluster.commands import Osk

_KUBECTL = Path(sys.executable).parent / "kubectl"
_TIMES = 5
_LIMIT = 150.0
"""MB of memory that a deployment may take."""


def report(osk: Osk, cluster: Rehearsal, told: Callable[[str], object]) -> tuple[str, str]:
    """Give the table, and what is wrong where a deployment takes too much memory."""
    rows = dict(_measured(osk, cluster, told))
    heaviest = max(figures.memory for what, figures in rows.items() if what.startswith("`osk deploy"))
    wrong = f"`osk deploy all` took {heaviest:.0f} MB of memory; {_LIMIT:.0f} MB are allowed"
    return f"{_table(rows)}\n{_ratios(rows)}", wrong if heaviest > _LIMIT else ""


def _many(osk: Osk) -> list[str]:
    """Give the command that renders 5,000 hosts."""
    networks = ("ctlplane", "internalapi", "storage", "tenant")
    ranges = "{nodes: 10-29, pods: 30-70, vips: 80-90, hosts: 100-10000}"
    sets = [f"networks.{name}.cidr=[10.{8 + number}.0.0/16]" for number, name in enumerate(networks)]
    sets += [f"networks.{name}.slices={ranges}" for name in networks]
    sets += ["networks.ctlplane.gateway=.1", "dataplane.nodesets.compute.count=5000"]
    words = [word for each in sets for word in ("--set", each)]
    return osk.command("render", "-p", "crc", "--layer", "dataplane", *words)


def _measured(osk: Osk, cluster: Rehearsal, told: Callable[[str], object]) -> Iterator[tuple[str, Figures]]:
    measured = partial(run, environment=osk.variables, folder=osk.home)
    for words in (("--version",), ("--help",), ("render", "-p", "crc"), ("validate", "-p", "crc")):
        name = " ".join(("osk", *words))
        yield f"`{name}`", median([measured(osk.command(*words)) for _ in range(_TIMES)])
    yield "`osk render --layer dataplane`, 5,000 hosts", measured(_many(osk))
    deploy = osk.command("deploy", "all", "-p", "crc", f"--rehearsal={cluster.name}")
    told("osk deploy all, on a bare cluster")
    yield "`osk deploy all`, from a bare cluster to Ready", measured(deploy)
    told("osk deploy all, again")
    yield "`osk deploy all`, nothing to change", median([measured(deploy) for _ in range(_TIMES)])
    applied = _kubectl(osk, cluster)
    told("kubectl apply --server-side")
    yield "`kubectl apply --server-side`, first time", measured(applied)
    yield (
        "`kubectl apply --server-side`, nothing to change",
        median([measured(applied) for _ in range(_TIMES)]),
    )


def _kubectl(osk: Osk, cluster: Rehearsal) -> list[str]:
    """Write the plan's objects to a file; give the command that applies them."""
    plan = stories.plan_of("crc", cluster, kubernetes.connect(str(cluster.kubeconfig)))
    bodies = [each.body for each in plan.manifests if each.policy is Policy.APPLY]
    path = osk.home / "objects.json"
    path.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": bodies}))
    command = [
        str(_KUBECTL),
        "--kubeconfig",
        str(cluster.kubeconfig),
        "apply",
        "--server-side",
        "--validate=false",
        "--force-conflicts",
    ]
    return [*command, "--field-manager", "kubectl", "--filename", str(path)]


def _table(rows: dict[str, Figures]) -> str:
    head = "| command | seconds | processor seconds | peak memory |\n| --- | ---: | ---: | ---: |"
    lines = (
        f"| {what} | {each.wall:.2f} | {each.processor:.2f} | {each.memory:.0f} MB |"
        for what, each in rows.items()
    )
    return "\n".join((head, *lines))


def _ratios(rows: dict[str, Figures]) -> str:
    osk = rows["`osk deploy all`, nothing to change"]
    kubectl = rows["`kubectl apply --server-side`, nothing to change"]
    pairs = (
        ("time", osk.wall / kubectl.wall),
        ("processor time", osk.processor / kubectl.processor),
        ("memory", osk.memory / kubectl.memory),
    )
    return "\nosk to kubectl, nothing to change: " + ", ".join(f"{what} {ratio:.2f}" for what, ratio in pairs)
