"""Evaluates code where its plain form would overflow, or lose its digits; and asks Python of names.

Reads a JSON list from standard input: code with values and what it should be, or names. Prints a line for each that is not so, and last how
many were compared.
"""

import json
import keyword
import sys
import unicodedata

import numpy as np
import scipy
import scipy.special


def trouble(case):
    if "names" in case:
        odd = [name for name in case["names"] if not name.isidentifier() or keyword.iskeyword(name)]
        folded = [name for name in case["names"] if unicodedata.normalize("NFKC", name) != name]
        return f"{odd} {folded}" if odd or folded else None
    values = {name: np.array(value, dtype=float) if isinstance(value, list) else value for name, value in case["values"].items()}
    found = eval(case["code"], {"np": np, "scipy": scipy, **values})
    if not np.allclose(found, case["value"], rtol=1e-14, atol=0):
        return f"{case['code']} is {found!r}, not {case['value']}"
    return None


def main():
    cases = json.load(sys.stdin)
    for case in cases:
        message = trouble(case)
        if message:
            print(message)
    print(f"compared {len(cases)}")


main()
