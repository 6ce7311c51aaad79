"""Imports from install_yamls in memory."""

from collections.abc import Mapping, Sequence
from typing import Any

from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.profile import loading, paths
from openstack_k8s_cli.profile.documents import parse
from openstack_k8s_cli.profile.importers import install_yamls
from openstack_k8s_cli.profile.importers.outcome import Outcome
from openstack_k8s_cli.profile.sources import Source
from tests.fakes.profiles import Texts


def outcome(text: str, targets: Sequence[str] = (), files: Mapping[str, str] | None = None) -> Outcome:
    """Import lines; `files` are those that a variable may name, by the path in it."""
    held = files or {}

    def read_file(path: str, file: str) -> str:
        if path not in held:
            raise FileNotFoundError(2, f"No such file beside {file}")
        return held[path]

    return install_yamls.imported(
        [Source("vars.env", text, "/home/me/vars.env")], targets, reader=ProfileFiles(), read_file=read_file
    )


def written(text: str, targets: Sequence[str] = (), files: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Give the leaves of the profile that comes out, by path, its head left out."""
    values = parse(Source("profile", outcome(text, targets, files).profile)).values
    leaves = {paths.write(path): value for path, value in paths.leaves(values).items()}
    return {
        path: value
        for path, value in leaves.items()
        if path.split(".")[0] not in {"apiVersion", "kind", "name"}
    }


def values(text: str, targets: Sequence[str] = (), files: Mapping[str, str] | None = None) -> Any:
    """Give the profile that comes out with every default filled in."""
    reader = Texts({"lab": outcome(text, targets, files).profile}, beside=ProfileFiles())
    return loading.load("lab", reader=reader).values
