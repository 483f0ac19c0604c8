#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Seeds for abi_fuzz.cpp: files of the repository and keys, each behind the bytes that say what it is taken for, and small
changes to the runs that the target makes.

usage: abi_seeds.py FOLDER
"""
import base64
import hashlib
import pathlib
import sys

TESTS = pathlib.Path(__file__).resolve().parents[1]
SECRET = bytes([7]) * 32
# Of the key that records the runs: the 32 bytes 1, 1, 1, ... as a seed.
RECORDED_BY = bytes.fromhex("8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c")


def pem(kind, prefix, key):
    text = base64.b64encode(bytes.fromhex(prefix) + key).decode()
    return f"-----BEGIN {kind}-----\n{text}\n-----END {kind}-----\n".encode()


def minisign(key):
    text = base64.b64encode(b"Ed" + hashlib.sha256(key).digest()[:8] + key)
    return b"untrusted comment: a key\n" + text + b"\n"


def instances(name):
    return [path.read_bytes() for path in sorted((TESTS / "schemas" / "instances" / name).glob("*.json"))]


def seeds():
    models = [path.read_bytes() for path in sorted((TESTS / "data" / "models").iterdir())]
    yield from (b"m" + bytes([i % 2]) + model for i, model in enumerate(models))
    yield from (b"g" + bytes([i % 3, i % 3 + 128 * (i % 4 == 0)]) + text for i, text in enumerate(instances("train_config.v1")))
    # Those that the tables of the target train with: label, and y in the last one.
    for i, family in enumerate((b"decision_tree", b"gradient_boosting", b"linear_svc", b"random_forest")):
        config = b'{"model": "' + family + b'", "missing": {"policy": "fill"}, "split": {"fraction": 0.3}}'
        yield b"g" + bytes([i % 2, 128 + i]) + config
    yield b"g\2\x80" + b'{"label": "y", "task": "regression", "roles": {"z": "weight"}, "split": {"method": "shuffle"}}'
    for i, text in enumerate(instances("dataset_options.v1")):
        yield b"o" + bytes([0, i % 3]) + text
        yield b"c" + bytes([i % 2, i % 3, 1]) + text.replace(b"\n", b" ") + b"\na,b,c\n1,x,2\n3,y,4\nNA,x,5\n"
    yield from (b"o" + bytes([1, i % 3]) + text for i, text in enumerate(instances("emit_options.v1")))
    for i, path in enumerate([TESTS / "data" / "kinds.csv", *sorted((TESTS / "fuzz" / "seeds" / "csv").iterdir())]):
        yield b"c" + bytes([i % 2, i % 3, 0]) + path.read_bytes()
    for i in range(3):
        yield b"k" + bytes([1, i]) + pem("PRIVATE KEY", "302e020100300506032b657004220420", SECRET)
        yield b"k" + bytes([0, i]) + pem("PUBLIC KEY", "302a300506032b6570032100", RECORDED_BY)
        yield b"k" + bytes([0, i]) + minisign(RECORDED_BY)
    for path in sorted((TESTS / "fuzz" / "seeds" / "arrow").iterdir()):
        yield b"a\0" + path.read_bytes()
        yield b"a\1" + path.read_bytes()
    yield b"b" + bytes(range(64)) * 8
    yield b"n\0\0\0run.v2"
    # The run as it was, each way of asking; each file in each kind of change. Families take turns, as runs take long.
    for i, how in enumerate((0, 4, 16, 32, 64, 253)):
        yield b"r" + bytes([i % 3, how])
        yield b"s" + bytes([i % 3, how & 96])
    changes = ((3, b"\1"), (8, b"\1" + b"2"), (8, b"\3" + b"[1]"), (0, b"\2"), (2, b""))
    for i in range(27):
        change, content = changes[i % 5]
        yield b"r" + bytes([i % 3, (64, 2, 13, 18, 32)[i // 3 % 5], 0, i // 3, change]) + bytes([0, 11 * i % 256]) + content
    for i, (change, content) in enumerate(((3, b"\1"), (4, b"\2zz"), (7, b""), (2, b"")) * 3):
        yield b"s" + bytes([i % 3, 32, 0, i // 4, change]) + bytes([1, 7 * i]) + content
    # Whole documents in place of a run's own.
    for name, schema in enumerate(("dataset.v1", "execution.v1", "interpretability.index.v1"), 1):  # after SHA256SUMS
        for text in instances(schema)[:2]:
            yield b"r" + bytes([0, 2, 0, name, 1, 0, 0, 255]) + text


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for i, seed in enumerate(seeds()):
        (folder / f"{i:03}").write_bytes(seed)


if __name__ == "__main__":
    main()
