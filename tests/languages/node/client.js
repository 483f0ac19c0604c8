// SPDX-License-Identifier: MIT
// The client in JavaScript, on the module of examples/node, run with --expose-gc. Its steps stand in ../client_test.py.
'use strict';
const fs = require('fs');
const path = require('path');
const runforge = require('runforge.js');

const [inputs, scratch] = process.argv.slice(2);
const input = (name) => path.join(inputs, name);
const config = (name) => fs.readFileSync(input(`${name}.json`), 'utf8');
const iris = () => runforge.Dataset.loadBuffer(fs.readFileSync(input('iris.csv')));
const tick = () => new Promise((resolve) => setImmediate(resolve));

const builtTable = () => {
  const rows = Array.from({length: 60}, (_, i) => i);
  const builder = new runforge.Builder();
  builder.add('a', Float64Array.from(rows, (i) => i * 7 % 11 * 0.5));
  builder.add('b', Int32Array.from(rows, (i) => i * 5 % 13));
  builder.addText('c', rows.map((i) => (i % 10 === 9 ? null : ['red', 'green', 'blüe'][i % 3])));
  builder.addBooleans('d', rows.map((i) => i % 4 === 0));
  builder.addText('label', rows.map((i) => (i * 7 % 11 > 5 ? 'yes' : 'no')));
  const dataset = builder.finish();
  builder.close();
  return dataset;
};

const failure = (number, body) => {
  try {
    body();
  } catch (error) {
    const told = error instanceof runforge.RunForgeError && error.message && error.details[0] === '{';
    if (!told || error.status !== number) throw error;
    console.log(`status.${number} ${error.name} ${error.code}`);
    return;
  }
  throw new Error(`status ${number} did not come`);
};

const statuses = (dataset, run, built) => {
  let reports = 0;
  failure(1, () => run.metric('none'));
  failure(2, () => runforge.train(dataset, config('no_label')));
  failure(3, () => runforge.Dataset.loadBuffer(Buffer.from('a,b\n1\n')));
  failure(4, () => runforge.Dataset.load(input('none.csv')));
  failure(5, () => runforge.train(runforge.Dataset.load(input('levels.csv')), config('columns')));
  failure(6, () => runforge.train(dataset, config('endless'), {progress: () => ++reports === 10}));
  console.log(`cancel.callback ${reports}`);
  failure(7, () => runforge.train(runforge.Dataset.load(input('numeric.csv')), config('numeric')));
  const emitted = run.emit(scratch);
  if (!runforge.verify(emitted).includes('passed')) throw new Error('a new record does not hold');
  fs.appendFileSync(path.join(emitted, 'metrics.v1.json'), ' ');
  failure(8, () => runforge.verify(emitted));
  failure(9, () => runforge.Run.open(input('newer_run')));
  failure(10, () => runforge.train(dataset, config('forest'), {maxBytes: 1}));
  const signer = new runforge.Signer();
  const key = path.join(scratch, 'key');
  signer.save(key);
  failure(11, () => signer.save(key));
  failure(12, () => run.model().predict(built));
};

// doc: cancel from another thread
/** The training runs on a thread of its own; the main one goes on, and stops it. */
const stoppedByTheMainThread = async (dataset, text) => {
  const cancel = new runforge.Cancel();
  const progress = (stage, done) => {
    if (stage === 'train' && done > 0) setImmediate(() => cancel.set());
    return false;
  };
  try {
    await runforge.trainAsync(dataset, text, {cancel, progress});
  } catch (error) {
    return error.name;  // RF_E_CANCELLED
  }
};
// doc: end

// doc: threads
const trainedAtOnce = async (dataset, text, n) => {
  const runs = await Promise.all(Array.from({length: n}, () => runforge.trainAsync(dataset, text)));
  return new Set(runs.map((run) => run.digest()));
};
// doc: end

const errorOfACallback = async (dataset) => {
  const thrown = new Error('from the callback');
  const progress = () => { throw thrown; };
  for (const train of [runforge.train, runforge.trainAsync]) {
    try {
      await train(dataset, config('endless'), {progress});
      return 'lost';
    } catch (error) {
      if (error !== thrown) throw error;
    }
  }
  return 'kept';
};

/** Collection in every callback and between calls; what is not closed is freed by the registry on the way. */
const underCollection = async () => {
  const digests = new Set();
  const progress = () => {
    global.gc();
    return false;
  };
  for (let i = 0; i < 3; ++i) {
    digests.add(runforge.train(iris(), config('logistic'), {progress}).digest());
    global.gc();
    await tick();
    digests.add((await runforge.trainAsync(iris(), config('logistic'), {progress})).digest());
    global.gc();
    await tick();
  }
  return digests;
};

const orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

const droppedInEachOrder = async () => {
  for (const order of orders) {
    const dataset = iris();
    const run = runforge.train(dataset, config('logistic'));
    const handles = [dataset, run, run.model()];
    for (const i of order) {
      handles[i].close();
      global.gc();
      await tick();
    }
  }
};

const printBits = (key, model, dataset) => {
  const shares = model.predict(dataset);
  const bits = Array.from({length: 3}, (_, i) => {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(shares[210 + i]);
    return bytes.toString('hex');
  });
  console.log(key, ...bits);
};

const main = async () => {
  const dataset = iris();
  const built = builtTable();
  const run = runforge.train(dataset, config('logistic'));
  console.log(`run_digest.logistic ${run.digest()}`);
  console.log(`run_digest.forest ${runforge.train(dataset, config('forest')).digest()}`);
  console.log(`columns.content_digest ${built.digest()}`);
  const json = runforge.train(built, config('columns')).artifact('run.json').toString();
  console.log(`columns.result_digest ${JSON.parse(json).result_digest}`);
  statuses(dataset, run, built);
  console.log(`cancel.thread ${await stoppedByTheMainThread(dataset, config('endless'))}`);
  console.log(`callback.error ${await errorOfACallback(dataset)}`);
  console.log('threads.digest', ...await trainedAtOnce(dataset, config('logistic'), 8));
  console.log('gc.digest', ...await underCollection());
  await droppedInEachOrder();
  const model = run.model();
  printBits('predict.bits', model, dataset);
  dataset.close();
  run.close();
  run.close();  // once more is no harm
  global.gc();
  await tick();
  printBits('order.bits', model, iris());
};

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
