"""Rules about storage: classes that volumes are asked of, and volumes that are there."""

from collections import Counter
from collections.abc import Iterator

from openstack_k8s_cli.checking.seen import Seen, bad, doubt, name_of, ok, skipped, summed
from openstack_k8s_cli.model.checks import Result
from openstack_k8s_cli.model.numbers import some
from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.quantities import amount, memory

_DEFAULTS = (
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
)
_NONE_MADE = "kubernetes.io/no-provisioner"
_FREE = frozenset({"Available", "Bound", "Pending", "None"})


def classes(seen: Seen) -> Result:
    """See that every class that volumes are asked of is there, and a default one where none is named."""
    if not seen.demand.volumes:
        return skipped("the plan asks for no volumes")
    return summed(_unserved(seen), ok(", ".join(sorted(filter(None, _asked(seen))))))


def _asked(seen: Seen) -> dict[str | None, int]:
    return Counter(each.storage_class for each in seen.demand.volumes)


def _unserved(seen: Seen) -> Iterator[Result]:
    known = {name_of(each) for each in (*seen.of("StorageClass"), *seen.planned("StorageClass"))}
    after = {name_of(each): each for kind in (seen.of, seen.planned) for each in kind("StorageClass")}
    defaults = [name for name, each in after.items() if _is_default(each)]
    for name in _asked(seen):
        if name is None and not defaults:
            yield bad(
                "no StorageClass is the default, and volumes name none",
                "Name one in the profile, or make one the default",
                "osk profile set storage.class NAME",
            )
        elif name is None and len(defaults) > 1:
            yield doubt(f"several are the default: {', '.join(defaults)}", "Leave one of them the default")
        elif name is not None and name not in known:
            there = ", ".join(sorted(known)) or "none"
            yield bad(
                f"there is no StorageClass `{name}`; there are: {there}",
                "Name one that is there",
                "kubectl get storageclasses",
            )


def _is_default(body: Body) -> bool:
    notes = get(body, "metadata", "annotations") or {}
    return any(notes.get(key) == "true" for key in _DEFAULTS)


def volumes(seen: Seen) -> Result:
    """See that of a class that makes no volumes itself there are enough, and large enough ones."""
    unmade = {
        name_of(each)
        for each in (*seen.of("StorageClass"), *seen.planned("StorageClass"))
        if each.get("provisioner") == _NONE_MADE
    } & {each.storage_class for each in seen.demand.volumes}
    if not unmade:
        return skipped("the classes make their volumes themselves")
    count = sum(each.copies for each in seen.demand.volumes if each.storage_class in unmade)
    return summed(
        (each for name in sorted(filter(None, unmade)) for each in _lacking(seen, name)),
        ok(f"{some(count, 'volume')} wanted"),
    )


def _lacking(seen: Seen, name: str) -> Iterator[Result]:
    there = {
        name_of(each): each
        for each in (*seen.planned("PersistentVolume"), *seen.of("PersistentVolume"))
        if get(each, "spec", "storageClassName") == name and _is_free(seen, each)
    }
    sizes = sorted(
        (amount(get(each, "spec", "capacity", "storage")) for each in there.values()), reverse=True
    )
    wanted = sorted(
        (each.size for each in seen.demand.volumes if each.storage_class == name for _ in range(each.copies)),
        reverse=True,
    )
    if len(wanted) > len(sizes):
        yield bad(
            f"`{name}` has {some(len(sizes), 'volume')} free, {len(wanted)} are wanted",
            "Make more; those that are Released are given back by taking their claim off",
            "kubectl get persistentvolumes",
        )
    elif any(want > size for want, size in zip(wanted, sizes, strict=False)):
        want = next(want for want, size in zip(wanted, sizes, strict=False) if want > size)
        largest = (
            f"the largest free one has {memory(sizes[0])}" if want > sizes[0] else "too few are that large"
        )
        yield bad(
            f"`{name}`: a volume of {memory(want)} is wanted, and {largest}",
            "Make larger ones, or ask for less",
            "kubectl get persistentvolumes",
        )


def _is_free(seen: Seen, volume: Body) -> bool:
    """Tell what can be claimed, or is by this cloud."""
    phase = str(get(volume, "status", "phase"))
    if phase == "Bound":
        spaces = {each.id.namespace for each in seen.plan.manifests}
        return get(volume, "spec", "claimRef", "namespace") in spaces
    return phase in _FREE
