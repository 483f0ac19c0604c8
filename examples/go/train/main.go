// SPDX-License-Identifier: MIT

// Trains on a CSV file with progress, looks at the result in memory, writes the record and predicts; then stops a
// training half-way, and shows how an error reads.
//
//	train DATA.csv LABEL OUT_DIR      e.g.  train iris.csv species runs
//
// Build: CGO_CFLAGS=-IINCLUDE CGO_LDFLAGS=-LFOLDER go build ./train. Run by the ctest test examples.go.
package main

import (
	"errors"
	"fmt"
	"os"

	"runforge.example/runforge"
)

// doc: error
func tell(err error) {
	var failed *runforge.Error
	if errors.As(err, &failed) {
		fmt.Printf("error %d: %s [%s] %s\n", failed.Status, failed.Message, failed.Code, failed.Details)
		return
	}
	fmt.Println(err)
}

func must[T any](value T, err error) T {
	if err != nil {
		tell(err)
		os.Exit(1)
	}
	return value
}

// doc: end

func main() {
	if len(os.Args) != 4 || !runforge.IsCompatible() {
		fmt.Fprintln(os.Stderr, "usage: train DATA.csv LABEL OUT_DIR, with a librunforge of this version")
		os.Exit(2)
	}
	config := fmt.Sprintf(`{"label": %q, "model": "random_forest", "seed": 7, "params": {"n_estimators": 50}}`, os.Args[2])
	// doc: train
	dataset := must(runforge.Load(os.Args[1], nil))
	defer dataset.Close()
	progress := func(stage string, done, total uint64) bool {
		fmt.Fprintf(os.Stderr, "\r%s %d/%d   ", stage, done, total)
		return true // false would stop the call
	}
	run := must(runforge.Train(dataset, config, &runforge.Hooks{Threads: 2, Progress: progress}))
	defer run.Close()
	fmt.Printf("rows %d, accuracy %.4f\nrun %s\n", dataset.Rows(), must(run.Metric("accuracy")), must(run.Digest()))
	for _, name := range run.ArtifactNames() {
		fmt.Printf("  %s %d bytes\n", name, len(must(run.Artifact(name))))
	}
	fmt.Printf("record %s\nfirst row:", must(run.Emit(os.Args[3])))
	model := must(run.Model())
	defer model.Close()
	for _, share := range must(model.Predict(dataset))[:model.Outputs()] {
		fmt.Printf(" %.3f", share)
	}
	// doc: end

	// doc: cancel
	reports := 0
	_, err := runforge.Train(dataset, config, &runforge.Hooks{Progress: func(string, uint64, uint64) bool {
		reports++
		return reports < 10
	}})
	if failed := (*runforge.Error)(nil); errors.As(err, &failed) {
		fmt.Printf("\nstopped at report %d: %s\n", reports, failed.Name)
	}
	// doc: end
	_, err = runforge.LoadBuffer([]byte("a,b\n1,2\n3\n"), nil)
	tell(err)
}
