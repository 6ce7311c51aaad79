"""Which release of an image each part of a control plane runs: in an update they change one after another."""

from collections.abc import Iterator, Mapping
from typing import Any

from openstack_k8s_cli.model.objects import Body, condition, get
from openstack_k8s_cli.rehearsal import images, packages
from openstack_k8s_cli.rehearsal.simulators import operators
from openstack_k8s_cli.rehearsal.simulators.objects import in_namespace, name_of
from openstack_k8s_cli.rehearsal.simulators.world import View

CORE = "core.openstack.org"
VARIABLE = "OPENSTACK_RELEASE_VERSION"
_FOLLOWS: Mapping[str, str] = {
    "rabbitmq": "MinorUpdateOVNDataplane",
    "galera": "MinorUpdateRabbitMQ",
    "memcached": "MinorUpdateMariaDB",
    "keystone": "MinorUpdateMemcached",
}
"""Per section the step of an update that is over before its images change."""
_LAST = "MinorUpdateKeystone"
"""That step of all other sections but OVN's, which is the first."""


def of_operator(view: View, deployment: str = operators.manager("openstack")) -> str:
    """Give the release that an operator's Deployment is of."""
    return release(environment(view, deployment))


def release(environment: Mapping[str, str]) -> str:
    """Give the release that an operator's environment names."""
    return environment.get(VARIABLE, packages.OPENSTACK_VERSION)


def environment(view: View, deployment: str) -> dict[str, str]:
    """Give what an operator's Deployment says in its environment."""
    body = view.named("apps", "Deployment", deployment) or {}
    containers = get(body, "spec", "template", "spec", "containers") or ()
    return {
        str(each.get("name")): str(each.get("value"))
        for container in containers
        for each in container.get("env") or ()
    }


def image(plane: Body, view: View, section: str, field: str) -> str:
    """Give the image that a section of a control plane runs now."""
    version = view.get(in_namespace(plane, CORE, "OpenStackVersion", name_of(plane))) or {}
    own = get(version, "spec", "customContainerImages", field)
    return str(own or images.image(field, _release(version, view, section)))


def _release(version: Body, view: View, section: str) -> str:
    target = str(get(version, "spec", "targetVersion") or of_operator(view))
    before = get(version, "status", "deployedVersion")
    if not before or before == target or section == "ovn":
        return target
    found = condition(version, _FOLLOWS.get(section, _LAST)) or {}
    current = get(version, "status", "observedGeneration") == get(version, "metadata", "generation")
    return target if current and found.get("status") == "True" else str(before)


def wanted(version: Body) -> dict[str, str]:
    """Give the images that an OpenStackVersion asks for."""
    own = get(version, "spec", "customContainerImages") or {}
    plain = {field: str(each) for field, each in own.items() if isinstance(each, str)}
    return images.of(str(get(version, "spec", "targetVersion") or "")) | plain


def runs(body: Body, allowed: frozenset[str]) -> bool:
    """Tell whether all images in an object's spec that a release has are among those of another."""
    found = (each for each in _named(get(body, "spec") or {}) if each.startswith(images.REGISTRY))
    return all(each in allowed for each in found)


def _named(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            if isinstance(each, str):
                yield from (each,) if "mage" in str(key) else ()
            else:
                yield from _named(each)
    elif isinstance(value, list):
        for each in value:
            yield from _named(each)
