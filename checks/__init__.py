"""Data quality: every batch meets its suite before it may be published.

``checks.gate.validate`` judges the batches of a run and gives one ``checks.verdict.Verdict`` a
series. Great Expectations does the judging; it takes seconds to import and is imported only when
something is validated (``checks.suites`` and what it imports), so this package, ``checks.rules``,
``checks.verdict`` and ``checks.gate`` are cheap to import.
"""

import logging

_great_expectations = logging.getLogger("great_expectations")
if _great_expectations.level == logging.NOTSET:
    # While it is imported, Great Expectations reports some two hundred skipped registrations at
    # level INFO, which Airflow's root logger prints. The level has to stand before the import.
    _great_expectations.setLevel(logging.WARNING)
