# SPDX-License-Identifier: MIT
"""What the header says in words and abi.json cannot: which pointers may be NULL, what the sizes mean, and what a call
that goes well is given. misuse.py refuses a function about which something is missing here."""

# Pointers for which NULL means something, by function and parameter; "*" stands for every function.
MAY_BE_NULL = {
    ("*", "err"), ("*", "hooks"), ("*", "options"), ("*", "config"), ("*", "user"), ("*", "validity"),
    ("rf_emit_artifacts", "signer"), ("rf_emit_artifacts", "run_dir"), ("rf_predict", "report"),
    ("rf_reproduce_artifacts", "signer"), ("rf_signer_generate", "seed"), ("rf_verify_artifacts", "d"),
    ("rf_verify_artifacts_by", "d"), ("rf_verify_artifacts_by", "wanted"), ("rf_sign_artifacts_with", "d"),
}

# What a function without a status answers to NULL, where that is not 0 or NULL.
ANSWER_TO_NULL = {"rf_error_message": b"", "rf_error_code": b"", "rf_error_details": b"{}"}

# What an integer parameter means, by function and parameter, then by parameter alone:
#   room    bytes or elements there must be at least: fewer are RF_E_ARGUMENT
#   exact   the only number taken: others are RF_E_ARGUMENT
#   text    length of text, or RF_AUTO_LEN
#   data    length of a body of bytes: fewer are another body
#   count   elements that are read; beyond what a machine can hold is refused
#   index   past the end is NULL or 0
#   stride  bytes from one element to the next
#   choice  one of the constants of its type: others are RF_E_ARGUMENT
#   number  any value
INTEGERS = {
    ("rf_signer_from_seed", "seed_size"): "exact", ("rf_signer_from_callback", "public_key_size"): "exact",
    ("*", "seed_size"): "room", ("*", "public_key_size"): "room", ("*", "digest_size"): "room",
    ("*", "capacity"): "room", ("*", "inputs"): "exact", ("*", "config_len"): "text", ("*", "options_len"): "text",
    ("*", "size"): "data", ("*", "count"): "count", ("*", "rows"): "count", ("*", "n_keys"): "count",
    ("*", "i"): "index", ("*", "stride"): "stride", ("*", "type"): "choice",
    ("*", "abi"): "number", ("*", "version"): "number", ("*", "status"): "number",
}


def lookup(table, function, parameter):
    """The entry of the function's parameter, else that of the parameter in any function; None where there is none."""
    return table.get((function, parameter), table.get(("*", parameter)))


def may_be_null(function, parameter):
    return (function, parameter) in MAY_BE_NULL or ("*", parameter) in MAY_BE_NULL
