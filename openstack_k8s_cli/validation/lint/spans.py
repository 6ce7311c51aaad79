"""Every range that something gives addresses out of, whoever does so."""

from collections.abc import Iterator
from dataclasses import dataclass

from openstack_k8s_cli.validation.findings import Item, Path
from openstack_k8s_cli.validation.lint.objects import Objects
from openstack_k8s_cli.validation.lint.ranges import Address, Range, attachments, pools, subnets

ALLOCATED = "allocation range"
POOLED = "pool"
ATTACHED = "attachment"


@dataclass(frozen=True, slots=True)
class Span:
    """A range, and whose it is."""

    sort: str
    name: str
    item: Item
    path: Path
    range: Range
    excluded: tuple[Range, ...] = ()
    """Never given out, though within the range."""

    def gives(self, address: Address) -> bool:
        """Tell whether an address may be given out."""
        return self.range.has(address) and not any(each.has(address) for each in self.excluded)

    def __str__(self) -> str:
        return f"{self.range} of {self.sort} {self.name}"


def spans(objects: Objects) -> list[Span]:
    """Give every range of a set."""
    return [*_allocated(objects), *_pooled(objects), *_attached(objects)]


def _allocated(objects: Objects) -> Iterator[Span]:
    for subnet in subnets(objects):
        spared = tuple(Range(each, each) for _, each in subnet.excluded)
        for path, span in subnet.ranges:
            yield Span(ALLOCATED, str(subnet), subnet.item, path, span, spared)


def _pooled(objects: Objects) -> Iterator[Span]:
    for item, path, span in pools(objects):
        yield Span(POOLED, item.id.name, item, path, span)


def _attached(objects: Objects) -> Iterator[Span]:
    for each in attachments(objects):
        name = f"{each.item.id.namespace}/{each.item.id.name}"
        for span in each.ranges:
            yield Span(ATTACHED, name, each.item, each.path, span, each.excluded)
