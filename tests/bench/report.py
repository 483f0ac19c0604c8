#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Tables of what run.py measured.

usage: report.py RESULTS.json [--into PAGE.md [--section TITLE]...]
A warning stands above them where loading with the fingerprint takes more than three times as long as without. With --into, what
stands in the page between the markers `<!-- benchmark tables: begin -->` and `... end -->` is replaced, or with --section one
table of it. Pinned by the ctest test bench.report.
"""
import argparse
import json
import os
import sys

from measure import median
from tasks import all_tasks

BEGIN, END = "<!-- benchmark tables: begin -->", "<!-- benchmark tables: end -->"
NOISY = 0.3
FINGERPRINT_AT_MOST = 3  # times as long as without; what it is there to notice took 60 to 100 times as long
SECTION_KINDS = {"Reading a CSV file": "load", "Reading with and without fingerprint": "load", "Fingerprint": "hash"}


def read(path):
    if not os.path.exists(path):
        return {"tasks": {}}
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def write(path, results):
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path + ".part", "w", encoding="utf-8") as file:
        json.dump(results, file, indent=1)
    os.replace(path + ".part", path)


# ---- cells
def number(value):
    """Three digits that count."""
    if value is None:
        return ""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value >= 0.001 else f"{value:.1e}"


def seconds(result, threads):
    """A tilde where other programs were busy and the clock was read."""
    noisy = threads > 1 and result.get("others", 0) > NOISY
    return ("~" if noisy else "") + number(result["seconds"])


def memory(result):
    if "rss_peak" not in result:
        return ""
    return f"{max(0.0, result['rss_peak'] - result['rss_before']):.0f}"


def scores(result):
    return " / ".join(f"{result[name]:.4f}" for name in ("accuracy", "auc") if name in result)


def one_line(result):
    parts = [f"{result['seconds']:.4g} s"] if result.get("seconds") is not None else []
    if scores(result):
        parts.append(scores(result))
    if "plain_seconds" in result:
        parts.append(f"{result['plain_seconds']:.4g} s without fingerprint")
    if "predict" in result:
        parts.append(f"{result['predict']['rows_per_second']:,.0f} rows/s")
    if result.get("others", 0) > NOISY:
        parts.append(f"others kept {result['others']} processors busy")
    return ", ".join(parts) or "done"


def row(*cells):
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def head(*names):
    return [row(*names), "|" + "---|" * len(names)]


def measured(peers):
    return {name: peer for name, peer in peers.items() if peer.get("seconds")}


def fastest(task, peers):
    """Name and seconds of the fastest peer; LightGBM is estimated from XGBoost where it is absent."""
    candidates = {name: peer["seconds"] for name, peer in measured(peers).items()}
    if task.stand_in and "LightGBM" not in candidates and "XGBoost" in candidates:
        candidates["LightGBM estimated"] = task.stand_in * candidates["XGBoost"]
    return min(candidates.items(), key=lambda item: item[1]) if candidates else (None, None)


# ---- tables
def training(tasks, results):
    lines = head("work", "threads", "who", "seconds", "RunForge takes", "accuracy / AUC", "MiB above the table")
    for task in tasks:
        result = results[task.id]
        ours, peers = result["ours"], result["peers"]
        name, best = fastest(task, peers)
        if "seconds" in ours:
            verdict = f"**{number(ours['seconds'] / best)}** of {name}" if best else ""
            if best and task.goal:
                verdict += f" (goal {task.goal:g})"
            lines.append(row(f"**{task.title}**", task.threads, "**RunForge**" + remarks(task, ours),
                             seconds(ours, task.threads), verdict, scores(ours), memory(ours)))
        else:
            lines.append(row(f"**{task.title}**", task.threads, "**RunForge**", ours["absent"], "", "", ""))
        for peer_name, peer in peers.items():
            if "seconds" not in peer:
                lines.append(row("", "", peer_name, "not measured: " + peer["absent"], "", "", ""))
                continue
            ratio = number(ours["seconds"] / peer["seconds"]) if "seconds" in ours else ""
            lines.append(row("", "", peer_name, seconds(peer, task.threads), ratio, scores(peer), memory(peer)))
        if name == "LightGBM estimated":
            ratio = number(ours["seconds"] / best) if "seconds" in ours else ""
            lines.append(row("", "", f"*LightGBM, not measured: {task.stand_in:g} of XGBoost*", f"*{number(best)}*", ratio, "", ""))
    return lines


def reading(tasks, results):
    lines = head("file", "threads", "who", "seconds", "GB/s", "times fread", "peak MiB")
    for task in tasks:
        result = results[task.id]
        ours, peers, n_bytes = result["ours"], measured(result["peers"]), result.get("bytes", 0)
        fread = peers.get("fread", {}).get("seconds")

        def line(who, taken, goal=0, peak=""):
            times = f"{fread / taken:.2f}" if fread else ""
            lines.append(row(task.title, task.threads, who, number(taken), f"{n_bytes / taken / 1e9:.2f}",
                             times + (f" (goal {goal:g})" if goal else ""), peak))
        if "seconds" not in ours:
            lines.append(row(task.title, task.threads, "**RunForge**", ours["absent"], "", "", ""))
            continue
        line("**RunForge**, with fingerprint", ours["seconds"], task.load_goals[0], f"{ours['rss_peak']:.0f}")
        line("**RunForge**, without", ours["plain_seconds"], task.load_goals[1])
        line("RunForge, content digest of the table", ours["digest_seconds"])
        for name, peer in peers.items():
            line(name, peer["seconds"], 0, f"{peer['rss_peak']:.0f}")
    return lines


def both_loads(tasks, results):
    """(task, GB/s with fingerprint, GB/s without) of what was measured."""
    for task in tasks:
        ours, n_bytes = results[task.id]["ours"], results[task.id].get("bytes", 0)
        if "seconds" in ours:
            yield task, n_bytes / ours["seconds"] / 1e9, n_bytes / ours["plain_seconds"] / 1e9


def fingerprint_cost(tasks, results):
    lines = head("file", "threads", "GB/s with fingerprint", "GB/s without", "times slower with it")
    for task, with_it, without in both_loads(tasks, results):
        slower = number(without / with_it)
        lines.append(row(task.title, task.threads, f"{with_it:.2f}", f"{without:.2f}",
                         f"**{slower}**" if without > FINGERPRINT_AT_MOST * with_it else slower))
    return lines


def warnings(results, ids=None):
    """What no processor should do, one line each."""
    tasks = [task for task in chosen(results, ids) if task.kind == "load"]
    for task, with_it, without in both_loads(tasks, results["tasks"]):
        if without > FINGERPRINT_AT_MOST * with_it:
            yield (f"{task.id}: {task.title} loads at {with_it:.2f} GB/s with fingerprint and at {without:.2f} without, "
                   f"{number(without / with_it)} times slower; more than {FINGERPRINT_AT_MOST} is a fault on this processor")


def hashing(tasks, results):
    lines = head("work", "who", "seconds", "GB/s")
    for task in tasks:
        result = results[task.id]
        for name, one in {"**RunForge**": result["ours"], **result["peers"]}.items():
            if one.get("seconds"):
                lines.append(row(task.title, name, number(one["seconds"]), f"{result['bytes'] / one['seconds'] / 1e9:.2f}"))
    return lines


def remarks(task, ours):
    notes = []
    if task.to_objective and "objective" in ours:
        notes.append(f"tol {ours['tol']:g}, objective {ours['objective']:.6f}")
    if ours.get("seeds"):
        goal = f", goal {task.score_goal:g}" if task.score_goal else ""
        notes.append(f"mean {task.score} of {len(ours['seeds'])} seeds {sum(ours['seeds']) / len(ours['seeds']):.4f}{goal}")
    if "NOT_CONVERGED" in ours.get("diagnostics", []):
        notes.append("NOT_CONVERGED")
    return f" ({'; '.join(notes)})" if notes else ""


def prediction(tasks, results):
    lines = head("model", "threads", "who", "rows a second", "times the fastest peer", "one row, microseconds",
                 "allocations a row")
    for task in tasks:
        result = results[task.id]
        peers = {name: peer["predict"] for name, peer in result["peers"].items() if "predict" in peer}
        ours = result["ours"].get("predict")
        best = max((peer["rows_per_second"] for peer in peers.values()), default=None)
        if ours:
            goal = f" (goal {task.predict_goal:g})" if task.predict_goal else ""
            allocations = ours["allocations"]
            lines.append(row(f"**{task.title}**", task.threads, "**RunForge**", number(ours["rows_per_second"]),
                             f"**{number(ours['rows_per_second'] / best)}**{goal}" if best else "",
                             f"{ours['median_us']:.2f} (99 %: {ours['p99_us']:.2f})",
                             "not counted" if allocations is None else number(allocations / ours["calls"]) if allocations else 0))
        for name, peer in peers.items():
            lines.append(row("" if ours else task.title, "" if ours else task.threads, name,
                             number(peer["rows_per_second"]), "", f"{peer['row_us']:.0f}" if "row_us" in peer else "", ""))
    return lines if len(lines) > 2 else []


def pairs(tasks, results):
    """Tasks that were measured with one thread and with two."""
    by_id = {task.id: task for task in tasks}
    for task in tasks:
        two = by_id.get(task.id[:-1] + "2")
        if task.id.endswith("-t1") and two and all("wall" in results[t.id]["ours"] for t in (task, two)):
            yield task, results[task.id], results[two.id]


def two_threads(tasks, results):
    lines = head("work", "1 thread, clock", "2 threads, clock", "speed-up", "same bits")
    for task, one, two in pairs(tasks, results):
        walls = [median(result["ours"]["wall"]) for result in (one, two)]
        noisy = "~" if max(one["ours"]["others"], two["ours"]["others"]) > NOISY else ""
        digests = {result["ours"].get("run_digest") for result in (one, two)}
        same = "" if task.kind == "load" else "yes" if len(digests) == 1 else "**NO**"
        lines.append(row(task.title, number(walls[0]), number(walls[1]), noisy + number(walls[0] / walls[1]), same))
    return lines if len(lines) > 2 else []


def contended(tasks, results):
    lines = head("work, 2 threads on 2 cores", "who", "alone, clock", "beside a busy process", "times slower")
    for task in tasks:
        result = results[task.id]
        beside = result.get("beside")
        sides = {"RunForge": (result["ours"], beside["ours"])} if beside else {}
        if beside:
            sides.update({name: (peer, beside["peers"][name]) for name, peer in result["peers"].items()})
        for name, (alone, busy) in sides.items():
            if "seconds" in alone and "seconds" in busy:
                lines.append(row(task.title, name, number(alone["seconds"]), number(busy["seconds"]),
                                 number(busy["seconds"] / alone["seconds"])))
    return lines if len(lines) > 2 else []


def growth(tasks, results):
    lines = head("what grows", "rows", "features", "trees", "CPU seconds", "seconds for each unit, first line = 1")
    for task in tasks:
        points = [point for point in results[task.id].get("points", []) if "seconds" in point]
        for point in points:
            per_unit = [p["seconds"] / p[p["what"]] for p in (point, points[0])]
            lines.append(row(f"{task.title}" if point is points[0] else "", f"{point['rows']:,}", point["features"],
                             point["trees"], number(point["seconds"]), f"{per_unit[0] / per_unit[1]:.2f}"))
    return lines if len(lines) > 2 else []


def machine(results):
    facts = results.get("machine", {})
    peers = ", ".join(f"{name} {version}" for name, version in facts.get("peers", {}).items() if version)
    absent = ", ".join(name for name, version in facts.get("peers", {}).items() if not version)
    text = (f"Machine: {facts.get('cpu')}, {facts.get('cores')} cores, {facts.get('level')} "
            f"(AVX-512: {'yes' if facts.get('avx512') else 'no'}), {facts.get('memory_gib')} GiB. Peers: {peers}")
    if facts.get("blas_core"):
        text += f"; OpenBLAS kernels: {facts['blas_core']}"
    return text + "." + (f" Not installed, so not measured: {absent}." if absent else "")


def measured_when(tasks, done):
    repeats = sorted({done[task.id]["repeats"] for task in tasks})
    dates = sorted({done[task.id]["at"] for task in tasks})
    return (f"Measured {dates[0]}" + (f" to {dates[-1]}" if len(dates) > 1 else "")
            + f"; medians of {' or '.join(map(str, repeats))} timed runs after an untimed one. "
            "1 thread: CPU seconds; 2 threads: seconds on the clock, with ~ where other programs kept more than "
            f"{NOISY} processors busy meanwhile.")


def chosen(results, ids=None):
    """The tasks that were measured, all or those named."""
    return [task for task in all_tasks() if task.id in results["tasks"] and (ids is None or task.id in ids)]


def sections(results, ids=None):
    """(title, lines of Markdown) of what was measured, of all tasks or of those named."""
    tasks = chosen(results, ids)
    done = results["tasks"]
    of_kind = lambda kind: [task for task in tasks if task.kind == kind]
    for title, lines in (("Training", training(of_kind("fit"), done)), ("Reading a CSV file", reading(of_kind("load"), done)),
                         ("Reading with and without fingerprint", fingerprint_cost(of_kind("load"), done)),
                         ("Fingerprint", hashing(of_kind("hash"), done)),
                         ("Prediction", prediction([t for t in of_kind("fit") if t.predict], done)),
                         ("Two threads", two_threads(of_kind("fit") + of_kind("load"), done)),
                         ("A busy machine", contended(of_kind("contended"), done)), ("Growth", growth(of_kind("growth"), done))):
        if len(lines) > 2:
            yield title, lines


def tables(results, ids=None):
    """Markdown of what was measured, of all tasks or of those named."""
    tasks = chosen(results, ids)
    parts = [[machine(results)], [measured_when(tasks, results["tasks"])]] if tasks else []
    parts += [[f"**Warning:** {warning}"] for warning in warnings(results, ids)]
    for title, lines in sections(results, ids):
        parts += [[f"### {title}"], lines]
    return "\n\n".join("\n".join(part) for part in parts)


def with_section(text, title, results):
    """`text` with one section replaced, which then says itself where and when it was measured."""
    new = dict(sections(results))
    if title not in new:
        sys.exit(f"nothing of {title!r} has been measured")
    before, heading, rest = text.partition(f"### {title}\n")
    if not heading:
        sys.exit(f"the page has no section {title!r}")
    _, following, after = rest.partition("\n### ")
    tasks = [task for task in all_tasks() if task.id in results["tasks"] and task.kind == SECTION_KINDS[title]]
    lines = "\n".join(new[title])
    return (f"{before}{heading}\n{machine(results)}\n\n{measured_when(tasks, results['tasks'])}\n\n{lines}\n"
            f"{following}{after}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results")
    parser.add_argument("--into", metavar="PAGE.md")
    parser.add_argument("--section", action="append", default=[], choices=SECTION_KINDS,
                        help="with --into: replace this table alone, measured elsewhere or later than the others")
    arguments = parser.parse_args()
    results = read(arguments.results)
    if not results["tasks"]:
        sys.exit(f"{arguments.results}: nothing measured yet; run ./dev bench")
    text = tables(results)
    if not arguments.into:
        print(text)
        return
    with open(arguments.into, encoding="utf-8") as file:
        page = file.read()
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        sys.exit(f"{arguments.into}: no markers {BEGIN} and {END}")
    if arguments.section:
        text = rest.partition(END)[0].strip("\n")
        for title in arguments.section:
            text = with_section(text, title, results)
    with open(arguments.into, "w", encoding="utf-8") as file:
        file.write(f"{before}{BEGIN}\n{text}\n{END}{after}")


if __name__ == "__main__":
    main()
