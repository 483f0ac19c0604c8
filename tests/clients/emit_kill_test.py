#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""SIGKILL while a run is emitted, fifty times at random moments: what stands in the folder is a whole run or nothing
that looks like one; what a killed emit left behind is removed by a later one."""
import os
import random
import signal
import subprocess
import time

from client import DATA, TOOL, ClientTest, clean_environment, entries, main, sums_hold

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
        in_time = sum(self.kill_while_emitting(draw.uniform(0, length)) for _ in range(TIMES))
        whole, left = self.check()
        print(f"seed {seed}: {in_time} of {TIMES} killed alive, {whole} whole runs, {left} leftovers")
        self.assertGreater(in_time, 0)

        # The next emit removes leftovers once they are a day old and nobody holds their lock.
        ancient = time.time() - 2 * 86400
        for name in entries(self.runs):
            if name.startswith(".runforge-"):
                os.utime(self.runs / name, (ancient, ancient))
        self.assertEqual(self.start().wait(), 0)
        self.assertEqual(self.check(), (whole + 1, 0))

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
