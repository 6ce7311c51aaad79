"""What an update would do, as a document and as text; and the names of its steps."""

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from openstack_k8s_cli.cli import printing
from openstack_k8s_cli.model.numbers import some
from openstack_k8s_cli.report import problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openstack_k8s_cli.cli.composing import Work
    from openstack_k8s_cli.cli.session import Session
    from openstack_k8s_cli.model.events import Event
    from openstack_k8s_cli.workflows.update.checking import Check


class Stage(StrEnum):
    """The steps of an update, in their order; held to be those of the workflow by a test."""

    CATALOG = "catalog"
    APPROVE = "approve"
    OPERATOR = "operator"
    VERSION = "version"
    OVN_CONTROLPLANE = "ovn-controlplane"
    OVN_DATAPLANE = "ovn-dataplane"
    RABBITMQ = "rabbitmq"
    MARIADB = "mariadb"
    MEMCACHED = "memcached"
    KEYSTONE = "keystone"
    CONTROLPLANE = "controlplane"
    DATAPLANE = "dataplane"
    DEPLOYED = "deployed"
    SYSTEM = "system"
    REBOOT = "reboot"


STAGE_NAMES = ", ".join(Stage)


def check(session: "Session", to: str | None) -> "Check":
    """Say what an update would do."""
    from openstack_k8s_cli.workflows.update import checking
    from openstack_k8s_cli.workflows.update.asked import Asked

    return checking.check(session.work.world, Asked(to=to))


def events(session: "Session", work: "Work", **asked: Any) -> "Iterator[Event]":
    """Update the cloud; the names are Asked's."""
    from openstack_k8s_cli.workflows.update import running
    from openstack_k8s_cli.workflows.update.asked import Asked

    given = [f"--{name.replace('_', '-')}" for name, value in asked.items() if value is True]
    to = ["--to", asked["to"]] if asked.get("to") else []
    again = session.pointed("update", "run", *to, *given)
    return work.drive(lambda world, options: running.run(world, Asked(**asked, again=again), options))


def document(found: "Check") -> dict[str, Any]:
    """Give a check's JSON form."""
    return {
        "deployed": found.deployed,
        "target": found.target,
        "differs": found.differs,
        "under_way": found.under_way,
        "operator": {"installed": found.installed, "offered": found.offered, "tag": found.catalog or None},
        "images": [
            {"name": each.name, "before": each.before, "after": each.after, "restarts": list(each.restarts)}
            for each in found.changes
        ],
        "restarts": list(found.restarts),
        "nodesets": list(found.nodesets),
        "problems": [problems.plain(each) for each in found.problems],
    }


def text(found: "Check") -> str:
    """Give a check's lines."""
    lines = [f"version   {_step(found.deployed, found.target)}{'  (under way)' if found.under_way else ''}"]
    if found.installed:
        lines.append(f"operator  {_step(found.installed, found.offered or found.installed)}")
    if found.catalog:
        lines.append(f"catalog   {found.catalog} (a tag: `osk update run` looks what is behind it now)")
    if found.changes:
        rows = [(each.name, f"{each.before or 'none'} → {each.after or 'none'}") for each in found.changes]
        lines += [
            "",
            f"{some(len(rows), 'image')} {'changes' if len(rows) == 1 else 'change'}",
            printing.table(rows),
        ]
    if found.restarts:
        lines += ["", "restarts", *(f"  {each}" for each in found.restarts)]
    if found.nodesets and found.differs:
        lines += ["", f"hosts     node sets {', '.join(found.nodesets)}"]
    if found.problems:
        lines += ["", problems.text(found.problems)]
    lines += ["", _advice(found)]
    return "\n".join(lines)


def _step(before: str, after: str) -> str:
    if before == after:
        return f"{before or 'none'} (newest)"
    return f"{before or 'none'} → {after}"


def _advice(found: "Check") -> str:
    if not found.differs:
        return "There is nothing to update"
    if found.upgrades:
        return "`osk update run` upgrades the operator first; which images change shows once it is there"
    return "`osk update run` goes through with it; `--pause-after STEP` ends on the way"
