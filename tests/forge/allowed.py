# SPDX-License-Identifier: MIT
"""The two lists of what a forger is free to do. A forgery that holds and stands on neither fails the test; a longer list does not
come without a reason that docs/TRUST_MODEL.md can give.
"""
import re
import typing


class Entry(typing.NamedTuple):
    why: str
    pattern: str  # of the mutation's name with the places in arrays folded: document:pointer:kind
    cases: str = ""

    def holds_for(self, case, mutation):
        return bool(re.fullmatch(self.pattern, f"{mutation.document}:{mutation.folded}:{mutation.kind}")
                    and re.search(self.cases, case.name))


# With the data given, these are found by training again and by nothing less.
REPRODUCE_ALONE = [
    Entry("tensor values", r"model\.safetensors:/tensors/(linear|forest|boosting)\..*"),
    Entry("tensor values and the documents made of them", r"pair:/(coefficient|intercept|leaf|gains):.*"),
    Entry("encoder statistics", r"model\.safetensors:/tensors/encoder\.(mean|scale|fill)/\*:.*"),
    Entry("solver iterations", r"run\.json:/solver/iterations:.*|pair:/solver:solver as if at once"),
    Entry("solver objective within tolerance", r"run\.json:/solver/objective:(next|before|near)|pair:/solver:solver objective near"),
    Entry("solver gradient within the stopping rule", r"run\.json:/solver/gradient_norm:(?!removed).*|"
          r"pair:/solver:solver (gradient near|at the optimum)"),
    Entry("hyperparameters, value and requested_config together", r"pair:/hyperparameter:hyperparameter (?!.* unasked).*"),
    Entry("another training's results under this one's hyperparameters", r"pair:/transplanted:.*"),
    Entry("boosting rounds", r"model\.safetensors:/tensors/forest\.tree_offsets.*"),
    Entry("training's own diagnostics", r"pair:/diagnostic:diagnostic (NOT_CONVERGED|RANK_DEFICIENT) (removed|borrowed .*|of other details.*)"),
    Entry("seed where the split needs none", r"pair:/seed:.*", r"random_forest_regression|_l1|stopped"),
]

# These nobody can find who has the directory and the data, and no key.
NOBODY = [
    Entry("when it was", r"execution\.v1\.json:/(created_at|run_id):(time|second)|pair:/created_at:.*"),
    Entry("where it was", r"execution\.v1\.json:/host(/.*)?:.*"),
    Entry("with how many threads", r"execution\.v1\.json:/threads:.*"),
    Entry("how long it took", r"execution\.v1\.json:/stages(/\*(/(wall_seconds|cpu_seconds|name))?)?:.*"),
    Entry("how much memory it took", r"execution\.v1\.json:/peak_memory_bytes:.*"),
    Entry("the build beside version and profile", r"execution\.v1\.json:/build(/(?!version|numeric_profile).*)?:.*"),
    Entry("spelling of the path", r"execution\.v1\.json:/dataset_path:.*"),
    Entry("prose of an older version", r"run\.json:/diagnostics/\*/message:.*|pair:/diagnostic:diagnostic \w+ reworded|"
          r"interpretability\.index\.v1\.json:/available_artifacts/\w+/summary:.*|pair:/summary:.*", r"^\d"),
    Entry("a file that nobody gave", r"run\.json:/dataset/(fingerprint_sha256):.*|pair:/file:file named (other.*|none)"),
]


def entry_for(entries, case, mutation):
    return next((entry for entry in entries if entry.holds_for(case, mutation)), None)
