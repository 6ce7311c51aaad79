"""Runs a step's hook once for the same inputs, and keeps what it gave in a Secret.

Values that nobody may see exist in memory, in the hook's process and in that Secret.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from openstack_k8s_cli.apply import lookups
from openstack_k8s_cli.apply.options import SecretValues
from openstack_k8s_cli.apply.ports import Cluster, ClusterError
from openstack_k8s_cli.model import hooks as model
from openstack_k8s_cli.model.hooks import DIGEST, Hook, OutputKind
from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.secrets import SecretText

MASK = "•••"
_SHORTEST = 4
"""Characters of a secret below which masking it would hide half of every text."""
_LINE = 8
"""The same for a single line of a longer one."""
_LAST = 12
"""Lines of a failed hook's output that are shown."""


@dataclass(frozen=True, slots=True)
class Told:
    """What TaskRan says, without its time and step."""

    host: str
    task: str
    outcome: str
    message: str = ""
    nodeset: str = ""
    service: str = ""
    play: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A hook with everything that it is run with."""

    hook: Hook
    command: tuple[str, ...] = ()
    vars: Mapping[str, Any] = field(default_factory=dict, repr=False)
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    hidden: tuple[str, ...] = field(default=(), repr=False)
    """Values among its vars that nobody may see."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a hook ended."""

    exit_code: int
    output: str = field(default="", repr=False)
    """What it said last; it may hold secrets."""
    outputs: Mapping[str, Any] = field(default_factory=dict, repr=False)
    late: bool = False
    """Whether it was ended because its time was over."""
    why: str = ""
    """Why there is no exit code of its own: it could not be started, or what it gave could not be read."""


class Runner(Protocol):
    """Runs commands and playbooks on this machine."""

    def check(self, hooks: Iterable[Hook]) -> None:
        """Refuse what cannot be run here, before anything is; raises OskError."""
        ...

    def run(self, call: Call, *, told: Callable[[Told], None], stopped: Callable[[], bool]) -> Ended:
        """Run it to its end, or until it is stopped or its time is over."""
        ...


class Outputs:
    """What hooks of a profile gave, as the cluster keeps it; raises ClusterError."""

    def __init__(self, cluster: Cluster, profile: str) -> None:
        self._cluster = cluster
        self._profile = profile
        self._read: dict[str, Body | None] = {}

    def record(self, name: str) -> Body | None:
        """Read the Secret of a hook; None: it never ran."""
        if name not in self._read:
            target = model.record_id(self._profile, name)
            resource = self._cluster.resource("", "Secret")
            self._read[name] = (
                self._cluster.get(resource, target.namespace, target.name) if resource else None
            )
        return self._read[name]

    def value(self, name: str, key: str) -> Any:
        """Give an output; raises KeyError where it is not known."""
        found = self._kept(name, "outputs", {})
        if key not in found:
            raise KeyError(f"hooks.{name}.outputs.{key}")
        return found[key]

    def hidden(self, name: str) -> tuple[str, ...]:
        """Give all outputs of a hook that nobody may see, as far as it ran."""
        found = self._kept(name, "outputs", {})
        return tuple(str(found[key]) for key in self._kept(name, "secret", []) if key in found)

    def secrets(self, value: Any) -> tuple[str, ...]:
        """Give the outputs that a value has marks of and that nobody may see."""
        return tuple(
            str(self.value(name, key))
            for name, key in model.marks(value)
            if key in self._kept(name, "secret", [])
        )

    def _kept(self, name: str, part: str, otherwise: Any) -> Any:
        encoded = get(self.record(name) or {}, "data", part)
        return json.loads(base64.b64decode(encoded)) if encoded else otherwise

    def filled(self, value: Any) -> Any:
        """Put outputs in the place of their marks; raises KeyError where one is not known."""
        return model.filled(value, self.value)


class Filling:
    """Secret values of the profile, with outputs in the place of their marks."""

    def __init__(self, values: SecretValues, outputs: Outputs) -> None:
        self._values = values
        self._outputs = outputs

    def resolve(self, path: str) -> SecretText:
        """Give the value at a profile path."""
        return SecretText(str(self._outputs.filled(self._values.resolve(path).reveal())))


def call_of(hook: Hook, values: SecretValues, outputs: Outputs) -> Call:
    """Put a hook's values together; raises KeyError for an output that is not known, OskError for a secret value."""
    filling = Filling(values, outputs)
    return Call(
        hook,
        tuple(str(outputs.filled(word)) for word in hook.command),
        outputs.filled(dict(hook.vars)),
        {key: filling.resolve(path).reveal() for key, path in hook.env.items()},
        outputs.secrets(hook.vars),
    )


