"""Profiles in memory: the profile room's Reader over texts, beside the real built-in ones where a test wants them."""

from collections.abc import Mapping
from pathlib import PurePosixPath

import pytest

from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.model.problems import ExitCode, OskError, Problem
from openstack_k8s_cli.profile.loading import Loaded, load
from openstack_k8s_cli.profile.sources import Reader, Source, not_found

HEAD = "apiVersion: osk/v1\nkind: Profile\n"

BASE = HEAD + "name: base\n"
RELEASE = "apiVersion: osk/v1\nkind: Release\nname: main\noperators: {openstack: {index: registry/main:1}}\n"


class Texts:
    """Profiles by name or path; `base` and the release main are there unless given."""

    def __init__(
        self,
        profiles: Mapping[str, str],
        *,
        releases: Mapping[str, str] | None = None,
        beside: Reader | None = None,
        texts: Mapping[str, str] | None = None,
        services: Mapping[str, str] | None = None,
    ) -> None:
        self._profiles = {"base": BASE, **profiles} if beside is None else dict(profiles)
        self._releases = {**({"main": RELEASE} if beside is None else {}), **(releases or {})}
        self._beside = beside
        self._texts = texts or {}
        self._services = services or {}

    def read(self, name: str, relative_to: str | None) -> Source:
        path = name
        if relative_to is not None and ("/" in name or name.endswith(".yaml")):
            path = str(PurePosixPath(relative_to).parent / name)
        if path in self._profiles:
            return Source(path, self._profiles[path], path)
        if self._beside is not None:
            return self._beside.read(name, relative_to)
        raise not_found("profile", name, tuple(self._profiles))

    def release(self, name: str) -> Source:
        if self._beside is not None and name not in self._releases:
            return self._beside.release(name)
        if name not in self._releases:
            raise not_found("release", name, tuple(self._releases))
        return Source(f"release {name}", self._releases[name], f"release {name}")

    def built_in(self) -> tuple[str, ...]:
        return tuple(name for name in self._profiles if name != "base")

    def text(self, name: str, beside: str) -> Source:
        path = str(PurePosixPath(beside).parent / name)
        if path not in self._texts:
            raise not_found("profile", name, tuple(self._texts))
        return Source(path, self._texts[path], path)

    def services(self) -> Mapping[str, str]:
        return {**(self._beside.services() if self._beside is not None else {}), **self._services}


def over(body: str, *, extends: str = "crc") -> Loaded:
    """Load the profile `lab` over built-in ones; the text begins at its line 5."""
    reader = Texts({"lab": f"{HEAD}name: lab\nextends: [{extends}]\n{body}"}, beside=ProfileFiles())
    return load("lab", reader=reader)


def problems(body: str, *, extends: str = "crc") -> tuple[Problem, ...]:
    """Give what is wrong with the profile `lab`, all of it with advice and exit code 2."""
    with pytest.raises(OskError) as caught:
        over(body, extends=extends)
    assert caught.value.exit_code is ExitCode.USAGE
    assert all(problem.advice for problem in caught.value.problems)
    return caught.value.problems
