# SPDX-License-Identifier: MIT
"""A record that claims another version or profile: its words alone, all that an older version would have written, and beside a lie."""
from seal import EXECUTION, RUN, Number, has

METRICS = "metrics.v1.json"


def claims(run, versions, better_matrix):
    """The words of another row, in single documents and everywhere, alone and with a lie."""
    def everywhere(run, version, execution=True):
        for name, document in run.documents.items():
            if name != EXECUTION or execution:
                document["runforge_version"] = version
        run.model.header["runforge_version"] = version
        if execution and has(run.documents[EXECUTION], ("build", "version")):
            run.documents[EXECUTION]["build"]["version"] = version

    def profiles(run, profile, build=True):
        run.documents[RUN]["numeric_profile"] = Number(profile)
        if build and has(run.documents[EXECUTION], ("build", "numeric_profile")):
            run.documents[EXECUTION]["build"]["numeric_profile"] = Number(profile)

    lies = {"": lambda run: None, " and perfect metrics": lambda run: better_matrix(run, True),
            " and no diagnostics": lambda run: run.documents[RUN].update(diagnostics=[]),
            " and another model": lambda run: change_first_number(run.model),
            " and a metric less": lambda run: [place.pop(name) for name in [*run.documents[RUN]["metrics"]][:1]
                                               for place in (run.documents[RUN]["metrics"], run.documents[METRICS])]}
    if METRICS not in run.documents or "confusion_matrix" not in run.documents[METRICS]:
        lies.pop(" and perfect metrics")
    now = run.documents[RUN]["numeric_profile"]
    if not run.documents[RUN]["diagnostics"]:
        lies.pop(" and no diagnostics")
    if not run.documents[RUN]["metrics"]:
        lies.pop(" and a metric less")
    for lie, tell in lies.items():
        for version in OLDER:
            if version != run.documents[RUN]["runforge_version"]:
                yield f"retold as {version}{lie}", lambda run, v=version, t=tell: (t(run), retold(run, v))
        for version in versions:
            if version != run.documents[RUN]["runforge_version"]:
                yield f"version {version} everywhere{lie}", lambda run, v=version, t=tell: (t(run), everywhere(run, v))
                yield (f"version {version} in results{lie}",
                       lambda run, v=version, t=tell: (t(run), everywhere(run, v, False)))
        for profile in (1, int(now.text) - 1, int(now.text) + 1):
            yield f"profile {profile} everywhere{lie}", lambda run, p=profile, t=tell: (t(run), profiles(run, p))
            yield f"profile {profile} in the record{lie}", lambda run, p=profile, t=tell: (t(run), profiles(run, p, False))
    oldest = versions[0]
    yield (f"version {oldest} and another profile",
           lambda run: (everywhere(run, oldest), profiles(run, int(now.text) - 1), change_first_number(run.model)))


# What versions that were released did not know: the record's schema, keys of details, members of the configuration, reading options.
OLDER = {"0.1.0": ("run.v1", {("FEATURE_MATCHES_LABEL", "correlation"), ("FEATURE_MATCHES_LABEL", "values"),
                              ("METRIC_UNDEFINED", "reason"), ("MIXED_KINDS", "numbers"), ("NOT_CONVERGED", "early_stopping_rounds"),
                              ("NOT_CONVERGED", "n_estimators"), ("NOT_CONVERGED", "reason")}, ["limits"],
                   ["rules", "comment", "skip_rows", "header", "missing_number_tokens"])}


def retold(run, version):
    """All that an older version would have written, in its words: a claim that only a lie beside it can give away."""
    record_schema, later, members, options = OLDER[version]
    record = run.documents[RUN]
    for member in members:
        record["config"].pop(member, None)
    for option in options:
        record["dataset"].get("source", {}).get("options", {}).pop(option, None)
    for document in run.documents.values():
        document["runforge_version"] = version
    record["schema_version"] = record_schema
    run.model.header["runforge_version"] = version
    if has(run.documents[EXECUTION], ("build", "version")):
        run.documents[EXECUTION]["build"]["version"] = version
    for told in record["diagnostics"]:
        details = {name: value for name, value in told.get("details", {}).items() if (told["code"], name) not in later}
        told.pop("details", None)
        if details:
            told["details"] = details


def change_first_number(model):
    name = next(name for name in ("linear.coefficients", "forest.leaf_values") if name in model.tensors)
    values = model.tensors[name].values()
    values[0] = values[0] * 1.5 + 1
    model.tensors[name].set_values(values)
