"""CRDs that commands of `osk dev` are given: read and refused before the cluster is asked, compared with its own then."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.composing import Work
    from openstack_k8s_cli.cli.session import Session
    from openstack_k8s_cli.workflows.developing.effects import Wanted


def wishes(session: "Session", operator: str, given: Iterable[Path]) -> "Callable[[Work], Sequence[Wanted]]":
    """Read the CRDs of an operator; give what makes of them, once the cluster is known, effects of an entry."""
    from openstack_k8s_cli.adapters import manifests
    from openstack_k8s_cli.developing import folders

    found = folders.crds(operator, manifests.texts(str(_within(each)) for each in given))

    def compared(work: "Work") -> "Sequence[Wanted]":
        from openstack_k8s_cli.workflows import refusals
        from openstack_k8s_cli.workflows.developing import crds

        if not found:
            return ()
        made = refusals.reading(lambda: crds.compared(work.connection.cluster, found))
        for line in crds.words(made):
            session.tell(line)
        return made.wishes

    return compared


def bases(folder: Path) -> Path | None:
    """Find the folder of CRDs within a checkout."""
    from openstack_k8s_cli.developing import folders

    return next((folder / each for each in folders.BASES if (folder / each).is_dir()), None)


def _within(folder: Path) -> Path:
    return bases(folder) or folder
