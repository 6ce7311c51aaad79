"""Each object by itself: its schema, its metadata, its data."""

import difflib
from collections.abc import Iterator

from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.validation import metadata, secrets
from openstack_k8s_cli.validation.findings import Item, Wrong, written
from openstack_k8s_cli.validation.schemas import Kind, Schemas

_SECRET = (("data",), ("stringData",))


def check(item: Item, schemas: Schemas) -> Iterator[Wrong]:
    """Give all that is wrong with an object."""
    body = item.body
    kind = schemas.find(body["apiVersion"], body["kind"])
    if kind is None:
        yield from _unknown(body, schemas)
    else:
        yield from _fields(body, kind)
    yield from metadata.check(body, namespaced=kind.namespaced if kind else None)
    yield from secrets.check(body)
    for path in item.twice:
        yield Wrong("OSK0807", path, f"`{written(path)}` is there twice; the last one wins")


def _fields(body: Body, kind: Kind) -> Iterator[Wrong]:
    """Check all but the metadata, which is the same for every kind; a status is not for who applies."""
    rest = {**{key: value for key, value in body.items() if key != "status"}, "metadata": {}}
    for wrong in kind.checker.check(rest, kind.schema):
        hidden = body["kind"] == "Secret" and wrong.code == "OSK0802" and wrong.path[:1] in _SECRET
        yield Wrong(wrong.code, wrong.path, "is no string: quote it") if hidden else wrong


def _unknown(body: Body, schemas: Schemas) -> Iterator[Wrong]:
    group, _, version = body["apiVersion"].rpartition("/")
    versions = schemas.versions(group, body["kind"])
    if versions:
        yield Wrong(
            "OSK0808", ("apiVersion",), f"`{version}` is no version of it; known: {', '.join(versions)}"
        )
        return
    near = difflib.get_close_matches(body["kind"], schemas.kinds(group), n=1, cutoff=0.8)
    if near:
        yield Wrong("OSK0808", ("kind",), f"{group} has no kind `{body['kind']}`; did you mean `{near[0]}`?")
        return
    yield Wrong(
        "OSK0809",
        ("kind",),
        f"no schema of {body['kind']} in {body['apiVersion']} is known, so its fields are not checked",
    )
