# SPDX-License-Identifier: MIT
"""The Debian packages for tests/consumers: built by cpack, looked into, unpacked into a folder and built against."""
import re
import shutil
import sys

from work import Failed, abi_line, attempt, compile_all, configure, fresh, result_of, run, say, version

NEEDED = ("dpkg-deb", "dpkg-shlibdeps", "dpkg-gensymbols", "file", "cpack")


def expect(what, condition, found):
    if not condition:
        raise Failed(f"Debian packages: {what}; found {found}")


def build_packages(matrix):
    """In the build that is there, set up as a distribution would: the system's libraries, no run path."""
    configure(matrix.source, matrix.build, "-DCMAKE_INSTALL_PREFIX=/usr", "-DCMAKE_SKIP_INSTALL_RPATH=ON",
              "-DRUNFORGE_BUNDLE_DEPENDENCIES=OFF", "-DRUNFORGE_BUILD_TOOL=ON", "-DBUILD_SHARED_LIBS=ON",
              "-DRUNFORGE_BOTH_LIBRARIES=ON", "-DRUNFORGE_ONE_ARCHIVE=ON")
    compile_all(matrix.build)
    run(["cpack", "-G", "DEB"], matrix.build)
    packages = {path.name.split("_")[0]: path for path in matrix.build.glob("*.deb")}
    wanted = {f"librunforge{abi_line()}", "librunforge-dev", "runforge"}
    expect(f"the packages {sorted(wanted)}", set(packages) == wanted, sorted(packages))
    return packages


def files_of(package):
    lines = run(["dpkg-deb", "--contents", package]).splitlines()
    return {line.split(maxsplit=5)[5].split(" -> ")[0].removeprefix("./") for line in lines if not line.startswith("d")}


def field(package, name):
    return run(["dpkg-deb", "--field", package, name]).strip()


def check_runtime(matrix, package, folder):
    name = f"librunforge.so.{abi_line()}"
    found = {path.rsplit("/", 1)[1] for path in files_of(package) if "/doc/" not in path}
    expect("the library and its SONAME alone in the runtime package", found == {name, f"librunforge.so.{version()}"}, found)
    depends = field(package, "Depends")
    for dependency in ("libc6", "libstdc++6", "libsodium23", "zlib1g", "libzstd1"):
        expect(f"that the runtime package depends on {dependency}", dependency in depends, depends)
    control = folder / "control"
    run(["dpkg-deb", "--control", package, control])
    abi = abi_line()
    shlibs = (control / "shlibs").read_text(encoding="utf-8").split("\n")[0]
    expect("shlibs that name the package", re.match(rf"librunforge {abi} librunforge{abi}\b", shlibs), shlibs)
    # As the next version would be compared: neither a name that the file lacks nor one that the library lacks.
    library = next((folder / "root").glob(f"usr/lib/*/librunforge.so.{version()}"))
    (folder / "debian").mkdir()
    (folder / "debian" / "control").write_text(f"Source: runforge\n\nPackage: librunforge{abi}\nArchitecture: any\n",
                                               encoding="utf-8")
    compared = attempt(["dpkg-gensymbols", "-c4", f"-plibrunforge{abi}", f"-v{version()}+1", f"-I{control / 'symbols'}",
                        f"-e{library}", "-O/dev/null", f"-P{folder / 'root'}"], folder)
    expect("a symbols file that fits the library", compared.returncode == 0, compared.stdout)
    names = (control / "symbols").read_text(encoding="utf-8")
    expect("symbols of rf_", names.count(" rf_") > 50, names)
    expect("a stripped library", "no symbols" in run(["nm", library]), "a symbol table")
    run([sys.executable, matrix.source / "tests" / "consumers" / "shared_library.py", "hardened", library])
    run([sys.executable, matrix.source / "tests" / "consumers" / "shared_library.py", "needs", library])


def check_others(packages):
    development = packages["librunforge-dev"]
    names = {path.rsplit("/", 1)[1] for path in files_of(development)}
    for name in ("runforge.h", "librunforge.so", "librunforge.a", "runforge-config.cmake", "runforge.pc"):
        expect(f"{name} in librunforge-dev", name in names, sorted(names))
    same = f"librunforge{abi_line()} (= {version()})"
    for package, dependencies in ((development, [same, "libsodium-dev"]), (packages["runforge"], [same, "libstdc++6"])):
        depends = field(package, "Depends")
        for dependency in dependencies:
            expect(f"that {package.name} depends on {dependency}", dependency in depends, depends)
    files = files_of(packages["runforge"])
    expect("the tool in the package runforge", files == {"usr/bin/runforge"}, files)


def check_use(matrix, folder):
    """Programs built against the unpacked packages as against a system."""
    root = folder / "root"
    library_folder = next(root.glob("usr/lib/*/librunforge.so")).parent
    expect("no run path in the tool", "RUNPATH" not in run(["readelf", "-d", root / "usr/bin/runforge"]), "one")
    path = {"LD_LIBRARY_PATH": str(library_folder)}
    expect("the version of the tool", version() in run([root / "usr/bin/runforge", "--version"], **path), "another")
    program = folder / "train"
    flags = run(["pkg-config", "--cflags", "--libs", "runforge"], PKG_CONFIG_PATH=str(library_folder / "pkgconfig"))
    run(["sh", "-c", f'cc "$1" {flags.strip()} -o "$2"', "sh", matrix.hosts / "programs" / "train.c", program])
    matrix.results_of_packages = [result_of(program, **path)]
    build = folder / "find_package"
    configure(matrix.hosts / "find_package", build, "-DHOST_LANGUAGES=C", f"-DCMAKE_PREFIX_PATH={root / 'usr'}")
    compile_all(build, "train", "c_static")
    matrix.results_of_packages += [result_of(build / "train", **path), result_of(build / "c_static")]
    for result in matrix.results_of_packages:
        expect("the result of all others", result == matrix.expected, result)


def check(matrix):
    missing = [program for program in NEEDED if not shutil.which(program)]
    if missing:
        say(f"Debian packages: skipped: {', '.join(missing)} not installed")
        return
    packages = build_packages(matrix)
    folder = fresh(matrix.work / "debian")
    for package in packages.values():
        run(["dpkg-deb", "--extract", package, folder / "root"])
    check_runtime(matrix, packages[f"librunforge{abi_line()}"], folder)
    check_others(packages)
    check_use(matrix, folder)
    say("Debian packages: built, looked into, and three programs built against them give the same result")
