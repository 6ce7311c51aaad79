"""Tests: the test-operator's resources, and kuttl."""

from typing import Any

from openstack_k8s_cli.profile.documents import parse
from openstack_k8s_cli.profile.importers.draft import Draft
from openstack_k8s_cli.profile.importers.rules import Fate, Rule, Target, by, command, lost
from openstack_k8s_cli.profile.importers.settings import Settings
from openstack_k8s_cli.profile.importers.subjects.operators import SINGLE
from openstack_k8s_cli.profile.sections.tests import KINDS
from openstack_k8s_cli.profile.sources import Source

_GROUP = "test.openstack.org/"
_LISTS = {"includeList": "include", "excludeList": "exclude", "expectedFailuresList": "expectedFailures"}
_SAMPLES = {kind: kind.upper() for kind in KINDS}
_CHOICE = "TEST_CR"
_IN_CLONE = "-operator/config/samples/"


def _resources(settings: Settings, draft: Draft) -> None:
    """Carry over resources of one's own; the operator's samples are what osk has anyway."""
    given = [
        name for name in (_CHOICE, *(f"{each}_CR" for each in _SAMPLES.values())) if settings.differs(name)
    ]
    for name in given:
        if _IN_CLONE not in settings[name]:
            _own(name, settings, draft)
    for kind, sample in _SAMPLES.items():
        if settings.differs(sample) and not given:
            draft.lose(sample, "osk writes the resource of a test itself", f"`tests.{kind}`")


def _own(name: str, settings: Settings, draft: Draft) -> None:
    text = settings.file(name)
    if text is None:
        return
    document = parse(Source(settings[name], text)).values
    kind = str(document.get("kind") or "").lower()
    if kind not in KINDS or not str(document.get("apiVersion") or "").startswith(_GROUP):
        message = f"`{settings[name]}` holds no resource of the test-operator"
        raise ValueError(message)
    draft.set(f"tests.{kind}.name", (document.get("metadata") or {}).get("name"))
    _spec(kind, dict(document.get("spec") or {}), draft)


def _spec(kind: str, spec: dict[str, Any], draft: Draft) -> None:
    """Put what a test has a key for there, and the rest into its `spec`."""
    home = f"tests.{kind}"
    image = spec.pop("containerImage", None)
    if image:
        draft.set(f"{home}.image", image)
    ran = dict(spec.pop("tempestRun", None) or {})
    for key, name in _LISTS.items():
        listed = str(ran.pop(key, None) or "").split()
        if listed:
            draft.set(f"{home}.{name}", listed)
    if ran.get("concurrency"):
        draft.set(f"{home}.concurrency", ran.pop("concurrency"))
    rest = {**spec, **({"tempestRun": ran} if ran else {})}
    left = {key: value for key, value in rest.items() if value is not None and key != "storageClass"}
    if left:
        draft.set(f"{home}.spec", left)


_PREFIXES = (
    *("OPENSTACK", "INFRA", "KEYSTONE", "BARBICAN", "MARIADB", "GLANCE", "OVN", "NEUTRON", "CINDER"),
    *("RABBITMQ", "IRONIC", "OCTAVIA", "DESIGNATE", "NOVA", "HORIZON", "HEAT", "BAREMETAL", "MANILA"),
    *("TELEMETRY", "TEST", "SWIFT"),
)
_TESTED = tuple(name for name in SINGLE if name not in {"nova", "baremetal", "rabbitmq"})


RULES: tuple[Rule, ...] = (
    by(
        _resources,
        _CHOICE,
        *_SAMPLES.values(),
        *(f"{each}_CR" for each in _SAMPLES.values()),
        place="tests.NAME",
        note="a file of one's own is read at the import; the operator's samples are what osk runs anyway",
    ),
    command(
        *(f"{prefix}_KUTTL_DIR" for prefix in _PREFIXES),
        *("TELEMETRY_KUTTL_BASEDIR", "TELEMETRY_KUTTL_RELPATH"),
        place="osk test kuttl NAME --suite DIR",
    ),
    command(*(f"{prefix}_KUTTL_CONF" for prefix in _PREFIXES), place="osk test kuttl NAME --config FILE"),
    command(
        *(f"{prefix}_KUTTL_NAMESPACE" for prefix in _PREFIXES),
        "KUTTL_ARGS",
        place="osk test kuttl NAME -- ARGS",
        note="the namespace is NAME-kuttl-tests, unless `--namespace` is one of the ARGS",
    ),
    lost(
        *("MARIADB_CHAINSAW_CONF", "MARIADB_CHAINSAW_DIR", "MARIADB_CHAINSAW_NAMESPACE"),
        note="osk does not run chainsaw",
        place="`osk deploy service galera --standalone`, then `chainsaw test` in the operator's repository",
    ),
)

TARGETS: tuple[Target, ...] = (
    Target(
        ("test_operator_deploy",), "osk test tempest", "or what `TEST_CR` chooses; `tests` says how it runs"
    ),
    Target(("test_operator_deploy_prep",), "osk profile explain tests.tempest"),
    Target(
        ("test_operator_deploy_cleanup",), "osk test tempest", "a run takes down what it made, at its end"
    ),
    Target(
        ("kuttl_db_prep", "kuttl_common_prep"),
        "osk deploy service galera memcached rabbitmq keystone --standalone",
        "in the namespace of the tests: `--set namespaces.openstack=NAME-kuttl-tests`",
    ),
    Target(
        ("kuttl_db_cleanup", "kuttl_common_cleanup"),
        "osk teardown service galera memcached rabbitmq keystone --standalone",
    ),
    Target(
        (
            *(f"{name}_kuttl{suffix}" for name in (*_TESTED, "openstack") for suffix in ("", "_run")),
            *("openstack_kuttl_prep", "openstack_kuttl_cleanup", "ironic_kuttl_crc", "heat_kuttl_crc"),
        ),
        "osk test kuttl NAME --suite DIR",
        "in a clone of the operator's repository; what it needs beside it comes by `osk deploy service --standalone`",
    ),
    Target(
        ("mariadb_chainsaw", "mariadb_chainsaw_run"),
        "chainsaw test",
        "osk does not run chainsaw",
        fate=Fate.LOST,
    ),
)
