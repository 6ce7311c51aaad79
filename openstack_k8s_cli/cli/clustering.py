"""What `osk cluster info` shows."""

from typing import Any

from openstack_k8s_cli.cli import printing
from openstack_k8s_cli.workflows import identity, refusals
from openstack_k8s_cli.workflows.world import World


def document(world: World, name: str) -> dict[str, Any]:
    """Give the JSON form."""
    found = refusals.reading(lambda: identity.look(world))
    facts = found.facts
    return {
        "name": name,
        "kind": found.kind,
        "provider": facts.provider,
        "flavour": facts.flavour,
        "version": facts.version,
        "kubernetes": found.kubernetes,
        "platform": found.infrastructure,
        "topology": found.topology,
        "nodes": [
            {
                "name": each.name,
                "roles": list(each.roles),
                "ready": each.ready,
                "cpus": each.cpus,
                "memory": each.memory,
            }
            for each in found.nodes
        ],
        "capabilities": sorted(facts.capabilities),
        "catalogs": list(facts.catalogs),
        "operators": sorted(facts.operators),
        "nics": dict(facts.nics),
        "id": facts.cluster_id,
        "sources": dict(facts.sources),
        "adapted": list(found.adapted),
    }


def _platform(word: str) -> str:
    """Say what Infrastructure's word `None` means."""
    return "none that OpenShift works with" if word == "None" else word


def text(told: dict[str, Any]) -> str:
    """Give it for people."""
    version = told["version"] or told["kubernetes"]
    if told["version"] and told["kubernetes"]:
        version += f" (Kubernetes {told['kubernetes']})"
    rows = [
        ("cluster", told["name"]),
        ("kind", f"{told['kind']} {version}".strip()),
        ("platform", _platform(told["platform"]) or "not said"),
        ("topology", told["topology"]),
        ("can do", ", ".join(told["capabilities"]) or "nothing beyond Kubernetes"),
        ("catalogs", ", ".join(told["catalogs"]) or "none"),
        ("operators", ", ".join(told["operators"]) or "none of others"),
    ]
    nodes = printing.table(
        [
            (
                each["name"],
                ", ".join(each["roles"]),
                "Ready" if each["ready"] else "not Ready",
                each["cpus"],
                each["memory"],
            )
            for each in told["nodes"]
        ],
        heads=("NODE", "ROLES", "STATE", "CPUS", "MEMORY"),
    )
    adapted = [f"  {each}" for each in told["adapted"]]
    parts = [
        printing.table(rows),
        nodes,
        "\n".join(["what this changes in the plan:", *adapted]) if adapted else "",
    ]
    return "\n\n".join(filter(None, parts))
