// SPDX-License-Identifier: MIT

// Package runforge is RunForge for Go, by cgo: the functions that train needs, and a base to extend.
//
// Close frees a handle, in any order and more than once. A finalizer frees a handle that is not closed. A
// failed call returns an *Error. A callback that panics stops its call, and the panic goes on when the call
// has returned. Any number of goroutines may use datasets, runs, models and cancel flags. cgo reads the C
// header itself.
package runforge

/*
#cgo LDFLAGS: -lrunforge
#include <runforge/runforge.h>
#include <stdlib.h>

int32_t runforgeProgress(void *user, char *stage, uint64_t done, uint64_t total);

static int32_t runforge_progress(void *user, const char *stage, uint64_t done, uint64_t total) {
  return runforgeProgress(user, (char *)stage, done, total);
}
static rf_hooks runforge_hooks(uintptr_t user, int has_progress, rf_cancel *cancel, uint64_t max_bytes,
                               uint32_t threads) {
  rf_hooks hooks = RF_HOOKS_INIT;
  hooks.user = (void *)user;
  hooks.progress = has_progress ? runforge_progress : NULL;
  hooks.cancel = cancel;
  hooks.max_bytes = max_bytes;
  hooks.threads = threads;
  return hooks;
}
*/
import "C"

import (
	"encoding/hex"
	"fmt"
	"runtime"
	"runtime/cgo"
	"unsafe"
)

// Error is a failed call. Details is a JSON object.
type Error struct {
	Status                       int
	Name, Code, Message, Details string
}

func (e *Error) Error() string { return fmt.Sprintf("%s [%s]", e.Message, e.Code) }

// told takes err by address: in told(C.f(&err), err) Go leaves open whether err is read before the call.
func told(status C.rf_status, err **C.rf_error) error {
	if status == C.RF_OK {
		return nil
	}
	defer C.rf_error_free(*err)
	return &Error{int(status), C.GoString(C.rf_status_name(status)), C.GoString(C.rf_error_code(*err)),
		C.GoString(C.rf_error_message(*err)), C.GoString(C.rf_error_details(*err))}
}

// IsCompatible reports whether the loaded library fits the header this package was compiled with. Call
// it first.
func IsCompatible() bool {
	return C.rf_abi_check(C.RF_ABI_VERSION, C.RF_VERSION_NUMBER) == C.RF_OK
}

// doc: callbacks

// Hooks says how a call is carried out; nothing here changes a result. Progress gives true to go on. It runs on the
// calling goroutine, before the call returns.
type Hooks struct {
	Progress func(stage string, done, total uint64) bool
	Cancel   *Cancel
	Threads  uint32
	MaxBytes uint64
	panicked interface{}
}

//export runforgeProgress
func runforgeProgress(user unsafe.Pointer, stage *C.char, done, total C.uint64_t) (stop C.int32_t) {
	hooks := cgo.Handle(uintptr(user)).Value().(*Hooks)
	defer func() {
		if hooks.panicked = recover(); hooks.panicked != nil {
			stop = 1
		}
	}()
	if hooks.Progress(C.GoString(stage), uint64(done), uint64(total)) {
		return 0
	}
	return 1
}

// with runs one call with hooks, which may be nil; `function` gets NULL then.
func (given *Hooks) with(function func(*C.rf_hooks) error) error {
	if given == nil {
		return function(nil)
	}
	hooks := *given
	var cancel *C.rf_cancel
	if hooks.Cancel != nil {
		cancel = hooks.Cancel.c
		defer runtime.KeepAlive(hooks.Cancel)
	}
	hasProgress := C.int(0)
	if hooks.Progress != nil {
		hasProgress = 1
	}
	user := cgo.NewHandle(&hooks)
	defer user.Delete()
	c := C.runforge_hooks(C.uintptr_t(user), hasProgress, cancel, C.uint64_t(hooks.MaxBytes), C.uint32_t(hooks.Threads))
	err := function(&c)
	if hooks.panicked != nil {
		panic(hooks.panicked)
	}
	return err
}

// doc: end

func text(s string) (*C.char, func()) {
	c := C.CString(s)
	return c, func() { C.free(unsafe.Pointer(c)) }
}

func takeBlob(b *C.rf_blob) string {
	defer C.rf_blob_free(b)
	return C.GoStringN((*C.char)(C.rf_blob_data(b)), C.int(C.rf_blob_size(b)))
}

// Cancel stops the calls that received it; any goroutine may set it.
type Cancel struct{ c *C.rf_cancel }

func NewCancel() (*Cancel, error) {
	var err *C.rf_error
	made := &Cancel{}
	status := C.rf_cancel_new(&made.c, &err)
	runtime.SetFinalizer(made, (*Cancel).Close)
	return made, told(status, &err)
}
func (f *Cancel) Set()   { C.rf_cancel_set(f.c); runtime.KeepAlive(f) }
func (f *Cancel) Close() { C.rf_cancel_free(f.c); f.c = nil }

