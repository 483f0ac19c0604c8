# SPDX-License-Identifier: MIT
# The client in Julia, on the module of examples/julia. Its steps stand in ../client_test.py.
include("../../../examples/julia/RunForge.jl")
using .RunForge: RunForge, Failure

const inputs, scratch = ARGS
input(name) = joinpath(inputs, name)
config(name) = read(input("$name.json"), String)
iris() = RunForge.load_buffer(read(input("iris.csv")))

function built_table()
    n = 0:59
    builder = RunForge.Builder()
    RunForge.add(builder, "a", [i * 7 % 11 * 0.5 for i in n])
    RunForge.add(builder, "b", [Int32(i * 5 % 13) for i in n])
    RunForge.add(builder, "c", [i % 10 == 9 ? nothing : ("red", "green", "blüe")[i % 3 + 1] for i in n])
    RunForge.add(builder, "d", [i % 4 == 0 for i in n])
    RunForge.add(builder, "label", [i * 7 % 11 > 5 ? "yes" : "no" for i in n])
    dataset = RunForge.finish(builder)
    close(builder)
    return dataset
end

function failure(f, number)
    try
        f()
    catch e
        (e isa Failure && e.status == number && !isempty(e.message) && startswith(e.details, "{")) || rethrow()
        println("status.$number $(e.name) $(e.code)")
        return
    end
    error("status $number did not come")
end

function statuses(dataset, run, built)
    reports = 0
    failure(() -> RunForge.metric(run, "none"), 1)
    failure(() -> RunForge.train(dataset, config("no_label")), 2)
    failure(() -> RunForge.load_buffer(codeunits("a,b\n1\n")), 3)
    failure(() -> RunForge.load(input("none.csv")), 4)
    failure(() -> RunForge.train(RunForge.load(input("levels.csv")), config("columns")), 5)
    failure(() -> RunForge.train(dataset, config("endless"); progress=(_...) -> (reports += 1) < 10), 6)
    println("cancel.callback $reports")
    failure(() -> RunForge.train(RunForge.load(input("numeric.csv")), config("numeric")), 7)
    emitted = RunForge.emit(run, scratch)
    occursin("passed", RunForge.verify(emitted)) || error("a new record does not hold")
    open(file -> write(file, " "), joinpath(emitted, "metrics.v1.json"), "a")
    failure(() -> RunForge.verify(emitted), 8)
    failure(() -> RunForge.open_run(input("newer_run")), 9)
    failure(() -> RunForge.train(dataset, config("forest"); max_bytes=1), 10)
    signer = RunForge.Signer()
    RunForge.save(signer, joinpath(scratch, "key"))
    failure(() -> RunForge.save(signer, joinpath(scratch, "key")), 11)
    failure(() -> RunForge.predict(RunForge.model(run), built), 12)
end

# doc: cancel from another thread
# Needs JULIA_NUM_THREADS of 2 or more. The other task must not allocate while a call runs: a collection would wait
# for it.
function stopped_by_a_task(dataset, config)
    cancel = RunForge.Cancel()
    begun = Threads.Atomic{Bool}(false)
    task = Threads.@spawn begin
        while !begun[]
            ccall(:usleep, Int32, (UInt32,), 100)
        end
        RunForge.set(cancel)
    end
    function progress(stage, done, total)
        stage == "train" && done > 0 && (begun[] = true)
        return true
    end
    try
        RunForge.train(dataset, config; progress=progress, cancel=cancel)
    catch e
        return e.name  # RF_E_CANCELLED
    finally
        wait(task)
    end
end
# doc: end

struct Unforeseen <: Exception end
function error_of_a_callback(dataset)
    try
        RunForge.train(dataset, config("endless"); progress=(_...) -> throw(Unforeseen()))
    catch e
        e isa Unforeseen && return "kept"
    end
    return "lost"
end

function under_collection()
    digests = Set{String}()
    function progress(_...)
        GC.gc(false)
        return !isempty(zeros(1000))
    end
    for _ in 1:2
        push!(digests, RunForge.digest(RunForge.train(iris(), config("logistic"); progress=progress)))
        GC.gc()
    end
    return digests
end

function dropped_in_each_order()
    for order in ((1, 2, 3), (1, 3, 2), (2, 1, 3), (2, 3, 1), (3, 1, 2), (3, 2, 1))
        dataset = iris()
        run = RunForge.train(dataset, config("logistic"))
        handles = (dataset, run, RunForge.model(run))
        foreach(i -> close(handles[i]), order)
    end
    GC.gc()
end

function bits(model, dataset)
    shares = RunForge.predict(model, dataset)[:, 71]
    return join((string(reinterpret(UInt64, share), base=16, pad=16) for share in shares), " ")
end

function main()
    RunForge.is_compatible() || error("librunforge is another version")
    dataset, built = iris(), built_table()
    run = RunForge.train(dataset, config("logistic"))
    println("run_digest.logistic ", RunForge.digest(run))
    println("run_digest.forest ", RunForge.digest(RunForge.train(dataset, config("forest"))))
    println("columns.content_digest ", RunForge.digest(built))
    json = String(RunForge.artifact(RunForge.train(built, config("columns")), "run.json"))
    println("columns.result_digest ", match(r"\"result_digest\": \"([0-9a-f]{64})\"", json).captures[1])
    statuses(dataset, run, built)
    println("cancel.thread ", stopped_by_a_task(dataset, config("endless")))
    println("callback.error ", error_of_a_callback(dataset))
    println("gc.digest ", join(under_collection(), " "))
    dropped_in_each_order()
    model = RunForge.model(run)
    println("predict.bits ", bits(model, dataset))
    close(dataset)
    close(run)
    close(run)  # once more is no harm
    dataset = run = nothing
    GC.gc()
    println("order.bits ", bits(model, iris()))
end

main()
