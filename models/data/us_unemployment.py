"""Makes us_unemployment.csv from `unemployment-across-industries.json` of the npm package vega-datasets 3.2.1.

    npm pack vega-datasets@3.2.1 && tar xzf vega-datasets-3.2.1.tgz
    python us_unemployment.py package/data/unemployment-across-industries.json

The file has, for each of 14 industries and each month, how many people are unemployed (thousands) and the
unemployment rate (per cent, one decimal). The labour force of an industry is the first divided by the second. Rounding
of the rate makes it uncertain by 1 to 2 % a month. Construction and manufacturing are kept; the other 12 are added up.
"""

import json
import sys
from pathlib import Path

KEPT = {"Construction": "construction", "Manufacturing": "manufacturing"}
GROUPS = ("construction", "manufacturing", "other")


def main() -> None:
    rows = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    months: dict[str, dict[str, float]] = {}
    for row in rows:
        month = months.setdefault(f"{row['year']}-{row['month']:02d}", dict.fromkeys(_columns(), 0.0))
        group = KEPT.get(row["series"], "other")
        month[f"{group}_unemployed"] += row["count"]
        month[f"{group}_labor_force"] += row["count"] / row["rate"] * 100
    lines = [",".join(["month", *_columns()])]
    lines += [",".join([month, *(f"{value:.0f}" for value in values.values())]) for month, values in months.items()]
    Path(__file__).with_suffix(".csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _columns() -> list[str]:
    return [f"{group}_{what}" for group in GROUPS for what in ("unemployed", "labor_force")]


if __name__ == "__main__":
    main()
