#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The command line itself: help that names every option, messages that name a near word, one line each."""
import json
import re

from client import DATA, USAGE, ClientTest, main, tool

COMMANDS = ["train", "inspect", "show", "predict", "verify", "reproduce", "keygen", "sign", "diff", "schema"]


class Usage(ClientTest):
    def usage(self, *arguments):
        return self.refused(USAGE, "USAGE", *arguments)

    def test_no_command_is_told_what_to_do(self):
        self.assertIn("runforge --help", self.usage())

    def test_an_unknown_command_brings_a_near_one(self):
        self.assertIn('did you mean "train"?', self.usage("tarin", "--data", "x"))

    def test_an_unknown_option_brings_a_near_one(self):
        message = self.usage("train", "--data", DATA / "iris.csv", "--lable", "species")
        self.assertIn('"--lable"', message)
        self.assertIn('did you mean "--label"?', message)

    def test_the_unknown_option_is_named_before_the_missing_one(self):
        self.assertIn('did you mean "--data"?', self.usage("train", "--dta", "iris.csv"))

    def test_an_option_far_from_all_others_brings_none(self):
        self.assertNotIn("did you mean", self.usage("train", "--data", "x", "--colour=red"))

    def test_a_missing_option_is_named(self):
        self.assertIn("--data", self.usage("train", "--label", "species"))
        self.assertIn("--model", self.usage("predict", "--data", "x"))
        self.assertIn("RUN_DIR", self.usage("show"))

    def test_an_option_without_its_value_is_named(self):
        self.assertIn("--label needs a value", self.usage("train", "--data", "x", "--label"))

    def test_an_option_given_twice_is_named(self):
        self.assertIn("--seed", self.usage("train", "--data", "x", "--seed", 1, "--seed", 2))

    def test_a_word_too_many_is_named(self):
        self.assertIn('"iris.csv"', self.usage("train", "--data", "x", "iris.csv"))

    def test_numbers_are_read_whole(self):
        for option, text in [("--seed", "1x"), ("--seed", "-1"), ("--seed", "4294967296"), ("--seed", "1.5"),
                             ("--threads", "0"), ("--threads", "many")]:
            message = self.usage("train", "--data", "x", option, text)
            self.assertIn(option, message)
            self.assertIn(f'"{text}"', message)

    def test_threads_are_read_alike_by_all_that_take_them(self):
        needed = {"train": ["--data", "x"], "inspect": ["--data", "x"], "predict": ["--model", "x", "--data", "x"],
                  "verify": ["x"], "reproduce": ["x", "--data", "x"]}
        for command, arguments in needed.items():
            for text in ("0", "1025", "many", "-1", "2.0"):
                message = self.usage(command, *arguments, "--threads", text)
                self.assertIn(f'--threads: expected a whole number from 1 to 1024, found "{text}"', message)

    def test_a_parameter_needs_a_name_and_a_value(self):
        self.assertIn("NAME=VALUE", self.usage("train", "--data", "x", "--param", "C"))
        self.assertIn("given twice", self.usage("train", "--data", "x", "--param", "C=1", "--param", "C=2"))

    def test_bytes_that_are_no_text_do_not_spoil_the_message(self):
        result = tool("train", "--data", "x", "--json", b"--\xff\x1b".decode("utf-8", "surrogateescape"))
        self.assertEqual(result.status, USAGE)
        self.assertIn("\\xff", json.loads(result.out)["error"]["message"])

    def test_a_usage_error_as_json_is_an_object(self):
        error = json.loads(tool("train", "--json", "--lable", "x").out)["error"]
        self.assertEqual((error["status"], error["code"], error["details"]), (USAGE, "USAGE", {}))

    def test_the_version_is_that_of_the_library(self):
        self.assertRegex(self.ok("--version").out, r"\Arunforge \d+\.\d+\.\d+(-dev)?\n\Z")

    def test_help_names_all_commands_and_fits_a_terminal(self):
        pages = {"": self.ok("--help").out}
        for command in COMMANDS:
            self.assertRegex(pages[""], rf"(?m)^  {command} ")
            pages[command] = self.ok(command, "--help").out
            self.assertEqual(self.ok(command, "-h").out, pages[command])
            self.assertIn(f"Usage: runforge {command}", pages[command])
            self.assertIn("Examples:", pages[command])
        for command, page in pages.items():
            for line in page.splitlines():
                self.assertLessEqual(len(line), 100, f"{command}: {line}")

    def test_help_names_each_option_of_the_contract(self):
        options = {
            "train": "data label ignore model task seed missing param profile config out threads timestamp "
                     "no-execution-details sign json quiet role weight split group time kind delimiter comment skip-rows no-header missing-token",
            "inspect": "data label ignore task model missing config threads json role weight split group time kind delimiter comment skip-rows no-header missing-token",
            "show": "json",
            "predict": "model data config out proba threads json",
            "verify": "data pubkey recorded-by reproduced-by threads json",
            "reproduce": "data sign threads json",
            "keygen": "out public-of json",
            "sign": "key data threads json",
            "diff": "json",
        }
        for command, names in options.items():
            page = self.ok(command, "--help").out
            found = set(re.findall(r"(?m)^  (?:-\w,)?--([\w-]+)", page)) - {"help"}
            self.assertEqual(found, set(names.split()))

    def test_examples_of_the_help_are_understood(self):
        for command in COMMANDS:
            page = self.ok(command, "--help").out.replace("\\\n", " ")
            for line in re.findall(r"(?m)^  runforge (.+)$", page):
                # The files are not there: anything but a usage error will do.
                self.assertNotIn("[USAGE]", tool(*line.split(), cwd=self.scratch).err, line)


if __name__ == "__main__":
    main()
