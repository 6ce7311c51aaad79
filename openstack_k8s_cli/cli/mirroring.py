"""What a session can do with the profile's mirror: put together from the registry, oc-mirror and the cluster."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from openstack_k8s_cli.adapters import downloads
from openstack_k8s_cli.adapters.ocmirror import OcMirror
from openstack_k8s_cli.adapters.registries import Registry
from openstack_k8s_cli.apply import forms
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.workflows import mirrored, mirroring, pushing
from openstack_k8s_cli.workflows.mirrored import Copy, Fault
from openstack_k8s_cli.workflows.pushing import Asked, Pushed

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.composing import Work
    from openstack_k8s_cli.cli.session import Session


class Mirroring:
    """The mirror of a profile."""

    def __init__(self, work: "Work", session: "Session") -> None:
        self._work = work
        self._session = session

    def image_set(self) -> dict[str, Any]:
        """Say what the mirror has to hold."""
        return mirroring.image_set(self._work.loaded.values, self._work.images())

    def push(
        self, program: str, *, workspace: str | None, told: Callable[[str], None], **more: Any
    ) -> Pushed:
        """Fill the mirror; the other names are Asked's."""
        mirror, image_set = self._mirror, self.image_set()
        cache = downloads.cache_home(self._session.environment) / "mirror" / self._work.loaded.name
        asked = Asked(workspace or str(cache), **more)
        job = pushing.job(image_set, mirror, asked, auth=self._secret("auth"), ca=self._secret("ca"))
        return pushing.push(job, mirror, OcMirror(program, self._session.environment, told))

    def verify(self) -> tuple[tuple[Copy, ...], tuple[Fault, ...]]:
        """Look for every image in the mirror, and for what the cluster needs to use it where the options name one."""
        mirror, work = self._mirror, self._work
        registry = str(mirror["registry"])
        auth = self._secret("auth")
        host = Registry(
            registry.partition("/")[0],
            ca=self._secret("ca"),
            insecure=mirror["insecure"],
            credentials=_credentials(auth, registry) if auth else None,
        )
        copies = mirrored.verify(work.images(), mirror, host)
        return copies, mirrored.faults(work.informed) if work.has_cluster else ()

    @property
    def _mirror(self) -> Mapping[str, Any]:
        return mirroring.of(self._work.loaded.values)

    def _secret(self, key: str) -> str | None:
        """Read one of the mirror's secret values; from a Secret only where the options name a cluster."""
        if not self._mirror[key]:
            return None
        secrets = self._work.world.secrets if self._work.has_cluster else self._work.secrets
        return secrets.resolve(f"mirror.{key}").reveal()


def _credentials(auth: str, registry: str) -> tuple[str, str] | None:
    try:
        return forms.credentials(auth, registry)
    except ValueError as error:
        advice = Advice("Give a `.dockerconfigjson`", "osk profile explain mirror.auth")
        problem = Problem("OSK0524", f"`mirror.auth` cannot be used: {error}", "mirror.auth", None, (advice,))
        raise OskError(problem, exit_code=ExitCode.USAGE) from None
