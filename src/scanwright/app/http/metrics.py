"""Counters for Prometheus, a set of them for each server."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

BUCKETS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """What is counted.

    >>> metrics = Metrics()
    >>> metrics.requests.labels("GET", "/v1/runs", "200").inc()
    >>> b'scanwright_requests_total{method="GET",path="/v1/runs",status="200"} 1.0' in metrics.text()
    True
    """

    def __init__(self) -> None:
        """Nothing was counted."""
        self._all = CollectorRegistry()
        named = ("method", "path")
        self.requests = Counter(
            "scanwright_requests", "Requests that were answered", (*named, "status"), registry=self._all
        )
        self.seconds = Histogram(
            "scanwright_seconds_to_answer",
            "Seconds to the first byte of an answer",
            named,
            buckets=BUCKETS,
            registry=self._all,
        )
        self.runs = Counter("scanwright_runs", "Runs that were started", registry=self._all)
        self.events = Counter("scanwright_events_sent", "Events that readers were sent", registry=self._all)
        self._going = Gauge("scanwright_runs_going", "Runs that go on", registry=self._all)
        self._open = Gauge("scanwright_readers", "Readers of events that are open", registry=self._all)

    def watch(self, going: Callable[[], float], open: Callable[[], float]) -> None:
        """Ask for what goes on when somebody reads."""
        self._going.set_function(going)
        self._open.set_function(open)

    def text(self) -> bytes:
        """In Prometheus' own format."""
        return generate_latest(self._all)
