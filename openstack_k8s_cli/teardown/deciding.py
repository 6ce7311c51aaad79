"""What becomes of each of the ledger's objects. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from openstack_k8s_cli.apply import ledger
from openstack_k8s_cli.apply.labels import MANAGED_BY
from openstack_k8s_cli.apply.ledger import Entry, Record
from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.steps import Fate as Wish
from openstack_k8s_cli.model.steps import Layer
from openstack_k8s_cli.teardown import belongings
from openstack_k8s_cli.teardown.found import Found
from openstack_k8s_cli.teardown.keeping import Keep, survives
from openstack_k8s_cli.teardown.plans import Fate, Line

_VOLUMES = frozenset({"PersistentVolume", "PersistentVolumeClaim"})


@dataclass(frozen=True, slots=True)
class Decided:
    """One entry's end."""

    entry: Entry
    line: Line | None
    """None: it is gone already, and nothing is said."""
    goes: bool = False
    """The engine removes it: deletes it, puts it back, or only forgets it."""
    forgotten: bool = False
    """It stays, and the ledger forgets it."""

    @property
    def is_ours(self) -> bool:
        """Whether it is deleted, or was before; what belongs to it goes too."""
        return self.entry.owned and self.goes and (self.line is None or self.line.fate is Fate.DELETED)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the command says, and what else is known."""

    keep: Keep
    crds: bool
    profile: str
    records: tuple[Record, ...]
    """Of every cloud."""
    holding: Mapping[str, bool] = field(default_factory=dict)
    """Namespaces with something in them that stays, and whether osk still has a part in it."""
    layers: tuple[Layer, ...] = ()
    """All that go in this teardown, where only some are planned now."""


def decide(entry: Entry, found: Found, choices: Choices) -> Decided:
    """Decide on one entry."""
    body = found.get(entry.id)
    if not entry.owned:
        return _of_others(entry, body)
    sharers = ledger.sharing(choices.records, entry.id, profile=choices.profile)
    if sharers:
        return _stays(entry, body, Fate.LEFT, _used_by(sharers), forgotten=True)
    if entry.id.kind == "CustomResourceDefinition":
        return _definition(entry, choices)
    if survives(entry.fate, choices.keep):
        forgotten = entry.fate is Wish.KEEP
        return _stays(entry, body, Fate.KEPT, _why_kept(entry, choices.keep), forgotten=forgotten)
    remembered = choices.holding.get(entry.id.name) if entry.id.kind == "Namespace" else None
    if remembered is not None:
        return _stays(entry, body, Fate.KEPT, "something in it stays", forgotten=not remembered)
    return _owned(entry, body)


def _used_by(clouds: Sequence[str]) -> str:
    return f"cloud {clouds[0]} uses it" if len(clouds) == 1 else f"clouds {', '.join(clouds)} use it"


def _owned(entry: Entry, body: Body | None) -> Decided:
    if body is None:
        return Decided(entry, None, goes=True)
    uid = str(get(body, "metadata", "uid") or "")
    if entry.uid and entry.uid != uid:
        line = Line(entry.id, Fate.LEFT, "another object has taken its name")
        return Decided(entry, line, goes=True)
    if not entry.uid and get(body, "metadata", "labels", MANAGED_BY) != "osk":
        return _stays(entry, body, Fate.LEFT, "it does not carry osk's label", forgotten=True)
    size = belongings.size(body) if entry.id.kind in _VOLUMES else ""
    return Decided(entry, Line(entry.id, Fate.DELETED, size=size), goes=True)


def _of_others(entry: Entry, body: Body | None) -> Decided:
    if body is None:
        return Decided(entry, None, goes=True)
    if entry.patched:
        return Decided(entry, Line(entry.id, Fate.PUT_BACK, "it was there before osk"), goes=True)
    return Decided(entry, Line(entry.id, Fate.LEFT, "it was there before osk"), goes=True)


def _definition(entry: Entry, choices: Choices) -> Decided:
    """Leave CRDs alone here; `--crds` has a step of its own for them."""
    if choices.crds:
        return Decided(entry, Line(entry.id, Fate.DELETED), goes=True)
    return Decided(entry, Line(entry.id, Fate.KEPT, "CRDs go with `--crds`"), forgotten=True)


def _stays(entry: Entry, body: Body | None, fate: Fate, why: str, *, forgotten: bool) -> Decided:
    if body is None:
        return Decided(entry, None, goes=True)
    size = belongings.size(body) if entry.id.kind in _VOLUMES else ""
    return Decided(entry, Line(entry.id, fate, why, size), forgotten=forgotten)


def _why_kept(entry: Entry, keep: Keep) -> str:
    return "its component says so" if entry.fate is Wish.KEEP else f"`--keep {keep.value}`"
