"""What a folder of an operator's checkout has: its CRDs, and the refusal of all that is none of them."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from ruamel.yaml.error import YAMLError

from openstack_k8s_cli.developing.embedding import EMBEDDERS
from openstack_k8s_cli.model import kubeyaml
from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

BASES = ("config/crd/bases", "bases")
"""Where CRDs are in a checkout, and in its folder of them."""
DOMAIN = ".openstack.org"
_GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "infra": ("instanceha", "memcached", "network", "rabbitmq", "redis", "topology"),
        "nova": ("nova", "placement", "cyborg"),
        "openstack": ("backup", "client", "core", "dataplane", "operator"),
        "openstack-baremetal": ("baremetal",),
    }
)
"""API groups of operators whose groups are not called as they are."""
_KIND = "CustomResourceDefinition"
_OPENSTACK = "openstack"
"""The operator whose checkout has the CRDs of all the others, as `bindata/crds`."""


def crds(operator: str, texts: Iterable[tuple[str, str]]) -> tuple[Body, ...]:
    """Read the CRDs of files; raises OskError with all that is none, or another operator's."""
    found: dict[str, Body] = {}
    problems: list[Problem] = []
    for label, text in texts:
        try:
            documents = list(_documents(text))
        except (YAMLError, ValueError, RecursionError) as error:
            problems.append(_refused("The file is no YAML", label, str(error)))
            continue
        for document in documents:
            trouble = _trouble(operator, document, label)
            if trouble:
                problems.append(trouble)
            elif not _is_beside(operator, document):
                found[document["metadata"]["name"]] = document
    if problems:
        raise OskError(*problems, exit_code=ExitCode.USAGE)
    return tuple(found.values())


def groups(operator: str) -> frozenset[str]:
    """Name the API groups of an operator."""
    return frozenset(f"{each}{DOMAIN}" for each in _GROUPS.get(operator, (operator,)))


def _documents(text: str) -> Iterator[Any]:
    for document in kubeyaml.documents(text):
        if isinstance(document, dict) and str(document.get("kind")).endswith("List"):
            yield from document.get("items") or ()
        elif document is not None:
            yield document


def _trouble(operator: str, document: Any, label: str) -> Problem | None:
    if get(document, "kind") != _KIND:
        kind = get(document, "kind")
        return _refused("It is no CustomResourceDefinition", label, f"kind: {kind}" if kind else None)
    name, group = get(document, "metadata", "name"), get(document, "spec", "group")
    names, versions = get(document, "spec", "names", "kind"), get(document, "spec", "versions")
    if not (isinstance(name, str) and isinstance(group, str) and names and isinstance(versions, list)):
        return _refused("The CustomResourceDefinition is not complete", label, "names, group or versions")
    ours = group in groups(operator) | groups(_OPENSTACK)
    if ours or (operator == _OPENSTACK and group.endswith(DOMAIN)):
        return None
    whose = f"`{operator}` has {', '.join(sorted(groups(operator)))}"
    return _refused(f"The CustomResourceDefinition {name} is another operator's", label, whose)


def _is_beside(operator: str, crd: Body) -> bool:
    """Tell whether a CRD only lies beside the ones that embed others', in a checkout of openstack-operator."""
    ours = crd["spec"]["group"] in groups(operator) or operator == _OPENSTACK
    return not ours and crd["metadata"]["name"] not in EMBEDDERS


def _refused(summary: str, label: str, detail: str | None) -> Problem:
    advice = Advice(
        "Name the folder that has this operator's CRDs and nothing else, such as DIR/config/crd/bases"
    )
    return Problem("OSK1410", summary, label, detail, (advice,))
