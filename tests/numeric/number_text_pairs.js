// SPDX-License-Identifier: MIT
// usage: number_text_pairs N | node number_text_pairs.js N
// Fails unless N doubles come in and each has the text that String() gives it here (tests/numeric/number_text_pairs.cpp
// describes the batches).
'use strict';
const fs = require('fs');
const expected = Number(process.argv[2]);

// All of `size` bytes, or as many as there are before the end.
function read(size) {
  const buffer = Buffer.alloc(size);
  let filled = 0;
  while (filled < size) {
    let n;
    try {
      n = fs.readSync(0, buffer, filled, size - filled, null);
    } catch (error) {
      if (error.code === 'EAGAIN') continue;
      throw error;
    }
    if (n === 0) break;
    filled += n;
  }
  return buffer.subarray(0, filled);
}

let seen = 0;
let wrong = 0;
for (;;) {
  const head = read(4);
  if (head.length < 4) break;
  const count = head.readUInt32LE(0);
  const raw = read(8 * count);
  const doubles = new Float64Array(raw.buffer, raw.byteOffset, count);
  const lines = read(read(4).readUInt32LE(0)).toString('latin1').split('\n');
  for (let i = 0; i < count; ++i) {
    if (lines[i] === String(doubles[i])) continue;
    if (++wrong <= 10) console.error(`0x${raw.readBigUInt64LE(8 * i).toString(16)}: expected ${doubles[i]}, found ${lines[i]}`);
  }
  seen += count;
}
if (wrong > 0) console.error(`${wrong} of ${seen} numbers differ from node's`);
if (seen !== expected) console.error(`${seen} of ${expected} numbers came in`);
if (wrong === 0 && seen === expected && expected > 0) console.log(`${seen} numbers have the text that node ${process.version} gives them`);
else process.exitCode = 1;
