// SPDX-License-Identifier: MIT
//! Trains on a CSV file with progress, looks at the result in memory, writes the record and predicts; then stops a
//! training half-way, and shows how an error reads.
//!
//!   train DATA.csv LABEL OUT_DIR      e.g.  train iris.csv species runs
//!
//! Build: rustc -L native=FOLDER_OF_LIBRUNFORGE train.rs. Run by the ctest test examples.rust.
mod runforge;
use runforge::{Dataset, Hooks};

fn run(data: &str, label: &str, out: &str) -> runforge::Result<()> {
    let config = format!(
        r#"{{"label": "{}", "model": "random_forest", "seed": 7, "params": {{"n_estimators": 50}}}}"#,
        label
    );
    // doc: train
    let mut hooks = Hooks { threads: 2, ..Default::default() };
    hooks.progress = Some(Box::new(|stage, done, total| {
        eprint!("\r{} {}/{}   ", stage, done, total);
        true // false would stop the call; a panic would too, and go on when the call has returned
    }));
    let dataset = Dataset::load(data, &mut Hooks::default())?;
    let run = runforge::train(&dataset, &config, &mut hooks)?;
    println!("rows {}, accuracy {:.4}", dataset.rows(), run.metric("accuracy")?);
    println!("run {}", run.digest()?);
    for name in run.artifact_names() {
        println!("  {} {} bytes", name, run.artifact(&name)?.len());
    }
    println!("record {}", run.emit(out)?);
    let model = run.model()?;
    let shares = model.predict(&dataset)?;
    print!("first row:");
    for share in &shares[..model.outputs()] {
        print!(" {:.3}", share);
    }
    println!();
    // doc: end

    // doc: cancel
    let mut reports = 0;
    let mut hooks = Hooks::default();
    hooks.progress = Some(Box::new(|_, _, _| {
        reports += 1;
        reports < 10
    }));
    let stopped = runforge::train(&dataset, &config, &mut hooks);
    drop(hooks);
    if let Err(error) = stopped {
        println!("stopped at report {}: {}", reports, error.name);
    }
    // doc: end

    // doc: error
    if let Err(error) = Dataset::load_buffer(b"a,b\n1,2\n3\n", &mut Hooks::default()) {
        println!("error {}: {} [{}] {}", error.status, error.message, error.code, error.details);
    }
    // doc: end
    Ok(())
}

fn main() {
    let words: Vec<String> = std::env::args().collect();
    if words.len() != 4 || !runforge::is_compatible() {
        eprintln!("usage: train DATA.csv LABEL OUT_DIR, with a librunforge of this version");
        std::process::exit(2);
    }
    if let Err(error) = run(&words[1], &words[2], &words[3]) {
        println!("error {}: {} [{}] {}", error.status, error.message, error.code, error.details);
        std::process::exit(1);
    }
}