// doc: ownership

// Dataset is an immutable table.
type Dataset struct{ c *C.rf_dataset }

func newDataset(c *C.rf_dataset, err error) (*Dataset, error) {
	if err != nil {
		return nil, err
	}
	made := &Dataset{c}
	runtime.SetFinalizer(made, (*Dataset).Close)
	return made, nil
}

// Close frees the table now rather than at some collection.
func (d *Dataset) Close() { C.rf_dataset_free(d.c); d.c = nil }

// Rows, like every method, keeps d from its finalizer until C has returned.
func (d *Dataset) Rows() int {
	defer runtime.KeepAlive(d)
	return int(C.rf_dataset_rows(d.c))
}

// doc: end

// Load reads a CSV file.
func Load(path string, hooks *Hooks) (*Dataset, error) {
	name, free := text(path)
	defer free()
	var out *C.rf_dataset
	failed := hooks.with(func(h *C.rf_hooks) error {
		var err *C.rf_error
		return told(C.rf_dataset_load(name, nil, 0, h, &out, &err), &err)
	})
	return newDataset(out, failed)
}

// LoadBuffer reads CSV bytes, which are not kept.
func LoadBuffer(data []byte, hooks *Hooks) (*Dataset, error) {
	var out *C.rf_dataset
	failed := hooks.with(func(h *C.rf_hooks) error {
		var err *C.rf_error
		var bytes unsafe.Pointer
		if len(data) > 0 {
			bytes = unsafe.Pointer(&data[0])
		}
		return told(C.rf_dataset_load_buffer(bytes, C.size_t(len(data)), nil, 0, h, &out, &err), &err)
	})
	return newDataset(out, failed)
}

func (d *Dataset) Digest() (string, error) {
	defer runtime.KeepAlive(d)
	var err *C.rf_error
	var bytes [C.RF_DIGEST_SIZE]byte
	status := C.rf_dataset_digest(d.c, (*C.uint8_t)(&bytes[0]), C.RF_DIGEST_SIZE, &err)
	return hex.EncodeToString(bytes[:]), told(status, &err)
}

// Builder collects the columns of a dataset; one goroutine at a time.
type Builder struct{ c *C.rf_builder }

func NewBuilder() (*Builder, error) {
	var err *C.rf_error
	made := &Builder{}
	status := C.rf_builder_new(&made.c, &err)
	runtime.SetFinalizer(made, (*Builder).Close)
	return made, told(status, &err)
}
func (b *Builder) Close() { C.rf_builder_free(b.c); b.c = nil }

// Number lists the element types of a column of numbers or booleans.
type Number interface {
	float64 | float32 | int64 | int32 | bool
}

func dtype(value interface{}) C.rf_dtype {
	switch value.(type) {
	case float64:
		return C.RF_F64
	case float32:
		return C.RF_F32
	case int64:
		return C.RF_I64
	case int32:
		return C.RF_I32
	default:
		return C.RF_BOOL8
	}
}

// Add copies a column of numbers or booleans.
func Add[T Number](b *Builder, name string, values []T) error {
	defer runtime.KeepAlive(b)
	var err *C.rf_error
	var zero T
	var first unsafe.Pointer
	if len(values) > 0 {
		first = unsafe.Pointer(&values[0])
	}
	c, free := text(name)
	defer free()
	return told(C.rf_builder_add(b.c, c, dtype(zero), first, C.size_t(len(values)), 0, nil, &err), &err)
}

// AddText copies a column of texts; nil is missing.
func (b *Builder) AddText(name string, values []*string) error {
	defer runtime.KeepAlive(b)
	var err *C.rf_error
	bytes, offsets, validity := "", make([]C.int64_t, len(values)+1), make([]C.uint8_t, len(values)/8+1)
	for i, value := range values {
		if value != nil {
			bytes += *value
			validity[i/8] |= 1 << (i % 8)
		}
		offsets[i+1] = C.int64_t(len(bytes))
	}
	c, free := text(name)
	defer free()
	content, freeContent := text(bytes)
	defer freeContent()
	return told(C.rf_builder_add_utf8(b.c, c, content, &offsets[0], C.size_t(len(values)), &validity[0], &err), &err)
}

func (b *Builder) Finish() (*Dataset, error) {
	defer runtime.KeepAlive(b)
	var err *C.rf_error
	var out *C.rf_dataset
	status := C.rf_builder_finish(b.c, nil, 0, &out, &err)
	return newDataset(out, told(status, &err))
}

// Run is the result of one training.
type Run struct{ c *C.rf_run }

func newRun(c *C.rf_run, err error) (*Run, error) {
	if err != nil {
		return nil, err
	}
	made := &Run{c}
	runtime.SetFinalizer(made, (*Run).Close)
	return made, nil
}
func (r *Run) Close() { C.rf_run_free(r.c); r.c = nil }

