"""`osk dev`."""

from pathlib import Path
from typing import Annotated

import typer

from openstack_k8s_cli.cli import building, cataloguing, developing, mounting, naming, running, servicing
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, group
from openstack_k8s_cli.developing.entries import Kind
from openstack_k8s_cli.model.problems import ExitCode

app = group()

_Operator = Annotated[
    str,
    typer.Argument(metavar="OPERATOR", help="An operator, such as nova", autocompletion=naming.operators),
]
_Save = Annotated[
    bool, typer.Option("--save", help="Put it into the profile's file; it is no development state then")
]
_Yes = Annotated[bool, typer.Option("-y", "--yes", help="Do not ask, also not before another's is replaced")]
_Crds = Annotated[
    list[Path] | None,
    typer.Option(
        "--crds",
        metavar="DIR",
        help="Bring the CRDs of a folder, or of a checkout; may be repeated. They go back with the rest",
    ),
]


@app.callback(
    epilog=examples(
        "osk dev image nova quay.io/me/nova-operator:fix   # another image, through OLM",
        "osk dev run nova ../nova-operator                 # the checkout in the place of the deployed one",
        "osk dev status                                    # what differs from the release, by whom",
        "osk dev reset                                     # back to the release",
    )
)
def dev() -> None:
    """Work on operators and services in a running cloud: swap, run, undo.

    What is changed stays until it is taken back: deployments keep it and say so, and others who look see it.
    """


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk dev image nova quay.io/me/nova-operator:fix",
        "osk dev image openstack registry:5000/me/openstack-operator@sha256:…   # which has the webhooks",
        "osk dev image nova quay.io/me/nova-operator:fix --crds ../nova-operator  # with its new fields",
        "osk dev image nova quay.io/me/nova-operator:fix --save                 # for good, in the profile's file",
        "osk dev image openstack --index quay.io/me/openstack-operator-index:fix # another catalog, back with reset",
        "osk dev image openstack --bundle quay.io/me/openstack-operator-bundle:fix",
        "osk dev reset nova                                                     # undone",
    ),
)
@scoped
def image(
    session: Session,
    *,
    operator: _Operator,
    reference: Annotated[
        str | None,
        typer.Argument(
            metavar="IMAGE", help="The image that it is to run", autocompletion=naming.operator_images
        ),
    ] = None,
    index: Annotated[
        str | None,
        typer.Option(
            "--index", metavar="IMAGE", help="The OpenStack operator from this catalog (or grpc://HOST:PORT)"
        ),
    ] = None,
    bundle: Annotated[
        str | None,
        typer.Option(
            "--bundle", metavar="IMAGE", help="The OpenStack operator from a catalog of this bundle"
        ),
    ] = None,
    channel: Annotated[
        str | None,
        typer.Option("--channel", metavar="NAME", help="The catalog's channel; else the profile's"),
    ] = None,
    crds: _Crds = None,
    save: _Save = False,
    yes: _Yes = False,
) -> ExitCode:
    """Give one operator another image, through its Subscription: OLM keeps it, over upgrades too.

    The command ends when the operator runs with it. Until then, and where the image cannot be pulled, the old one runs.
    """
    kind, given = cataloguing.chosen(reference, index, bundle)
    if kind is Kind.IMAGE:
        events = developing.image(session, operator, given, save=save, crds=crds or (), yes=yes)
    else:
        events = cataloguing.catalog(
            session, operator, kind, given, channel=channel, refused={"--save": save, "--crds": crds}, yes=yes
        )
    return running.run(session, "dev-image", events, again=session.line)


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk dev build nova ../nova-operator               # to the cluster's own registry",
        "osk dev build nova ../nova-operator --crds ../nova-operator",
        "osk dev build nova ../nova-operator --registry quay.io/me",
        "osk dev reset nova                                # undone",
    ),
)
@scoped
def build(
    session: Session,
    *,
    operator: _Operator,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A checkout with a Containerfile or Dockerfile")
    ],
    registry: Annotated[
        str | None,
        typer.Option("--registry", metavar="HOST/PATH", help="Push there, by podman's own logins"),
    ] = None,
    crds: _Crds = None,
    save: _Save = False,
    yes: _Yes = False,
) -> ExitCode:
    """Build one operator's image with podman, push it, and let the operator run it.

    It is pushed to the cluster's own registry with the login's token, and named by its content: a new build is a new image.
    """
    events = building.build(session, operator, folder, registry=registry, crds=crds or (), save=save, yes=yes)
    return running.run(session, "dev-build", events, again=session.line)


