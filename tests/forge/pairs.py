# SPDX-License-Identifier: MIT
"""A member and what follows from it: the same lie told wherever the fact stands, so that no two places contradict each other.

Each function yields (kind, change) for one run; a kind that does not apply to the run is left out.
"""
import collections
import math

import schema as schemas
from ages import claims
from mutations import Mutation, other_digest
from seal import EXECUTION, INDEX, MODEL, RUN, Number, clone, digest, get, has, number

METRICS, DATASET = "metrics.v1.json", "dataset.v1.json"
COEFFICIENTS, IMPORTANCE = "linear_coefficients.v1.json", "feature_importance.v1.json"


def whole(value):
    return int(value.text)


def add(run, document, pointer, by):
    place = get(run.documents[document], pointer)
    run.put(document, pointer, Number(whole(place) + by))


def configured(run, name, value):
    """A member of the configuration as if the caller had asked for it."""
    record = run.documents[RUN]
    for part in ("requested_config", "config"):
        record[part][name] = clone(value)


def seeds(run):
    for seed in (8, 43, 4294967295):
        def change(run, seed=seed):
            configured(run, "seed", Number(seed))
            run.documents[RUN]["split"]["seed"] = Number(seed)
        if run.documents[RUN]["config"]["seed"].text != str(seed):
            yield f"seed {seed}", change


def other_values(family, name, value):
    """Values that the configuration schema lets this hyperparameter have."""
    root = schemas.load("train_config.v1")
    found = schemas.parts(value, [root["definitions"][family]["properties"][name]], root)
    kinds = [part for option in found for part in (option.get("anyOf") or [option])]
    if isinstance(value, bool):
        return [not value]
    words = [word for part in kinds for word in part.get("enum", [part["const"]] if "const" in part else [])]
    tries = [word for word in words if word != value]
    if isinstance(value, Number):
        now = float(value.text)
        tries += [Number(whole(value) + 1)] if value.whole else []
        tries += [number(now / 2), number(now * 2)] if now else [number(0.5)]
    else:
        tries += [Number(1), Number(3)]
    return [tried for tried in dict.fromkeys(tries) if any(schemas.valid(tried, part, root) for part in kinds)]


def hyperparameters(run):
    record = run.documents[RUN]
    for name, value in record["config"]["params"].items():
        for tried in other_values(record["model_family"], name, value):
            def everywhere(run, name=name, tried=tried, said=("requested_config", "config")):
                record = run.documents[RUN]
                for part in said:
                    record[part].setdefault("params", {})[name] = tried
                for entry in record["hyperparameters"]:
                    if entry["name"] == name:
                        entry["value"] = tried
                        entry["source"] = "caller" if "requested_config" in said else entry["source"]
            text = tried.text if isinstance(tried, Number) else tried
            yield f"hyperparameter {name} {text}", everywhere
            yield f"hyperparameter {name} {text} unasked", lambda run, f=everywhere: f(run, said=("config",))

        def asked(run, name=name, value=value):
            record = run.documents[RUN]
            record["requested_config"].setdefault("params", {})[name] = value
            for entry in record["hyperparameters"]:
                entry["source"] = "caller" if entry["name"] == name else entry["source"]
        yield f"hyperparameter {name} said to be the caller's", asked


def profile_names(run):
    def named_default(run):
        configured(run, "profile", "default")
        run.documents[RUN].update(profile_name="default", profile_version="1.0", expanded_parameters_hash=digest("{}"))

    def unnamed(run):
        record = run.documents[RUN]
        for part in ("requested_config", "config"):
            record[part].pop("profile", None)
        for name in ("profile_name", "profile_version", "expanded_parameters_hash"):
            record.pop(name, None)
        for entry in record["hyperparameters"]:
            entry["source"] = "caller" if entry["source"] == "profile" else entry["source"]
            if entry["source"] == "caller":
                record["requested_config"].setdefault("params", {})[entry["name"]] = entry["value"]

    record = run.documents[RUN]
    yield ("profile taken away", unnamed) if "profile_name" in record else ("profile default put in", named_default)


