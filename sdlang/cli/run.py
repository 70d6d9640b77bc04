"""`sdrun run MODEL.sd`: compile, simulate, and hand over the summary, the report and the data."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sdlang.cli import files
from sdlang.cli.main import COMMANDS, IsolatedTemplate
from sdlang.cli.messages import FAILED, Messages, is_coloured, message_options
from sdlang.cli.models import STANDARD_INPUT, open_model
from sdlang.compiler import Options, StepCheck, check

if TYPE_CHECKING:
    from sdlang.results.outcome import Outcome
    from sdlang.results.run import Run
