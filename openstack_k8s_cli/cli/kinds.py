"""`deploy crds`: only the kinds, from folders or with the operator's own package."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from openstack_k8s_cli.cli import printing

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.session import Session
    from openstack_k8s_cli.model.events import Event

WORD = "crds"
_BY_OLM = (
    "CRDs come with packages, which only OLM unpacks: the OpenStack operator is installed with the kinds of its bundle.\n"
    "The services' kinds that it brings itself come when it is initialised, `osk deploy openstack-operator`; --crds DIR applies those that you have."
)


def events(session: "Session", folders: Sequence[Path], *, fail_fast: bool = False) -> "Iterator[Event]":
    """Bring CRDs and nothing that uses them."""
    from openstack_k8s_cli.rehearsal import crds, directories
    from openstack_k8s_cli.workflows import kinds
    from openstack_k8s_cli.workflows.world import Target

    work = session.work
    if folders:
        cache = directories.places(session.environment).cache
        found = crds.overlay(crds.Definitions({}), folders, cache=cache)
        yield from work.deploy_kinds(found.bodies.values(), fail_fast=fail_fast)
        return
    printing.tell(_BY_OLM)
    yield from work.deploy(Target((kinds.OPERATOR,)), fail_fast=fail_fast, usage=())
