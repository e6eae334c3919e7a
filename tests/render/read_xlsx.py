"""The first sheet of an XLSX file as JSON rows of {formula, value, kind, format}.

Values as text: strings as they are, durations in seconds, dates as ISO, numbers as repr() has them.
"""
import datetime
import json
import sys

import openpyxl
from openpyxl.utils.escape import unescape


def text_of(value):
    if value is None:
        return ""
    if isinstance(value, str):
        return unescape(value)  # openpyxl does it for shared strings only, Excel for all
    if isinstance(value, datetime.timedelta):
        return repr(value.total_seconds())
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    return repr(value)


def main(path):
    formulas = openpyxl.load_workbook(path)
    values = openpyxl.load_workbook(path, data_only=True)
    rows = []
    for row, shown in zip(formulas.active.iter_rows(), values.active.iter_rows()):
        rows.append([{
            "formula": str(cell.value) if cell.data_type == "f" else "",
            "value": text_of(value.value),
            "kind": cell.data_type,
            "format": cell.number_format,
        } for cell, value in zip(row, shown)])
    json.dump(rows, sys.stdout)


main(sys.argv[1])
