"""What other programs call their functions of time, and how the same is said here.

Whoever comes from Vensim or Stella writes their names first; the message that there is no such function says what to
write. What differs in meaning is told in `docs/reference/time-functions.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

FOREIGN: Mapping[str, str] = MappingProxyType(
    {
        "active_initial": "stock level = start",
        "delay1": "delay(input, delay_time)",
        "delay1i": "delay(input, delay_time, initial = start)",
        "delay3": "delay(input, delay_time, order = 3)",
        "delay3i": "delay(input, delay_time, order = 3, initial = start)",
        "delay_conveyor": "conveyor_out(entering, transit)",
        "delay_information": "delay_fixed(input, delay_time)",
        "delay_material": "conveyor_out(entering, transit)",
        "delay_n": "delay(input, delay_time, order = 3, initial = start)",
        "delayn": "delay(input, delay_time, order = 3, initial = start)",
        "forcst": "forecast(input, averaging_time, horizon)",
        "history": "delay_fixed(input, delay_time)",
        "if_then_else": "if condition then value else other",
        "init": "initial(value)",
        "integ": "stock level = start",
        "net_present_value": "npv(stream, discount_rate)",
        "npve": "npv(stream, discount_rate)",
        "smooth3": "smooth(input, averaging_time, order = 3)",
        "smooth3i": "smooth(input, averaging_time, order = 3, initial = start)",
        "smooth_n": "smooth(input, averaging_time, order = 3, initial = start)",
        "smoothi": "smooth(input, averaging_time, initial = start)",
        "smth1": "smooth(input, averaging_time)",
        "smth3": "smooth(input, averaging_time, order = 3)",
        "smthn": "smooth(input, averaging_time, order = 3, initial = start)",
        "zidz": "if divisor == 0 then 0 else value / divisor",
    }
)
