"""A cluster whose user may not do everything."""

from collections.abc import Callable

from openstack_k8s_cli.apply.ports import Answer, Resource
from openstack_k8s_cli.model.objects import Body
from tests.fakes.cluster import FakeCluster, Request
from tests.fakes.kinds import served

KIND = served(
    "authorization.k8s.io", "v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews", namespaced=False
)


class ReviewingCluster(FakeCluster):
    """Answers reviews by a rule over what is asked; the other kinds are the fake's."""

    def __init__(self, may: Callable[[Body], bool], *extra: Resource) -> None:
        super().__init__(KIND, *extra)
        self._may = may
        self.time = "2026-11-26T12:00:00Z"
        """By its own clock, which stands."""

    def create(self, body: Body, *, dry_run: bool = False) -> Answer:
        if body["kind"] != KIND.kind:
            made = super().create(body, dry_run=dry_run)
            stamped = {**made.body["metadata"], "creationTimestamp": self.time}
            return Answer({**made.body, "metadata": stamped})
        self.log.append(Request("create", KIND.kind))
        return Answer({**body, "status": {"allowed": self._may(body["spec"]["resourceAttributes"])}})
