// SPDX-License-Identifier: MIT

// The client in Go, on the package of examples/go; client_test.py runs it under GOGC=1. Its steps stand there.
package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"runforge.example/runforge"
)

var inputs, scratch string

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
func done(err error) { must(0, err) }

func input(name string) string  { return filepath.Join(inputs, name) }
func config(name string) string { return string(must(os.ReadFile(input(name + ".json")))) }
func iris() *runforge.Dataset {
	return must(runforge.LoadBuffer(must(os.ReadFile(input("iris.csv"))), nil))
}

func builtTable() *runforge.Dataset {
	const n = 60
	a, b, d := make([]float64, n), make([]int32, n), make([]bool, n)
	c, label := make([]*string, n), make([]*string, n)
	colours, answers := []string{"red", "green", "blüe"}, []string{"no", "yes"}
	for i := 0; i < n; i++ {
		a[i], b[i], d[i] = float64(i*7%11)*0.5, int32(i*5%13), i%4 == 0
		if i%10 != 9 {
			c[i] = &colours[i%3]
		}
		label[i] = &answers[0]
		if i*7%11 > 5 {
			label[i] = &answers[1]
		}
	}
	builder := must(runforge.NewBuilder())
	defer builder.Close()
	done(runforge.Add(builder, "a", a))
	done(runforge.Add(builder, "b", b))
	done(builder.AddText("c", c))
	done(runforge.Add(builder, "d", d))
	done(builder.AddText("label", label))
	return must(builder.Finish())
}

func failure(number int, err error) {
	var failed *runforge.Error
	if !errors.As(err, &failed) || failed.Status != number || failed.Message == "" || failed.Details[0] != '{' {
		panic(fmt.Sprintf("expected status %d, found %v", number, err))
	}
	fmt.Printf("status.%d %s %s\n", number, failed.Name, failed.Code)
}

func second[T any](_ T, err error) error { return err }

func statuses(d *runforge.Dataset, run *runforge.Run, built *runforge.Dataset) {
	failure(1, second(run.Metric("none")))
	failure(2, second(runforge.Train(d, config("no_label"), nil)))
	failure(3, second(runforge.LoadBuffer([]byte("a,b\n1\n"), nil)))
	failure(4, second(runforge.Load(input("none.csv"), nil)))
	failure(5, second(runforge.Train(must(runforge.Load(input("levels.csv"), nil)), config("columns"), nil)))
	reports := 0
	failure(6, second(runforge.Train(d, config("endless"), &runforge.Hooks{Progress: func(string, uint64, uint64) bool {
		reports++
		return reports < 10
	}})))
	fmt.Println("cancel.callback", reports)
	failure(7, second(runforge.Train(must(runforge.Load(input("numeric.csv"), nil)), config("numeric"), nil)))
	emitted := must(run.Emit(scratch))
	if report := must(runforge.Verify(emitted)); !strings.Contains(report, "passed") {
		panic(report)
	}
	file := must(os.OpenFile(filepath.Join(emitted, "metrics.v1.json"), os.O_APPEND|os.O_WRONLY, 0))
	must(file.WriteString(" "))
	done(file.Close())
	failure(8, second(runforge.Verify(emitted)))
	failure(9, second(runforge.Open(input("newer_run"))))
	failure(10, second(runforge.Train(d, config("forest"), &runforge.Hooks{MaxBytes: 1})))
	signer := must(runforge.GenerateSigner())
	done(signer.Save(filepath.Join(scratch, "key")))
	failure(11, signer.Save(filepath.Join(scratch, "key")))
	failure(12, second(must(run.Model()).Predict(built)))
}

