#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Builds programs against RunForge in each way that there is, and sees that all give the same result.

usage: matrix.py [--work FOLDER] [--keep] [--optimise=LEVEL]

{find_package, the same after the installation was moved, add_subdirectory, FetchContent, pkg-config, compiler alone} x
{shared library, static library, one archive} x {C99, C++17, C++20 with an Armadillo, a RapidJSON and a libsodium of its own},
from the source archive that cpack makes, in a path with spaces, without a network. The hosts that compile RunForge themselves set
flags for all of it that would change numbers if they got through. Then the Debian packages (debian.py), and controls: what the
cells rule out must go wrong when it is done. Ends with a table and `consumers: N cells, all equal`.
"""
import argparse
import concurrent.futures
import hashlib
import pathlib
import re
import shlex
import shutil
import sys
import time

import debian
from work import (DATA, FORMS, LABEL, LANGUAGES, OFFLINE, ROOT, Failed, abi_line, attempt, compile_all, configure, fresh, result_of, run,
                  say, version)

HERE = pathlib.Path(__file__).resolve().parent
# The public key of the seed 01 02 03 00 ..., as openssl gives it too.
KEY = "221fe5f6859a1a4fec79057c9d32c8d3fc356e144b1da3b0f9016ef6f29888da"
ALL_FORMS = ["-DRUNFORGE_BOTH_LIBRARIES=ON", "-DRUNFORGE_ONE_ARCHIVE=ON", "-DRUNFORGE_BUNDLE_DEPENDENCIES=ON",
             "-DRUNFORGE_UNITY_BUILD=ON"]
# A host's own, for everything that it compiles. Numbers must not change, and exceptions must work.
HOSTILE_C = "-ffast-math -ffp-contract=fast -march=native -funsigned-char -fno-exceptions"
HOSTILE_CXX = f"{HOSTILE_C} -fno-rtti"
WITHOUT_SODIUM = ("a plain archive leaves libsodium's names to the whole program, where the program's own take them: "
                  "without a libsodium of its own; the one archive is for such programs")
WAYS = ("find_package", "find_package, moved", "add_subdirectory", "FetchContent", "pkg-config", "compiler alone")
PROGRAMS = {"C": ("c", "cc", ["-std=c99"]), "C++17": ("cpp17", "c++", ["-std=c++17"]), "C++20": ("cpp20", "c++", ["-std=c++20"])}


class Matrix:
    def __init__(self, work, level):
        self.work = work
        # What was compiled once of the same archive with the same flags is not compiled again.
        self.store = work / "compiled"
        launcher = [sys.executable, "-B", HERE / "compile_once.py", self.store, "--"]
        self.compiling = [*ALL_FORMS, "-DCMAKE_BUILD_TYPE=Release", f"-DCMAKE_C_FLAGS={HOSTILE_C}",
                          f"-DCMAKE_CXX_FLAGS={HOSTILE_CXX}", f"-DCMAKE_CXX_FLAGS_RELEASE={level}",
                          f"-DCMAKE_CXX_COMPILER_LAUNCHER={';'.join(map(str, launcher))}"]
        self.hosts = work / "hosts"
        self.results = {}
        self.expected = None
        self.started = time.monotonic()

    def step(self, text):
        say(f"[{time.monotonic() - self.started:5.0f} s] {text}")

    def cell(self, way, form, language, program, **environment):
        self.results[way, form, language] = result_of(program, **environment)

    def make_archive(self):
        """The release as users get it: an archive made by cpack, which knows nothing of git."""
        build = self.work / "archive"
        configure(ROOT, build, "-DRUNFORGE_BUILD_TESTS=OFF", "-DRUNFORGE_BUILD_EXAMPLES=OFF")
        run(["cpack", "--config", "CPackSourceConfig.cmake"], build)
        self.archive = build / f"runforge-{version()}.tar.gz"
        self.source = self.unpack(self.work / "main")
        if (self.source / ".git").exists() or (self.source / "build").exists():
            raise Failed(f"{self.archive} holds .git or build")
        shutil.copytree(self.source / "tests" / "consumers", self.hosts)
        shutil.copytree(self.hosts / "shell", self.hosts / "pkg-config")
        (self.hosts / "shell").rename(self.hosts / "compiler alone")
        for folder in ("find_package", "add_subdirectory", "fetch_content", "pkg-config", "compiler alone"):
            shutil.copy(self.hosts / "programs" / "train.c", self.hosts / folder)
        other = self.hosts / "programs" / "other"
        self.own_sodium = self.work / "sodium.o"
        run(["cc", "-c", other / "sodium.c", f"-I{other}", "-o", self.own_sodium])

    def unpack(self, folder):
        fresh(folder)
        run(["cmake", "-E", "tar", "xf", self.archive], folder)
        return folder / f"runforge-{version()}"

    def install(self):
        self.build = self.work / "main" / "build"
        self.store.mkdir()
        configure(self.source, self.build, *self.compiling, "-DBUILD_SHARED_LIBS=ON", "-DRUNFORGE_BUILD_TESTS=OFF",
                  "-DRUNFORGE_BUILD_EXAMPLES=OFF")
        cache = (self.build / "CMakeCache.txt").read_text(encoding="utf-8")
        self.archives = re.findall(r"^RUNFORGE_\w+_ARCHIVE:\w+=(.*\.a)$", cache, re.MULTILINE)
        compile_all(self.build)
        self.prefix = self.work / "the first prefix"
        run(["cmake", "--install", self.build, "--prefix", self.prefix])
        library = self.prefix / "lib" / f"librunforge.so.{version()}"
        for check in ("load", "needs", "hardened"):
            run([sys.executable, HERE / "shared_library.py", check, library, "--bundled"])
        self.check_names()
        self.expected = self.result_of_tool()
        run([sys.executable, "-B", ROOT / "tests" / "clients" / "golden_runs_test.py"],
            RUNFORGE_TOOL=str(self.prefix / "bin" / "runforge"), RUNFORGE_SHARED=str(self.work / "nothing"))

    def check_names(self):
        """The two forms that take others inside show rf_* alone, and no archive has a name of theirs in a namespace of theirs."""
        exports = set((ROOT / "tests" / "abi" / "exports.txt").read_text(encoding="utf-8").split())
        for library, options in ((f"librunforge.so.{version()}", ["-D"]), ("librunforge-one.a", ["-g"])):
            out = run(["nm", *options, "--defined-only", "--format=posix", self.prefix / "lib" / library])
            names = set(re.findall(r"^(\w+)(?:@\S+)? \w ", out, re.MULTILINE)) - {"RUNFORGE_0"}
            if names != exports:
                raise Failed(f"{library} shows {sorted(names ^ exports)[:5]}..., unlike tests/abi/exports.txt")
        for library in ("librunforge.a", "librunforge-one.a"):
            if not re.fullmatch(r"(?:\S+ 0/0 .* 1970 \S+\n)+", run(["ar", "tv", self.prefix / "lib" / library], TZ="UTC")):
                raise Failed(f"{library} holds times or users, so that the same objects may give other bytes")
        out = run(["nm", "-g", "--defined-only", "--format=posix", self.prefix / "lib" / "librunforge.a"])
        foreign = re.findall(r"^_ZN?V?T?K?(?:4arma|9rapidjson)\w*", out, re.MULTILINE)
        if foreign:
            raise Failed(f"librunforge.a defines {foreign[0]}, which may be the program's own")

    def result_of_tool(self):
        out = fresh(self.work / "runs")
        run([self.prefix / "bin" / "runforge", "train", "--data", DATA, "--label", LABEL, "--seed", "7", "--out", out])
        (record,) = out.glob("*/run.json")
        return f"run {hashlib.sha256(record.read_bytes()).hexdigest()}\nkey {KEY}\n"

    def move(self):
        """From now on the installation stands elsewhere, in a path without spaces, for the snippets of the shell."""
        moved = pathlib.Path(fresh(self.work.parent / "moved")) / "prefix"
        self.prefix.rename(moved)
        self.prefix = moved
        if self.result_of_tool() != self.expected:
            raise Failed("the tool of the moved installation gives another result")

    def find_package(self, way):
        for host_languages, languages in (("C", ("C",)), ("C;CXX", ("C++17", "C++20"))):
            build = self.work / f"{way} {languages[0]}"
            configure(self.hosts / "find_package", build, f"-DHOST_LANGUAGES={host_languages}",
                      f"-DCMAKE_PREFIX_PATH={self.prefix}", "-DHOST_FORMS_WITHOUT_SODIUM=static")
            compile_all(build)
            self.cells_of(build, way, languages)

    def embed(self, way, folder, *options):
        build = self.work / f"{way} build"
        compiled = len(list(self.store.iterdir()))
        configure(self.hosts / folder, build, *self.compiling, *options, "-DHOST_FORMS_WITHOUT_SODIUM=static")
        compile_all(build)
        say(f"{way}: {len(list(self.store.iterdir())) - compiled} files of RunForge have other flags than in its own build")
        if (build / "CTestTestfile.cmake").exists():
            raise Failed(f"{way}: RunForge brought its tests into the host")
        self.cells_of(build, way, LANGUAGES, "cxx")

    def cells_of(self, build, way, languages, cxx_folder="."):
        if "C" in languages and result_of(build / "train") != self.expected:
            raise Failed(f"{way}: the program of the documentation gives another result")
        for language in languages:
            folder = build if language == "C" else build / cxx_folder
            for form in FORMS:
                self.cell(way, form, language, folder / f"{PROGRAMS[language][0]}_{form}")

    def add_subdirectory(self):
        third_party = self.hosts / "add_subdirectory" / "third_party"
        self.unpack(third_party).rename(third_party / "runforge")
        self.embed("add_subdirectory", "add_subdirectory")

    def fetch_content(self):
        digest = hashlib.sha256(self.archive.read_bytes()).hexdigest()
        self.embed("FetchContent", "fetch_content", f"-DRUNFORGE_ARCHIVE={self.archive}", f"-DRUNFORGE_ARCHIVE_SHA256={digest}")

    def by_command(self, way, script, flags_of):
        """The script of the documentation for C; the same words for C++."""
        shell = self.hosts / way
        run(["sh", script, self.prefix], shell)
        library_path = {"LD_LIBRARY_PATH": str(self.prefix / "lib")} if way == "pkg-config" else {}
        for form in FORMS:
            self.cell(way, form, "C", shell / f"train_{form}", **library_path)
            for language in LANGUAGES[1:]:
                program = shell / f"{PROGRAMS[language][0]}_{form}"
                before, after = flags_of(form)
                self.compile(language, program, before, after, own_sodium=form != "static")
                self.cell(way, form, language, program, **library_path)

    def compile(self, language, program, before, after, own_sodium):
        programs = self.hosts / "programs"
        _, compiler, standard = PROGRAMS[language]
        sources = [programs / "train.cpp"]
        if language == "C++20":
            other = programs / "other"
            sources = [programs / "clash.cpp", other / "armadillo.cpp", other / "rapidjson.cpp", f"-I{other}"]
            sources += [self.own_sodium] if own_sodium else ["-DWITHOUT_OTHER_SODIUM"]
        run([compiler, *standard, *before, *sources, *after, "-o", program])

    def one_form_alone(self):
        """Installations of one form: the shared one names no library that it is linked with, the static one says all that it
        needs without being asked; and an earlier version is fine with it, a later one and another major version are not."""
        for form, shared in (("shared", "ON"), ("static", "OFF")):
            configure(self.source, self.build, f"-DBUILD_SHARED_LIBS={shared}", "-DRUNFORGE_BOTH_LIBRARIES=OFF",
                      "-DRUNFORGE_ONE_ARCHIVE=OFF", "-DRUNFORGE_BUILD_TOOL=OFF")
            compile_all(self.build)
            prefix = self.work / f"{form} alone"
            run(["cmake", "--install", self.build, "--prefix", prefix])
            texts = [path.read_text(encoding="utf-8") for pattern in ("*.cmake", "*.pc") for path in prefix.rglob(pattern)]
            named = [word for word in ("sodium", "zlib", "zstd", "stdc++") if any(word in text for text in texts)]
            if (named != []) if form == "shared" else ("sodium" not in named):
                raise Failed(f"what is installed of the {form} library alone names {named}")
            # Who uses the shared library needs neither libsodium's nor zlib's nor zstd's files for developers.
            unseen = {"PKG_CONFIG_LIBDIR": str(self.work / "nothing")} if form == "shared" else {}
            build = self.work / f"{form} alone, host"
            run(["cmake", "-G", "Ninja", "-S", self.hosts / "find_package", "-B", build, "-DHOST_LANGUAGES=C",
                 "-DHOST_DEFAULT_FORM_ALONE=ON", f"-DCMAKE_PREFIX_PATH={prefix}"], **unseen)
            compile_all(build)
            modules = prefix / "lib" / "pkgconfig"
            path = {"PKG_CONFIG_LIBDIR": str(modules)} if form == "shared" else {"PKG_CONFIG_PATH": str(modules)}
            words = shlex.split(run(["pkg-config", "--cflags", "--libs", "runforge"], **path))
            run(["cc", self.hosts / "programs" / "train.c", *words, "-o", build / "by pkg-config"])
            for program in ("train", "by pkg-config"):
                if result_of(build / program, LD_LIBRARY_PATH=str(prefix / "lib")) != self.expected:
                    raise Failed(f"the {form} library alone, {program}: another result")
        self.says_what_is_missing(self.work / "static alone", "shared", "which has: static")
        self.says_what_is_missing(self.work / "shared alone", "static", "which has: shared")
        major, minor, _ = version().split(".")
        file = prefix / "lib" / "cmake" / "runforge" / "runforge-config-version.cmake"
        for wanted, fits in ((f"{major}.{minor}", True), (abi_line(), True), (f"{major}.{int(minor) + 1}", False),
                             (f"{int(major) + 1}.{minor}", False)):
            script = self.work / "version.cmake"
            script.write_text(f'set(PACKAGE_FIND_VERSION {wanted})\nset(PACKAGE_FIND_VERSION_MAJOR {wanted.split(".")[0]})\n'
                              f'set(PACKAGE_FIND_VERSION_MINOR {wanted.split(".")[1]})\ninclude("{file}")\n'
                              'message("fits: ${PACKAGE_VERSION_COMPATIBLE}")\n', encoding="utf-8")
            if ("fits: TRUE" in run(["cmake", "-P", script])) != fits:
                raise Failed(f"version {version()} where {wanted} is wanted: expected {'yes' if fits else 'no'}")

    def says_what_is_missing(self, prefix, form, told):
        """find_package(runforge COMPONENTS form) where that form was not installed."""
        folder = fresh(self.work / "a form that is missing")
        (folder / "CMakeLists.txt").write_text("cmake_minimum_required(VERSION 3.25)\nproject(host LANGUAGES C)\n"
                                               f"find_package(runforge REQUIRED COMPONENTS {form})\n", encoding="utf-8")
        done = attempt(["cmake", "-G", "Ninja", "-S", folder, "-B", folder / "build", f"-DCMAKE_PREFIX_PATH={prefix}"])
        text = " ".join(done.stdout.split())
        if done.returncode == 0 or f'"{form}" was not installed' not in text or told not in text:
            raise Failed(f"COMPONENTS {form} where it was not installed: {done.stdout}")

    def makefiles(self):
        """The one archive is made of objects of other targets, which Makefiles must be told of."""
        build = self.work / "makefiles"
        run(["cmake", "-G", "Unix Makefiles", "-S", self.source, "-B", build, *self.compiling, "-DRUNFORGE_ONE_ARCHIVE=ON",
             "-DRUNFORGE_BUILD_TESTS=OFF", "-DRUNFORGE_BUILD_EXAMPLES=OFF", "-DRUNFORGE_BUILD_TOOL=OFF"])
        run(["cmake", "--build", build, "--target", "runforge_one_archive", "-j", "2"])

    def pkg_config(self):
        def flags_of(form):
            path = {"PKG_CONFIG_PATH": str(self.prefix / "lib" / "pkgconfig")}
            words = ["pkg-config", *(["--static"] if form == "static" else []), "--cflags", "--libs",
                     "runforge-one" if form == "one_archive" else "runforge"]
            return ["-static"] if form == "static" else [], shlex.split(run(words, **path))
        self.by_command("pkg-config", "pkg_config.sh", flags_of)

    def compiler_alone(self):
        def flags_of(form):
            lib = self.prefix / "lib"
            return [f"-I{self.prefix / 'include'}"], {
                "shared": [f"-L{lib}", "-lrunforge", f"-Wl,-rpath,{lib}"],
                "static": [lib / "librunforge.a", "-lsodium", "-lz", "-lzstd", "-pthread"],
                "one_archive": [lib / "librunforge-one.a", "-pthread"]}[form]
        self.by_command("compiler alone", "gcc.sh", flags_of)

    def controls(self):
        """What the cells rule out, done: each must go wrong, or the cells show nothing."""
        lib = self.prefix / "lib"
        include = [f"-I{self.prefix / 'include'}"]
        program = self.work / "control"
        self.compile("C++20", program, include, [lib / "librunforge.a", "-lsodium", "-lz", "-lzstd"], own_sodium=True)
        if attempt([program, DATA, LABEL]).stdout == self.expected:
            raise Failed("a plain archive met the program's own libsodium and gave the right result: what do the cells show?")
        say("control: a plain archive beside a libsodium of the program's own: another result, as must be")
        for name, link, cut, complaint in (
                ("without --force-group-allocation", [], ["--wildcard", "--keep-global-symbol=rf_*"], "discarded section"),
                ("by --localize-hidden", ["--force-group-allocation"], ["--localize-hidden"], "multiple definition")):
            one = self.work / "control.o"
            run(["ld", "-r", *link, "-o", one, "--whole-archive", lib / "librunforge.a", "--no-whole-archive", *self.archives])
            run(["objcopy", *cut, one])
            try:
                self.compile("C++20", program, include, [one], own_sodium=True)
            except Failed as failure:
                if complaint not in str(failure):
                    raise
                say(f"control: one archive {name}: does not link with the C++20 program ({complaint}), as must be")
            else:
                raise Failed(f"one archive {name}: links, so that the recipe may be simpler")

    def print_table(self):
        say("")
        say(f"{'':32}{'shared':>10}{'static':>10}{'one archive':>14}")
        wrong = 0
        for way in WAYS:
            for language in LANGUAGES:
                words = []
                for form in FORMS:
                    same = self.results[way, form, language] == self.expected
                    wrong += not same
                    words.append(("same" if same else "OTHER") + (" (1)" if (form, language) == ("static", "C++20") else ""))
                say(f"{way:24}{language:8}{words[0]:>10}{words[1]:>10}{words[2]:>14}")
        say(f"(1) {WITHOUT_SODIUM}")
        return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build" / "consumers")
    parser.add_argument("--optimise", default="-O1", metavar="LEVEL", help="-O1 unless given")
    parser.add_argument("--keep", action="store_true", help="leave what was built")
    arguments = parser.parse_args()
    matrix = Matrix(fresh(arguments.work.resolve()) / "a path with spaces", arguments.optimise)
    matrix.work.mkdir()
    if OFFLINE is None:
        say("not looked at: whether a network is asked for anything, since `unshare --net` is not allowed here")

    def step(text, do):
        matrix.step(text)
        do()

    try:
        step("the source archive", matrix.make_archive)
        step("build and install", matrix.install)
        step("find_package", lambda: matrix.find_package("find_package"))
        step("move the installation", matrix.move)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            started = [pool.submit(step, text, do) for text, do in (
                ("add_subdirectory", matrix.add_subdirectory), ("FetchContent", matrix.fetch_content),
                ("one form alone, then Debian packages", lambda: (matrix.one_form_alone(), debian.check(matrix))),
                ("find_package, moved", lambda: matrix.find_package("find_package, moved")),
                ("pkg-config", matrix.pkg_config), ("compiler alone", matrix.compiler_alone), ("controls", matrix.controls),
                ("Makefiles", matrix.makefiles))]
            for future in started:
                future.result()
    except Failed as failure:
        say(f"consumers: failed: {failure}")
        return 1
    wrong = matrix.print_table()
    matrix.step("done")
    count = len(matrix.results)
    say(f"consumers: {count} cells, {'all equal' if not wrong else f'{wrong} of them another result'}")
    if not arguments.keep:
        shutil.rmtree(arguments.work)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
