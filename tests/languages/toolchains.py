# SPDX-License-Identifier: MIT
"""Makes a program of any language ready to run against a shared library: compiles it below the build folder, or
fetches what its language needs. Where a toolchain is not there the program ends with the exit status that ctest takes
for a skip, and says why.

    command, environment = toolchains.ready("go", "train", Place(build=..., library=..., programs={...}))
"""
import os
import pathlib
import platform
import shutil
import subprocess
import sys
from typing import NamedTuple

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
EXAMPLES = ROOT / "examples"
sys.path.insert(0, str(HERE.parent))
import npm  # noqa: E402  (beside this folder)

LANGUAGES = ("c", "cpp", "python", "node", "go", "rust", "julia", "lua")


class Place(NamedTuple):
    build: pathlib.Path    # where this language may write
    library: pathlib.Path  # librunforge.so
    programs: dict         # what CMake built, by "c.train"


def run(command, **options):
    """Runs a tool that must go well."""
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout}")
    return done.stdout


def need(program, package, loss):
    """The program's path, or a skip."""
    found = shutil.which(program)
    if found is None:
        npm.skip(f"{program} is not installed ({package}; ./dev deps languages), so {loss}")
    return found


def environment_for(place):
    folders = [str(place.library.parent), os.environ.get("LD_LIBRARY_PATH", "")]
    return dict(os.environ, LD_LIBRARY_PATH=":".join(filter(None, folders)))


def compiled_by_cmake(language, what, place, environment):
    return [str(place.programs[f"{language}.{what}"])]


def python(what, place, environment):
    environment.update(PYTHONPATH=str(EXAMPLES / "python"), PYTHONDONTWRITEBYTECODE="1")
    return [sys.executable, str(source("python", what, "py"))]


def node(what, place, environment):
    npm.install(EXAMPLES / "node", place.build, "no client in JavaScript runs")
    environment["NODE_PATH"] = f"{place.build / 'node_modules'}:{EXAMPLES / 'node'}"
    return ["node", "--expose-gc", str(source("node", what, "js"))]


def go(what, place, environment):
    need("go", "golang-go", "no client in Go runs")
    environment.update(GOCACHE=str(place.build / "cache"), GOPATH=str(place.build / "path"), GOFLAGS="-buildvcs=false",
                       GO111MODULE="on", GOTOOLCHAIN="local", GOPROXY="off", CGO_ENABLED="1",
                       CGO_CFLAGS=f"-I{ROOT / 'include'}", CGO_LDFLAGS=f"-L{place.library.parent}")
    program = place.build / what
    folder = EXAMPLES / "go" if what == "train" else HERE / "go"
    run(["go", "build", "-o", str(program), f"./{what}"], cwd=folder, env=environment)
    return [str(program)]


def rust(what, place, environment):
    need("rustc", "rustc", "no client in Rust runs")
    program = place.build / what
    run(["rustc", "--edition", "2018", "-D", "warnings", "-L", f"native={place.library.parent}", "-o", str(program),
         str(source("rust", what, "rs"))], env=environment)
    return [str(program)]


def lua(what, place, environment):
    need("luajit", "luajit", "no client in LuaJIT runs")
    return ["luajit", str(source("lua", what, "lua"))]


def julia(what, place, environment):
    program = shutil.which("julia") or bullseye_julia(place.build, environment)
    environment["JULIA_NUM_THREADS"] = "2"
    return [program, "--startup-file=no", "-O0", str(source("julia", what, "jl"))]


# What Debian 12 does not have itself, or has in another version.
JULIA_PACKAGES = ("julia julia-common libjulia1 libllvm9 libgit2-1.1 libdsfmt-19937-1 libopenlibm3 libutf8proc2 "
                  "libmbedcrypto3 libmbedx509-0 libmbedtls12 libhttp-parser2.9 libunwind8 libpcre2-8-0 libssh2-1 "
                  "libz3-4 libedit2 libbsd0 libmd0 libffi7 libgmp10 libmpfr6 libgcrypt20 libgpg-error0 liblzma5 "
                  "libpcre3").split()


def bullseye_julia(build, environment):
    """Julia 1.5.3 of Debian 11, unpacked into the build folder: Debian 12 has none. Nothing is installed."""
    root = build / "debian11"
    libraries = root / "usr/lib/x86_64-linux-gnu"
    if not (root / "complete").exists():
        if shutil.which("apt-get") is None or platform.machine() != "x86_64":
            npm.skip("julia is not installed, and Debian's for x86-64 cannot be had here, so no client in Julia runs")
        shutil.rmtree(root, ignore_errors=True)
        for folder in ("state/lists/partial", "cache/archives/partial", "packages"):
            (build / folder).mkdir(parents=True, exist_ok=True)
        (build / "state/status").touch()
        keyring = "/usr/share/keyrings/debian-archive-keyring.gpg"
        (build / "sources.list").write_text(
            f"deb [signed-by={keyring}] http://deb.debian.org/debian bullseye main\n", encoding="utf-8")
        apt = ["apt-get", "-o", f"Dir::Etc::sourcelist={build}/sources.list", "-o", "Dir::Etc::sourceparts=/dev/null",
               "-o", f"Dir::State={build}/state", "-o", f"Dir::State::status={build}/state/status",
               "-o", f"Dir::Cache={build}/cache", "-o", "Acquire::Languages=none", "-o", "APT::Sandbox::User=root",
               "-o", "Acquire::Retries=2"]
        for words in (["update"], ["download", *JULIA_PACKAGES]):
            done = subprocess.run([*apt, *words], cwd=build / "packages", text=True, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, check=False)
            if done.returncode != 0 or "Err:" in done.stdout:
                npm.skip("julia is not installed, and Debian 11's packages of it cannot be had, so no client in Julia "
                         f"runs:\n{done.stdout}")
        for package in sorted((build / "packages").glob("*.deb")):
            run(["dpkg-deb", "-x", str(package), str(root)])
            package.unlink()
        (root / "complete").touch()
    environment["LD_LIBRARY_PATH"] = f"{libraries}:{libraries / 'julia'}:{environment['LD_LIBRARY_PATH']}"
    environment["JULIA_DEPOT_PATH"] = str(build / "depot")
    # Its libunwind has names of libgcc's; an exception inside a C++ library needs all of them from one library.
    environment["LD_PRELOAD"] = "libgcc_s.so.1"
    return str(root / "usr/bin/julia")


def source(language, what, suffix):
    folder = EXAMPLES if what == "train" else HERE
    return folder / language / f"{what}.{suffix}"


def ready(language, what, place):
    """(command, environment) that runs `what`, "train" (the example) or "client" (the test's), of a language."""
    place.build.mkdir(parents=True, exist_ok=True)
    environment = environment_for(place)
    if language in ("c", "cpp"):
        return compiled_by_cmake(language, what, place, environment), environment
    return globals()[language](what, place, environment), environment


def place_from(words):
    """Reads BUILD LIBRARY NAME=PROGRAM... of a command line."""
    build, library, *programs = words
    return Place(pathlib.Path(build).resolve(), pathlib.Path(library).resolve(),
                 {name: pathlib.Path(path) for name, path in (word.split("=", 1) for word in programs)})
