"""Every secret value that a profile needs: where it comes from, whether it is there, and making a new one."""

import base64
import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, assert_never

from openstack_k8s_cli.apply import lookups, recipes
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.secrets import Generated, Given, KeySource, SecretText
from openstack_k8s_cli.model.steps import Step
from openstack_k8s_cli.profile import paths, services
from openstack_k8s_cli.workflows import planning, refusals, rotation
from openstack_k8s_cli.workflows.rotation import Effect
from openstack_k8s_cli.workflows.world import World

_FORMS = ("file", "env", "command", "secret")
_TRIES = 4


@dataclass(frozen=True, slots=True)
class Value:
    """One key of a Secret that osk makes."""

    secret: ObjectId
    key: str
    source: KeySource
    origin: str
    """generated, profile, file, env, command or secret."""
    detail: str
    """The recipe, or where it is read; never a value."""
    there: bool
    step: str
    services: tuple[str, ...] = ()
    """Services that read it, as the catalogue knows."""

    @property
    def name(self) -> str:
        """What it is called: `SECRET/KEY`."""
        return f"{self.secret.name}/{self.key}"


@dataclass(frozen=True, slots=True)
class Rotated:
    """A key that has a new value."""

    value: Value
    changed: bool
    """False: its source gives what is there already."""
    effect: Effect


def listed(world: World) -> tuple[Value, ...]:
    """List every value, in the plan's order."""
    _, full = planning.bearings(world)
    return refusals.reading(lambda: tuple(_values(world, full.steps)))


def named(values: Sequence[Value], words: Iterable[str]) -> tuple[Value, ...]:
    """Find values by `SECRET/KEY`, or by their key where only one has it; raises OskError."""
    found: dict[str, Value] = {}
    problems: list[Problem] = []
    for word in words:
        fitting = [each for each in values if word in (each.name, each.key)]
        if len(fitting) == 1:
            found[fitting[0].name] = fitting[0]
        else:
            problems.append(_unclear(word, fitting, values))
    if problems:
        raise OskError(*problems, exit_code=ExitCode.USAGE)
    return tuple(found.values())


def shown(world: World, value: Value) -> SecretText:
    """Read a value from the cluster; raises OskError where it is not there."""
    encoded = get(_read(world, value.secret) or {}, "data", value.key)
    if encoded is None:
        advice = Advice("Deploy what makes it", f"osk deploy {value.step} --only")
        problem = Problem(
            "OSK0441", f"{value.name} is not in the cluster yet", str(value.secret), None, (advice,)
        )
        raise OskError(problem, exit_code=ExitCode.REFUSED)
    return SecretText(base64.b64decode(encoded).decode())


def together(values: Sequence[Value], chosen: Sequence[Value]) -> tuple[Value, ...]:
    """Add to values that are rotated the other halves of their key pairs in the same Secret."""
    pairs = {(each.secret, pair) for each in chosen if (pair := _pair(each))}
    halves = [each for each in values if (each.secret, _pair(each)) in pairs]
    return tuple(dict.fromkeys([*chosen, *halves]))


def rotate(world: World, chosen: Sequence[Value]) -> tuple[Rotated, ...]:
    """Give values new ones: generated anew, or read again from their source; raises OskError."""
    values = fresh(world, chosen)
    done: list[Rotated] = []
    for target in dict.fromkeys(each.secret for each in chosen):
        mine = [each for each in chosen if each.secret == target]
        changed = write(world, target, {each.key: values[each.name] for each in mine})
        done += [Rotated(each, each.key in changed, rotation.effect(each.key)) for each in mine]
    return tuple(done)


def fresh(world: World, chosen: Sequence[Value]) -> dict[str, SecretText]:
    """Make or read every new value before any is written."""
    found: dict[str, SecretText] = {}
    for target in dict.fromkeys(each.secret for each in chosen):
        wanted: dict[str, str] = {}
        for each in (value for value in chosen if value.secret == target):
            match each.source:
                case Generated(recipe):
                    wanted[each.name] = recipe
                case Given(path):
                    found[each.name] = world.secrets.resolve(path)
                case _:
                    assert_never(each.source)
        found |= {name: SecretText(text) for name, text in recipes.make(wanted, {}).items()}
    return found


