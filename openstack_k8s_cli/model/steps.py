"""Manifests, gates and steps: what rendering makes and the plan orders."""

from dataclasses import dataclass, field
from enum import StrEnum

from openstack_k8s_cli.model.hooks import Hook
from openstack_k8s_cli.model.objects import Body, ObjectId
from openstack_k8s_cli.model.secrets import SecretKey


class Layer(StrEnum):
    """The four layers, bottom first."""

    OPERATORS = "operators"
    NETWORKS = "networks"
    CONTROLPLANE = "controlplane"
    DATAPLANE = "dataplane"


class Policy(StrEnum):
    """How a manifest meets what is there."""

    APPLY = "apply"
    ENSURE = "ensure"
    """Make only what is missing; never change what is there."""
    CREATE = "create"
    """Make it once; an object that is there is left alone."""


class Fate(StrEnum):
    """What teardown does with a step's objects."""

    DELETE = "delete"
    KEEP = "keep"
    DATA = "data"
    """Deleted only with `--keep nothing`."""
    IDENTITY = "identity"
    """Kept with `--keep identity` and `--keep data`."""


class Action(StrEnum):
    """What a step does."""

    APPLY = "apply"
    AWAIT = "await"
    EXEC = "exec"
    DELETE = "delete"
    PATCH = "patch"
    """Set fields of objects that others own; osk neither owns nor records them."""
    PLAYBOOK = "playbook"
    HOST = "host"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a manifest was rendered from."""

    template: str
    """Relative to the catalogue, such as `operators/metallb/operator.yaml.j2`."""
    document: int
    """Zero-based index of the YAML document in the rendered template."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """One object that osk applies."""

    id: ObjectId
    api_version: str
    body: Body
    component: str
    """`layer/component`, or `layer/component[item]` for one made by for_each."""
    origin: Origin
    policy: Policy = Policy.APPLY
    on_teardown: Fate = Fate.DELETE
    secret_keys: tuple[SecretKey, ...] = ()
    """Of an ensured Secret: keys that are not in the body because their values are secret."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Something that must hold beside the readiness of a step's own objects."""

    target: ObjectId
    condition: str | None = None
    """A condition type that must be True; None: the kind's own readiness rule."""
    stall: float | None = None
    """Seconds without progress; None: the step's own."""
    settle: float | None = None
    """Of what others change once this component's objects changed: seconds until it moves, before which it may be as
    it was. None: it counts as it is."""


@dataclass(frozen=True, slots=True)
class Exec:
    """A command in a pod of the cluster."""

    namespace: str
    labels: str
    """A label selector; the first Running pod by name is taken."""
    container: str | None
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Patch:
    """Fields of an object that is there and stays its owner's."""

    id: ObjectId
    body: Body
    """A JSON merge patch."""


@dataclass(frozen=True, slots=True)
class Timeout:
    """A step's patience, in seconds."""

    stall: float = 600.0
    """Without progress."""
    total: float = 3600.0


@dataclass(frozen=True, slots=True)
class Step:
    """A node of the plan's graph."""

    id: str
    """`layer/component/step`, with `[item]` after the component for one made by for_each."""
    layer: Layer
    component: str
    action: Action
    manifests: tuple[Manifest, ...] = ()
    gates: tuple[Gate, ...] = ()
    after: frozenset[str] = frozenset()
    """Step ids."""
    timeout: Timeout = field(default_factory=Timeout)
    exec: Exec | None = None
    deletes: tuple[ObjectId, ...] = ()
    """Of a delete step; gone when every one of them is."""
    hook: Hook | None = None
    """Of a step that runs a command or playbook; its one manifest is the Secret that keeps what that gave."""
    uses: frozenset[str] = frozenset()
    """Hooks whose outputs stand in its objects, or in its own hook."""
    again: bool = False
    """Whether it brings objects of an earlier step once more, now with what a hook provides."""
    patches: tuple[Patch, ...] = ()
    """Of a patch step."""
