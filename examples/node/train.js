// SPDX-License-Identifier: MIT
// Trains on a CSV file with progress, looks at the result in memory, writes the record and predicts; then stops a
// training half-way, and shows how an error reads.
//
//   node train.js DATA.csv LABEL OUT_DIR      e.g.  node train.js iris.csv species runs
//
// Needs `npm ci` in this folder, and librunforge.so.0.1 where the loader finds it (LD_LIBRARY_PATH). Run by the ctest
// test examples.node.
'use strict';
const runforge = require('./runforge.js');

const tell = (error) => console.log(`error ${error.status}: ${error.message} [${error.code}] ${error.details}`);

const main = async (data, label, out) => {
  const config = JSON.stringify({label, model: 'random_forest', seed: 7, params: {n_estimators: 50}});
  // doc: train
  const progress = (stage, done, total) => {
    process.stderr.write(`\r${stage} ${done}/${total}   `);
    return false;  // true would stop the call
  };
  const dataset = runforge.Dataset.load(data);
  const run = await runforge.trainAsync(dataset, config, {progress, threads: 2});
  console.log(`rows ${dataset.rows()}, accuracy ${run.metric('accuracy').toFixed(4)}`);
  console.log(`run ${run.digest()}`);
  for (const name of run.artifactNames()) console.log(`  ${name} ${run.artifact(name).length} bytes`);
  console.log(`record ${run.emit(out)}`);
  const model = run.model();
  const shares = Array.from(model.predict(dataset).subarray(0, model.outputs()));
  console.log(`first row: ${shares.map((share) => share.toFixed(3)).join(' ')}`);
  // doc: end

  // doc: cancel
  let reports = 0;
  try {
    runforge.train(dataset, config, {progress: () => ++reports === 10});
  } catch (error) {
    console.log(`stopped at report ${reports}: ${error.name}`);
  }
  // doc: end

  // doc: error
  try {
    runforge.Dataset.loadBuffer(Buffer.from('a,b\n1,2\n3\n'));
  } catch (error) {
    tell(error);
  }
  // doc: end
  for (const handle of [model, run, dataset]) handle.close();
};

main(...process.argv.slice(2)).catch((error) => {
  if (!(error instanceof runforge.RunForgeError)) throw error;
  tell(error);
  process.exitCode = 1;
});
