"""The cluster and the namespaces."""

from openstack_k8s_cli.profile.importers.draft import Draft
from openstack_k8s_cli.profile.importers.rules import Rule, Target, by, command, needless, to
from openstack_k8s_cli.profile.importers.settings import Settings


def _flavour(settings: Settings, draft: Draft) -> None:
    if settings.true("OKD"):
        draft.set("platform.flavour", "okd")
    if settings["MICROSHIFT"] not in {"", "0"}:
        draft.set("platform.flavour", "microshift")


def _operators_namespace(settings: Settings, draft: Draft) -> None:
    name = settings["OPERATOR_NAMESPACE"]
    draft.set("namespaces.operators", name)


def _patience(settings: Settings, draft: Draft) -> None:
    for name in ("TIMEOUT", "CERTMANAGER_TIMEOUT", "NNCP_TIMEOUT", "NNCP_CLEANUP_TIMEOUT"):
        if settings.differs(name):
            draft.lose(
                name,
                "osk waits as long as there is progress, so that one number for every wait has no meaning",
                "`timeouts.scale` multiplies every deadline, `timeouts.steps` sets single ones",
            )


RULES: tuple[Rule, ...] = (
    to("NAMESPACE", "namespaces.openstack"),
    by(
        _operators_namespace,
        "OPERATOR_NAMESPACE",
        place="namespaces.operators",
        note="the operator itself fixes it to openstack-operators since mid-2026",
    ),
    by(_flavour, "OKD", "MICROSHIFT", place="platform.flavour"),
    by(
        _patience,
        "TIMEOUT",
        "CERTMANAGER_TIMEOUT",
        "NNCP_TIMEOUT",
        "NNCP_CLEANUP_TIMEOUT",
        place="timeouts",
        note="deadlines follow progress instead",
    ),
    needless(
        "OUT",
        "OPERATOR_BASE_DIR",
        "CLEANUP_DIR_CMD",
        note="osk writes no files; `osk render --output-dir DIR` does",
    ),
    command("KUBECONFIG", place="osk --kubeconfig FILE"),
)

TARGETS: tuple[Target, ...] = (
    Target(("namespace", "operator_namespace"), "osk deploy namespaces"),
    Target(("namespace_cleanup",), "osk teardown all"),
    Target(("wait",), "osk wait"),
    Target(("cleanup", "deploy_cleanup"), "osk teardown controlplane"),
    Target(("help",), "osk --help"),
)
