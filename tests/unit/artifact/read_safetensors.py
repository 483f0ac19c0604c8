#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads model files with nothing but the standard library and the public description of safetensors, then predicts
with them as docs/formats/model.md says. Shares no code with the library.

usage: read_safetensors.py WRITER FOLDER     WRITER is the program write_sample_models; FOLDER is for its files
"""
import json
import math
import pathlib
import struct
import subprocess
import sys

FORMATS = {"U8": "B", "I32": "i", "U32": "I", "I64": "q", "F64": "d"}


def read(path):
    """Metadata and tensors; every rule of the format is checked."""
    raw = path.read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    header_text = raw[8:8 + length]
    assert len(header_text) == length and length % 8 == 0
    assert header_text.startswith(b"{")
    header = json.loads(header_text)
    canonical = json.dumps(header, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert header_text.rstrip(b" ") == canonical, "header is not in canonical form"
    metadata = header.pop("__metadata__")
    assert all(isinstance(value, str) for value in metadata.values())
    data = raw[8 + length:]
    tensors = {}
    end = 0
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        code = FORMATS[entry["dtype"]]
        size = struct.calcsize("<" + code)
        begin, stop = entry["data_offsets"]
        count = math.prod(entry["shape"])
        assert begin == end and stop - begin == count * size, name
        assert begin % size == 0, f"{name} is not aligned"
        end = stop
        tensors[name] = (entry["shape"], list(struct.unpack(f"<{count}{code}", data[begin:stop])))
    assert end == len(data)
    return metadata, tensors


def texts(tensors, text, offsets):
    raw = bytes(tensors[text][1])
    ends = tensors[offsets][1]
    return [raw[a:b].decode() for a, b in zip(ends, ends[1:])]


def values(tensors, name):
    return tensors[name][1]


def class_labels(model, tensors):
    kind = model["classes"]["kind"]
    if kind == "boolean":
        return [False, True]
    if kind == "integer":
        return values(tensors, "classes.numbers")
    return texts(tensors, "classes.text", "classes.offsets")


def check_binary(metadata, tensors):
    model = json.loads(metadata["model"])
    assert metadata["format"] == "1" and metadata["input_digest"] == "a" * 64
    assert model["family"] == "logistic_regression" and model["link"] == "logistic"
    assert model["encoder"]["missing"] == "fill"
    assert [f["name"] for f in model["encoder"]["features"]] == ["age", "smoker", "a=b"]
    assert [f["kind"] for f in model["encoder"]["features"]] == ["numeric", "boolean", "category"]
    assert model["encoder"]["features"][2]["missing_level"] is True
    assert class_labels(model, tensors) == ["no", "yes, süß"]
    assert texts(tensors, "encoder.level_text", "encoder.level_offsets") == ["x\\y", "z"]
    assert values(tensors, "encoder.level_counts") == [2]
    assert values(tensors, "encoder.fill") == [30, 0]
    assert values(tensors, "encoder.mean") == [31.5, 0.25]
    assert values(tensors, "encoder.scale") == [12.25, 0.5]
    assert tensors["linear.coefficients"] == ([1, 5], [0.5, -2, 0.5, 0.125, -0.0])
    assert tensors["linear.intercepts"] == ([1], [-1.5])


def check_softmax(metadata, tensors):
    model = json.loads(metadata["model"])
    assert model["link"] == "softmax" and class_labels(model, tensors) == [-1, 0, 7]
    assert tensors["linear.coefficients"] == ([3, 2], [1, 2, 3, -4, -5, 0.25])


def check_ridge(metadata, tensors):
    model = json.loads(metadata["model"])
    assert model["task"] == "regression" and "classes" not in model
    assert values(tensors, "linear.coefficients") == [1e-300]


def leaves_of(tensors, row):
    """The leaf values reached, tree by tree; `row` holds a number, None, or a level's number, per feature."""
    outputs = tensors["forest.leaf_values"][0][1]
    starts = values(tensors, "forest.tree_offsets")
    column = {name: values(tensors, "forest." + name) for name in (
        "feature", "threshold", "left", "right", "default_left", "level_set", "level_set_words", "level_words", "leaf",
        "leaf_values")}
    for start in starts[:-1]:
        node = start
        while column["feature"][node] != -1:
            value = row[column["feature"][node]]
            if value is None:
                left = column["default_left"][node] == 1
            elif column["level_set"][node] < 0:
                left = value <= column["threshold"][node]
            elif not 0 <= value < 32 * column["level_set_words"][node]:
                left = column["default_left"][node] == 1
            else:
                word = column["level_words"][column["level_set"][node] + value // 32]
                left = word >> (value % 32) & 1 == 1
            node = start + column["left" if left else "right"][node]
        leaf = column["leaf"][node]
        yield column["leaf_values"][leaf * outputs:(leaf + 1) * outputs]


def predict_forest(model, tensors, row):
    """Mean of the leaf values."""
    reached = list(leaves_of(tensors, row))
    return [sum(values) / len(reached) for values in zip(*reached)]


def raw_scores(tensors, row):
    """Per score the sum of its trees' leaf values and its base score."""
    base = values(tensors, "boosting.base_scores")
    reached = [value for (value,) in leaves_of(tensors, row)]
    return [sum(reached[k::len(base)]) + base[k] for k in range(len(base))]


def check_forest(metadata, tensors):
    model = json.loads(metadata["model"])
    assert model["encoder"]["layout"] == "tree" and class_labels(model, tensors) == [False, True]
    levels = texts(tensors, "encoder.level_text", "encoder.level_offsets")
    assert levels == ["blue", "green", "red"]
    assert predict_forest(model, tensors, [2.5, levels.index("blue"), 0]) == [0.75, 0.25]
    assert predict_forest(model, tensors, [3.0, levels.index("red"), 0]) == [0.25, 0.75]
    assert predict_forest(model, tensors, [3.0, levels.index("blue"), 0]) == [0.375, 0.625]
    assert predict_forest(model, tensors, [3.0, -1, 0]) == [0.375, 0.625]  # an unknown level
    assert values(tensors, "forest.split_gain")[0] == 0.375


def check_regression_tree(metadata, tensors):
    model = json.loads(metadata["model"])
    assert values(tensors, "encoder.fill") == [1.5]
    assert "encoder.mean" not in tensors
    assert predict_forest(model, tensors, [-0.5]) == [-3.25]
    assert predict_forest(model, tensors, [0]) == [1e17]


def check_boosting(metadata, tensors):
    model = json.loads(metadata["model"])
    assert model["link"] == "logistic" and model["encoder"]["missing"] == "native"
    assert "encoder.fill" not in tensors
    assert raw_scores(tensors, [1.5]) == [-0.5 + 0.5 - 0.125]
    assert raw_scores(tensors, [-3.0]) == [-0.5 - 0.5 - 0.125]
    assert raw_scores(tensors, [None]) == [-0.5 + 0.5 - 0.125]  # left in the first tree, right in the second


def check_boosting_classes(metadata, tensors):
    model = json.loads(metadata["model"])
    assert model["link"] == "softmax" and class_labels(model, tensors) == ["a", "b", "c"]
    assert raw_scores(tensors, [0.0]) == [-0.5 - 1, 0.5, 0.75 + 0.5]


def main():
    writer, folder = sys.argv[1:]
    subprocess.run([writer, folder], check=True)
    checks = {"binary": check_binary, "softmax": check_softmax, "ridge": check_ridge, "forest": check_forest,
              "regression_tree": check_regression_tree, "boosting": check_boosting,
              "boosting_classes": check_boosting_classes}
    for name, check in checks.items():
        check(*read(pathlib.Path(folder) / f"{name}.safetensors"))
    print(f"{len(checks)} model files read")


if __name__ == "__main__":
    main()