@app.command(
    "service-image",
    cls=Leaf,
    epilog=examples(
        "osk dev service-image nova-api quay.io/me/nova-api:fix",
        "osk dev service-image cinder-volume quay.io/me/cinder-volume:fix --backend ceph",
        "osk dev service-image nova-api quay.io/me/nova-api:fix --save   # for good, in the profile's file",
        "osk dev reset nova-api                                          # undone",
    ),
)
@scoped
def service_image(
    session: Session,
    *,
    service: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="The image, such as nova-api", autocompletion=naming.service_images
        ),
    ],
    reference: Annotated[str, typer.Argument(metavar="IMAGE", help="The image that its pods are to run")],
    backend: Annotated[
        str | None, typer.Option("--backend", metavar="NAME", help="Of cinder-volume and manila-share: whose")
    ] = None,
    save: _Save = False,
    yes: _Yes = False,
) -> ExitCode:
    """Give the containers of one service another image, through the OpenStackVersion's custom images.

    The command ends when its pods run with it. An update would leave such an image as it is: `osk update check` says so.
    """
    events = servicing.image(session, service, reference, backend=backend, save=save, yes=yes)
    return running.run(session, "dev-service-image", events, again=session.line)


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk dev run nova ../nova-operator                      # its cmd/main.go; Ctrl-C undoes it",
        "osk dev run nova ../nova-operator -- bin/manager       # a program that was built",
        "osk dev run nova . --crds . --crds ../openstack-operator  # the control plane's CRD too, which embeds nova's",
        "osk dev run openstack ../openstack-operator            # with its webhooks, which are called here then",
    ),
)
@scoped
def run(
    session: Session,
    *,
    operator: _Operator,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The operator's checkout")],
    command: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="-- COMMAND", help="What is run in DIR  [default: its cmd/main.go, compiled first]"
        ),
    ] = None,
    crds: _Crds = None,
    no_crds: Annotated[
        bool, typer.Option("--no-crds", help="Leave the cluster's CRDs as they are, whatever DIR has")
    ] = False,
    address: Annotated[
        str | None,
        typer.Option(
            "--address", metavar="HOST", help="By which the cluster reaches this machine's webhooks"
        ),
    ] = None,
    webhook_port: Annotated[int, typer.Option("--webhook-port", metavar="PORT", help="Of webhooks")] = 9443,
    yes: _Yes = False,
) -> ExitCode:
    """Run an operator here in the place of the deployed one, which is stopped for as long.

    It gets the deployed one's environment and a kubeconfig for this cluster; CRDs that differ in DIR/config/crd/bases
    are brought. When it ends, by Ctrl-C or by itself, everything is put back. After a `kill -9` of osk the same command
    takes it over, and `osk dev reset` puts back.
    """
    from openstack_k8s_cli.cli import locally

    asked = locally.Asked(
        operator=operator,
        folder=folder,
        command=tuple(command or ()),
        crds=None if no_crds else tuple(crds or ()),
        address=address,
        port=webhook_port,
        yes=yes,
    )
    return locally.LocalRun(session, asked).run()


_Folder = Annotated[
    str, typer.Argument(metavar="DIR", help="A checkout that this machine exports by NFS, or HOST:/PATH")
]
_At = Annotated[
    str | None, typer.Option("--at", metavar="PATH", help="Where the image has it; else it is found out")
]
_Address = Annotated[
    str | None,
    typer.Option("--address", metavar="ADDRESS", help="By which the cluster's nodes reach this machine"),
]


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk dev mount neutron ~/neutron                     # ~/neutron/neutron over the package in its pods",
        "osk dev mount neutron ~/neutron --at /usr/lib/python3.12/site-packages/neutron",
        "osk dev mount keystone nfs.lab:/export/keystone     # another machine exports it",
        "osk dev reset neutron                               # undone",
    ),
)
@scoped
def mount(
    session: Session,
    *,
    service: Annotated[
        str,
        typer.Argument(metavar="SERVICE", help="Such as neutron, or ansible", autocompletion=naming.mounted),
    ],
    folder: _Folder,
    at: _At = None,
    address: _Address = None,
    yes: _Yes = False,
) -> ExitCode:
    """Mount a checkout into a service's pods, read only, in the place of the package in their image.

    Pods find what is in the folder at any time; a program that runs has to be started anew to use it.
    """
    events = mounting.mount(session, service, folder, at=at, address=address, yes=yes)
    return running.run(session, "dev-mount", events, again=session.line)


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk dev ansible ~/edpm-ansible     # for all deployments of hosts from now on",
        "osk deploy dataplane --restart     # all services once more, with it",
        "osk dev reset ansible              # undone",
    ),
)
@scoped
def ansible(
    session: Session, *, folder: _Folder, at: _At = None, address: _Address = None, yes: _Yes = False
) -> ExitCode:
    """Mount a checkout of edpm-ansible into the pods that deploy hosts, in the place of what their image has."""
    events = mounting.mount(session, "ansible", folder, at=at, address=address, yes=yes)
    return running.run(session, "dev-ansible", events, again=session.line)


@app.command(
    cls=Leaf,
    epilog=examples("osk dev status", "osk dev status -o json | jq -r '.[] | [.name, .by, .since] | @tsv'"),
)
@scoped
def status(session: Session) -> None:
    """Show what differs from the release, since when and by whom, and what was begun and did not end."""
    developing.status(session)


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk dev reset          # everything; asks first",
        "osk dev reset nova     # what was changed of one operator or service",
    ),
)
@scoped
def reset(
    session: Session,
    *,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME",
            help="Operators or services, as `osk dev status` names them",
            autocompletion=naming.changed,
        ),
    ] = None,
    yes: _Yes = False,
    force: Annotated[
        bool, typer.Option("--force", help="Put CRDs back though objects use, and lose, what they brought")
    ] = False,
) -> ExitCode:
    """Go back to the release, whoever made the change and however that ended; somebody else's only after a question."""
    return developing.reset(session, names or (), yes=yes, force=force)