// Train trains with the configuration config ("train_config.v1").
func Train(d *Dataset, config string, hooks *Hooks) (*Run, error) {
	defer runtime.KeepAlive(d)
	c, free := text(config)
	defer free()
	var out *C.rf_run
	failed := hooks.with(func(h *C.rf_hooks) error {
		var err *C.rf_error
		return told(C.rf_train(d.c, c, C.size_t(len(config)), h, &out, &err), &err)
	})
	return newRun(out, failed)
}

// Open reads an emitted run.
func Open(directory string) (*Run, error) {
	c, free := text(directory)
	defer free()
	var err *C.rf_error
	var out *C.rf_run
	status := C.rf_run_open(c, &out, &err)
	return newRun(out, told(status, &err))
}

func (r *Run) ArtifactNames() (names []string) {
	defer runtime.KeepAlive(r)
	for i := C.uint64_t(0); i < C.rf_run_artifact_count(r.c); i++ {
		names = append(names, C.GoString(C.rf_run_artifact_name(r.c, i)))
	}
	return names
}

// Artifact copies a file's bytes.
func (r *Run) Artifact(name string) ([]byte, error) {
	defer runtime.KeepAlive(r)
	c, free := text(name)
	defer free()
	var err *C.rf_error
	var data unsafe.Pointer
	var size C.size_t
	if failed := told(C.rf_run_artifact(r.c, c, &data, &size, &err), &err); failed != nil {
		return nil, failed
	}
	return C.GoBytes(data, C.int(size)), nil
}

func (r *Run) Digest() (string, error) {
	defer runtime.KeepAlive(r)
	var err *C.rf_error
	var bytes [C.RF_DIGEST_SIZE]byte
	status := C.rf_run_digest(r.c, (*C.uint8_t)(&bytes[0]), C.RF_DIGEST_SIZE, &err)
	return hex.EncodeToString(bytes[:]), told(status, &err)
}

func (r *Run) Metric(name string) (float64, error) {
	defer runtime.KeepAlive(r)
	c, free := text(name)
	defer free()
	var err *C.rf_error
	var value C.double
	status := C.rf_run_metric(r.c, c, &value, &err)
	return float64(value), told(status, &err)
}

// Emit writes the record below parent and returns its path.
func (r *Run) Emit(parent string) (string, error) {
	defer runtime.KeepAlive(r)
	c, free := text(parent)
	defer free()
	var err *C.rf_error
	var path *C.rf_blob
	if failed := told(C.rf_emit_artifacts(r.c, c, nil, nil, 0, nil, &path, &err), &err); failed != nil {
		return "", failed
	}
	return takeBlob(path), nil
}

// Model predicts; it outlives its run.
type Model struct{ c *C.rf_model }

func (r *Run) Model() (*Model, error) {
	defer runtime.KeepAlive(r)
	var err *C.rf_error
	made := &Model{}
	if failed := told(C.rf_run_model(r.c, &made.c, &err), &err); failed != nil {
		return nil, failed
	}
	runtime.SetFinalizer(made, (*Model).Close)
	return made, nil
}
func (m *Model) Close() { C.rf_model_free(m.c); m.c = nil }

func (m *Model) Outputs() int {
	defer runtime.KeepAlive(m)
	return int(C.rf_model_outputs(m.c))
}

// Predict returns rows x Outputs() numbers, row by row.
func (m *Model) Predict(d *Dataset) ([]float64, error) {
	defer runtime.KeepAlive(m)
	defer runtime.KeepAlive(d)
	out := make([]float64, d.Rows()*m.Outputs()+1) // one more, so that a first element exists
	var err *C.rf_error
	status := C.rf_predict(m.c, d.c, nil, (*C.double)(&out[0]), C.size_t(len(out)-1), nil, &err)
	return out[:len(out)-1], told(status, &err)
}

// Signer signs records.
type Signer struct{ c *C.rf_signer }

func GenerateSigner() (*Signer, error) {
	var err *C.rf_error
	made := &Signer{}
	status := C.rf_signer_generate(nil, 0, &made.c, &err)
	runtime.SetFinalizer(made, (*Signer).Close)
	return made, told(status, &err)
}
func (s *Signer) Close() { C.rf_signer_free(s.c); s.c = nil }

// Save keeps the secret key in a new file.
func (s *Signer) Save(path string) error {
	defer runtime.KeepAlive(s)
	c, free := text(path)
	defer free()
	var err *C.rf_error
	return told(C.rf_signer_save(s.c, c, &err), &err)
}

// Verify returns the report on an emitted run, and also an *Error of status 8 if something does not hold.
func Verify(directory string) (string, error) {
	c, free := text(directory)
	defer free()
	var err *C.rf_error
	var report *C.rf_blob
	failed := told(C.rf_verify_artifacts(c, nil, nil, 0, nil, &report, &err), &err)
	if report == nil {
		return "", failed
	}
	return takeBlob(report), failed
}
