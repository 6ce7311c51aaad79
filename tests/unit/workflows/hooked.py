"""A world with hooks: real commands and playbooks round the objects of a fake cluster."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openstack_k8s_cli import components
from openstack_k8s_cli.adapters.clocks import SystemClock
from openstack_k8s_cli.adapters.hooks import Hooks
from openstack_k8s_cli.adapters.secretvalues import ProfileSecrets
from openstack_k8s_cli.apply import Options
from openstack_k8s_cli.model.events import Event
from openstack_k8s_cli.profile import loading
from openstack_k8s_cli.workflows import deploying, planning
from openstack_k8s_cli.workflows.comparing import Row
from openstack_k8s_cli.workflows.world import Target, World
from tests.fakes.cluster import FakeCluster
from tests.fakes.profiles import Texts
from tests.unit.workflows import worlds

PLACE = """\
apiVersion: v1
kind: Namespace
metadata: {name: openstack}
"""
USER = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: storage, namespace: openstack}
data:
  conf: "fsid = {{ hooks.ceph.outputs.fsid }}, {{ hooks.ceph.outputs.count }} monitors"
---
apiVersion: v1
kind: Secret
metadata: {name: ceph, namespace: openstack}
stringData: {keyring: "{{ hooks.ceph.outputs.keyring }}"}
"""
FILES = {
    "operators/place/component.yaml": "summary: A place\nsteps: [{name: space, manifests: [space.yaml.j2]}]\n",
    "operators/place/space.yaml.j2": PLACE,
    "controlplane/storage/component.yaml": "summary: What uses Ceph\nsteps: [{name: conf, manifests: [conf.yaml.j2]}]\n",
    "controlplane/storage/conf.yaml.j2": USER,
}
SPARE = {key: text for key, text in FILES.items() if not key.startswith("controlplane")}


@dataclass
class Hooked:
    """A profile with hooks, a cluster, and the folder they are in."""

    folder: Path
    hooks: str
    """The section's YAML, on one line."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """Files beside the profile."""
    catalogue: Mapping[str, str] = field(default_factory=lambda: FILES)
    cluster: FakeCluster = field(default_factory=worlds.cluster)

    @property
    def world(self) -> World:
        """Load the profile anew."""
        text = f"apiVersion: osk/v1\nkind: Profile\nname: lab\nplatform: {{provider: existing, flavour: kubernetes, nics: {{default: eth0}}}}\nhooks: {self.hooks}\n"
        profile = str(self.folder / "lab.yaml")
        for name, content in self.texts.items():
            (self.folder / name).write_text(content)
        texts = {str(self.folder / name): content for name, content in self.texts.items()}
        loaded = loading.load(profile, reader=Texts({profile: text}, texts=texts))
        secrets = ProfileSecrets(loaded.values, self.cluster)
        runner = Hooks({"PATH": os.environ["PATH"]}, {"OSK_PROFILE": "lab"}, records=self.folder / "records")
        return World(
            self.cluster, SystemClock(), loaded, components.parse(self.catalogue), secrets, runner=runner
        )

    def deploy(self, *words: str, **options: Any) -> list[Event]:
        """Deploy to the end."""
        chosen = Options(recheck=0.05, backoff=0.001, values_digest="v", **options)
        return list(deploying.deploy(self.world, Target(words or ("all",)), chosen))

    def rows(self) -> tuple[Row, ...]:
        """Preview a deployment."""
        return planning.preview(self.world, Target()).rows

    def read(self, name: str) -> str:
        """Read what a hook left in the folder; empty: nothing."""
        file = self.folder / name
        return file.read_text() if file.exists() else ""
