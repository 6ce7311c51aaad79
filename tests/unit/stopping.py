"""Runs that are left on the way, as Ctrl-C leaves them."""

from collections.abc import Generator, Iterator

from openstack_k8s_cli.model.events import Event, StepFinished


def close(events: Iterator[Event]) -> None:
    """End a run where it is."""
    assert isinstance(events, Generator)
    events.close()


def stop_after(events: Iterator[Event], step: str) -> None:
    """End a run once a step is over whose id ends so."""
    for event in events:
        if isinstance(event, StepFinished) and event.step.endswith(step):
            break
    close(events)
