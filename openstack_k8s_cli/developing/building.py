"""Where a built image is pushed to, and how the cluster calls it then."""

from dataclasses import dataclass, field

from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

INSIDE = "image-registry.openshift-image-registry.svc:5000"
"""The cluster's own registry, as its nodes know it."""
FILES = ("Containerfile", "Dockerfile")
_DIGITS = 12


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
