#!/usr/bin/env python3
"""Retired names and phrases do not come back.

Each was replaced by the field's own word, which the right column names. A name matches as a whole word, a phrase also
across line ends and the comment marks after them.
"""

import re

import source

NAMES = {
    "OutsidePort": "HostPort",
    "OutsideLog": "RecordingPort",
    "OutsideCall": "HostCall",
    "ask_host": "call_host",
    "NdLog": "HostCallLog",
    "NdEntry": "HostCallEntry",
    "NdReplay": "HostCallReplay",
    "NdFault": "HostCallMismatch",
    "Decider": "BoundPolicy",
    "RecordQuestion": "RecordInputs",
    "RecordAnswer": "RecordOutcome",
    "may_be_asked": "is_exposed",
    "asked_": "exposed_",
    "settle(": "the verb of what is done",
    "settle_value": "check_result",
    "settle_cases": "collect_cases",
    "draw_identity": "draw_ids",
    "find_entry": "entry_function, entry_index",
    "declaration_fault": "declaration_error",
    "module_path_fault": "module_path_error",
    "identity_fault": "identity_error",
    "StoreFault": "StoreError",
    "ArgumentFault": "ArgumentError",
    "speaks(": "supports_language",
    "DECLARED(": "BUILTIN",
    "BUILTIN_MISSING": "BUILTIN",
    "kReg_Or": "kOptionalReg",
    "mask_slot": "node",
    "masks_": "shadowed",
    "is_masked": "is_shadowed",
    "Mock": "Replacement",
    "mock_base_": "replacement_base_",
    "resolve_data_slots": "nothing: it was never defined",
    "Asker": "Runner",
    "hand_over": "return_program",
}

PHRASES = {
    "outside value": "non-deterministic value",
    "outside call": "host call",
    "no usable": "not a valid",
    "is of no kind": "unknown kind",
    "it is cut short": "truncated",
    "something follows its end": "trailing bytes",
    "with names no": "`with` target is not",
    "for ever": "forever",
    "ours to mend": "a compiler bug",
    "the door through which": "the guard that turns every exception into a status",
    "the call makes no sense": "invalid argument",
    "a mistake in the library": "internal error",
    "was asked for": "was requested, was called",
    "exit code": "exit status",
    "tampering": "alteration",
}

SUFFIXES = source.C_LIKE | source.HASH_LIKE | {".md", ".hpp", ".go", ""}
THIS = "testdata/checks/names.py"
# Texts of OPA and what it answered.
FOREIGN = ("testdata/conformance/", "testdata/evidence/", "testdata/numbers/", "LICENSE")
# Between the words of a phrase: blanks, or a line end with the mark of the next comment line.
GAP = r"(?:[ \t]+|[ \t]*\n[ \t]*(?://|#|\*)?[ \t]*)"


def pattern(retired):
    words = GAP.join(map(re.escape, retired.split()))
    return re.compile(r"(?<!\w)" + words + ("" if retired.endswith("(") else r"(?:s|ed)?(?!\w)" if " " in retired else r"(?!\w)"))


def main():
    rows = [(retired, retired.split()[0], pattern(retired), better) for retired, better in {**NAMES, **PHRASES}.items()]
    violations = []
    names = [name for name in source.files(*SUFFIXES) if name != THIS and not name.startswith(FOREIGN)]
    for name in names:
        text = source.read(name)
        for retired, first, found_by, better in rows:
            if first not in text:
                continue
            for found in found_by.finditer(text):
                where = f"{name}:{source.line_of(text, found.start())}"
                violations.append((f"{name} {retired}", f"{where}: `{retired}` is retired; write {better}"))
    source.finish("names", len(names), violations)


if __name__ == "__main__":
    main()
