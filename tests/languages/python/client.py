# SPDX-License-Identifier: MIT
"""The client in Python, on the module of examples/python. Its steps stand in ../client_test.py."""
import gc
import itertools
import pathlib
import struct
import sys
import threading

import runforge

CLASSES = 3


def config(name):
    return (INPUTS / f"{name}.json").read_text(encoding="utf-8")


def built_table():
    n = 60
    with runforge.Builder() as builder:
        builder.add("a", runforge.F64, [i * 7 % 11 * 0.5 for i in range(n)])
        builder.add("b", runforge.I32, [i * 5 % 13 for i in range(n)])
        builder.add_text("c", [None if i % 10 == 9 else ("red", "green", "blüe")[i % 3] for i in range(n)])
        builder.add("d", runforge.BOOL8, [i % 4 == 0 for i in range(n)])
        builder.add_text("label", ["yes" if i * 7 % 11 > 5 else "no" for i in range(n)])
        return builder.finish()


def result_digest(run):
    return run.artifacts()["run.json"].decode().split('"result_digest": "')[1][:64]


def failure(number, body):
    try:
        body()
    except runforge.Error as error:
        assert error.status == number and error.message and error.details.startswith("{"), error
        print(f"status.{number} {error.name} {error.code}")
    else:
        raise AssertionError(f"status {number} did not come")


def bits(model, dataset):
    return " ".join(struct.pack(">d", share).hex() for share in model.predict(dataset)[70])


def alter(directory):
    with open(pathlib.Path(directory) / "metrics.v1.json", "a", encoding="utf-8") as file:
        file.write(" ")
    return directory


def statuses(iris, run, built):
    reports = 0

    def stop_at_tenth(*_):
        nonlocal reports
        reports += 1
        return reports == 10

    def save(signer):
        signer.save(SCRATCH / "key")

    failure(1, lambda: run.metric("none"))
    failure(2, lambda: runforge.train(iris, config("no_label")))
    failure(3, lambda: runforge.Dataset.load_buffer(b"a,b\n1\n"))
    failure(4, lambda: runforge.Dataset.load(INPUTS / "none.csv"))
    failure(5, lambda: runforge.train(runforge.Dataset.load(INPUTS / "levels.csv"), config("columns")))
    failure(6, lambda: runforge.train(iris, config("endless"), progress=stop_at_tenth))
    print("cancel.callback", reports)
    failure(7, lambda: runforge.train(runforge.Dataset.load(INPUTS / "numeric.csv"), config("numeric")))
    emitted = run.emit(SCRATCH)
    assert "passed" in runforge.verify(emitted)
    failure(8, lambda: runforge.verify(alter(emitted)))
    failure(9, lambda: runforge.Run.open(INPUTS / "newer_run"))
    failure(10, lambda: runforge.train(iris, config("forest"), max_bytes=1))
    with runforge.Signer.generate() as signer:
        save(signer)
        failure(11, lambda: save(signer))
    failure(12, lambda: run.model().predict(built))


# doc: cancel from another thread
def stopped_by_a_thread(iris):
    begun = threading.Event()
    with runforge.Cancel() as cancel:

        def stop_soon():
            begun.wait()
            cancel.set()

        def progress(stage, done, _total):
            if stage == "train" and done > 0:
                begun.set()

        other = threading.Thread(target=stop_soon)
        other.start()
        try:
            runforge.train(iris, config("endless"), progress=progress, cancel=cancel)
        except runforge.Error as error:
            return error.name  # RF_E_CANCELLED
        finally:
            other.join()
# doc: end


# doc: threads
def trained_at_once(iris, n_threads):
    digests = []
    threads = [threading.Thread(target=lambda: digests.append(runforge.train(iris, config("logistic")).digest()))
               for _ in range(n_threads)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return digests
# doc: end


def error_of_a_callback(iris):
    class Unforeseen(Exception):
        pass

    def progress(*_):
        raise Unforeseen

    try:
        runforge.train(iris, config("endless"), progress=progress)
    except Unforeseen:
        return "kept"
    return "lost"


def under_collection(csv):
    gc.set_threshold(1, 1, 1)

    def progress(*_):
        gc.collect(0)
        [object() for _ in range(100)]  # pylint: disable=expression-not-assigned

    digests = set()
    for _ in range(3):
        digests.add(runforge.train(runforge.Dataset.load_buffer(csv), config("logistic"), progress=progress).digest())
        gc.collect()
    gc.set_threshold(700, 10, 10)
    return digests


def dropped_in_each_order(csv):
    for order in itertools.permutations(range(3)):
        dataset = runforge.Dataset.load_buffer(csv)
        run = runforge.train(dataset, config("logistic"))
        handles = [dataset, run, run.model()]
        del dataset, run
        for i in order:
            handles[i] = None  # the last reference: freed here
            gc.collect(0)


def main():
    csv = (INPUTS / "iris.csv").read_bytes()
    iris, built = runforge.Dataset.load_buffer(csv), built_table()
    run = runforge.train(iris, config("logistic"))
    print("run_digest.logistic", run.digest())
    print("run_digest.forest", runforge.train(iris, config("forest")).digest())
    print("columns.content_digest", built.digest())
    print("columns.result_digest", result_digest(runforge.train(built, config("columns"))))
    statuses(iris, run, built)
    print("cancel.thread", stopped_by_a_thread(iris))
    print("callback.error", error_of_a_callback(iris))
    print("threads.digest", *set(trained_at_once(iris, 8)))
    print("gc.digest", *under_collection(csv))
    dropped_in_each_order(csv)
    model = run.model()
    print("predict.bits", bits(model, iris))
    iris.close()
    run.close()
    run.close()  # once more is no harm
    del iris, run
    gc.collect()
    print("order.bits", bits(model, runforge.Dataset.load_buffer(csv)))


INPUTS, SCRATCH = map(pathlib.Path, sys.argv[1:])
main()
