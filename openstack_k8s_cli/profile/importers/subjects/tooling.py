"""install_yamls' own workings: clones, samples, images of single operators, tests."""

from openstack_k8s_cli.profile.importers.rules import Rule, Target, needless

RULES: tuple[Rule, ...] = (
    needless(
        "OPENSTACK_REPO",
        "OPENSTACK_BRANCH",
        "OPENSTACK_COMMIT_HASH",
        "OPENSTACK_K8S_BRANCH",
        "GIT_CLONE_OPTS",
        "CHECKOUT_FROM_OPENSTACK_REF",
        note="nothing is cloned: `release` says which resources the templates write",
    ),
)

TARGETS: tuple[Target, ...] = (Target(("openstack_repo",), "osk deploy controlplane", "nothing is cloned"),)
