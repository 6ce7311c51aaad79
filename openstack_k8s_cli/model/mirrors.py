"""What oc-mirror is asked to do."""

from dataclasses import dataclass, field

from openstack_k8s_cli.model.objects import Body


@dataclass(frozen=True, slots=True)
class Job:
    """One run of oc-mirror."""

    image_set: Body
    destination: str
    workspace: str
    """The folder with its working-dir."""
    arguments: tuple[str, ...] = ()
    auth: str | None = field(default=None, repr=False)
    ca: str | None = None
