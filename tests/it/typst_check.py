# Compiles formulas with Typst, from a JSON array of { name, text } on standard input: all at once, and where that fails each by itself.
import json
import sys

import typst


def complaint(formulas):
    source = "".join(f"$ {formula['text']} $\n\n" for formula in formulas)
    try:
        _, warnings = typst.compile_with_warnings(source.encode(), format="pdf")
    except typst.TypstError as error:
        return error.message
    # A page that a formula is too wide for is no mistake of the formula.
    return "; ".join(warning.message for warning in warnings)


formulas = json.load(sys.stdin)
if complaint(formulas):
    for formula in formulas:
        if found := complaint([formula]):
            print(f"{formula['name']}: {formula['text']}\n  {found}")
print(f"compiled {len(formulas)}")
