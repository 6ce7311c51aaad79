"""install_yamls' own workings: clones, samples, images of single operators, tests, updates."""

from openstack_k8s_cli.profile.importers.draft import Draft
from openstack_k8s_cli.profile.importers.rules import Fate, Rule, Target, by, command, lost, needless
from openstack_k8s_cli.profile.importers.settings import Settings

SERVICES = (
    *(
        "barbican",
        "cinder",
        "designate",
        "glance",
        "heat",
        "horizon",
        "ironic",
        "keystone",
        "manila",
        "neutron",
    ),
    *("nova", "octavia", "ovn", "swift", "telemetry"),
)
"""Whose targets install and deploy a service on its own."""
_OPERATORS = ("infra", "baremetal", "mariadb", "rabbitmq", "test_operator", *SERVICES)
_PREFIXES = (
    *(
        "OPENSTACK",
        "INFRA",
        "KEYSTONE",
        "BARBICAN",
        "MARIADB",
        "GLANCE",
        "OVN",
        "NEUTRON",
        "CINDER",
        "RABBITMQ",
    ),
    *(
        "IRONIC",
        "OCTAVIA",
        "DESIGNATE",
        "NOVA",
        "HORIZON",
        "HEAT",
        "BAREMETAL",
        "MANILA",
        "TELEMETRY",
        "TEST",
    ),
    "SWIFT",
)
_SAMPLES = ("OVNDBS", "OVNNORTHD", "OVNCONTROLLER", "RABBITMQ", "DNSDATA", "NETCONFIG")
_IMAGES = {
    "infraDnsmasqImage": ("DNS",),
    "infraMemcachedImage": ("MEMCACHED",),
    "infraRedisImage": ("REDIS",),
    "rabbitmqImage": ("RABBITMQ", "INFRA_RABBITMQ"),
    "keystoneAPIImage": ("KEYSTONEAPI",),
    "mariadbImage": ("MARIADB",),
    "barbicanAPIImage": ("BARBICAN",),
    "glanceAPIImage": ("GLANCE", "GLANCEAPI"),
    "neutronAPIImage": ("NEUTRONAPI",),
    "cinderAPIImage": ("CINDER", "CINDERAPI"),
    "cinderBackupImage": ("CINDERBKP",),
    "cinderSchedulerImage": ("CINDERSCH",),
    "cinderVolumeImages": ("CINDERVOL",),
    "horizonImage": ("HORIZON",),
    "heatAPIImage": ("HEAT", "HEATAPI"),
    "heatCfnapiImage": ("HEATCFNAPI",),
    "heatEngineImage": ("HEATENGINE",),
    "ironicAPIImage": ("IRONIC", "IRONICAPI"),
    "ironicConductorImage": ("IRONICCON",),
    "ironicPxeImage": ("IRONICPXE",),
    "ironicInspectorImage": ("IRONICINS",),
    "ironicNeutronAgentImage": ("IRONICNAG",),
    "octaviaAPIImage": ("OCTAVIA",),
    "designateAPIImage": ("DESIGNATE",),
    "manilaAPIImage": ("MANILA", "MANILAAPI"),
    "manilaSchedulerImage": ("MANILASCH",),
    "manilaShareImages": ("MANILASHARE",),
    "novaAPIImage": ("NOVA",),
    "ovnNbDbclusterImage": ("OVN", "OVNDBS"),
    "ovnNorthdImage": ("OVNNORTHD",),
    "ovnControllerImage": ("OVNCONTROLLER",),
    "ceilometerCentralImage": ("TELEMETRY", "CEILOMETER_CENTRAL"),
    "ceilometerNotificationImage": ("CEILOMETER_NOTIFICATION",),
    "ceilometerSgcoreImage": ("SG_CORE",),
    "swiftProxyImage": ("SWIFT",),
    "placementAPIImage": ("PLACEMENTAPI",),
}
"""Variables of images, by the field that has the same in an OpenStackVersion."""
_OWN_CR = "`spec:` of the service under `controlplane.services`, or `patches`"


