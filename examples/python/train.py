# SPDX-License-Identifier: MIT
"""Trains on a CSV file with progress, looks at the result in memory, writes the record and predicts; then stops a
training half-way, and shows how an error reads.

usage: train.py DATA.csv LABEL OUT_DIR    with librunforge.so.0.1 where the loader finds it (LD_LIBRARY_PATH)"""
import json
import sys

import runforge


def progress(stage, done, total):
    """Returning True would stop the call."""
    print(f"\r{stage} {done}/{total}   ", end="", file=sys.stderr)


# doc: error
def tell(error):
    print(f"error {error.status}: {error.message} [{error.code}] {error.details}")
# doc: end


def main(data, label, out):
    config = json.dumps({"label": label, "model": "random_forest", "seed": 7, "params": {"n_estimators": 50}})
    # doc: train
    with runforge.Dataset.load(data) as dataset, runforge.train(dataset, config, progress=progress, threads=2) as run:
        print(f"rows {dataset.rows()}, accuracy {run.metric('accuracy'):.4f}")
        print("run", run.digest())
        for name, content in run.artifacts().items():
            print(f"  {name} {len(content)} bytes")
        print("record", run.emit(out))
        with run.model() as model:
            print("first row:", *(f"{share:.3f}" for share in model.predict(dataset)[0]))
        # doc: end

        # doc: cancel
        reports = 0

        def stop_at_the_tenth(_stage, _done, _total):
            nonlocal reports
            reports += 1
            return reports == 10

        try:
            runforge.train(dataset, config, progress=stop_at_the_tenth)
        except runforge.Error as error:
            print(f"stopped at report {reports}: {error.name}")
        # doc: end

        try:
            runforge.Dataset.load_buffer(b"a,b\n1,2\n3\n")
        except runforge.Error as error:
            tell(error)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except runforge.Error as failure:
        tell(failure)
        sys.exit(1)
