"""The policy `ensure`: make only what is missing, and never change what is there.

Secret values exist in memory only, between their making and the request that writes them.
"""

import base64
import binascii
import contextlib
from collections.abc import Mapping
from typing import assert_never

from openstack_k8s_cli.apply import forms, recipes
from openstack_k8s_cli.apply.options import SecretValues
from openstack_k8s_cli.apply.ports import Answer, Cluster, ClusterError, ErrorKind, Resource
from openstack_k8s_cli.model.events import Change
from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.secrets import Generated, Given
from openstack_k8s_cli.model.steps import Manifest

_TRIES = 4
"""How often a write is repeated because someone else wrote in between."""

Ensured = tuple[Answer, Change]


def ensure(
    manifest: Manifest, body: Body, *, cluster: Cluster, resource: Resource, values: SecretValues
) -> Ensured:
    """Make what is missing of an object; `body` is the manifest's as it is sent.

    Of a Secret that is there, the missing keys, and those that follow their source; any other object that is there
    stays as it is, but for what it has of the profile.
    """
    for attempt in range(_TRIES):
        present = cluster.get(resource, manifest.id.namespace, manifest.id.name)
        try:
            return _once(manifest, body, present, cluster=cluster, resource=resource, values=values)
        except ClusterError as error:
            if error.kind not in {ErrorKind.EXISTS, ErrorKind.CONFLICT} or attempt == _TRIES - 1:
                raise
    raise AssertionError  # pragma: no cover  # the last try returns or raises


def _once(
    manifest: Manifest,
    body: Body,
    present: Body | None,
    *,
    cluster: Cluster,
    resource: Resource,
    values: SecretValues,
) -> Ensured:
    is_secret = (manifest.id.group, manifest.id.kind) == ("", "Secret")
    if present is None:
        made = (
            _with_data(body, missing(manifest, {}, values=values))
            if is_secret
            else _public(manifest, body, values)
        )
        return cluster.create(made), Change.CREATED
    data = get(present, "data") or {}
    lacking = (
        missing(manifest, data, values=values) if is_secret else following(manifest, data, values=values)
    )
    if not lacking:
        return Answer(present), Change.UNCHANGED
    patch = {"metadata": {"resourceVersion": present["metadata"]["resourceVersion"]}, "data": lacking}
    return cluster.merge(resource, manifest.id.namespace, manifest.id.name, patch), Change.CONFIGURED


def absent_keys(manifest: Manifest, data: Mapping[str, str]) -> tuple[str, ...]:
    """Name the keys that a Secret would get, without making a value."""
    keys = [*(get(manifest.body, "stringData") or {}), *(get(manifest.body, "data") or {})]
    empty = {key.name for key in manifest.secret_keys if not data.get(key.name)}
    return tuple(sorted((set(keys) - data.keys()) | empty))


def missing(manifest: Manifest, data: Mapping[str, str], *, values: SecretValues) -> dict[str, str]:
    """Make the values, in base64, of every key that a Secret's `data` has not; of a secret, also where it is empty."""
    made = {key: text for key, text in (get(manifest.body, "data") or {}).items() if key not in data}
    texts = {
        key: str(text) for key, text in (get(manifest.body, "stringData") or {}).items() if key not in data
    }
    wanted: dict[str, str] = {}
    for key in manifest.secret_keys:
        match key.source:
            case Given(path, ""):
                text = None if data.get(key.name) else values.resolve(path).reveal()
                texts |= {key.name: text} if text or (text is not None and key.name not in data) else {}
            case Given():
                pass
            case Generated(recipe):
                wanted |= {} if data.get(key.name) else {key.name: recipe}
            case _:
                assert_never(key.source)
    encoded = {key: _encoded(text) for key, text in following(manifest, plain(data), values=values).items()}
    texts.update(recipes.make(wanted, _private_halves(manifest, data, wanted)))
    return made | encoded | {key: _encoded(text) for key, text in texts.items()}


def following(manifest: Manifest, data: Mapping[str, str], *, values: SecretValues) -> dict[str, str]:
    """Make the values that are to be as their source is now, and are not so in `data`, which is in plain text."""
    found: dict[str, str] = {}
    for key in manifest.secret_keys:
        if isinstance(key.source, Given) and key.source.form:
            value = values.resolve(key.source.path).reveal()
            try:
                text = forms.formed(key.source.form, value, data.get(key.name))
            except ValueError as error:
                raise _misformed(manifest, key.source, error) from None
            if data.get(key.name) != text:
                found[key.name] = text
    return found


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def plain(data: Mapping[str, str]) -> dict[str, str]:
    """Give the values of a Secret as text; what is none is left out."""
    found: dict[str, str] = {}
    for key, text in data.items():
        with contextlib.suppress(binascii.Error, UnicodeDecodeError):
            found[key] = base64.b64decode(text, validate=True).decode()
    return found


def _public(manifest: Manifest, body: Body, values: SecretValues) -> Body:
    made = following(manifest, {}, values=values)
    return {**body, "data": {**(body.get("data") or {}), **made}} if made else body


def _misformed(manifest: Manifest, source: Given, error: ValueError) -> OskError:
    summary = f"`{source.path}`, or what {manifest.id} has in its place, cannot be used: {error}"
    advice = Advice("Compare it with what is expected", f"osk profile explain {source.path}")
    problem = Problem("OSK0524", summary, subject=source.path, advice=(advice,))
    return OskError(problem, exit_code=ExitCode.APPLY_REFUSED)


def _private_halves(manifest: Manifest, data: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str]:
    """Read the private keys that are there, by recipe, where their public half is missing."""
    needed = {recipes.private_of(recipe) for recipe in wanted.values()}
    halves: dict[str, str] = {}
    for key in manifest.secret_keys:
        if isinstance(key.source, Generated) and key.name in data:
            recipe = key.source.recipe
            if recipe in needed:
                halves[recipe] = _decoded(manifest, key.name, data[key.name])
            if (private := recipes.private_of(recipe)) in wanted.values():
                raise _half_a_pair(manifest, key.name, str(private))
    return halves


def _decoded(manifest: Manifest, key: str, text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise _unreadable(manifest, key) from error


def _half_a_pair(manifest: Manifest, key: str, private: str) -> OskError:
    summary = f"{manifest.id} has the public key `{key}` and not the private one it belongs to"
    advice = Advice(
        f"put the private key ({private}) back, or take `{key}` out of the Secret: a new pair is made then"
    )
    return OskError(
        Problem("OSK0522", summary, subject=str(manifest.id), advice=(advice,)),
        exit_code=ExitCode.APPLY_REFUSED,
    )


def _unreadable(manifest: Manifest, key: str) -> OskError:
    summary = f"The key `{key}` of {manifest.id} is not a private key that can be read"
    advice = Advice("put a key in OpenSSH or PEM form there, or take it out: a new one is made then")
    return OskError(
        Problem("OSK0523", summary, subject=str(manifest.id), advice=(advice,)),
        exit_code=ExitCode.APPLY_REFUSED,
    )


def _with_data(body: Body, data: Mapping[str, str]) -> Body:
    kept = {key: value for key, value in body.items() if key not in {"stringData", "data"}}
    return {**kept, "data": dict(data)}
