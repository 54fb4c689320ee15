"""The commands, in the order --help lists them; importing one adds it."""

# isort: off
from keyworth.cli import sample_command  # noqa: F401
from keyworth.cli import import_command  # noqa: F401
from keyworth.cli import summary_command  # noqa: F401
from keyworth.cli import fit_command  # noqa: F401
from keyworth.cli import curve_command  # noqa: F401
from keyworth.cli import value_command  # noqa: F401
from keyworth.cli import backtest_command  # noqa: F401
from keyworth.cli import report_command  # noqa: F401
from keyworth.cli import compare_command  # noqa: F401
from keyworth.cli import export_command  # noqa: F401