def _own_resource(settings: Settings, draft: Draft) -> None:
    """Say that a service's resource of one's own is to be put into its `spec`."""
    for sample in _SAMPLES:
        for name in (sample, f"{sample}_CR"):
            if settings.differs(name):
                draft.lose(
                    name,
                    "osk writes the whole OpenStackControlPlane, not a resource for each service",
                    _OWN_CR,
                )


RULES: tuple[Rule, ...] = (
    needless(
        *(f"{prefix}_{part}" for prefix in _PREFIXES for part in ("REPO", "BRANCH", "COMMIT_HASH")),
        "OPENSTACK_K8S_BRANCH",
        "GIT_CLONE_OPTS",
        "CHECKOUT_FROM_OPENSTACK_REF",
        "OPENSTACK_STORAGE_BUNDLE_IMG",
        "ALT_CHECKOUT",
        note="nothing is cloned: `release` says which resources the templates write",
    ),
    lost(
        "OPENSTACK_BUNDLE_IMG",
        note="the CRDs come from the operator's index, not from a bundle",
        place="an index with that bundle as `operators.openstack.index`",
    ),
    needless("OPENSTACK_CRDS_DIR", note="`osk deploy crds` applies what is in the index; nothing is written"),
    by(
        _own_resource,
        *_SAMPLES,
        *(f"{sample}_CR" for sample in _SAMPLES),
        place=_OWN_CR,
    ),
    *(
        command(
            *(f"{image}_DEPL_IMG" for image in images),
            place=f"controlplane.customImages.{field}",
            note="install_yamls has it only in a service's own target; here it is the whole cloud's",
        )
        for field, images in _IMAGES.items()
    ),
    needless("NETCONFIG_DEPL_IMG", note="a NetConfig has no image"),
    needless(
        "KIND",
        "NAME",
        "IMAGE",
        "IMAGE_PATH",
        "BGP",
        note="make sets it for its scripts; it was never meant to be given",
    ),
    command("OPENSTACK_VERSION", place="osk update run --to VERSION"),
    command("KPATCH_UPDATE", place="osk update run --kpatch"),
    lost(
        "FAKE_UPDATE",
        "CONTAINERS_NAMESPACE",
        "CONTAINERS_TARGET_TAG",
        place="osk update run",
        note="an update is one of the operator's; its manifest is not rewritten to look like one",
    ),
    needless("OUTFILE", note="no manifest is written to a file on the way"),
    needless("UPDATE_ARTIFACT_DIR", note="`osk update run` keeps its run as every command does"),
    command(
        "REDHAT_TO_QUAY_REPLACEMENTS",
        place="mirror.images, mirror.blocked",
        note="an image that takes another's place is blocked under its own name and mirrored under the other",
    ),
    command("OC_MIRROR_BIN", place="osk mirror push --oc-mirror PATH"),
    command(
        *("REGISTRY_NAMESPACE", "CA_NAME", "CERT_DAYS"),
        place="mirror.ca",
        note="a registry has its own certificate; the profile names the authority that signed it",
    ),
)


def _of(names: tuple[str, ...], *suffixes: str) -> tuple[str, ...]:
    return tuple(f"{name}{suffix}" for name in names for suffix in suffixes)


TARGETS: tuple[Target, ...] = (
    Target(("openstack_repo",), "osk deploy controlplane", "nothing is cloned", fate=Fate.NEEDLESS),
    Target(("openstack_crds",), "osk deploy crds"),
    Target(("openstack_crds_cleanup",), "osk teardown operators --crds"),
    Target(
        ("all",),
        "osk deploy single",
        "three operators and nothing that they run",
        brings=("keystone", "mariadb", "neutron"),
    ),
    Target(
        _of(_OPERATORS, "_cleanup"),
        "osk teardown operators",
        "or take it out of `operators.single`, and `osk deploy operators`",
    ),
    Target(("barbican_deploy_validate",), "osk wait"),
    Target(("openstack_patch_version", "openstack_update_run"), "osk update run"),
    Target(("update_services", "update_system"), "osk update run", "its last steps"),
    Target(
        ("set_slower_etcd_profile",),
        "oc patch etcd cluster",
        "a setting of the cluster, not of the cloud",
        fate=Fate.LOST,
    ),
)
