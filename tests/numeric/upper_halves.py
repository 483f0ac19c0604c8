#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Fails when a SHA instruction of a library can be reached while upper halves of vector registers are in use, or when a value
can be read whole that a vzeroupper has cut in half.

usage: upper_halves.py OBJDUMP LIBRARY

SHA instructions have the legacy encoding alone, and after an instruction on 256 or 512 bits some processors take 60 times as long
for one until a vzeroupper. Every way through the code is followed: jumps, and calls within the library. A call is taken to come back
with upper halves clear, as the calling convention wants it. Registers 16 to 31 are neither in the way nor cut.
"""
import re
import subprocess
import sys

IN_USE = 1 << 16  # of a state: some upper half is in use; bits 0 .. 15: that of this register was cut off
ALL_CUT = (1 << 16) - 1
ENDS = re.compile(r"ret|ud2|hlt|int3")
WIDE = re.compile(r"%[yz]mm(\d+)")
READS_ITS_RESULT = re.compile(r"vpternlog|vperm[ti]2|vfn?m")


class Instruction:
    def __init__(self, function, text):
        words = text.split("#")[0].split()
        while words[0] in ("bnd", "notrack", "lock", "rep", "repz", "repnz", "cs", "ds", "data16"):
            words = words[1:] if len(words) > 1 else ["nop"]
        self.function, self.text, self.name = function, text, words[0]
        self.operands = re.findall(r"(?:[^,(]|\([^)]*\))+", "".join(words[1:]))
        self.is_jump = self.name.startswith("j")
        target = re.match(r"(?:0x)?([0-9a-f]+)\b", self.operands[0]) if self.operands else None
        self.target = int(target[1], 16) if target and (self.is_jump or self.name.startswith("call")) else None

    def registers(self, operands):
        return {int(number) for operand in operands for number in WIDE.findall(operand) if int(number) < 16}

    def reads(self):
        """Wide registers whose whole value counts."""
        names = [re.sub(r"\{.*", "", operand) for operand in self.operands]
        is_constant = len(names) > 2 and len(set(names[-3:])) == 1  # x - x and the like
        if not self.name.startswith("v") or not names or is_constant:
            return set()
        result = self.operands[-1]
        merges = "{%k" in result and "{z}" not in result and "blendm" not in self.name
        keeps = merges or READS_ITS_RESULT.match(self.name) or "(" in result
        return self.registers(self.operands if keeps else self.operands[:-1])

    def after(self, state):
        if self.name in ("vzeroupper", "vzeroall"):
            return ALL_CUT if self.name == "vzeroupper" else 0
        if not self.name.startswith("v") or not self.operands:
            return state
        written = re.match(r"%([xyz])mm(\d+)", self.operands[-1])
        if not written or int(written[2]) > 15:
            return state
        return (state & ~(1 << int(written[2]))) | (0 if written[1] == "x" else IN_USE)


def parse(lines):
    """Instructions by address, and the addresses where functions begin."""
    code, begins, function = {}, [], ""
    for line in lines:
        head = re.match(r"([0-9a-f]+) <(.*)>:$", line)
        if head:
            function = head[2]
            begins.append(int(head[1], 16))
        row = re.match(r" *([0-9a-f]+):\s+(\S.*)", line)
        if row and "(bad)" not in line:
            code[int(row[1], 16)] = Instruction(function, row[2])
    return code, begins


def problems(lines):
    """How many SHA instructions there are, and what is wrong."""
    code, begins = parse(lines)
    addresses = sorted(code)
    following = dict(zip(addresses, addresses[1:]))
    states, open_ends = {}, [(begin, 0) for begin in begins]
    with_sha = {one.function for one in code.values() if one.name.startswith("sha256")}
    found = {}
    while open_ends:
        at, state = open_ends.pop()
        if at not in code or (at in states and states[at] | state == states[at]):
            continue
        states[at] = state = states.get(at, 0) | state
        one = code[at]
        if one.name.startswith("sha256") and state & IN_USE:
            found[at] = "upper halves may be in use"
        if any(state >> register & 1 for register in one.reads()):
            found[at] = "reads a register whose upper half vzeroupper has cut off"
        if one.is_jump and one.target is None and one.function in with_sha:
            found[at] = "where this jumps to is not known here"
        is_call = one.name.startswith("call")
        if one.target is not None:
            open_ends.append((one.target, state & IN_USE if is_call else state))
        if at in following and one.name not in ("jmp", "jmpq") and not ENDS.match(one.name):
            open_ends.append((following[at], 0 if is_call else one.after(state)))
    n_sha = sum(one.name.startswith("sha256") for one in code.values())
    return n_sha, [f"{at:x} in {code[at].function}: {code[at].text}: {what}" for at, what in sorted(found.items())]


def self_test():
    def wrong(*instructions):
        return [text.split(": ")[-1] for text in
                problems(["0 <f>:"] + [f"  {at:x}:\t{text}" for at, text in enumerate(instructions)])[1]]
    sha = "sha256rnds2 %xmm0,%xmm1,%xmm2"
    in_use, cut = "upper halves may be in use", "reads a register whose upper half vzeroupper has cut off"
    assert wrong("vpaddd %ymm1,%ymm2,%ymm3", sha) == [in_use]
    assert wrong("vpaddd %ymm1,%ymm2,%ymm3", "vzeroupper", sha, "ret") == []
    assert wrong("vpaddd %xmm1,%xmm2,%xmm3", "vpaddd %zmm1,%zmm2,%zmm19", sha) == []
    assert wrong("vpaddd 0x8(%rax,%rcx,8),%zmm2,%zmm3{%k1}", "jne 3 <f+0x3>", "vzeroupper", sha) == [in_use]
    assert wrong(sha, "vmovdqu (%rax),%ymm5", "jne 0 <f>", "ret") == [in_use]
    assert wrong("vmovdqu (%rax),%ymm5", "call 1000 <g>", sha) == []
    assert wrong("vmovdqu (%rax),%ymm5", "call 3 <f+0x3>", "ret", sha) == [in_use]
    assert wrong("vmovdqu (%rax),%ymm5", "vzeroupper", "vmovdqu %ymm5,(%rax)") == [cut]
    assert wrong("vzeroupper", "vmovdqa %xmm1,%xmm5", "vpaddd %ymm5,%ymm20,%ymm6") == []
    assert wrong("vzeroupper", "vpcmpeqd %ymm5,%ymm5,%ymm5", "vpaddd %ymm5,%ymm16,%ymm5") == []
    assert wrong("vzeroupper", "vpaddd %zmm16,%zmm17,%zmm5{%k1}") == [cut]
    assert wrong("vzeroupper", "vpaddd %zmm16,%zmm17,%zmm5{%k1}{z}") == []
    assert wrong("vzeroupper", "vpblendmb %zmm16,%zmm17,%zmm5{%k1}") == []
    assert len(wrong(sha, "notrack jmp *%rax")) == 1


def main():
    self_test()
    objdump, library = sys.argv[1:]
    lines = subprocess.run([objdump, "-d", "--no-show-raw-insn", library], stdout=subprocess.PIPE, check=True,
                           text=True).stdout.splitlines()
    n_sha, found = problems(lines)
    if n_sha == 0:
        sys.exit(f"{library}: no SHA instructions: is it the library as it was linked?")
    for problem in found[:20]:
        print(f"{library}: {problem}", file=sys.stderr)
    print(f"{n_sha} SHA instructions in {len(lines)} lines, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
