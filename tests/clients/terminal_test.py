#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""On a pseudo-terminal: progress on stderr that is gone at the end, and Ctrl-C that stops at once without a trace."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

from client import CANCELLED, DATA, TOOL, ClientTest, clean_environment, entries, main

FOREST = ["--data", DATA / "titanic.csv", "--label", "Survived", "--missing", "fill", "--model", "random_forest"]
# More trees than could be grown within the time of a test: only a signal ends it.
ENDLESS = FOREST + ["--param", "n_estimators=100000"]


class Terminal:
    """The tool on a terminal of its own: what it wrote, and its exit status."""

    def __init__(self, *arguments, columns=80, kind="xterm"):
        self.text = ""
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
                os.execve(TOOL, [str(TOOL), *map(str, arguments)], clean_environment(TERM=kind))
            finally:
                os._exit(127)

    def read(self, seconds):
        ready, _, _ = select.select([self.master], [], [], seconds)
        if not ready:
            return False
        try:
            chunk = os.read(self.master, 65536)
        except OSError:  # the other side is closed
            chunk = b""
        self.text += chunk.decode("utf-8")
        return bool(chunk)

    def wait_for(self, pattern, seconds=60):
        end = time.monotonic() + seconds
        while not re.search(pattern, self.text):
            if time.monotonic() > end or not self.read(end - time.monotonic()):
                raise AssertionError(f"{pattern!r} did not appear in {self.text!r}")

    def finish(self):
        while self.read(60):
            pass
        _, status = os.waitpid(self.pid, 0)
        os.close(self.master)
        return os.waitstatus_to_exitcode(status)


class Progress(ClientTest):
    def test_it_is_shown_on_a_terminal_and_gone_at_the_end(self):
        terminal = Terminal("train", *FOREST, "--out", self.runs)
        self.assertEqual(terminal.finish(), 0)
        self.assertRegex(terminal.text, r"\rtrain +\[[#.]+\] +\d+%  \d+/\d+\x1b\[K")
        # After the last drawing the line is cleared before anything else is written.
        before, after = terminal.text.split("Run ID:")
        self.assertTrue(before.endswith("\r\x1b[K"), repr(before[-80:]))
        self.assertNotIn("\x1b", after)

    def test_every_line_fits_the_terminal(self):
        for columns in (80, 40, 20):
            terminal = Terminal("train", *FOREST, "--out", self.runs, columns=columns)
            self.assertEqual(terminal.finish(), 0)
            drawn = re.findall(r"\r([^\r\x1b\n]*)\x1b\[K", terminal.text)
            self.assertTrue(any(drawn))
            self.assertLess(max(map(len, drawn)), columns)

    def test_an_error_stands_on_a_line_of_its_own(self):
        rows = "".join(f"{i},{i % 2}\n" for i in range(200000)) + "1\n"
        data = self.write("ragged.csv", "a,label\n" + rows)
        terminal = Terminal("train", "--data", data, "--out", self.runs)
        self.assertEqual(terminal.finish(), 3)
        self.assertRegex(terminal.text.replace("\r\n", "\n"), r"(\A|\x1b\[K)runforge: error: [^\n]+ \[RAGGED_ROW\]\n\Z")

    def test_it_is_gone_before_inspect_and_predict_print(self):
        data = self.write("many.csv", "a,label\n" + "".join(f"{i},{i % 2}\n" for i in range(200000)))
        run_dir = self.train(data, "--model", "decision_tree")
        for arguments, first in ((["inspect", "--data", data], str(data)[:20]),
                                 (["predict", "--model", run_dir, "--data", data], "row,prediction")):
            terminal = Terminal(*arguments)
            self.assertEqual(terminal.finish(), 0)
            before, after = terminal.text.split(first, 1)
            self.assertTrue(before.endswith("\r\x1b[K"), repr(before[-80:]))
            self.assertNotIn("\x1b", after)

    def test_there_is_none_on_a_pipe_or_when_nobody_wants_it(self):
        self.assertEqual(self.ok("train", *FOREST, "--out", self.runs, "--quiet").err, "")
        self.assertNotIn("\r", self.ok("train", *FOREST, "--out", self.runs).err)
        for more, kind in ((["--quiet"], "xterm"), ([], "dumb")):
            terminal = Terminal("train", *FOREST, "--out", self.runs, *more, kind=kind)
            self.assertEqual(terminal.finish(), 0)
            self.assertNotIn("\x1b", terminal.text)


class Interrupt(ClientTest):
    def stop(self, send):
        """Starts a training without end, sends the signal amid it, and returns the seconds until it was gone."""
        terminal = Terminal("train", *ENDLESS, "--out", self.runs)
        terminal.wait_for(r"\rtrain ")
        asked = time.monotonic()
        send(terminal)
        status = terminal.finish()
        seconds = time.monotonic() - asked
        self.assertEqual(status, CANCELLED, terminal.text[-300:])
        self.assertEqual(entries(self.runs), [])
        self.assertRegex(terminal.text.replace("\r\n", "\n"), r"\x1b\[Krunforge: error: [^\n]+ \[CANCELLED\]\n\Z")
        return seconds

    def test_ctrl_c_stops_a_training_without_a_trace(self):
        seconds = [self.stop(lambda terminal: os.write(terminal.master, b"\x03")) for _ in range(3)]
        print(f"stopped {max(seconds) * 1000:.0f} ms after Ctrl-C at the latest, of {len(seconds)} times")

    def test_terminating_and_hanging_up_stop_it_too(self):
        for number in (signal.SIGTERM, signal.SIGHUP):
            self.stop(lambda terminal, number=number: os.kill(terminal.pid, number))

    def test_a_second_ctrl_c_does_no_harm(self):
        self.stop(lambda terminal: os.write(terminal.master, b"\x03\x03\x03"))

    def test_without_a_terminal_a_signal_stops_it_as_well(self):
        process = subprocess.Popen([str(TOOL), "train", *map(str, ENDLESS), "--out", str(self.runs), "--json"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=clean_environment())
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, err), (CANCELLED, b""))
        self.assertIn(b'"CANCELLED"', out)
        self.assertEqual(entries(self.runs), [])

    def test_nohup_is_respected(self):
        process = subprocess.Popen([str(TOOL), "train", *map(str, ENDLESS), "--out", str(self.runs)],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=clean_environment(),
                                   preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        time.sleep(0.5)
        process.send_signal(signal.SIGHUP)
        time.sleep(0.3)
        self.assertIsNone(process.poll())
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, CANCELLED)


if __name__ == "__main__":
    main()
