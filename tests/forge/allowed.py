# SPDX-License-Identifier: MIT
"""The lists of what a forger is free to do. A forgery that holds and stands on none fails the test; a longer list does not come
without a reason that docs/TRUST_MODEL.md can give.
"""
import re
import typing


class Entry(typing.NamedTuple):
    why: str
    pattern: str  # of the mutation's name with the places in arrays folded: document:pointer:kind
    cases: str = ""
    told: str = ""  # the note of verify that must tell it

    def holds_for(self, case, mutation):
        return bool(re.fullmatch(self.pattern, f"{mutation.document}:{mutation.folded}:{mutation.kind}")
                    and re.search(self.cases, case.name))


# With the data given, these are found by training again and by nothing less.
REPRODUCE_ALONE = [
    Entry("tensor values", r"model\.safetensors:/tensors/(linear|forest|boosting)\..*"),
    Entry("tensor values and the documents made of them",
          r"pair:/(coefficient|intercept|leaf|gains):.*|pair:/retold:.* and another model"),
    Entry("solver iterations", r"run\.json:/solver/iterations:.*|pair:/solver:solver as if at once"),
    Entry("solver objective within tolerance", r"run\.json:/solver/objective:(next|before|near)|pair:/solver:solver objective near"),
    Entry("hyperparameters, value and requested_config together", r"pair:/hyperparameter:hyperparameter (?!.* unasked).*"),
    Entry("another training's results under this one's hyperparameters", r"pair:/transplanted:.*"),
    Entry("weights, which nothing but the training of trees looks at", r"pair:/role:role (ignored|weight)",
          r"decision_tree|random_forest|gradient_boosting|group_split"),
    Entry("seed where the split needs none", r"pair:/seed:.*", r"random_forest_regression|_l1|stopped"),
]

# These hold, and verify tells what does not fit; no run is called verified for another file.
TOLD = [
    Entry("a file that nobody gave", r"run\.json:/dataset/(fingerprint_sha256|size_bytes):.*|pair:/file:file named other.*",
          told="file_spelling"),
    Entry("no file where one was given", r"pair:/file:file named none", told="no_file_named"),
    Entry("a directory of another name", r"folder::renamed", told="directory_name"),
]

# These nobody can find who has the directory and the data, and no key.
NOBODY = [
    Entry("when it was", r"execution\.v1\.json:/(created_at|run_id):(time|second)|pair:/created_at:.*"),
    Entry("where it was", r"execution\.v1\.json:/host/(cpu|host_name|machine|n_cores|system):.*"),
    Entry("with how many threads", r"execution\.v1\.json:/threads:.*"),
    Entry("how long it took", r"execution\.v1\.json:/stages/\*/(wall_seconds|cpu_seconds):.*"),
    Entry("how much memory it took", r"execution\.v1\.json:/peak_memory_bytes:.*"),
    Entry("the build beside version and profile", r"execution\.v1\.json:/build/NAME:(text|shorter|empty)"),
    Entry("spelling of the path", r"execution\.v1\.json:/dataset_path:.*"),
    Entry("a claim to be older, where the older version would have written the same", r"pair:/retold:retold as [\d.]+"),
    Entry("prose of an older version", r"run\.json:/diagnostics/\*/message:.*|pair:/diagnostic:diagnostic \w+ reworded|"
          r"interpretability\.index\.v1\.json:/available_artifacts/\w+/summary:.*|pair:/summary:.*", r"^\d"),
]


def entry_for(entries, case, mutation):
    return next((entry for entry in entries if entry.holds_for(case, mutation)), None)