def digest(call: Call, cluster: Cluster) -> str:
    """Take the SHA-256 of all that a hook depends on: its definition and files, its values, and which objects it follows."""
    identities = [[str(target), _uid(target, cluster)] for target in call.hook.follows]
    inputs = [call.hook.digest, call.command, call.vars, call.env, identities]
    return hashlib.sha256(json.dumps(inputs, sort_keys=True, default=str).encode()).hexdigest()


def _uid(target: ObjectId, cluster: Cluster) -> str:
    body = lookups.find(cluster, target)
    return str(get(body or {}, "metadata", "uid") or "")


def is_done(record: Body | None, inputs: str) -> bool:
    """Tell whether a hook ran to its end with these inputs."""
    return bool(get(record or {}, "metadata", "annotations", DIGEST) == inputs)


def kept(body: Body, inputs: str, hook: Hook, outputs: Mapping[str, Any]) -> Body:
    """Give the Secret that keeps what a hook gave: all of it, and each output by itself for who reads it there."""
    each = {f"output.{key}": _text(value) for key, value in outputs.items()}
    secret = [name for name, kind in hook.outputs.items() if kind is OutputKind.SECRET]
    data = {"outputs": json.dumps(dict(outputs), sort_keys=True), "secret": json.dumps(secret), **each}
    meta = {**body["metadata"], "annotations": {DIGEST: inputs}}
    encoded = {key: base64.b64encode(text.encode()).decode() for key, text in data.items()}
    return {**body, "metadata": meta, "type": "Opaque", "data": encoded}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def typed(hook: Hook, given: Mapping[str, Any]) -> dict[str, Any]:
    """Check what a hook gave against what it promised; raises ValueError that shows no value."""
    wrong = [name for name, kind in hook.outputs.items() if not _fits(given.get(name), kind)]
    if wrong:
        said = ", ".join(
            f"`{name}` is not there" if name not in given else f"`{name}` is no {hook.outputs[name].value}"
            for name in wrong
        )
        raise ValueError(said)
    return {
        name: str(given[name]) if kind in {OutputKind.STR, OutputKind.SECRET} else given[name]
        for name, kind in hook.outputs.items()
    }


def _fits(value: Any, kind: OutputKind) -> bool:
    if kind is OutputKind.BOOL:
        return isinstance(value, bool)
    if isinstance(value, bool) or value is None:
        return False
    return isinstance(value, int) if kind is OutputKind.INT else isinstance(value, (str, int, float))


def masked(text: str, secrets: Iterable[str]) -> str:
    """Hide every secret, and every longer line of one, in a text."""
    for each in hiding(secrets):
        text = text.replace(each, MASK)
    return text


def hiding(secrets: Iterable[str]) -> tuple[str, ...]:
    """Give what is to be hidden of secrets, the longest first."""
    hidden = {each for each in secrets if len(each) >= _SHORTEST}
    hidden |= {line for each in hidden for line in map(str.strip, each.splitlines()) if len(line) >= _LINE}
    return tuple(sorted(hidden, key=len, reverse=True))


def secrets_of(call: Call, given: Mapping[str, Any]) -> tuple[str, ...]:
    """Name every value of a call that nobody may see."""
    produced = [
        str(given[name])
        for name, kind in call.hook.outputs.items()
        if kind is OutputKind.SECRET and name in given
    ]
    texts = [*call.env.values(), *call.hidden, *produced]
    return tuple(text for text in texts if text)


def failed(step: str, call: Call, ended: Ended, why: str = "") -> Problem:
    """Say how a hook failed, with its last words and no secret in them."""
    hook = call.hook
    what = f"The playbook `{hook.playbook}`" if hook.playbook else f"The command of hook `{hook.name}`"
    if ended.late:
        how = f"did not end within {hook.timeout:g} s and was stopped"
    else:
        how = why or ended.why or f"ended with status {ended.exit_code}"
    last = "\n".join(ended.output.strip().splitlines()[-_LAST:])
    advice = (
        Advice("correct the cause, then run the same command again: it goes on with this hook"),
        Advice("or change the hook in the profile", page="docs/hooks.md"),
    )
    return Problem(
        "OSK0512", f"{what} {how}", step, masked(last, secrets_of(call, ended.outputs)) or None, advice
    )


def unknown(step: str, error: KeyError) -> OskError:
    """Say that an output is needed that no run of its hook has given yet."""
    summary = f"{step} needs an output of a hook that has not run: `{error.args[0]}`"
    advice = Advice("run the hook first: leave `--only` and `--from` away", "osk deploy all")
    return OskError(Problem("OSK0513", summary, step, None, (advice,)), exit_code=ExitCode.APPLY_REFUSED)


def unkept(step: str, error: ClusterError) -> Problem:
    """Say that a hook ran and what it gave could not be kept."""
    advice = Advice("see that the cluster answers; the same command runs the hook again")
    summary = "The hook ran to its end, and what it gave could not be kept in the cluster"
    return Problem("OSK0514", summary, step, error.message, (advice,))
