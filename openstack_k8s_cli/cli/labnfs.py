"""What `osk host nfs` does: a machine becomes an NFS server for the cloud's back ends, and is none any more."""

from collections.abc import Iterator

from openstack_k8s_cli.cli import questions
from openstack_k8s_cli.cli.labs import Lab
from openstack_k8s_cli.dataplane.labs import nfs
from openstack_k8s_cli.model.events import Event
from openstack_k8s_cli.workflows.labs.shares import Shares
from openstack_k8s_cli.workflows.telling import Task


def up(lab: Lab, *, dry: bool) -> Iterator[Event]:
    """Make what is not there."""
    shares = Shares(lab.there, nfs.server(lab.values))
    seen = shares.look()
    shares.check(seen)
    task = Task("up", lambda: shares.up(seen, dry=dry))
    given = lab.values["storage"]["nfs"]
    usage = f"osk profile set storage.nfs '{{server: ADDRESS, path: {shares.server.path}/cinder}}'"
    yield from lab.story("dataplane/nfs", [task]).events(after=() if dry or given else (usage,))


def down(lab: Lab, *, keeps: bool, dry: bool, yes: bool) -> Iterator[Event]:
    """Take it away."""
    shares = Shares(lab.there, nfs.server(lab.values))
    seen = shares.look()
    shares.check_down(seen)
    if nfs.remains(shares.server, seen) and not dry:
        what = "the exports" if keeps else f"the exports, and {shares.server.path} with all that is in it"
        questions.confirm(f"Delete {what} on {lab.there.place}?", yes=yes)
    task = Task("down", lambda: shares.down(seen, keeps=keeps, dry=dry))
    yield from lab.story("dataplane/nfs", [task]).events()
