"""How a run behaves, beside its plan."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from openstack_k8s_cli.model.objects import Body, ObjectId
from openstack_k8s_cli.model.secrets import SecretText
from openstack_k8s_cli.model.steps import Layer
from openstack_k8s_cli.model.verdicts import Verdict

Judge = Callable[[ObjectId, Body | None], Verdict]
"""A readiness rule for any object."""


class SecretValues(Protocol):
    """Secret values that the profile gives, read when they are written."""

    def resolve(self, path: str) -> SecretText:
        """Give the value at a profile path; raises OskError when it cannot be read."""
        ...


def _no_uids() -> Mapping[ObjectId, str]:
    return MappingProxyType({})


def _surely_not(_: str) -> bool:
    return False


def _nothing() -> None:
    """Find nothing that was changed."""


@dataclass(frozen=True, slots=True)
class Options:
    """Choices of the command and the profile."""

    command: str = "deploy"
    """As PlanMade names it."""
    cluster: str = ""
    """The cluster's name for people: its context or address."""
    again: str = ""
    """The command line that goes on from here."""
    usage: tuple[str, ...] = ()
    """Command lines that use the cloud, for the end of a run that brought one."""
    holder: str = "osk"
    """Who runs this, for the lease: `user@host pid since`."""
    dead: Callable[[str], bool] = _surely_not
    """Tells of a lease's holder that it surely ended, such as a process of this host that is no more."""
    version: str = ""
    """osk's own, for the ledger."""
    cluster_id: str = ""
    values_digest: str | None = None
    """Of the profile's values; None: this run leaves the recorded digests as they are."""
    full: frozenset[Layer] = frozenset()
    """Layers that are run whole: what their ledger has and the plan has not is deleted at the end."""
    adopt: frozenset[str] = frozenset()
    """Objects that osk may take over, as `KIND/NAME` or `KIND/NAMESPACE/NAME`."""
    force: frozenset[str] = frozenset()
    """Objects whose fields are taken from other managers, spelled likewise; `*` for all."""
    force_from: frozenset[str] = frozenset()
    """Managers whose fields are taken wherever they conflict: the profile's `apply.forceFrom`."""
    recreate: frozenset[str] = frozenset()
    """Objects that are deleted and made anew when an immutable field changes, spelled likewise."""
    uids: Mapping[ObjectId, str] = field(default_factory=_no_uids)
    """Preconditions of deletions, beside those in the ledger."""
    recorded: bool = True
    """Keep a ledger and hold leases; off only where nothing is written."""
    fail_fast: bool = False
    """A held error is final, and the first failure stops the run."""
    held: float = 180.0
    """Seconds that an error with the same message lasts before it is shown as one."""
    settle: float = 20.0
    """Seconds before a status without a generation counts although the object did not move since osk changed it."""
    workers: int = 8
    recheck: float = 30.0
    """Seconds between looks at what is watched, against lost events."""
    backoff: float = 0.5
    """Seconds before the first repetition; doubled each time."""
    backoff_cap: float = 15.0
    """Seconds at most before a repetition."""
    serving_cap: float = 2.0
    """Seconds at most between two looks for a kind that is not served yet: its operator is about to bring it."""
    patience: float = 60.0
    """Seconds that requests outside of any step are repeated for."""
    lease: float = 60.0
    """Seconds after which a holder that does not renew is taken for dead."""
    confirmed: Callable[[], None] = _nothing
    """Called once the leases are held; raises OskError where the plan is not true any more, before the first write."""
    under: str = ""
    """Token of a run that holds the leases for this one, and gives them back; empty: this run holds its own."""


def named(target: ObjectId, words: frozenset[str]) -> bool:
    """Tell whether `KIND/NAME` or `KIND/NAMESPACE/NAME` among the words means this object."""
    if "*" in words:
        return True
    spelled = {f"{target.kind}/{target.name}", f"{target.kind}/{target.namespace}/{target.name}"}
    return bool({each.lower() for each in spelled} & {word.lower() for word in words})
