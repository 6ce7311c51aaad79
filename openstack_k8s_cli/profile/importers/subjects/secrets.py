"""Secrets: values that are given instead of generated ones."""

from openstack_k8s_cli.profile.importers.draft import Draft
from openstack_k8s_cli.profile.importers.rules import Rule, Target, by, needless, to
from openstack_k8s_cli.profile.importers.settings import Settings

COVERED = {
    "ADMIN_PASSWORD": "AdminPassword",
    "AODH_PASSWORD": "AodhPassword",
    "BARBICAN_PASSWORD": "BarbicanPassword",
    "CEILOMETER_PASSWORD": "CeilometerPassword",
    "CINDER_PASSWORD": "CinderPassword",
    "CLOUDKITTY_PASSWORD": "CloudKittyPassword",
    "DATABASE_PASSWORD": "DatabasePassword",
    "DB_ROOT_PASSWORD": "DbRootPassword",
    "DESIGNATE_PASSWORD": "DesignatePassword",
    "GLANCE_PASSWORD": "GlancePassword",
    "HEAT_PASSWORD": "HeatPassword",
    "HEAT_STACK_DOMAIN_ADMIN_PASSWORD": "HeatStackDomainAdminPassword",
    "IRONIC_PASSWORD": "IronicPassword",
    "IRONIC_INSPECTOR_PASSWORD": "IronicInspectorPassword",
    "MANILA_PASSWORD": "ManilaPassword",
    "NEUTRON_PASSWORD": "NeutronPassword",
    "NOVA_PASSWORD": "NovaPassword",
    "OCTAVIA_PASSWORD": "OctaviaPassword",
    "OCTAVIA_HEARTBEAT_KEY": "OctaviaHeartbeatKey",
    "PLACEMENT_PASSWORD": "PlacementPassword",
    "SWIFT_PASSWORD": "SwiftPassword",
    "WATCHER_PASSWORD": "WatcherPassword",
}
"""Keys of the services' Secret that `PASSWORD` covers."""
OWN = {
    "BARBICAN_SIMPLE_CRYPTO_ENCRYPTION_KEY": "BarbicanSimpleCryptoKEK",
    "HEAT_AUTH_ENCRYPTION_KEY": "HeatAuthEncryptionKey",
    "KEYSTONE_FEDERATION_CLIENT_SECRET": "KeystoneOIDCClientSecret",
    "KEYSTONE_FEDERATION_CRYPTO_PASSPHRASE": "KeystoneOIDCCryptoPassphrase",
    "METADATA_SHARED_SECRET": "MetadataSecret",
}
"""Keys that it does not."""
_LIBVIRT = "LIBVIRT_PASSWORD"
_OCTAVIA = "OCTAVIA_CA_PASSPHRASE"


def _values(settings: Settings, draft: Draft) -> None:
    """Put every value that is given, by itself or by `PASSWORD`, into its Secret."""
    places = {name: (settings["SECRET"], key) for name, key in (COVERED | OWN).items()}
    places[_LIBVIRT] = (settings["LIBVIRT_SECRET"], "LibvirtPassword")
    places[_OCTAVIA] = ("octavia-ca-passphrase", "server-ca-passphrase")
    common = settings["PASSWORD"]
    for name, (secret, key) in places.items():
        is_common = bool(common) and name not in OWN
        if is_common or settings[name]:
            draft.on_behalf(("PASSWORD",) if is_common else (name,))
            draft.set(f'secrets."{secret}".{key}', common if is_common else settings[name])


RULES: tuple[Rule, ...] = (
    to("SECRET", "controlplane.secret"),
    to("LIBVIRT_SECRET", "controlplane.libvirtSecret"),
    by(
        _values,
        "PASSWORD",
        *COVERED,
        *OWN,
        _LIBVIRT,
        _OCTAVIA,
        place="secrets",
        note="PASSWORD is written out as the keys that it covers, and goes before the single ones",
    ),
    needless(
        "SECRETS_FILE",
        "REGENERATE_SECRETS",
        note="values that no one gives are generated once, in the cluster; import the file itself to keep its values",
    ),
)

TARGETS: tuple[Target, ...] = (
    Target(("input",), "osk deploy secrets"),
    Target(("secrets",), "osk deploy secrets", "generated in the cluster, no file"),
    Target(("input_cleanup", "secrets_clean"), "osk teardown controlplane --keep nothing"),
)
