// SPDX-License-Identifier: MIT
// Judges documents by ajv, a JSON Schema validator nobody here wrote. Reads {schemas: [...], jobs: [{schema: index,
// instance}]} from standard input and prints [null or what is wrong, ...]. The module's folder is the argument.
'use strict';
const path = require('path');
const Ajv = require(path.join(process.argv[2], 'node_modules', 'ajv'));

const input = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const verdicts = [];
const compiled = new Map();
for (const job of input.jobs) {
  if (!compiled.has(job.schema)) {
    // Strict about unknown keywords and formats; types may stand in another part of the schema.
    const ajv = new Ajv.default({strict: true, strictTypes: false, strictRequired: false, strictTuples: false});
    compiled.set(job.schema, ajv.compile(input.schemas[job.schema]));
  }
  const validate = compiled.get(job.schema);
  if (validate(job.instance)) {
    verdicts.push(null);
  } else {
    const error = validate.errors[0];
    verdicts.push(`${error.instancePath || '/'} ${error.message}`);
  }
}
process.stdout.write(JSON.stringify(verdicts));