def metrics(run):
    record, document = run.documents[RUN], run.documents[METRICS]
    for name, value in record["metrics"].items():
        better = float(value.text) * 0.9 if float(value.text) > 1 or name in ("log_loss", "rmse", "mae", "median_absolute_error",
                                                                              "max_error") else (1 + float(value.text)) / 2
        for kind, tried in (("better", better), ("next", math.nextafter(float(value.text), 2))):
            def change(run, name=name, tried=tried):
                for place in (run.documents[RUN]["metrics"], run.documents[METRICS]):
                    place[name] = number(tried)
            yield f"metric {name} {kind}", change

        def without(run, name=name):
            for place in (run.documents[RUN]["metrics"], run.documents[METRICS]):
                place.pop(name, None)
        yield f"metric {name} left out", without
    if "confusion_matrix" in document:
        yield "metrics with the matrix", better_matrix
        yield "metrics perfect", lambda run: better_matrix(run, perfect=True)


def better_matrix(run, perfect=False):
    """One wrong prediction (or each) moved to the diagonal, and the metrics that follow from the matrix."""
    document, record = run.documents[METRICS], run.documents[RUN]
    counts = [[whole(count) for count in row] for row in document["confusion_matrix"]]
    moved = False
    for truth, row in enumerate(counts):
        for predicted, count in enumerate(row):
            if truth != predicted and count and (perfect or not moved):
                take = count if perfect else 1
                row[predicted] -= take
                row[truth] += take
                moved = True
    classes = range(len(counts))
    right = [counts[k][k] for k in classes]
    said = [sum(row[k] for row in counts) for k in classes]
    true = [sum(row) for row in counts]
    occurs = [k for k in classes if said[k] or true[k]]
    precision = [right[k] / said[k] if said[k] else 0.0 for k in classes]
    recall = [right[k] / true[k] if true[k] else 0.0 for k in classes]
    f1 = [2 * right[k] / (said[k] + true[k]) if said[k] + true[k] else 0.0 for k in classes]
    document["confusion_matrix"] = [[Number(count) for count in row] for row in counts]
    made = {"accuracy": sum(right) / sum(map(sum, counts))}
    for name, values in (("precision", precision), ("recall", recall), ("f1", f1)):
        made[f"{name}_macro"] = sum(values[k] for k in occurs) / len(occurs)
        each = f"per_class_{name}"
        if each in document:
            document[each] = [number(value) for value in values]
    if perfect:
        made.update({name: value for name, value in (("roc_auc", 1.0), ("log_loss", 0.001)) if name in record["metrics"]})
    for name, value in made.items():
        document[name] = record["metrics"][name] = number(value)


def rows(run):
    for by in (1, -1):
        def more(run, by=by, place="num_train"):
            add(run, RUN, ("num_samples",), by)
            add(run, RUN, ("split", place), by)
            add(run, DATASET, ("rows", "used"), by)
            add(run, DATASET, ("rows", "read"), by)
        yield f"rows used {by:+d}", more
        yield f"rows used {by:+d} in validation", lambda run, by=by, f=more: f(run, by, "num_validation")
    dataset = run.documents[DATASET]
    for name in ("dropped_missing_values", "dropped_missing_label"):
        def hidden(run, name=name):
            gone = whole(run.documents[DATASET]["rows"][name])
            add(run, DATASET, ("rows", "read"), -gone)
            add(run, DATASET, ("rows", name), -gone)
            add(run, RUN, ("dropped_rows_missing_values",), -gone)
            record = run.documents[RUN]
            record["diagnostics"] = [told for told in record["diagnostics"] if "DROPPED" not in told["code"]]
        if whole(dataset["rows"][name]):
            yield f"rows {name} hidden", hidden
    if "class_counts" in dataset:
        def moved(run, part, other):
            counts = ("class_counts", 0)
            add(run, DATASET, (*counts, part), -1)
            add(run, DATASET, (*counts, other), 1)
            add(run, DATASET, ("class_counts", 1, part), 1)
            add(run, DATASET, ("class_counts", 1, other), -1)

        def another_class(run):
            for place, by in ((0, 1), (1, -1)):
                add(run, DATASET, ("class_counts", place, "count"), by)
                add(run, DATASET, ("class_counts", place, "train"), by)
        yield "class counts across the split", lambda run: moved(run, "train", "validation")
        yield "class counts across classes", another_class


