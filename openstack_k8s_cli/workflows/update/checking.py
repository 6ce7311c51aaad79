"""What an update would do to a cloud; nothing is written."""

from dataclasses import dataclass

from openstack_k8s_cli.apply import lookups
from openstack_k8s_cli.model.problems import Problem
from openstack_k8s_cli.workflows import refusals
from openstack_k8s_cli.workflows.update import checks, images, rules, running
from openstack_k8s_cli.workflows.update.asked import Asked
from openstack_k8s_cli.workflows.update.images import ImageChange, is_fixed
from openstack_k8s_cli.workflows.update.live import Live
from openstack_k8s_cli.workflows.world import World


@dataclass(frozen=True, slots=True)
class Check:
    """How far a cloud is behind."""

    deployed: str
    target: str
    """What an update would bring it to."""
    installed: str
    """The operator's ClusterServiceVersion."""
    offered: str
    """The one that its channel ends with."""
    changes: tuple[ImageChange, ...]
    nodesets: tuple[str, ...]
    """Those whose hosts would be updated."""
    under_way: bool
    """Whether an update has begun and is not over."""
    problems: tuple[Problem, ...]
    """What would end it."""
    catalog: str = ""
    """The tag of the catalog's image, of which only a run learns whether there is something new behind it."""

    @property
    def upgrades(self) -> bool:
        """Whether a newer operator is on offer, whose images are not known yet."""
        return bool(self.offered and self.installed != self.offered)

    @property
    def differs(self) -> bool:
        """Whether there is anything to update."""
        return self.upgrades or self.deployed != self.target

    @property
    def restarts(self) -> tuple[str, ...]:
        """Name every workload that restarts."""
        return tuple(sorted({each for change in self.changes for each in change.restarts}))


def _catalog(world: World, now: Live) -> str:
    source = str(world.loaded.values["operators"]["openstack"].get("index") or "")
    return source if now.catalog_pods and not is_fixed(source) else ""


def check(world: World, asked: Asked) -> Check:
    """Compare the cloud with a version; raises OskError where it has none, or the cluster does not answer."""
    now = running.look(world)
    target = checks.target(now, asked)
    pods = refusals.reading(lambda: lookups.listed(world.cluster, "", "Pod", world.namespace))
    return Check(
        deployed=now.deployed,
        target=target,
        installed=now.installed,
        offered=now.offered,
        changes=() if rules.deployed(now.version, target) else images.changes(now, target, pods),
        nodesets=tuple(sorted(each["metadata"]["name"] for each in now.nodesets)),
        under_way=bool(now.deployed and now.target and now.target != now.deployed),
        problems=checks.obstacles(now, target, asked) or checks.ahead(now, asked),
        catalog=_catalog(world, now),
    )
