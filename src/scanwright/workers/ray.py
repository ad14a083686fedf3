"""Ray: workers on any machine of a cluster, each a process that keeps its block of symbols between runs.

Ray starts a worker anew where it died, on another machine if need be; the job that it was at is done again, and what it
kept is made anew by its factory. Only plain values and arrays go over the wire.
"""

from __future__ import annotations

import logging
import os
import socket
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, cast

from scanwright.model.errors import WorkersLost
from scanwright.workers._keeper import Keeper
from scanwright.workers._port import Answer, Declared, Job

AGAIN = 2  # times that a job is begun anew when its worker was lost
PATIENCE = 900.0  # seconds for the jobs of one gathering
REPLACED = 120.0  # seconds in which a worker that was lost is there again
REACH = 5.0  # seconds in which a cluster's address answers
# Where Ray makes clusters of many machines it turns 127.0.0.1 into an address that others could reach.
LOOPBACK = "127.0.0.2" if sys.platform == "linux" else "127.0.0.1"


class Cluster:
    """The workers of a Ray cluster: of the one at an address, or of one on this machine that ends with the process."""

    def __init__(self, address: str = "", workers: int = 0) -> None:
        """Join the cluster and have the workers placed; so many, by default one for each of its processors."""
        ray = _library()
        self._ours = not ray.is_initialized()
        self._address = address
        if address:
            reached(address)
        if self._ours:
            self._join(address, workers)
        elif address and (other := ray.get_runtime_context().gcs_address) != address:
            raise _lost(address, f"this process at work with the one at {other}")
        homes = _processors(ray)
        self.workers = workers or len(homes)
        self._actors: list[Any] = [_worker(ray, homes[at % len(homes)]) for at in range(self.workers)]

    def _join(self, address: str, workers: int) -> None:
        ray = _library()
        given: dict[str, Any] = {"logging_level": logging.ERROR, "log_to_driver": False}
        if address:
            given["address"] = address
        else:
            given |= {"address": "local", "include_dashboard": False, "num_cpus": workers or None}
        host = address.rpartition(":")[0] or LOOPBACK
        if host.startswith("127."):
            given["_node_ip_address"] = host
        # No setting keeps what Ray's machines say off standard output, where data goes.
        ray._private.worker._worker_logs_enabled = False  # noqa: SLF001
        try:
            ray.init(**given)
        except (ray.exceptions.RayError, ConnectionError, RuntimeError, ValueError) as error:
            raise _lost(address, _first_line(error)) from error

    def gather(self, jobs: Sequence[Job]) -> list[Answer]:
        """Do all of them; arrays of the answers lie in the cluster's shared memory, read only."""
        found: dict[int, Answer] = {}
        left = list(range(len(jobs)))
        for _ in range(1 + AGAIN):
            asked = [(at, self._asked(jobs[at])) for at in left]
            answers = [(at, self._answer(promise)) for at, promise in asked]
            found |= {at: answer for at, answer in answers if answer is not None}
            left = [at for at, answer in answers if answer is None]
            if not left:
                return [found[at] for at in range(len(jobs))]
            self._replaced({jobs[at].home.number % self.workers for at in left})
        raise _lost(self._address, f"workers that ended {1 + AGAIN} times in the middle of one job")

    def _asked(self, job: Job) -> Any:  # noqa: ANN401 - a promise of Ray's
        home = job.home
        actor = self._actors[home.number % self.workers]
        return actor.call.remote(home.key, home.factory, dict(home.arguments), job.method, dict(job.arguments))

    def _answer(self, promise: Any) -> Answer | None:  # noqa: ANN401 - a promise of Ray's
        """What a job came to, None where its worker was lost; raises what the job raised."""
        ray = _library()
        try:
            return cast("Answer", ray.get(promise, timeout=PATIENCE))
        except ray.exceptions.RayActorError:
            return None
        except ray.exceptions.RayTaskError as error:
            raise error.cause from None
        except ray.exceptions.RayError as error:
            raise _lost(self._address, _first_line(error)) from error

    def _replaced(self, numbers: set[int]) -> None:
        """Wait until Ray has started these workers anew."""
        ray = _library()
        ready = [self._actors[at].ready.options(max_task_retries=-1).remote() for at in sorted(numbers)]
        try:
            ray.get(ready, timeout=REPLACED)
        except ray.exceptions.RayError as error:
            raise _lost(self._address, _first_line(error)) from error

    def close(self) -> None:
        """Let the workers go, and leave the cluster where it was joined for this."""
        ray = _library()
        for actor in self._actors:
            ray.kill(actor)
        self._actors.clear()
        if self._ours:
            ray.shutdown()


def work(address: str, environ: Mapping[str, str], *, processors: int | None = None, host: str = "") -> NoReturn:
    """Offer this machine to the cluster at an address: this process becomes Ray's, and ends when it is stopped.

    host: this machine's own address, where Ray is not to find out which one the others see.
    """
    words = [sys.executable, "-m", "ray.scripts.scripts", "start", f"--address={address}", "--block"]
    words += [f"--node-ip-address={host}"] if host else []
    words += [] if processors is None else [f"--num-cpus={processors}"]
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what Ray says is no data
    os.execve(sys.executable, words, dict(environ))  # noqa: S606 - our own words, and signals go where they should


def reached(address: str) -> None:
    """Refuse an address where nobody answers; `WorkersLost` says so."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        raise _lost(address, f"{address!r}, which is no HOST:PORT")
    try:
        socket.create_connection((host, int(port)), REACH).close()
    except OSError as error:
        raise _lost(address, error.strerror or "no answer in time") from error


def _processors(ray: Any) -> list[str]:  # noqa: ANN401 - the library
    """The machine of every processor, one of each machine first, so that few workers are on many machines."""
    count = {each["NodeID"]: int(each["Resources"].get("CPU", 0)) for each in ray.nodes() if each["Alive"]}
    return [node for at in range(max(count.values(), default=0)) for node in count if at < count[node]] or [*count]


def _worker(ray: Any, node: str) -> Any:  # noqa: ANN401 - the library, and a handle of its own
    """A worker on a machine, or elsewhere when that is gone."""
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    wish = NodeAffinitySchedulingStrategy(node_id=node, soft=True)
    return ray.remote(Keeper).options(max_restarts=-1, scheduling_strategy=wish).remote()


def _library() -> Any:  # noqa: ANN401 - it has no types to speak of
    import ray

    return ray


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
