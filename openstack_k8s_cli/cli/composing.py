"""The composition root: where rooms, adapters and the session's options are put together.

Only `Session.work` imports it, so that help and completion load none of what is heavy.
"""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openstack_k8s_cli import components
from openstack_k8s_cli.adapters import files
from openstack_k8s_cli.adapters.secretvalues import ProfileSecrets
from openstack_k8s_cli.cli.profiling import Profiles
from openstack_k8s_cli.components import Catalogue
from openstack_k8s_cli.model.steps import Step
from openstack_k8s_cli.plan import drawing
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.profile.loading import Loaded
from openstack_k8s_cli.workflows import planning
from openstack_k8s_cli.workflows.world import Target

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.session import Session


class Work:
    """What a command's session can be put to."""

    def __init__(self, session: "Session") -> None:
        self._session = session
        self.profiles = Profiles(files.ProfileFiles(), session.scope.sets)

    @cached_property
    def profile_name(self) -> str:
        """Choose the profile: the option, OSK_PROFILE, `./osk.yaml`, else `crc`."""
        session = self._session
        return session.scope.profile_name(session.environment.get("OSK_PROFILE"), Path.cwd())

    @cached_property
    def loaded(self) -> Loaded:
        """Load the profile that the options name."""
        return self.profiles.load(self.profile_name)

    @cached_property
    def catalogue(self) -> Catalogue:
        """Read the component catalogue."""
        return components.parse(files.catalogue())

    def offline(self, target: Target) -> Plan:
        """Make the plan from the profile alone."""
        return planning.offline(self.loaded, self.catalogue, target)

    def rendered(self, words: tuple[str, ...]) -> tuple[Step, ...]:
        """Render the profile's steps in apply order, or only those that are named."""
        return self.offline(Target(words or ("all",), only=bool(words))).steps

    @property
    def secrets(self) -> ProfileSecrets:
        """The secret values that the profile gives, without a cluster."""
        return ProfileSecrets(self.loaded.values, None)

    def validate(self, name: str) -> None:
        """Load a profile and render it; raises OskError with all that is wrong."""
        loaded = self.profiles.load(name)
        planning.offline(loaded, self.catalogue, Target())

    def graph(
        self, words: tuple[str, ...], *, style: drawing.Style, only: bool
    ) -> tuple[str, dict[str, Any]]:
        """Draw the plan, and give it as a document."""
        plan = self.offline(Target(words, only=only))
        steps = [
            {"id": step.id, "layer": step.layer, "action": step.action, "after": sorted(step.after)}
            for step in plan.steps
        ]
        return drawing.graph(plan, style), {"profile": plan.profile, "digest": plan.digest, "steps": steps}
