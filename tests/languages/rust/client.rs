// SPDX-License-Identifier: MIT
//! The client in Rust, on the module of examples/rust. Its steps stand in ../client_test.py.
#[path = "../../../examples/rust/runforge.rs"]
mod runforge;
use runforge::{Builder, Cancel, Dataset, Hooks, Model, Run, Signer};
use std::any::Any;
use std::collections::BTreeSet;
use std::io::Write;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::mpsc;

struct Place {
    inputs: String,
    scratch: String,
}
impl Place {
    fn input(&self, name: &str) -> String { format!("{}/{}", self.inputs, name) }
    fn config(&self, name: &str) -> String { std::fs::read_to_string(self.input(&format!("{}.json", name))).unwrap() }
    fn iris(&self) -> Dataset {
        let csv = std::fs::read(self.input("iris.csv")).unwrap();
        Dataset::load_buffer(&csv, &mut plain()).unwrap()
    }
    fn load(&self, name: &str) -> runforge::Result<Dataset> { Dataset::load(&self.input(name), &mut plain()) }
    fn train(&self, dataset: &Dataset, name: &str) -> runforge::Result<Run> {
        runforge::train(dataset, &self.config(name), &mut plain())
    }
}
fn plain() -> Hooks<'static> { Hooks::default() }

fn built_table() -> runforge::Result<Dataset> {
    let n = 0..60i32;
    let mut builder = Builder::new()?;
    builder.add("a", &n.clone().map(|i| (i * 7 % 11) as f64 * 0.5).collect::<Vec<f64>>())?;
    builder.add("b", &n.clone().map(|i| i * 5 % 13).collect::<Vec<i32>>())?;
    let colours = ["red", "green", "blüe"];
    let colour = |i: i32| if i % 10 == 9 { None } else { Some(colours[i as usize % 3]) };
    builder.add_text("c", &n.clone().map(colour).collect::<Vec<_>>())?;
    builder.add("d", &n.clone().map(|i| i % 4 == 0).collect::<Vec<bool>>())?;
    builder.add_text("label", &n.map(|i| Some(if i * 7 % 11 > 5 { "yes" } else { "no" })).collect::<Vec<_>>())?;
    builder.finish()
}

fn failure<T>(number: i32, result: runforge::Result<T>) {
    match result {
        Ok(_) => panic!("status {} did not come", number),
        Err(error) => {
            assert!(error.status == number && !error.message.is_empty(), "{:?}", error);
            assert!(error.details.starts_with('{'), "{:?}", error);
            println!("status.{} {} {}", number, error.name, error.code);
        }
    }
}

fn statuses(place: &Place, iris: &Dataset, run: &Run, built: &Dataset) {
    failure(1, run.metric("none"));
    failure(2, place.train(iris, "no_label"));
    failure(3, Dataset::load_buffer(b"a,b\n1\n", &mut plain()));
    failure(4, place.load("none.csv"));
    failure(5, place.train(&place.load("levels.csv").unwrap(), "columns"));
    let mut reports = 0;
    let mut hooks = plain();
    hooks.progress = Some(Box::new(|_, _, _| {
        reports += 1;
        reports < 10
    }));
    failure(6, runforge::train(iris, &place.config("endless"), &mut hooks));
    drop(hooks);
    println!("cancel.callback {}", reports);
    failure(7, place.train(&place.load("numeric.csv").unwrap(), "numeric"));
    let emitted = run.emit(&place.scratch).unwrap();
    assert!(runforge::verify(&emitted).unwrap().contains("passed"));
    let metrics = format!("{}/metrics.v1.json", emitted);
    std::fs::OpenOptions::new().append(true).open(metrics).unwrap().write_all(b" ").unwrap();
    failure(8, runforge::verify(&emitted));
    failure(9, Run::open(&place.input("newer_run")));
    failure(10, runforge::train(iris, &place.config("forest"), &mut Hooks { max_bytes: 1, ..Default::default() }));
    let key = format!("{}/key", place.scratch);
    let signer = Signer::generate().unwrap();
    signer.save(&key).unwrap();
    failure(11, signer.save(&key));
    failure(12, run.model().unwrap().predict(built));
}