def data(run):
    def content(run):
        told = other_digest("content")
        run.documents[RUN]["dataset"]["content_sha256"] = told
        run.documents[DATASET]["content_sha256"] = told
    yield "content digest", content
    yield "columns of the table swapped", columns_swapped
    if "fingerprint_sha256" not in run.documents[RUN]["dataset"]:
        return

    def named(run, size=True, source=()):
        dataset = run.documents[RUN]["dataset"]
        dataset["fingerprint_sha256"] = other_digest("file")
        if size:
            dataset["size_bytes"] = Number(1 + whole(dataset["size_bytes"]))
        dataset["source"].update(source)

    def nameless(run):
        for name in ("fingerprint_sha256", "size_bytes", "source"):
            run.documents[RUN]["dataset"].pop(name)

    def nameless_without_path(run):
        nameless(run)
        run.documents[EXECUTION].pop("dataset_path", None)
    yield "file named other", named
    yield "file named other with line ends", lambda run: named(run, source={"newline": "crlf", "bom": True})
    yield "file named none, its path left", nameless
    yield "file named none", nameless_without_path
    yield from reading(run)


def columns_swapped(run):
    run.documents[DATASET]["columns"][0:2] = reversed(run.documents[DATASET]["columns"][0:2])


def reading(run):
    """Reading options that may or may not give the same table."""
    columns = run.documents[DATASET]["columns"]
    feature = next(column for column in columns if column["role"] == "feature")
    ways = {"trim": lambda options: options.update(trim=not options["trim"]),
            "limits": lambda options: options["limits"].update(max_rows=Number(100000)),
            "missing token more": lambda options: options["missing_tokens"].append("nothing like it"),
            "missing tokens none": lambda options: options.update(missing_tokens=[]),
            "kind as it is": lambda options: options["kinds"].update({feature["name"]: feature["kind"]}),
            "kind other": lambda options: options["kinds"].update({feature["name"]: "category"})}
    for kind, way in ways.items():
        yield f"reading {kind}", lambda run, way=way: way(run.documents[RUN]["dataset"]["source"]["options"])


def label(run):
    columns = run.documents[DATASET]["columns"]
    other = next(column["name"] for column in columns if column["role"] == "feature")

    def change(run):
        configured(run, "label", other)
        run.documents[RUN]["label_column"] = other
        for column in run.documents[DATASET]["columns"]:
            column["role"] = {run_label: "feature", other: "label"}.get(column["name"], column["role"])
    run_label = run.documents[RUN]["label_column"]
    yield "label", change


def choices(run):
    """Roles, missing policies and splits, told in configuration and documents alike."""
    record, columns = run.documents[RUN], run.documents[DATASET]["columns"]
    for policy in ("drop_rows", "error", "fill", "native"):
        def missing(run, policy=policy):
            for part in ("requested_config", "config"):
                run.documents[RUN][part].setdefault("missing", {})["policy"] = policy
            run.model.description["encoder"]["missing"] = policy
        if policy != record["config"]["missing"]["policy"]:
            yield f"missing {policy}", missing
    for role in ("feature", "ignored", "weight", "group", "time"):
        column = next((column for column in columns if column["role"] in ("ignored", "identifier")), columns[0])

        def roles(run, role=role, name=column["name"]):
            for part in ("requested_config", "config"):
                run.documents[RUN][part].setdefault("roles", {})[name] = role
            for column in run.documents[DATASET]["columns"]:
                column["role"] = role if column["name"] == name else column["role"]
        if column["role"] != role:
            yield f"role {role}", roles
    fraction = record["config"]["split"].get("fraction")
    if fraction:
        def parts(run):
            for part in ("requested_config", "config"):
                run.documents[RUN][part].setdefault("split", {})["fraction"] = number(float(fraction.text) * 1.0001)
            run.documents[RUN]["split"]["validation_fraction"] = number(float(fraction.text) * 1.0001)
        yield "split fraction", parts
    for method in ("shuffle", "stratified_shuffle"):
        def split(run, method=method):
            for part in ("requested_config", "config"):
                run.documents[RUN][part].setdefault("split", {})["method"] = method
            run.documents[RUN]["split"].update(method=method, stratified=method.startswith("strat"))
        if method != record["config"]["split"]["method"]:
            yield f"split {method}", split