def write(world: World, target: ObjectId, values: Mapping[str, SecretText]) -> frozenset[str]:
    """Write keys of one Secret with a precondition; give those that changed."""
    for _ in range(_TRIES):
        body = refusals.reading(lambda: _read(world, target))
        resource = world.cluster.resource("", "Secret")
        if body is None or resource is None:
            raise absent(target)
        data = {key: base64.b64encode(text.reveal().encode()).decode() for key, text in values.items()}
        new = {key: text for key, text in data.items() if get(body, "data", key) != text}
        if not new:
            return frozenset()
        patch = {"metadata": {"resourceVersion": body["metadata"]["resourceVersion"]}, "data": new}
        try:
            world.cluster.merge(resource, target.namespace, target.name, patch)
        except ClusterError as error:
            if error.kind is not ErrorKind.CONFLICT:
                raise OskError(
                    refusals.problem(error, subject=str(target)), exit_code=ExitCode.APPLY_REFUSED
                ) from error
        else:
            return frozenset(new)
    advice = Advice("Someone else writes this Secret all the time; run the command again")
    problem = Problem(
        "OSK0442", f"{target} changed each time it was about to be written", None, None, (advice,)
    )
    raise OskError(problem, exit_code=ExitCode.APPLY_REFUSED)


def absent(target: ObjectId) -> OskError:
    """Say that a Secret is not there."""
    advice = Advice("Deploy first; a value that is not there need not be rotated", "osk deploy all")
    problem = Problem("OSK0441", f"{target} is not in the cluster yet", str(target), None, (advice,))
    return OskError(problem, exit_code=ExitCode.REFUSED)


def _values(world: World, steps: Iterable[Step]) -> Iterator[Value]:
    readers = _readers(world)
    for step in steps:
        for manifest in (each for each in step.manifests if each.id.kind == "Secret" and each.secret_keys):
            data = get(_read(world, manifest.id) or {}, "data") or {}
            for key in (each for each in manifest.secret_keys if not _follows(each.source)):
                origin, detail = _origin(key.source, world.loaded.values)
                yield Value(
                    manifest.id,
                    key.name,
                    key.source,
                    origin,
                    detail,
                    key.name in data,
                    step.id,
                    readers.get(key.name, ()),
                )


def _follows(source: KeySource) -> bool:
    """Tell whether each deployment brings a value to what its source says."""
    return isinstance(source, Given) and bool(source.form)


def _readers(world: World) -> dict[str, tuple[str, ...]]:
    """Name the services that are on by the keys that they read."""
    given = (world.loaded.values.get("controlplane") or {}).get("services") or {}
    found: dict[str, tuple[str, ...]] = {}
    for name, kind in services.parsed(world.catalogue.templates).items():
        if (given.get(name) or {}).get("enabled", True):
            found |= {key: (*found.get(key, ()), name) for key in kind.passwords}
    return found


def _origin(source: KeySource, values: Mapping[str, Any]) -> tuple[str, str]:
    if isinstance(source, Generated):
        return "generated", source.recipe
    try:
        written = paths.get(values, paths.parse(source.path))
    except (KeyError, ValueError):
        return "profile", source.path
    if isinstance(written, Mapping):
        form = next((each for each in _FORMS if written.get(each)), "profile")
        told = written.get(form)
        return form, " ".join(told) if isinstance(told, list) else str(told)
    return "profile", source.path


def _pair(value: Value) -> str:
    """Name the kind of key pair that a generated value is half of; empty: none."""
    recipe = value.source.recipe if isinstance(value.source, Generated) else ""
    pair = recipe.rpartition(".")[0]
    return pair if pair in recipes.PAIRS else ""


def _read(world: World, target: ObjectId) -> Body | None:
    return lookups.find(world.cluster, ObjectId("", "Secret", target.namespace, target.name))


def _unclear(word: str, fitting: Sequence[Value], values: Sequence[Value]) -> Problem:
    if fitting:
        names = ", ".join(each.name for each in fitting)
        advice = Advice(f"Name one of {names}")
        return Problem("OSK0443", f"Several Secrets have a key `{word}`", word, None, (advice,))
    known = [name for each in values for name in (each.name, each.key)]
    near = difflib.get_close_matches(word, known, n=1)
    advice = Advice(f"Did you mean `{near[0]}`?" if near else "See what there is", "osk secrets list")
    return Problem("OSK0443", f"osk makes no secret value `{word}`", word, None, (advice,))
