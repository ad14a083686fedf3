"""How long a process takes to start: `scanwright --help`, and `import scanwright` beyond importing numpy."""

from __future__ import annotations

import sys

from now import COMMAND
from timing import Row, alternate, process


def rows() -> list[Row]:
    """All lines of this subject."""
    times = alternate(
        {
            "scanwright --help": lambda: process((*COMMAND, "--help")),
            "import numpy": lambda: process((sys.executable, "-c", "import numpy")),
            "import numpy, scanwright": lambda: process((sys.executable, "-c", "import numpy, scanwright")),
            "sw.Scan": lambda: process((sys.executable, "-c", "import numpy, scanwright as sw; sw.Scan")),
        },
        15,
        patience=20,
    )
    shown, numpy, ours, scan = times.values()
    return [
        Row(
            subject="starting",
            what="scanwright --help",
            figure=shown.median,
            unit="s",
            least=shown.least,
            target="<= 0.4",
        ),
        Row(subject="starting", what="import numpy", figure=numpy.median, unit="s", least=numpy.least),
        Row(
            subject="starting",
            what="import scanwright, beyond numpy",
            figure=ours.median - numpy.median,
            unit="s",
            least=ours.least - numpy.least,
            target="<= 0.1",
        ),
        Row(
            subject="starting",
            what="and the first use of sw.Scan, beyond numpy",
            figure=scan.median - numpy.median,
            unit="s",
            least=scan.least - numpy.least,
        ),
    ]