// doc: cancel from another thread
fn stopped_by_a_thread(dataset: &Dataset, config: &str) -> String {
    let cancel = &Cancel::new().unwrap();
    let (begun, waits) = mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            waits.recv().unwrap();
            cancel.set();
        });
        let mut hooks = Hooks { cancel: Some(cancel), ..Default::default() };
        hooks.progress = Some(Box::new(move |stage, done, _| {
            if stage == "train" && done > 0 {
                let _ = begun.send(());
            }
            true
        }));
        match runforge::train(dataset, config, &mut hooks) {
            Ok(_) => "RF_OK".to_string(),
            Err(error) => error.name, // RF_E_CANCELLED
        }
    })
}
// doc: end

// doc: threads
fn trained_at_once(dataset: &Dataset, config: &str, n: usize) -> BTreeSet<String> {
    let digest = || runforge::train(dataset, config, &mut Hooks::default()).and_then(|run| run.digest()).unwrap();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..n).map(|_| scope.spawn(digest)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}
// doc: end

fn error_of_a_callback(dataset: &Dataset, config: &str) -> &'static str {
    std::panic::set_hook(Box::new(|_| {})); // the panic is meant: nothing is printed of it
    let mut hooks = plain();
    hooks.progress = Some(Box::new(|_, _, _| panic!("from the callback")));
    let caught = catch_unwind(AssertUnwindSafe(|| runforge::train(dataset, config, &mut hooks).is_ok()));
    let _ = std::panic::take_hook();
    match caught {
        Err(panic) if panic.downcast_ref::<&str>() == Some(&"from the callback") => "kept",
        _ => "lost",
    }
}

fn dropped_in_each_order(place: &Place) {
    for order in &[[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let dataset = place.iris();
        let run = place.train(&dataset, "logistic").unwrap();
        let model = run.model().unwrap();
        let mut handles: Vec<Option<Box<dyn Any>>> =
            vec![Some(Box::new(dataset)), Some(Box::new(run)), Some(Box::new(model))];
        for i in order {
            handles[*i as usize] = None;
        }
    }
}

fn print_bits(key: &str, model: &Model, dataset: &Dataset) {
    let shares = model.predict(dataset).unwrap();
    let bits: Vec<String> = shares[210..213].iter().map(|share| format!("{:016x}", share.to_bits())).collect();
    println!("{} {}", key, bits.join(" "));
}

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let place = Place { inputs: words[1].clone(), scratch: words[2].clone() };
    assert!(runforge::is_compatible());
    let (iris, built) = (place.iris(), built_table().unwrap());
    let run = place.train(&iris, "logistic").unwrap();
    println!("run_digest.logistic {}", run.digest().unwrap());
    println!("run_digest.forest {}", place.train(&iris, "forest").unwrap().digest().unwrap());
    println!("columns.content_digest {}", built.digest().unwrap());
    let on_columns = place.train(&built, "columns").unwrap();
    let json = String::from_utf8(on_columns.artifact("run.json").unwrap().to_vec()).unwrap();
    println!("columns.result_digest {}", &json.split("\"result_digest\": \"").nth(1).unwrap()[..64]);
    statuses(&place, &iris, &run, &built);
    println!("cancel.thread {}", stopped_by_a_thread(&iris, &place.config("endless")));
    println!("callback.error {}", error_of_a_callback(&iris, &place.config("endless")));
    let digests = trained_at_once(&iris, &place.config("logistic"), 8);
    println!("threads.digest {}", digests.into_iter().collect::<Vec<_>>().join(" "));
    dropped_in_each_order(&place);
    let model = run.model().unwrap();
    print_bits("predict.bits", &model, &iris);
    drop(iris);
    drop(run);
    print_bits("order.bits", &model, &place.iris());
}
