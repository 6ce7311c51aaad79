"""What `osk dataplane import` does: an inventory's hosts into the profile's file, or onto stdout."""

from openstack_k8s_cli.adapters import files
from openstack_k8s_cli.cli import printing
from openstack_k8s_cli.cli.scope import Output
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.dataplane import inventories, inventoryfiles

_ADVICE = "put it into a Secret, and name that in `varsFrom` of the node set, such as [{secret: NAME}]"


def take(session: Session, file: str, nodeset: str | None) -> None:
    """Take an inventory in and tell what came of it."""
    work = session.work
    entries = inventoryfiles.read(files.outside(file), files.variables(file))
    found = inventories.imported(entries, work.loaded.values, nodeset)
    for each in found.left_out:
        printing.warn(f"left out: {each}")
    for each in found.secret:
        printing.warn(f"left out: {each}, since a profile keeps no secrets: {_ADVICE}")
    fragment = {
        "dataplane": {"nodesets": {name: {"nodes": dict(nodes)} for name, nodes in found.nodes.items()}}
    }
    if session.scope.form is not Output.TEXT:
        printing.answer(session.scope, fragment, lambda: "")
        return
    changed = work.profiles.add_nodes(work.profile_name, found.nodes)
    counted = ", ".join(f"{len(nodes)} in {name}" for name, nodes in found.nodes.items())
    printing.out(f"{work.profile_name}: hosts {counted}{'' if changed else ', unchanged'}")
