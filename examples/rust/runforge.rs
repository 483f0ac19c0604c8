// SPDX-License-Identifier: MIT
//! RunForge for Rust without a crate: the functions that train.rs needs, and a base to extend.
//!
//! Drop frees each handle, in any order. A failed call returns an Error. A callback that panics stops its
//! call, and the panic goes on when the call has returned: it never unwinds through C. Datasets, runs, models
//! and cancel flags are Send and Sync, as the C interface allows. The declarations are compared with
//! tests/abi/abi.json by the ctest test languages.declarations.
#![allow(dead_code)]
use std::any::Any;
use std::ffi::{c_void, CStr, CString};
use std::os::raw::c_char;
use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};
use std::{fmt, ptr, slice};

type Progress = unsafe extern "C" fn(*mut c_void, *const c_char, u64, u64) -> i32;
type Log = unsafe extern "C" fn(*mut c_void, i32, *const c_char, *const c_char);

#[repr(C)]
struct rf_hooks {
    struct_size: u32,
    log_level: i32,
    user: *mut c_void,
    progress: Option<Progress>,
    log: Option<Log>,
    cancel: *mut rf_cancel,
    max_bytes: u64,
    threads: u32,
    reserved0: u32,
}

macro_rules! opaque { ($($name:ident)*) => { $(#[repr(C)] pub struct $name { _private: [u8; 0] })* } }
opaque! { rf_error rf_blob rf_builder rf_dataset rf_run rf_model rf_signer rf_cancel }

#[link(name = "runforge")]
extern "C" {
    fn rf_abi_check(abi: u32, version: u32) -> i32;
    fn rf_blob_data(b: *const rf_blob) -> *const c_void;
    fn rf_blob_free(b: *mut rf_blob);
    fn rf_blob_size(b: *const rf_blob) -> usize;
    fn rf_builder_add(b: *mut rf_builder, name: *const c_char, dtype: i32, values: *const c_void, count: usize,
                      stride: isize, validity: *const u8, err: *mut *mut rf_error) -> i32;
    fn rf_builder_add_utf8(b: *mut rf_builder, name: *const c_char, bytes: *const c_char, offsets: *const i64,
                           count: usize, validity: *const u8, err: *mut *mut rf_error) -> i32;
    fn rf_builder_finish(b: *mut rf_builder, options: *const c_char, options_len: usize, out: *mut *mut rf_dataset,
                         err: *mut *mut rf_error) -> i32;
    fn rf_builder_free(b: *mut rf_builder);
    fn rf_builder_new(out: *mut *mut rf_builder, err: *mut *mut rf_error) -> i32;
    fn rf_cancel_free(c: *mut rf_cancel);
    fn rf_cancel_new(out: *mut *mut rf_cancel, err: *mut *mut rf_error) -> i32;
    fn rf_cancel_set(c: *mut rf_cancel);
    fn rf_dataset_digest(d: *const rf_dataset, digest: *mut u8, size: usize, err: *mut *mut rf_error) -> i32;
    fn rf_dataset_free(d: *mut rf_dataset);
    fn rf_dataset_load(path: *const c_char, options: *const c_char, options_len: usize, hooks: *const rf_hooks,
                       out: *mut *mut rf_dataset, err: *mut *mut rf_error) -> i32;
    fn rf_dataset_load_buffer(data: *const c_void, size: usize, options: *const c_char, options_len: usize,
                              hooks: *const rf_hooks, out: *mut *mut rf_dataset, err: *mut *mut rf_error) -> i32;
    fn rf_dataset_rows(d: *const rf_dataset) -> u64;
    fn rf_emit_artifacts(r: *const rf_run, parent: *const c_char, signer: *const rf_signer, options: *const c_char,
                         options_len: usize, hooks: *const rf_hooks, run_dir: *mut *mut rf_blob,
                         err: *mut *mut rf_error) -> i32;
    fn rf_error_code(e: *const rf_error) -> *const c_char;
    fn rf_error_details(e: *const rf_error) -> *const c_char;
    fn rf_error_free(e: *mut rf_error);
    fn rf_error_message(e: *const rf_error) -> *const c_char;
    fn rf_model_free(m: *mut rf_model);
    fn rf_model_outputs(m: *const rf_model) -> u64;
    fn rf_predict(m: *const rf_model, d: *const rf_dataset, hooks: *const rf_hooks, out: *mut f64, capacity: usize,
                  report: *mut *mut rf_blob, err: *mut *mut rf_error) -> i32;
    fn rf_run_artifact(r: *const rf_run, name: *const c_char, data: *mut *const c_void, size: *mut usize,
                       err: *mut *mut rf_error) -> i32;
    fn rf_run_artifact_count(r: *const rf_run) -> u64;
    fn rf_run_artifact_name(r: *const rf_run, i: u64) -> *const c_char;
    fn rf_run_digest(r: *const rf_run, digest: *mut u8, size: usize, err: *mut *mut rf_error) -> i32;
    fn rf_run_free(r: *mut rf_run);
    fn rf_run_metric(r: *const rf_run, name: *const c_char, value: *mut f64, err: *mut *mut rf_error) -> i32;
    fn rf_run_model(r: *const rf_run, out: *mut *mut rf_model, err: *mut *mut rf_error) -> i32;
    fn rf_run_open(directory: *const c_char, out: *mut *mut rf_run, err: *mut *mut rf_error) -> i32;
    fn rf_signer_free(s: *mut rf_signer);
    fn rf_signer_generate(seed: *mut u8, size: usize, out: *mut *mut rf_signer, err: *mut *mut rf_error) -> i32;
    fn rf_signer_save(s: *const rf_signer, path: *const c_char, err: *mut *mut rf_error) -> i32;
    fn rf_status_name(status: i32) -> *const c_char;
    fn rf_train(d: *const rf_dataset, config: *const c_char, config_len: usize, hooks: *const rf_hooks,
                out: *mut *mut rf_run, err: *mut *mut rf_error) -> i32;
    fn rf_verify_artifacts(directory: *const c_char, d: *const rf_dataset, keys: *const u8, n_keys: usize,
                           hooks: *const rf_hooks, report: *mut *mut rf_blob, err: *mut *mut rf_error) -> i32;
}

/// A failed call.
#[derive(Debug, Clone)]
pub struct Error { pub status: i32, pub name: String, pub code: String, pub message: String, pub details: String }
impl std::error::Error for Error {}
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result { write!(f, "{} [{}]", self.message, self.code) }
}
pub type Result<T> = std::result::Result<T, Error>;

fn text(from: *const c_char) -> String { unsafe { CStr::from_ptr(from) }.to_string_lossy().into_owned() }
/// Text for C. A NUL ends it there.
fn c(from: &str) -> CString { CString::new(from.split('\0').next().unwrap()).unwrap() }

fn call(function: impl FnOnce(*mut *mut rf_error) -> i32) -> Result<()> {
    let mut error = ptr::null_mut();
    let status = function(&mut error);
    if status == 0 { return Ok(()); }
    unsafe {
        let told = Error { status, name: text(rf_status_name(status)), code: text(rf_error_code(error)),
                           message: text(rf_error_message(error)), details: text(rf_error_details(error)) };
        rf_error_free(error);
        Err(told)
    }
}

/// Whether this module may use the loaded library: RF_ABI_VERSION and RF_VERSION_NUMBER of the header it was written
/// for.
pub fn is_compatible() -> bool { unsafe { rf_abi_check(0, 1000) == 0 } }

// doc: ownership
macro_rules! handle {
    ($name:ident, $raw:ident, $free:ident) => {
        /// Owns a C handle; never changed once made, so that threads share it freely.
        pub struct $name(*mut $raw);
        unsafe impl Send for $name {}
        unsafe impl Sync for $name {}
        impl Drop for $name { fn drop(&mut self) { unsafe { $free(self.0) } } }
    };
}
handle!(Blob, rf_blob, rf_blob_free);
handle!(Cancel, rf_cancel, rf_cancel_free);
handle!(Dataset, rf_dataset, rf_dataset_free);
handle!(Run, rf_run, rf_run_free);
handle!(Model, rf_model, rf_model_free);
handle!(Signer, rf_signer, rf_signer_free);
// doc: end

impl Blob {
    pub fn bytes(&self) -> &[u8] {
        unsafe { slice::from_raw_parts(rf_blob_data(self.0) as *const u8, rf_blob_size(self.0)) }
    }
}
impl Cancel {
    pub fn new() -> Result<Cancel> {
        let mut made = Cancel(ptr::null_mut());
        call(|error| unsafe { rf_cancel_new(&mut made.0, error) }).map(|_| made)
    }
    pub fn set(&self) { unsafe { rf_cancel_set(self.0) } }
}

// doc: callbacks
/// How a call is carried out. `progress` gives true to go on; it runs on the calling thread, before the call returns.
#[derive(Default)]
pub struct Hooks<'a> {
    pub progress: Option<Box<dyn FnMut(&str, u64, u64) -> bool + 'a>>,
    pub cancel: Option<&'a Cancel>,
    pub threads: u32,
    pub max_bytes: u64,
}
struct Session<'a, 'b> { hooks: &'b mut Hooks<'a>, panic: Option<Box<dyn Any + Send>> }

unsafe extern "C" fn on_progress(user: *mut c_void, stage: *const c_char, done: u64, total: u64) -> i32 {
    let session = &mut *(user as *mut Session);
    let progress = session.hooks.progress.as_mut().unwrap();
    match catch_unwind(AssertUnwindSafe(|| progress(&CStr::from_ptr(stage).to_string_lossy(), done, total))) {
        Ok(go_on) => !go_on as i32,
        Err(panic) => { session.panic = Some(panic); 1 }
    }
}

fn hooked(hooks: &mut Hooks, function: impl FnOnce(*const rf_hooks, *mut *mut rf_error) -> i32) -> Result<()> {
    let mut c = rf_hooks { struct_size: std::mem::size_of::<rf_hooks>() as u32, log_level: 0, user: ptr::null_mut(),
                           progress: hooks.progress.as_ref().map(|_| on_progress as Progress), log: None,
                           cancel: hooks.cancel.map_or(ptr::null_mut(), |flag| flag.0), max_bytes: hooks.max_bytes,
                           threads: hooks.threads, reserved0: 0 };
    let mut session = Session { hooks, panic: None };
    c.user = &mut session as *mut Session as *mut c_void;
    let result = call(|error| function(&c, error));
    if let Some(panic) = session.panic { resume_unwind(panic) }
    result
}
// doc: end

impl Dataset {
    pub fn load(path: &str, hooks: &mut Hooks) -> Result<Dataset> {
        let (mut made, path) = (Dataset(ptr::null_mut()), c(path));
        hooked(hooks, |h, error| unsafe { rf_dataset_load(path.as_ptr(), ptr::null(), 0, h, &mut made.0, error) })?;
        Ok(made)
    }
    pub fn load_buffer(data: &[u8], hooks: &mut Hooks) -> Result<Dataset> {
        let (mut made, bytes) = (Dataset(ptr::null_mut()), data.as_ptr() as *const c_void);
        hooked(hooks, |h, error| unsafe {
            rf_dataset_load_buffer(bytes, data.len(), ptr::null(), 0, h, &mut made.0, error)
        })?;
        Ok(made)
    }
    pub fn rows(&self) -> usize { unsafe { rf_dataset_rows(self.0) as usize } }
    pub fn digest(&self) -> Result<String> { digest(|d, error| unsafe { rf_dataset_digest(self.0, d, 32, error) }) }
}

fn digest(function: impl FnOnce(*mut u8, *mut *mut rf_error) -> i32) -> Result<String> {
    let mut bytes = [0u8; 32];
    call(|error| function(bytes.as_mut_ptr(), error))?;
    Ok(bytes.iter().map(|byte| format!("{:02x}", byte)).collect())
}

/// Element types that a column of numbers or booleans may have, with the C number of each.
pub trait Element { const DTYPE: i32; }
impl Element for f64 { const DTYPE: i32 = 1; }
impl Element for f32 { const DTYPE: i32 = 2; }
impl Element for i64 { const DTYPE: i32 = 3; }
impl Element for i32 { const DTYPE: i32 = 4; }
impl Element for bool { const DTYPE: i32 = 11; }

/// Collects the columns of a dataset; one thread at a time.
pub struct Builder(*mut rf_builder);
impl Drop for Builder { fn drop(&mut self) { unsafe { rf_builder_free(self.0) } } }
impl Builder {
    pub fn new() -> Result<Builder> {
        let mut made = Builder(ptr::null_mut());
        call(|error| unsafe { rf_builder_new(&mut made.0, error) }).map(|_| made)
    }
    pub fn add<T: Element>(&mut self, name: &str, values: &[T]) -> Result<()> {
        let (name, data) = (c(name), values.as_ptr() as *const c_void);
        call(|error| unsafe {
            rf_builder_add(self.0, name.as_ptr(), T::DTYPE, data, values.len(), 0, ptr::null(), error)
        })
    }
    /// None is missing.
    pub fn add_text(&mut self, name: &str, values: &[Option<&str>]) -> Result<()> {
        let (name, mut bytes, mut offsets) = (c(name), String::new(), vec![0i64]);
        let mut validity = vec![0u8; (values.len() + 7) / 8];
        for (i, value) in values.iter().enumerate() {
            bytes.push_str(value.unwrap_or(""));
            offsets.push(bytes.len() as i64);
            validity[i / 8] |= (value.is_some() as u8) << (i % 8);
        }
        call(|error| unsafe {
            rf_builder_add_utf8(self.0, name.as_ptr(), bytes.as_ptr() as *const c_char, offsets.as_ptr(), values.len(),
                                validity.as_ptr(), error)
        })
    }
    pub fn finish(&mut self) -> Result<Dataset> {
        let mut made = Dataset(ptr::null_mut());
        call(|error| unsafe { rf_builder_finish(self.0, ptr::null(), 0, &mut made.0, error) }).map(|_| made)
    }
}

pub fn train(dataset: &Dataset, config: &str, hooks: &mut Hooks) -> Result<Run> {
    let mut made = Run(ptr::null_mut());
    hooked(hooks, |h, error| unsafe {
        rf_train(dataset.0, config.as_ptr() as *const c_char, config.len(), h, &mut made.0, error)
    })?;
    Ok(made)
}

impl Run {
    pub fn open(directory: &str) -> Result<Run> {
        let (mut made, directory) = (Run(ptr::null_mut()), c(directory));
        call(|error| unsafe { rf_run_open(directory.as_ptr(), &mut made.0, error) }).map(|_| made)
    }
    pub fn artifact_names(&self) -> Vec<String> {
        unsafe { (0..rf_run_artifact_count(self.0)).map(|i| text(rf_run_artifact_name(self.0, i))).collect() }
    }
    /// Borrowed from the run.
    pub fn artifact(&self, name: &str) -> Result<&[u8]> {
        let (name, mut data, mut size) = (c(name), ptr::null(), 0);
        call(|error| unsafe { rf_run_artifact(self.0, name.as_ptr(), &mut data, &mut size, error) })?;
        Ok(unsafe { slice::from_raw_parts(data as *const u8, size) })
    }
    pub fn digest(&self) -> Result<String> { digest(|d, error| unsafe { rf_run_digest(self.0, d, 32, error) }) }
    pub fn metric(&self, name: &str) -> Result<f64> {
        let (name, mut value) = (c(name), 0.0);
        call(|error| unsafe { rf_run_metric(self.0, name.as_ptr(), &mut value, error) }).map(|_| value)
    }
    pub fn model(&self) -> Result<Model> {
        let mut made = Model(ptr::null_mut());
        call(|error| unsafe { rf_run_model(self.0, &mut made.0, error) }).map(|_| made)
    }
    pub fn emit(&self, parent: &str) -> Result<String> {
        let (mut made, parent) = (Blob(ptr::null_mut()), c(parent));
        call(|error| unsafe {
            rf_emit_artifacts(self.0, parent.as_ptr(), ptr::null(), ptr::null(), 0, ptr::null(), &mut made.0, error)
        })?;
        Ok(String::from_utf8_lossy(made.bytes()).into_owned())
    }
}

impl Model {
    pub fn outputs(&self) -> usize { unsafe { rf_model_outputs(self.0) as usize } }
    /// rows x outputs, row by row.
    pub fn predict(&self, dataset: &Dataset) -> Result<Vec<f64>> {
        let mut out = vec![0.0; dataset.rows() * self.outputs()];
        call(|error| unsafe {
            rf_predict(self.0, dataset.0, ptr::null(), out.as_mut_ptr(), out.len(), ptr::null_mut(), error)
        })?;
        Ok(out)
    }
}

impl Signer {
    pub fn generate() -> Result<Signer> {
        let mut made = Signer(ptr::null_mut());
        call(|error| unsafe { rf_signer_generate(ptr::null_mut(), 0, &mut made.0, error) }).map(|_| made)
    }
    pub fn save(&self, path: &str) -> Result<()> {
        let path = c(path);
        call(|error| unsafe { rf_signer_save(self.0, path.as_ptr(), error) })
    }
}

/// The report on an emitted run; an Error of status 8 if something does not hold.
pub fn verify(directory: &str) -> Result<String> {
    let (mut report, directory) = (Blob(ptr::null_mut()), c(directory));
    call(|error| unsafe {
        rf_verify_artifacts(directory.as_ptr(), ptr::null(), ptr::null(), 0, ptr::null(), &mut report.0, error)
    })?;
    Ok(String::from_utf8_lossy(report.bytes()).into_owned())
}
