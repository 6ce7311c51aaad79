"""What a person writes in a `component.yaml`; docs/components.md explains each key."""

import re
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from openstack_k8s_cli.model.steps import Action, Fate, Policy

_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_NAME = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"


def seconds(written: object) -> float:
    """Read a duration such as 30s, 10m or 1h30m; ValueError says what is expected."""
    match = _DURATION.fullmatch(written) if isinstance(written, str) else None
    if match is None or not match.group():
        raise ValueError("expected a duration such as 30s, 10m or 1h30m")
    hours, minutes, seconds = (int(group or 0) for group in match.groups())
    return float(hours * 3600 + minutes * 60 + seconds)


Seconds = Annotated[float, BeforeValidator(seconds)]
Expression = bool | str
"""`true`, `false`, or a Jinja expression over the profile and `facts`."""


class _Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class TimeoutSpec(_Written):
    """A step's patience."""

    stall: Seconds = 600.0
    total: Seconds = 3600.0


class TargetSpec(_Written):
    """An object named by its kind; its texts are Jinja templates."""

    kind: str
    name: str
    namespace: str = ""
    api_version: str | None = Field(default=None, alias="apiVersion")
    """Needed only for a kind that no template of the profile renders."""


class GateSpec(TargetSpec):
    """Something that must hold beside a step's own objects."""

    condition: str | None = None
    stall: Seconds | None = None
    settle: Seconds | None = None
    when: Expression = True


class ExecSpec(_Written):
    """A command in the first running pod that the labels select; its texts are Jinja templates."""

    namespace: str
    labels: str
    container: str | None = None
    command: tuple[str, ...] = Field(min_length=1, strict=False)


class StepSpec(_Written):
    """A node of the graph: it has exactly one of manifests, await, exec and delete."""

    name: str = Field(pattern=_NAME)
    when: Expression = True
    manifests: tuple[str, ...] = Field(default=(), strict=False)
    awaits: tuple[GateSpec, ...] = Field(default=(), alias="await", strict=False)
    exec: ExecSpec | None = None
    delete: tuple[TargetSpec, ...] = Field(default=(), strict=False)
    after: tuple[str, ...] = Field(default=(), strict=False)
    gates: tuple[GateSpec, ...] = Field(default=(), strict=False)
    policy: Policy = Field(default=Policy.APPLY, strict=False)
    on_teardown: Fate = Field(default=Fate.DELETE, strict=False)
    timeout: TimeoutSpec = TimeoutSpec()

    @property
    def action(self) -> Action:
        """Give what the step does."""
        if self.exec is not None:
            return Action.EXEC
        if self.delete:
            return Action.DELETE
        return Action.AWAIT if self.awaits else Action.APPLY

    @model_validator(mode="after")
    def _does_one_thing(self) -> Self:
        done = sum(map(bool, (self.manifests, self.awaits, self.exec, self.delete)))
        if done != 1:
            raise ValueError(f"expected exactly one of manifests, await, exec, delete; found {done}")
        return self


class ComponentSpec(_Written):
    """The whole of a `component.yaml`."""

    summary: str
    when: Expression = True
    for_each: str | None = None
    """An expression that gives a list or a map: the component once for each."""
    in_turn: bool = False
    """The items of for_each one after another instead of side by side."""
    after: tuple[str, ...] = Field(default=(), strict=False)
    used_if: Expression = False
    """There already: steps named `operator` are skipped."""
    steps: tuple[StepSpec, ...] = Field(min_length=1, strict=False)

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [step.name for step in self.steps]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two steps have the name {', '.join(twice)}")
        return self
