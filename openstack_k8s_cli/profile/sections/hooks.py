"""`hooks`: what a person puts before or after any node of the graph."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from openstack_k8s_cli.profile.shape import Duration, Free, SecretValue, Section, Texts

HOOK_NAME = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
_OUTPUT_NAME = r"^[A-Za-z_][A-Za-z0-9_-]*$"
_FORMS = ("playbook", "command", "manifest", "wait")


class Wait(Section):
    """An object that a hook waits for."""

    kind: str = Field(description="Its kind.")
    name: str = Field(description="Its name.")
    namespace: str = Field("", description="Its namespace; empty: it has none.")
    api_version: str | None = Field(
        None, description="Its apiVersion; null where the plan has objects of the kind, or for core kinds."
    )
    condition: str | None = Field(
        None, description="The condition that must be True; null: the kind's own readiness rule."
    )


class Hook(Section):
    """A playbook, a command, manifests or a wait, as a step of the plan."""

    after: Texts = Field(
        default_factory=list,
        description="What it comes after: layers, components, steps (`osk graph` prints them), or `hooks/NAME`.",
    )
    before: Texts = Field(default_factory=list, description="What waits for it, spelled likewise.")
    playbook: str | None = Field(None, description="A playbook, relative to the profile's file.")
    inventory: str | None = Field(
        None,
        description="The playbook's inventory, relative to the profile's file, or hosts with a comma behind; null: this machine.",
    )
    command: str | list[str] | None = Field(
        None, description="A command: a list as it is, a text for the shell. It runs in the profile's folder."
    )
    manifest: Texts | None = Field(
        None, description="Files with objects that are applied, relative to the profile's file."
    )
    wait: (
        Annotated[list[Wait], BeforeValidator(lambda value: [value] if isinstance(value, dict) else value)]
        | None
    ) = Field(None, description="Objects that must be ready.")
    vars: Free = Field(default_factory=dict, description="Variables of the playbook.")
    env: dict[str, SecretValue] = Field(
        default_factory=dict,
        description="Environment variables of the command or playbook: values, or where they come from, as in `secrets`; none is ever shown.",
    )
    files: Texts = Field(
        default_factory=list,
        description="More files that it reads, relative to the profile's: it runs again when one changes.",
    )
    outputs: dict[Annotated[str, Field(pattern=_OUTPUT_NAME)], Literal["str", "int", "bool", "secret"]] = (
        Field(
            default_factory=dict,
            description="What it gives, by name: `str`, `int`, `bool` or `secret`. `${hooks.NAME.outputs.KEY}` stands for it in the profile.",
        )
    )
    provides: Texts = Field(
        default_factory=list,
        description="Profile paths that count only once it has run: what is deployed before it is rendered without them, and again with them after it.",
    )
    timeout: Duration = Field("1h", description="How long it may take.")

    @model_validator(mode="after")
    def _one_form(self) -> "Hook":
        forms = [name for name in _FORMS if getattr(self, name) is not None]
        if len(forms) != 1:
            raise ValueError("a hook is exactly one of `playbook`, `command`, `manifest` and `wait`")
        if not (self.after or self.before):
            raise ValueError("a hook says what it comes `after` or what it is `before`")
        runs = forms[0] in {"playbook", "command"}
        if not runs and (self.outputs or self.env or self.vars):
            raise ValueError("only a `playbook` or `command` has `vars`, `env` and `outputs`")
        return self


Hooks = dict[Annotated[str, Field(pattern=HOOK_NAME)], Hook]
