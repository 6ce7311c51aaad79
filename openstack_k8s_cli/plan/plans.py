"""The plan itself."""

from dataclasses import dataclass

from openstack_k8s_cli.model.steps import Manifest, Step


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps in a stable topological order."""

    profile: str
    """The profile's name; with the layer it names ledger and lease."""
    steps: tuple[Step, ...]
    digest: str
    """SHA-256 over steps and bodies, hexadecimal."""

    @property
    def manifests(self) -> tuple[Manifest, ...]:
        """List every manifest in apply order."""
        return tuple(manifest for step in self.steps for manifest in step.manifests)