// doc: cancel from another thread
func stoppedByAGoroutine(d *runforge.Dataset, config string) string {
	cancel := must(runforge.NewCancel())
	defer cancel.Close()
	begun := make(chan struct{})
	var once, ended = sync.Once{}, make(chan struct{})
	go func() {
		<-begun
		cancel.Set()
		close(ended)
	}()
	_, err := runforge.Train(d, config, &runforge.Hooks{Cancel: cancel, Progress: func(stage string, done, _ uint64) bool {
		if stage == "train" && done > 0 {
			once.Do(func() { close(begun) })
		}
		return true
	}})
	<-ended
	var failed *runforge.Error
	errors.As(err, &failed)
	return failed.Name // RF_E_CANCELLED
}

// doc: end

func errorOfACallback(d *runforge.Dataset) (told string) {
	defer func() {
		told = "lost"
		if recover() == "from the callback" {
			told = "kept"
		}
	}()
	_, _ = runforge.Train(d, config("endless"), &runforge.Hooks{Progress: func(string, uint64, uint64) bool {
		panic("from the callback")
	}})
	return
}

// doc: threads

// trainedAtOnce gives the digests of n trainings at the same time on one shared dataset.
func trainedAtOnce(d *runforge.Dataset, config string, n int) map[string]int {
	digests := make([]string, n)
	var group sync.WaitGroup
	for i := range digests {
		group.Add(1)
		go func(i int) {
			defer group.Done()
			digests[i] = must(must(runforge.Train(d, config, nil)).Digest())
		}(i)
	}
	group.Wait()
	counts := map[string]int{}
	for _, digest := range digests {
		counts[digest]++
	}
	return counts
}

// doc: end

// Garbage is made and collected in each callback, and handles are left to their finalizers.
func underCollection() map[string]int {
	counts := map[string]int{}
	for i := 0; i < 3; i++ {
		run := must(runforge.Train(iris(), config("logistic"), &runforge.Hooks{Progress: func(string, uint64, uint64) bool {
			runtime.GC()
			return len(make([]byte, 1<<16)) > 0
		}}))
		counts[must(run.Digest())]++
	}
	return counts
}

func droppedInEachOrder() {
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		d := iris()
		run := must(runforge.Train(d, config("logistic"), nil))
		handles := []interface{ Close() }{d, run, must(run.Model())}
		for _, i := range order {
			handles[i].Close()
			runtime.GC()
		}
	}
}

func printBits(key string, model *runforge.Model, d *runforge.Dataset) {
	fmt.Print(key)
	for _, share := range must(model.Predict(d))[210:213] {
		fmt.Printf(" %016x", math.Float64bits(share))
	}
	fmt.Println()
}

func printDigests(key string, counts map[string]int) {
	fmt.Print(key)
	for digest := range counts {
		fmt.Print(" ", digest)
	}
	fmt.Println()
}

func main() {
	inputs, scratch = os.Args[1], os.Args[2]
	if !runforge.IsCompatible() {
		panic("librunforge is another version")
	}
	d, built := iris(), builtTable()
	run := must(runforge.Train(d, config("logistic"), nil))
	fmt.Println("run_digest.logistic", must(run.Digest()))
	fmt.Println("run_digest.forest", must(must(runforge.Train(d, config("forest"), nil)).Digest()))
	fmt.Println("columns.content_digest", must(built.Digest()))
	json := string(must(must(runforge.Train(built, config("columns"), nil)).Artifact("run.json")))
	fmt.Println("columns.result_digest", strings.SplitN(json, `"result_digest": "`, 2)[1][:64])
	statuses(d, run, built)
	fmt.Println("cancel.thread", stoppedByAGoroutine(d, config("endless")))
	fmt.Println("callback.error", errorOfACallback(d))
	printDigests("threads.digest", trainedAtOnce(d, config("logistic"), 64))
	printDigests("gc.digest", underCollection())
	droppedInEachOrder()
	model := must(run.Model())
	printBits("predict.bits", model, d)
	d.Close()
	run.Close()
	run.Close() // once more is no harm
	d, run = nil, nil
	runtime.GC()
	printBits("order.bits", model, iris())
}
