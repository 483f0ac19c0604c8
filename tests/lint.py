#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Fails on what a reader of the rules could overlook: calls that the rules of determinism ban from lib/, machine
paths, missing licence lines, overlong files, unfinished work.

Calls are looked for in code, not in comments or string literals. A line that must break a rule says so, there or
on the line above:   // lint: allow <rule>: <reason>

usage: lint.py [--self-test] [ROOT]
Pinned by the ctest tests house.lint and house.lint_selftest.
"""
import argparse
import fnmatch
import pathlib
import re
import sys
from typing import NamedTuple

CODE_SUFFIXES = {".c", ".cc", ".cpp", ".h", ".hpp", ".inc"}
SCRIPT_SUFFIXES = {".cmake", ".py", ".sh", ".js", ".mjs"}
SKIPPED_FOLDERS = {".git", "build", "runs", "node_modules", "__pycache__"}
MOST_LINES = 500

LIBM = ("(?:exp|exp2|exp10|expm1|log|log2|log10|log1p|logb|pow|sin|cos|tan|sincos|asin|acos|atan|atan2|sinh|cosh|tanh|asinh"
        "|acosh|atanh|erf|erfc|tgamma|lgamma|cbrt|hypot|fma|fdim)[fl]?")
# Of <cmath> since C++17; lerp may or may not be computed with fma.
SPECIAL = ("(?:beta|expint|riemann_zeta|hermite|laguerre|assoc_laguerre|legendre|assoc_legendre|sph_\\w+|cyl_\\w+|ellint_\\d"
           "|comp_ellint_\\d|lerp)[fl]?")
ARMADILLO_MATHS = ("solve|chol|inv|inv_sympd|pinv|accu|sum|cumsum|mean|median|var|stddev|cov|cor|dot|norm|exp|log|pow"
                   "|sqrt|lu|qr|svd|eig_sym|eig_gen|sort|sort_index|shuffle|randu|randn|randi|arma_rng")


def call(names, qualified_by=r"(?:std::|::)"):
    """A call of one of the names, not as a member and not in a namespace of ours."""
    return rf"(?<![\w:.>]){qualified_by}(?:{names})\s*\("


class Rule(NamedTuple):
    name: str
    pattern: str
    advice: str
    files: str = "lib/*"
    but: tuple = ()
    stated: str = ""  # a comment there or on the line above that makes it right


# Over code with comments and string literals blanked.
CODE_RULES = [
    Rule("libm", call(LIBM), "results use core/math.hpp or the kernels, never libm"),
    # In namespace rf::core the bare name is our own function.
    Rule("libm", call(LIBM, ""), "a bare name is libm's; write core:: or kernels.", but=("lib/core/*",)),
    # Also as `using std::exp`, as a function that is passed on, as a compiler's builtin, and by a namespace opened whole.
    Rule("libm", rf"\b(?:std::|__builtin_)(?:{LIBM}|{SPECIAL})\b(?!\s*\()", "results use core/math.hpp or the kernels"),
    Rule("libm", call(SPECIAL) + rf"|\b__builtin_(?:{LIBM})\s*\(", "results use core/math.hpp or the kernels"),
    Rule("libm", r"\busing\s+namespace\s+std\b", "this would hide libm's functions among ours"),
    Rule("libm", r"#\s*include\s*<(?:complex|valarray|tgmath\.h|ctgmath)>", "their functions are libm's"),
    Rule("blas", r"\b(?:cblas|LAPACKE)_\w+|\b[sdcz](?:axpy|dot|nrm2|scal|gem[mv]|sy[mr]k?|symv|trsm|trmm|gesv|potr[fsi]|posv)_\s*\("
         r"|#\s*include\s*<(?:cblas|lapacke)\.h>", "gemv, Gram and Cholesky are our own"),
    Rule("inexact_instruction", r"\b_mm\d*_(?:mask\w?_)?(?:fn?m(?:add|sub)|r(?:cp|sqrt))\w*|\bv(?:fm[as]|recp|rsqrt)[a-z]*q?_\w+",
         "fma rounds once, estimates differ between CPUs"),
    Rule("compiler_flags", r"#\s*pragma\s+(?:GCC|clang)\s+(?:optimize|target|fp)\b|#\s*pragma\s+STDC\b"
         r"|(?:\(\(|,|\bgnu::)\s*(?:__)?(?:optimize|target|target_clones)(?:__)?\s*\(",
         "flags of one function escape the determinism flags; a CPU's code is a kernels_<set>.cpp"),
    Rule("float_environment", r"\bfe(?:setround|setenv|setexceptflag|holdexcept|updateenv)\s*\(|\b_mm_setcsr\s*\(|\b_MM_SET_\w+",
         "the floating-point environment is core/float_environment.hpp", but=("lib/core/float_environment.cpp",)),
    Rule("long_double", r"\blong\s+double\b", "long double differs between machines"),
    Rule("std_random", r"\bstd::(?:random_shuffle|shuffle|sample|random_device|mt19937\w*|\w+_distribution)\b",
         "draws come from core/philox.hpp or table/split.hpp"),
    Rule("std_random", call("s?rand|rand_r|[delmnj]rand48", "(?:std::|::)?") +
         r"|\bstd::(?:default_random_engine|minstd_rand0?|ranlux\w+|knuth_b|\w+_engine|generate_canonical)\b",
         "draws come from core/philox.hpp or table/split.hpp"),
    Rule("std_hash", r"\bstd::hash\b", "std::hash differs between libraries"),
    Rule("std_hash", r"\bstd::(?:pmr::)?unordered_(?:multi)?(?:map|set)\b", "its order is that of the library's hash"),
    Rule("unstable_order", r"\bstd::(?:nth_element|partial_sort|partial_sort_copy|(?:make|push|pop|sort)_heap|reduce"
         r"|transform_reduce|(?:transform_)?(?:in|ex)clusive_scan)\b",
         "ties or grouping are left open by the standard"),
    Rule("sort_order", call("sort", "std::"), "say why equal elements cannot show: // total order: ...",
         stated=r"// total order: \S"),
    Rule("parallel", r"#\s*pragma\s+omp|\bstd::(?:execution|async|jthread)\b|\bstd::atomic<\s*(?:double|float)\b",
         "threads are core/workers.hpp, sums are core/blocks.hpp"),
    Rule("number_text", call("strto(?:d|f|ld|l|ll|ul|ull)|ato(?:f|i|l|ll)|sto(?:d|f|ld|i|l|ll|ul|ull)|s?scanf",
                             "(?:std::|::)?"), "numbers are read by core/number_text.hpp"),
    Rule("printf", call("v?(?:f|s|sn|d|as)?printf|puts|putchar|fputs|perror", "(?:std::|::)?"),
         "the library prints nothing; text is made without the locale"),
    Rule("streams", r"#\s*include\s*<(?:iostream|fstream|sstream|ostream|istream|iomanip|strstream)>"
         r"|\bstd::(?:cout|cerr|clog|cin|endl)\b", "streams follow the locale; the library prints nothing"),
    Rule("locale", r"\b(?:setlocale|localeconv|newlocale|uselocale)\s*\(|\bstd::(?:locale|w?regex|basic_regex)\b|#\s*include\s*<(?:c?locale|regex)>",
         "nothing follows the locale"),
    Rule("ctype", call("is(?:alnum|alpha|digit|space|upper|lower|punct|print|xdigit)|to(?:upper|lower)",
                       "(?:std::|::)?"), "these follow the locale; use core/text.hpp"),
    Rule("environment", r"\b(?:secure_)?getenv\s*\(|\benviron\b|\bputenv\s*\(|\bsetenv\s*\(",
         "the library never reads the environment"),
    Rule("abort", call("abort|exit|_exit|quick_exit|terminate", "(?:std::|::)?"), "the library never ends its host"),
    Rule("global_state", r"\bthread_local\b", "the library keeps no state outside its objects"),
    Rule("clock", r"#\s*include\s*<(?:chrono|ctime|time\.h|sys/time\.h)>|\b(?:clock_gettime|gettimeofday|gmtime_r?)\s*\(",
         "the clock is core/host.hpp, used by run alone", but=("lib/core/host*", "lib/core/staging*")),
    Rule("system_call", r"#\s*include\s*<(?:filesystem|unistd\.h|fcntl\.h|dirent\.h|sys/\w+\.h|pthread\.h|thread)>",
         "operating-system calls live in core", but=("lib/core/*",)),
    Rule("armadillo_maths", rf"\b(?:arma|rf_arma)::(?:{ARMADILLO_MATHS})\b|\.rand[un]\s*\(",
         "Armadillo is storage and element access; its maths depend on the build"),
    Rule("armadillo_maths", r"#\s*include\s*<armadillo>", "it is included by encode/matrix.hpp alone", but=("lib/encode/matrix.hpp",)),
]

# Over the whole text of every file that is not data.
TEXT_RULES = [
    Rule("machine_path", r"(?<![\w.])/(?:work|root|tmp|home|Users|mnt|var/tmp)/[\w.]", "a path of one machine", "*"),
    Rule("unfinished", r"\b(?:TODO|FIXME|XXX|HACK)\b", "finish it, or leave it out", "*"),
]

ALLOW = re.compile(r"lint: allow ([\w]+): \S")
TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|R"(?P<mark>[^()\\ ]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"'
                   r"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'", re.DOTALL)


def blank_comments_and_literals(text):
    """The text with comments and literals replaced by blanks, line by line as long as before."""
    return TOKEN.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def applies(rule, name):
    return fnmatch.fnmatch(name, rule.files) and not any(fnmatch.fnmatch(name, but) for but in rule.but)


def check_rules(name, text, lines, rules):
    for rule in rules:
        if not applies(rule, name):
            continue
        for match in re.finditer(rule.pattern, text):
            row = text.count("\n", 0, match.start())
            nearby = " ".join(lines[max(0, row - 1):row + 1])
            if rule.stated and re.search(rule.stated, nearby):
                continue
            if rule.name not in ALLOW.findall(nearby):
                yield f"{name}:{row + 1}: {match.group().strip()}: {rule.advice} [{rule.name}]"


def check_file(name, text):
    lines = text.split("\n")
    path = pathlib.PurePosixPath(name)
    is_code = path.suffix in CODE_SUFFIXES
    if is_code:
        yield from check_rules(name, blank_comments_and_literals(text), lines, CODE_RULES)
    if name != "tests/lint.py":
        yield from check_rules(name, text, lines, TEXT_RULES)
    is_source = is_code or path.suffix in SCRIPT_SUFFIXES or name == "dev"
    if is_source and "SPDX-License-Identifier: MIT" not in "\n".join(lines[:3]):
        yield f"{name}:1: no SPDX line [spdx]"
    if is_source and len(lines) > MOST_LINES + 1:
        yield f"{name}: {len(lines) - 1} lines; split it at {MOST_LINES} [length]"


def check(root):
    problems = []
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        if SKIPPED_FOLDERS & set(relative.parts) or not path.is_file() or relative.is_relative_to("tests/data"):
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        problems += check_file(relative.as_posix(), text)
    return problems


# (file, line, the rule that must refuse it; None when it must pass)
SAMPLES = [
    ("lib/trees/a.cpp", "y = std::exp(x);", "libm"),
    ("lib/trees/a.cpp", "y = exp(x);", "libm"),
    ("lib/trees/a.cpp", "y = core::exp(x) + ctx.kernels->exp(x) + kernels.log(x);", None),
    ("lib/core/math.cpp", "double exp(double x) { return scale(x); }", None),
    ("lib/core/math.cpp", "y = ::exp(x);", "libm"),
    ("lib/trees/a.cpp", "y = std::expf(x) + 1;", "libm"),
    ("lib/trees/a.cpp", "y = tanhf(x);", "libm"),
    ("lib/core/a.cpp", "y = std::fma(a, b, c);", "libm"),
    ("lib/trees/a.cpp", "using std::pow;", "libm"),
    ("lib/core/a.cpp", "using namespace std;", "libm"),
    ("lib/trees/a.cpp", "apply(x, &std::log1p);", "libm"),
    ("lib/trees/a.cpp", "apply(x, std::exp<double>);", "libm"),
    ("lib/core/a.cpp", "y = __builtin_exp(x);", "libm"),
    ("lib/core/a.cpp", "y = __builtin_inf();", None),
    ("lib/trees/a.cpp", "y = std::lerp(a, b, t);", "libm"),
    ("lib/trees/a.cpp", "#include <valarray>", "libm"),
    ("lib/trees/a.cpp", "y = loss.exp(x) + logistic(x) + std::exponent(x);", None),
    ("lib/trees/a.cpp", "y = cblas_ddot(n, x, 1, y, 1);", "blas"),
    ("lib/trees/a.cpp", "dgemm_(a, b);", "blas"),
    ("lib/trees/a.cpp", "kernels.dot(a, b, n);", None),
    ("lib/core/kernels_a.hpp", "v = _mm256_fmadd_pd(a, b, c);", "inexact_instruction"),
    ("lib/core/kernels_a.hpp", "v = _mm512_mask_fnmsub_pd(a, m, b, c);", "inexact_instruction"),
    ("lib/core/kernels_a.hpp", "v = _mm_rsqrt_ps(a);", "inexact_instruction"),
    ("lib/core/kernels_a.hpp", "v = vfmaq_f64(a, b, c);", "inexact_instruction"),
    ("lib/core/kernels_a.hpp", "v = _mm512_maskz_loadu_pd(m, p);", None),
    ("lib/core/a.cpp", "#pragma GCC optimize(3)", "compiler_flags"),
    ("lib/core/a.cpp", "#pragma STDC FP_CONTRACT ON", "compiler_flags"),
    ("lib/core/a.cpp", '__attribute__((target("avx2"))) int f();', "compiler_flags"),
    ("lib/core/a.cpp", '[[gnu::target_clones("avx2", "default")]] int f();', "compiler_flags"),
    ("lib/core/a.cpp", "#pragma GCC ivdep", None),
    ("lib/core/a.cpp", "target(a);", None),
    ("lib/trees/a.cpp", "fesetround(1);", "float_environment"),
    ("lib/trees/a.cpp", "y = std::sqrt(x);", None),
    ("tests/unit/core/a.cpp", "y = std::exp(x);", None),
    ("lib/trees/a.cpp", "// std::exp(x) would depend on the machine", None),
    ("lib/trees/a.cpp", 'say("std::shuffle(x)");', None),
    ("lib/trees/a.cpp", "std::shuffle(a, b, c);", "std_random"),
    ("lib/trees/a.cpp", "std::uniform_int_distribution<int> d;", "std_random"),
    ("lib/trees/a.cpp", "int i = rand();", "std_random"),
    ("lib/trees/a.cpp", "std::minstd_rand g;", "std_random"),
    ("lib/trees/a.cpp", "core::random(3);", None),
    ("lib/trees/a.cpp", "std::unordered_map<int, int> m;", "std_hash"),
    ("lib/trees/a.cpp", "std::nth_element(a, b, c);", "unstable_order"),
    ("lib/trees/a.cpp", "std::push_heap(a, b);", "unstable_order"),
    ("lib/trees/a.cpp", "std::inclusive_scan(a, b, c);", "unstable_order"),
    ("lib/trees/a.cpp", "std::sort(a, b);", "sort_order"),
    ("lib/trees/a.cpp", "std::sort(a, b);  // total order: numbers, each once", None),
    ("lib/trees/a.cpp", "std::sort(a, b);  // total order:", "sort_order"),
    ("lib/trees/a.cpp", "#pragma omp parallel for", "parallel"),
    ("lib/trees/a.cpp", "std::atomic<double> sum;", "parallel"),
    ("lib/trees/a.cpp", "long double sum = 0;", "long_double"),
    ("lib/trees/a.cpp", "arma::solve(a, b);", "armadillo_maths"),
    ("lib/trees/a.cpp", "#include <armadillo>", "armadillo_maths"),
    ("lib/csv/a.cpp", "strtod(text, &end);", "number_text"),
    ("lib/csv/a.cpp", "std::isspace(c);", "ctype"),
    ("lib/json/a.cpp", "std::snprintf(buffer, 9, format, x);", "printf"),
    ("lib/json/a.cpp", "#include <sstream>", "streams"),
    ("lib/json/a.cpp", 'setlocale(LC_ALL, "");', "locale"),
    ("lib/run/a.cpp", 'std::getenv("HOME");', "environment"),
    ("lib/run/a.cpp", 'std::getenv("HOME");  // lint: allow environment: asked for', None),
    ("lib/run/a.cpp", 'std::getenv("HOME");  // lint: allow libm: another rule', "environment"),
    ("lib/run/a.cpp", "std::abort();", "abort"),
    ("lib/run/a.cpp", "#include <chrono>", "clock"),
    ("lib/core/host.cpp", "#include <ctime>", None),
    ("lib/run/a.cpp", "#include <unistd.h>", "system_call"),
    ("lib/run/a.cpp", "thread_local int count;", "global_state"),
    ("docs/a.md", "see /" "home/someone/notes", "machine_path"),
    ("docs/a.md", "copied to /usr/include and tests/data/", None),
    ("lib/run/a.cpp", "// TO" "DO: later", "unfinished"),
]


def self_test():
    problems = []
    for name, line, expected in SAMPLES:
        text = f"// SPDX-License-Identifier: MIT\n\n{line}\n"
        refusals = {problem.rsplit("[", 1)[1].rstrip("]") for problem in check_file(name, text)}
        if refusals != ({expected} if expected else set()):
            problems.append(f"{name}: {line}: expected {expected}, found {sorted(refusals)}")
    if not any("[spdx]" in problem for problem in check_file("lib/run/a.cpp", "int a;\n")):
        problems.append("a missing SPDX line was not refused")
    long_text = "// SPDX-License-Identifier: MIT\n" + "int a;\n" * MOST_LINES
    if not any("[length]" in problem for problem in check_file("lib/run/a.cpp", long_text)):
        problems.append("an overlong file was not refused")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("root", nargs="?", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[1])
    arguments = parser.parse_args()
    problems = self_test() if arguments.self_test else check(arguments.root)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
