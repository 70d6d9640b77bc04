"""What a cell of a column of times means, in the model's unit of time.

In a calendar model it is a date, `2024-03-31`, a month, `2024-03`, which is its first day, or a number of years; in a
workbook also a cell that holds a date. Any other model takes numbers; one that counts years takes months, too, and of a
cell that holds a date its month.
"""

from __future__ import annotations

import re
from datetime import date

from sdlang.diagnostics import Diagnostic
from sdlang.model import data_errors as errors
from sdlang.model.model import Clock
from sdlang.model.sheets import Cell, Row, Sheet, number_of, text_of
from sdlang.units.catalogue import YEAR
from sdlang.units.dates import fault_of, is_in_calendar, meant_date, time_of

DATE = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?")

# Year, month and day, as far as they are written.
Written = tuple[int, ...]


def time_at(row: Row, column: int, clock: Clock, sheet: Sheet, found: list[Diagnostic]) -> float | None:
    """The time in a cell; one that is none is reported."""
    cell = row.cells[column]
    written = _date_in(cell)
    if written and (clock.is_calendar or (clock.unit.factor == YEAR and (len(written) == 2 or isinstance(cell, date)))):
        if not (fault := fault_of(*written)):
            return float(time_of(*written if clock.is_calendar else written[:2]))
        place = (sheet.place, row.line, sheet.column(column), text_of(cell))
        found.append(errors.no_such_date(*place, *fault, sheet.path.span))
        return None
    number = number_of(cell)
    if number is not None and (is_in_calendar(number) or not clock.is_calendar):
        return number
    found.append(_no_time(cell, written, (sheet.place, row.line, sheet.column(column)), clock, sheet))
    return None


def _date_in(cell: Cell) -> Written:
    """The date that is written in a cell, whether or not there is such a date; empty where none is."""
    if isinstance(cell, date):
        return cell.year, cell.month, cell.day
    match = DATE.fullmatch(cell) if isinstance(cell, str) else None
    return tuple(int(part) for part in match.groups() if part) if match else ()


def _no_time(cell: Cell, written: Written, place: tuple[str, int, str], clock: Clock, sheet: Sheet) -> Diagnostic:
    text, span = text_of(cell), sheet.path.span
    if clock.is_calendar:
        return errors.no_date(*place, text, meant_date(text), span)
    if written and fault_of(*written) is None:
        month = f"{written[0]}-{written[1]:02}" if clock.unit.factor == YEAR else ""
        return errors.date_without_calendar(*place, text, clock.unit.text, month, span)
    return errors.not_a_number(*place, text, span)
