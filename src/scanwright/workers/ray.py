"""Ray: workers on any machine of a cluster, each a process that keeps its block of symbols between runs.

Ray places them, starts one anew where it died, on another machine if need be, and does the job again that it was at;
what it kept is made anew by its factory. Only plain values and arrays go over the wire.
"""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any, cast

from scanwright.model.errors import WorkersLost
from scanwright.workers._keeper import Keeper
from scanwright.workers._port import Answer, Declared, Job

AGAIN = 3  # times that a job is begun anew when its worker was lost
PATIENCE = 900.0  # seconds for the jobs of one gathering
REACH = 5.0  # seconds in which a cluster's address answers
LOOPBACK = "127.0.0.1"


class Cluster:
    """The workers of a Ray cluster: of the one at an address, or of one on this machine that ends with the process."""

    def __init__(self, address: str = "", workers: int = 0) -> None:
        """Join the cluster and have the workers placed; so many, by default one for each of its processors."""
        ray = _library()
        self._ours = not ray.is_initialized()
        self._address = address
        if self._ours:
            self._join(address, workers)
        self.workers = workers or max(int(ray.cluster_resources().get("CPU", 1)), 1)
        actor = ray.remote(Keeper).options(
            max_restarts=-1, max_task_retries=AGAIN, scheduling_strategy="SPREAD", max_concurrency=1
        )
        self._actors: list[Any] = [actor.remote() for _ in range(self.workers)]

    def _join(self, address: str, workers: int) -> None:
        ray = _library()
        given: dict[str, Any] = {"logging_level": logging.ERROR, "log_to_driver": False}
        if not address:
            given |= {"include_dashboard": False, "num_cpus": workers or None}
        if not address or host_of(address) == LOOPBACK:
            given["_node_ip_address"] = LOOPBACK
        if address:
            reached(address)
            given["address"] = address
        try:
            ray.init(**given)
        except (ray.exceptions.RayError, ConnectionError, RuntimeError, ValueError) as error:
            raise _lost(address, _first_line(error)) from error

    def gather(self, jobs: Sequence[Job]) -> list[Answer]:
        """Do all of them; arrays of the answers lie in the cluster's shared memory, read only."""
        ray = _library()
        asked = [self._asked(job) for job in jobs]
        try:
            return cast("list[Answer]", ray.get(asked, timeout=PATIENCE))
        except ray.exceptions.RayTaskError as error:
            raise error.cause from None
        except ray.exceptions.RayError as error:
            raise _lost(self._address, _first_line(error)) from error

    def _asked(self, job: Job) -> Any:  # noqa: ANN401 - a promise of Ray's
        actor = self._actors[job.home.number % self.workers]
        home = job.home
        return actor.call.remote(home.key, home.factory, dict(home.arguments), job.method, dict(job.arguments))

    def close(self) -> None:
        """Let the workers go, and leave the cluster where it was joined for this."""
        ray = _library()
        for actor in self._actors:
            ray.kill(actor)
        self._actors.clear()
        if self._ours:
            ray.shutdown()


def work(address: str, environ: Mapping[str, str], *, processors: int | None = None) -> int:
    """Offer this machine to the cluster at an address until it is stopped; how that ended.

    The processes that do the work are Ray's own, and end with this one.
    """
    reached(address)
    words = [sys.executable, "-m", "ray.scripts.scripts", "start", f"--address={address}", "--block"]
    if host_of(address) == LOOPBACK:
        words.append(f"--node-ip-address={LOOPBACK}")
    if processors is not None:
        words.append(f"--num-cpus={processors}")
    with subprocess.Popen(words, env=dict(environ), stdout=sys.stderr) as node:  # noqa: S603 - our own words, no shell
        try:
            return node.wait()
        finally:
            node.terminate()


def reached(address: str) -> None:
    """Refuse an address where nobody answers; `WorkersLost` says so."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        raise _lost(address, f"{address!r}, which is no HOST:PORT")
    try:
        socket.create_connection((host, int(port)), REACH).close()
    except OSError as error:
        raise _lost(address, error.strerror or "no answer in time") from error


def _library() -> Any:  # noqa: ANN401 - it has no types to speak of
    import ray

    return ray


def host_of(address: str) -> str:
    """The host of an address; that of this machine by its number.

    >>> host_of("localhost:6379"), host_of("10.0.0.5:6379")
    ('127.0.0.1', '10.0.0.5')
    """
    host = address.rpartition(":")[0]
    return LOOPBACK if host == "localhost" else host


def _lost(address: str, found: str) -> WorkersLost:
    where = f"the Ray cluster at {address}" if address else "a Ray cluster of this machine's own"
    return WorkersLost(expected=f"workers of {where}", found=found, todo="look whether it runs: ray status")


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__


EXECUTOR = Declared(
    name="ray",
    summary="processes on the machines of a Ray cluster",
    open=Cluster,
    library="ray",
    extra="ray",
    addressed=True,
)