def diagnostics(run, around):
    record = run.documents[RUN]
    yield "diagnostics removed", lambda run: run.documents[RUN].update(diagnostics=[])
    for place, told in enumerate(record["diagnostics"]):
        code = told["code"]

        def without(run, place=place, code=code):
            del run.documents[RUN]["diagnostics"][place]
            if code == "NOT_CONVERGED":
                run.documents[RUN]["solver"]["converged"] = True
            if code == "DUPLICATE_ROWS_ACROSS_SPLIT":
                run.documents[DATASET]["duplicate_rows_across_split"] = Number(0)
        yield f"diagnostic {code} removed", without

        def reworded(run, place=place):
            run.documents[RUN]["diagnostics"][place]["message"] = "all is well"
        yield f"diagnostic {code} reworded", reworded
        for name, value in told.get("details", {}).items():
            def other(run, place=place, name=name, value=value):
                told = run.documents[RUN]["diagnostics"][place]
                told["details"][name] = Number(whole(value) + 1) if isinstance(value, Number) else value + "x"
                if isinstance(value, Number):
                    told["message"] = told["message"].replace(value.text, str(whole(value) + 1))
            yield f"diagnostic {code} of other details", other
    for code, told in around.told.items():
        for place in ("first", "last"):
            def borrowed(run, told=told, place=place):
                run.documents[RUN]["diagnostics"].insert(0 if place == "first" else len(record["diagnostics"]), clone(told))
                if told["code"] == "NOT_CONVERGED" and "solver" in run.documents[RUN]:
                    run.documents[RUN]["solver"]["converged"] = False
            if code not in [told["code"] for told in record["diagnostics"]]:
                yield f"diagnostic {code} borrowed {place}", borrowed

    def duplicates(run):
        add(run, DATASET, ("duplicate_rows_across_split",), 1)
        for told in run.documents[RUN]["diagnostics"]:
            if told["code"] == "DUPLICATE_ROWS_ACROSS_SPLIT":
                for name, value in told.get("details", {}).items():
                    told["details"][name] = Number(whole(value) + 1) if isinstance(value, Number) else value
    yield "duplicates across the split", duplicates


def solver(run):
    if "solver" not in run.documents[RUN]:
        return
    told = run.documents[RUN]["solver"]

    def change(**members):
        return lambda run: run.documents[RUN]["solver"].update(members)
    yield "solver as if at once", change(iterations=Number(1), converged=True)
    yield "solver beyond max_iter", change(iterations=Number(10**9 + 1))
    if "gradient_norm" in told:
        yield "solver at the optimum", change(gradient_norm=Number(0))
        yield "solver objective lower", change(objective=number(float(told["objective"].text) * 0.9))
        yield "solver objective near", change(objective=number(float(told["objective"].text) * (1 + 2**-45)))
        yield "solver gradient near", change(gradient_norm=number(float(told["gradient_norm"].text) * 1.1))


def model(run):
    """The model changed, and the document that is made of it made anew."""
    if "linear.coefficients" in run.model.tensors:
        for kind, by in (("next", None), ("near", 1 + 2**-30), ("plausible", 1.05)):
            for place in (0, -1):
                def coefficient(run, place=place, by=by):
                    change_coefficient(run, place, by)
                yield f"coefficient {place} {kind}", coefficient
        yield "intercept", intercept
    else:
        yield "leaf", leaf
        yield "gains with importances", gains


