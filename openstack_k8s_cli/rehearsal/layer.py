"""The layer `rehearsal` over a profile: what a rehearsal cluster has in place of a real one."""

from pathlib import Path

from openstack_k8s_cli.profile.sources import Source
from openstack_k8s_cli.rehearsal import settings
from openstack_k8s_cli.rehearsal.packages import OPENSTACK_INDEX

LABEL = "rehearsal"


def layer(name: str, directory: Path) -> Source:
    """Give the layer for a prepared cluster: the last one before `--set`."""
    prepared = settings.read(directory)
    lines = [
        f"# The rehearsal cluster `{name}`: it goes over every profile that is deployed there.",
        "platform:",
        "  provider: rehearsal",
        "  flavour: openshift",
        "  workers: [crc]",
        "operators:",
        "  openstack:",
        "    # OLM prefers an image, and no pod serves one here.",
        f'    address: "{prepared.address(OPENSTACK_INDEX)}"',
    ]
    if prepared.release is not None:
        lines += [
            "# The release whose CRDs and webhooks there are; its OpenStack kind is a later one's.",
            f"release: {prepared.release}",
            "fields: {operatorOverrides: true}",
        ]
    return Source(label=LABEL, text="\n".join(lines) + "\n", name=LABEL)
