"""Manifests in a registry, asked of a real server on the loopback device."""

from collections.abc import Callable
from pathlib import Path

import pytest

from openstack_k8s_cli.adapters.registries import Registry
from openstack_k8s_cli.model.problems import ExitCode, OskError
from tests.fakes.registries import DIGEST, LOGIN, Served, certified, serving

HAS = frozenset({"osp/keystone:1", f"osp/nova@{DIGEST}"})


def refused(ask: Callable[[], object]) -> tuple[str, str]:
    """Give code and summary of what is refused."""
    with pytest.raises(OskError) as caught:
        ask()
    assert caught.value.exit_code is ExitCode.REFUSED
    return caught.value.problems[0].code, caught.value.problems[0].summary


@pytest.mark.parametrize("asks_for", ["", "basic", "bearer"])
def test_manifests_are_found_by_tag_and_digest(asks_for: str) -> None:
    """With whatever login the registry asks for; what it lacks is no error."""
    with serving(Served(HAS, asks_for)) as served:
        registry = Registry(served.host, insecure=True, credentials=LOGIN)
        found = [
            registry.digest(*each)
            for each in (
                ("osp/keystone", "1"),
                ("osp/nova", DIGEST),
                ("osp/keystone", "2"),
                ("osp/heat", "1"),
            )
        ]

    assert [DIGEST, DIGEST, None, None] == found


def test_a_token_is_asked_for_once_a_repository() -> None:
    """And no more than that."""
    with serving(Served(HAS, "bearer")) as served:
        registry = Registry(served.host, insecure=True)
        for _ in range(2):
            registry.digest("osp/keystone", "1")

    head = "HEAD /v2/osp/keystone/manifests/1"
    assert [head, "GET /token", head, head] == served.asked


def test_a_certificate_is_checked_with_the_profiles_authority(tmp_path: Path) -> None:
    """Without it the registry is not trusted, and the path of the authority is named."""
    certificate, text = certified(tmp_path)
    with serving(Served(HAS), certificate) as served:
        found = Registry(served.host, ca=text).digest("osp/keystone", "1")
        code, summary = refused(lambda: Registry(served.host).digest("osp/keystone", "1"))
        unchecked = Registry(served.host, insecure=True).digest("osp/keystone", "1")

    assert (DIGEST, DIGEST, "OSK0824") == (found, unchecked, code)
    assert "certificate" in summary


def test_plain_http_is_for_insecure_registries_only() -> None:
    """A login never goes over a wire that anyone can read, unless the profile says so."""
    with serving(Served(HAS, "basic")) as served:
        code, _ = refused(lambda: Registry(served.host, credentials=LOGIN).digest("osp/keystone", "1"))

    assert ("OSK0824", []) == (code, served.asked)


@pytest.mark.parametrize("asks_for", ["basic", "bearer"])
def test_a_wrong_login_is_told_from_a_missing_image(asks_for: str) -> None:
    """Neither name nor password is repeated."""
    with serving(Served(HAS, asks_for)) as served:
        registry = Registry(served.host, insecure=True, credentials=("me", "wr0ng"))
        code, summary = refused(lambda: registry.digest("osp/keystone", "1"))

    assert "OSK0825" == code
    assert "does not accept the login" in summary
    assert "wr0ng" not in summary


def test_what_a_registry_hides_from_a_good_login_is_not_there() -> None:
    """Quay answers so for repositories that it does not have."""
    with serving(Served(HAS, "bearer", hides=True)) as served:
        registry = Registry(served.host, insecure=True, credentials=LOGIN)
        found = registry.digest("osp/heat", "1")
        anonymous = Registry(served.host, insecure=True)
        code, _ = refused(lambda: anonymous.digest("osp/heat", "1"))

    assert (None, "OSK0825") == (found, code)


def test_a_busy_registry_is_asked_again() -> None:
    """A few times; what it says then counts."""
    with serving(Served(HAS, failures=[503, 429])) as served:
        found = Registry(served.host, insecure=True, backoff=0.0).digest("osp/keystone", "1")
        served.failures = [500] * 4
        code, _ = refused(
            lambda: Registry(served.host, insecure=True, backoff=0.0).digest("osp/keystone", "1")
        )

    assert (DIGEST, "OSK0825") == (found, code)


def test_an_authority_must_be_a_certificate() -> None:
    """It is refused before anything is asked."""
    with pytest.raises(OskError) as caught:
        Registry("127.0.0.1:1", ca="no certificate")

    assert ("OSK0826", ExitCode.USAGE) == (caught.value.problems[0].code, caught.value.exit_code)