def change_coefficient(run, place, by):
    tensor = run.model.tensors["linear.coefficients"]
    values = tensor.values()
    old = values[place]
    values[place] = math.nextafter(old, math.inf) if by is None else old * by
    tensor.set_values(values)
    for entry in run.documents[COEFFICIENTS]["coefficients_by_class"]:
        for feature in entry["features"]:
            if feature["coefficient"] == number(old):
                feature["coefficient"], feature["abs_coefficient"] = number(values[place]), number(abs(values[place]))
        entry["features"].sort(key=lambda feature: (-float(feature["abs_coefficient"].text), feature["name"].encode()))
        for rank, feature in enumerate(entry["features"], 1):
            feature["rank"] = Number(rank)
    for entry, features in zip(run.documents[COEFFICIENTS]["top_k_by_class"],
                               run.documents[COEFFICIENTS]["coefficients_by_class"]):
        entry["top_features"] = [feature["name"] for feature in features["features"][:len(entry["top_features"])]]


def intercept(run):
    tensor = run.model.tensors["linear.intercepts"]
    values = tensor.values()
    values[0] = math.nextafter(values[0], math.inf)
    tensor.set_values(values)
    run.documents[COEFFICIENTS]["intercepts"][0]["intercept"] = number(values[0])


def leaf(run):
    tensor = run.model.tensors["forest.leaf_values"]
    values = tensor.values()
    values[0] = values[0] * (1 + 2**-30) if values[0] else 2**-60
    tensor.set_values(values)


def gains(run):
    """All gains doubled: the shares stay what they were."""
    tensor = run.model.tensors["forest.split_gain"]
    tensor.set_values([value * 2 for value in tensor.values()])


def prose(run):
    for kind in run.documents[INDEX]["available_artifacts"]:
        yield f"summary {kind}", lambda run, kind=kind: run.documents[INDEX]["available_artifacts"][kind].update(summary="All well.")


def occurrence(run):
    def at(run, name_too=True):
        run.documents[EXECUTION]["created_at"] = "1999-12-31T23:59:59Z"
        if name_too:
            run.documents[EXECUTION]["run_id"] = "19991231-235959" + run.documents[EXECUTION]["run_id"][15:]
    yield "created_at with run_id", at
    if any(name.endswith(".minisig") or name == "run.intoto.jsonl" for name in run.others):
        yield "signatures stripped", lambda run: run.others.clear()
        yield "statement stripped", lambda run: run.others.pop("run.intoto.jsonl")
        yield "minisign stripped", lambda run: [run.others.pop(name) for name in [*run.others] if name.endswith(".minisig")]


def transplanted(run, donor):
    """All that another training gave, under this run's configuration."""
    def change(run):
        here, there = run.documents[RUN], clone(donor.documents[RUN])
        kept = {name: here[name] for name in ("requested_config", "config", "hyperparameters", "profile_name",
                                              "profile_version", "expanded_parameters_hash") if name in here}
        there.update(kept)
        run.documents = {**clone(donor.documents), RUN: there, EXECUTION: run.documents[EXECUTION]}
        run.model = donor.model.copy()
    return change


def pairs(run, around, donors):
    """Every pair of a run as a Mutation; `donors` are runs of other configurations by name."""
    groups = (seeds, hyperparameters, profile_names, metrics, rows, data, label, choices, solver, model, prose, occurrence)
    found = [pair for group in groups for pair in group(run)]
    found += [*diagnostics(run, around), *claims(run, around.versions, better_matrix)]
    found += [(f"transplanted {name}", transplanted(run, donor)) for name, donor in donors.items()]
    seen = collections.Counter()
    for kind, change in found:
        seen[kind] += 1
        again = f" ({seen[kind]})" if seen[kind] > 1 else ""
        yield Mutation("pair", "/" + kind.split(" ")[0], kind + again, change)


__all__ = ["MODEL", "pairs"]
