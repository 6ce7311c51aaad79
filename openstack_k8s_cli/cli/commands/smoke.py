"""`osk smoke`."""

from collections.abc import Iterator
from typing import Annotated

import typer

from openstack_k8s_cli.cli import running
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, single
from openstack_k8s_cli.model.events import Event
from openstack_k8s_cli.model.problems import ExitCode

app = single()


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk smoke",
        "osk smoke --image cirros --external public   # with what the cloud has",
        "osk smoke --keep                             # everything stays, until the next osk smoke",
    ),
)
@scoped
def smoke(
    session: Session,
    *,
    image: Annotated[
        str, typer.Option("--image", metavar="NAME", help="An image of the cloud  [default: CirrOS, fetched]")
    ] = "",
    external: Annotated[
        str,
        typer.Option(
            "--external", metavar="NAME", help="An external network of the cloud  [default: one is made]"
        ),
    ] = "",
    physical: Annotated[
        str, typer.Option("--physical-network", metavar="NAME", help="Where that one is made")
    ] = "datacentre",
    keep: Annotated[bool, typer.Option("--keep", help="Leave everything there in the end")] = False,
) -> ExitCode:
    """See whether the cloud works: image, flavor, networks, server, floating address, ping, volume; all is taken away again."""

    def events() -> Iterator[Event]:
        from openstack_k8s_cli.workflows import smoking

        work = session.work
        world, values = work.world, work.on_cluster.values
        cinder = values["controlplane"]["services"]["cinder"]
        volume = bool(cinder["enabled"] and cinder["backends"])
        place = smoking.outside(values, network=external, physical=physical)
        wishes = smoking.Wishes(place, image, volume, keep, values["timeouts"]["scale"])
        smoke = smoking.Smoke(world.cluster, world.clock, world.namespace, wishes)
        yield from smoke.alone(world, work.options())

    return running.run(session, "smoke", events(), again=session.line)
