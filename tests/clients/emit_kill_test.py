#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""SIGKILL while a run is emitted, fifty times at random moments: what stands in the folder is a whole run or nothing
that looks like one; what a killed emit left behind is removed by a later one, unless the kill came before its marker was
whole: such a folder is not known to be ours and holds nothing."""
import random
import signal
import subprocess
import time

from client import DATA, TOOL, ClientTest, clean_environment, entries, main, sums_hold

MARKER = "RUNFORGE_STAGING"
TIMES = 50


class Kill(ClientTest):
    def start(self):
        command = [str(TOOL), "train", "--data", str(DATA / "iris.csv"), "--label", "species",
                   "--out", str(self.runs), "--quiet"]
        return subprocess.Popen(command, env=clean_environment())

    def kill_while_emitting(self, seconds):
        """Kills `seconds` after the staging folder came up; returns whether the process was still alive."""
        before = set(entries(self.runs))
        process = self.start()
        while process.poll() is None and not set(entries(self.runs)) - before:
            pass
        time.sleep(seconds)
        alive = process.poll() is None
        process.kill()
        process.wait()
        return alive

    def check(self):
        """Counts whole runs and leftovers; fails on anything half."""
        whole, left = 0, 0
        for name in entries(self.runs):
            if name.startswith(".runforge-"):
                left += 1
                continue
            self.assertRegex(name, r"\A\d{8}-\d{6}-[0-9a-f]{8}\Z")
            self.assertTrue(sums_hold(self.runs / name), name)
            whole += 1
        return whole, left

    def test_a_killed_emit_leaves_no_half_run(self):
        seed = random.SystemRandom().randrange(2**32)
        draw = random.Random(seed)
        started = time.monotonic()
        self.assertEqual(self.start().wait(), 0)
        length = time.monotonic() - started
        in_time = sum(self.kill_while_emitting(draw.choice((0, draw.uniform(0, length)))) for _ in range(TIMES))
        whole, left = self.check()
        print(f"seed {seed}: {in_time} of {TIMES} killed alive, {whole} whole runs, {left} leftovers")
        self.assertGreater(in_time, 0)

        # The next emit removes leftovers of which nobody holds the lock.
        markerless = self.leftovers_without_a_marker()
        self.assertEqual(self.start().wait(), 0)
        self.assertEqual(self.check(), (whole + 1, len(markerless)))
        self.assertEqual(self.leftovers_without_a_marker(), markerless)

    def leftovers_without_a_marker(self):
        """Folders of processes killed before the marker was written: empty, or with one that is cut off."""
        found = []
        for name in entries(self.runs):
            if not name.startswith(".runforge-"):
                continue
            inside = entries(self.runs / name)
            if inside and b"It made:\n" in (self.runs / name / MARKER).read_bytes():
                continue
            self.assertIn(inside, ([], [MARKER]))
            found.append(name)
        return found

    def test_an_interrupted_emit_leaves_nothing(self):
        for _ in range(10):
            before = entries(self.runs)
            process = self.start()
            while process.poll() is None and entries(self.runs) == before:
                pass
            process.send_signal(signal.SIGINT)
            status = process.wait()
            whole, left = self.check()
            self.assertEqual(left, 0)
            # The signal came in time, or the run was published already; once all is done it ends the process itself.
            self.assertIn(status, (0, 6, -signal.SIGINT))
            self.assertEqual(whole, len(before) + (0 if status == 6 else 1))


if __name__ == "__main__":
    main()
