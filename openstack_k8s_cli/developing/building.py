"""Where a built image is pushed to, and how the cluster calls it then."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from openstack_k8s_cli.model.objects import ObjectId, get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

INSIDE = "image-registry.openshift-image-registry.svc:5000"
"""The cluster's own registry, as its nodes know it."""
STREAM = "ImageStream"
FILES = ("Containerfile", "Dockerfile")
_DIGITS = 12
"""Of an image's digest, which its tag has."""


@dataclass(frozen=True, slots=True)
class Registry:
    """A registry, seen from here and from the cluster."""

    push: str
    """HOST/PATH, without the image's own name."""
    pull: str
    ca: str | None = None
    """Authorities of its certificate, in PEM; None: those that this machine trusts."""
    token: str | None = field(default=None, repr=False)
    """Of the login; None: podman's own logins."""


def tag(image: str) -> str:
    """Name a build by its content, so that another build is another image for whoever pulls it."""
    return f"osk-{image.removeprefix('sha256:')[:_DIGITS]}"


def is_used(stream: ObjectId, values: Mapping[str, Any]) -> bool:
    """Tell whether a profile takes an operator's image from an ImageStream of the cluster's own registry."""
    place = f"{INSIDE}/{stream.namespace}/{stream.name}"
    overrides = get(values, "operators", "overrides") or {}
    images = [str((each or {}).get("image") or "") for each in overrides.values()]
    return stream.kind == STREAM and any(image.startswith((f"{place}:", f"{place}@")) for image in images)


def other(place: str) -> Registry:
    """Take a registry that is named as HOST/PATH; raises OskError."""
    host, slash, path = place.strip("/").partition("/")
    if not (slash and path and ("." in host or ":" in host or host == "localhost")):
        advice = Advice("Write it as HOST/PATH, such as quay.io/me")
        raise OskError(
            Problem("OSK1427", f"`{place}` is no place in a registry", place, None, (advice,)),
            exit_code=ExitCode.USAGE,
        )
    return Registry(f"{host}/{path}", f"{host}/{path}")
