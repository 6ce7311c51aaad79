"""What `osk cloud` and `osk openstack` do with a cloud that is up."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

from openstack_k8s_cli.apply.ports import Ran
from openstack_k8s_cli.workflows import clouds, refusals
from openstack_k8s_cli.workflows.world import World

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.session import Session


def usage(session: "Session", values: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the commands that use a profile's cloud, pointed at it as the session is."""
    horizon = ["cloud horizon"] if values["controlplane"]["services"]["horizon"]["enabled"] else []
    commands = ["openstack endpoint list", "cloud env", *horizon, "status"]
    return tuple(session.pointed(*each.split()) for each in commands)


class Cloud:
    """A deployed cloud."""

    def __init__(self, world: World) -> None:
        self._cluster = world.cluster
        self._namespace = world.namespace

    def openstack(self, arguments: tuple[str, ...], stdin: Iterable[bytes] | None) -> Ran:
        """Run the client in its pod."""
        return refusals.reading(
            lambda: clouds.openstack(self._cluster, self._namespace, arguments, stdin=stdin)
        )

    def environment(self) -> dict[str, str]:
        """Give the administrator's OS_ variables."""
        return clouds.environment(*self._parsed())

    def clouds_yaml(self) -> dict[str, Any]:
        """Give clouds.yaml with the password of secure.yaml in it."""
        config, secure = self._parsed()
        return clouds.merged(config, secure)

    def horizon(self) -> str:
        """Give the dashboard's address."""
        return refusals.reading(lambda: clouds.horizon(self._cluster, self._namespace))

    def _parsed(self) -> tuple[dict[str, Any], dict[str, Any]]:
        config, secure = refusals.reading(lambda: clouds.clouds_yaml(self._cluster, self._namespace))
        reader = YAML(typ="safe", pure=True)
        return reader.load(config) or {}, reader.load(secure) or {}
