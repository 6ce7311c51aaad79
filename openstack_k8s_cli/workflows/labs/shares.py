"""An NFS server is made of a machine, and its exports are taken away again."""

from collections.abc import Iterator
from dataclasses import dataclass

from openstack_k8s_cli.dataplane.labs import nfs
from openstack_k8s_cli.dataplane.labs.nfs import Seen, Server
from openstack_k8s_cli.model.problems import ExitCode, OskError, Problem
from openstack_k8s_cli.workflows.dataplane.hypervisors import Hypervisor
from openstack_k8s_cli.workflows.telling import Told


@dataclass(frozen=True, slots=True)
class Shares:
    """What is exported, and the machine that does it."""

    there: Hypervisor
    server: Server

    def look(self) -> Seen:
        """Look at the machine; raises OskError where that is not possible."""
        named = {
            "file": self.server.file,
            "path": self.server.path,
            "mark": self.server.mark,
            "zone": self.server.zone,
        }
        wishes = [f"{name}={value}" for name, value in named.items()]
        return nfs.read(self.there.look("An NFS server", "nfs.yaml", wishes))

    def check(self, seen: Seen) -> None:
        """Refuse what cannot be made, before anything is; raises OskError (exit 4)."""
        _refuse(tuple(nfs.obstacles(self.server, seen)))

    def check_down(self, seen: Seen) -> None:
        """Refuse where nothing can be done; raises OskError (exit 4)."""
        _refuse(tuple(nfs.unfit(seen)))

    def up(self, seen: Seen, *, dry: bool) -> Iterator[Told]:
        """Make it."""
        pending = nfs.pending(self.server, seen)
        if not pending:
            yield Told(self.there.place, "it is there already", "ok")
        elif dry:
            yield from (Told(self.there.place, f"it would {each}", "ok") for each in pending)
        else:
            yield from self.there.told("nfs-up.yaml", {}, nfs.variables(self.server, seen))

    def down(self, seen: Seen, *, keeps: bool, dry: bool) -> Iterator[Told]:
        """Take its exports away, and the folders with what is in them unless they are kept."""
        left = [
            each
            for each in nfs.remains(self.server, seen)
            if not (keeps and each.startswith("delete the folders"))
        ]
        if not left:
            yield Told(self.there.place, "there is nothing left of it", "ok")
        elif dry:
            yield from (Told(self.there.place, f"it would {each}", "ok") for each in left)
        else:
            variables = nfs.variables(self.server, seen, down=True, keeps=keeps)
            yield from self.there.told("nfs-down.yaml", {}, variables)


def _refuse(problems: tuple[Problem, ...]) -> None:
    if problems:
        raise OskError(*problems, exit_code=ExitCode.REFUSED)
