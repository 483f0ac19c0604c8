#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What report.py makes of measurements that were made up."""
import unittest

import report

SIZE = 256_001_706


def loads(**seconds):
    """Results of loading by the task: (seconds with fingerprint, seconds without), or why there are none."""
    def ours(taken):
        if isinstance(taken, str):
            return {"absent": taken}
        return {"seconds": taken[0], "plain_seconds": taken[1], "digest_seconds": 0.1, "rss_peak": 240.0, "rss_before": 1.0,
                "wall": [taken[0]], "others": 0}
    return {"machine": {}, "tasks": {"load-" + name.replace("_", "-"): {
        "ours": ours(taken), "peers": {}, "bytes": SIZE, "repeats": 3, "at": "2026-11-30 12:00 UTC"}
        for name, taken in seconds.items()}}


class Report(unittest.TestCase):
    def table(self, results, title):
        lines = dict(report.sections(results)).get(title, [])
        return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]

    def test_loading_with_and_without_fingerprint_stands_in_one_line(self):
        results = loads(A_t1=(0.32, 0.25), A_t2=(0.25, 0.125))
        self.assertEqual(self.table(results, "Reading with and without fingerprint"),
                         [["A.csv", "1", "0.80", "1.02", "1.28"], ["A.csv", "2", "1.02", "2.05", "2"]])
        self.assertEqual(list(report.warnings(results)), [])
        self.assertNotIn("Warning", report.tables(results))

    def test_a_fingerprint_that_takes_more_than_three_times_is_warned_of(self):
        results = loads(A_t1=(36.8, 0.5), D_t1=(0.16, 0.11))
        warning, = report.warnings(results)
        self.assertTrue(warning.startswith(
            "load-A-t1: A.csv loads at 0.01 GB/s with fingerprint and at 0.51 without, 73.6 times slower; more than 3"), warning)
        self.assertIn(f"\n\n**Warning:** {warning}\n\n", report.tables(results))
        self.assertEqual([row[-1] for row in self.table(results, "Reading with and without fingerprint")], ["**73.6**", "1.45"])

    def test_three_times_is_the_border(self):
        self.assertEqual(list(report.warnings(loads(A_t1=(0.75, 0.25)))), [])
        self.assertEqual(len(list(report.warnings(loads(A_t1=(0.76, 0.25))))), 1)

    def test_only_what_was_asked_for_is_warned_of(self):
        results = loads(A_t1=(36.8, 0.5), D_t1=(36.8, 0.5))
        warning, = report.warnings(results, ["load-D-t1"])
        self.assertIn("D.csv", warning)

    def test_what_was_not_measured_is_no_line_and_no_warning(self):
        results = loads(A_t1="no dataset to make A.csv of")
        self.assertEqual(self.table(results, "Reading with and without fingerprint"), [])
        self.assertEqual(list(report.warnings(results)), [])


if __name__ == "__main__":
    unittest.main()
