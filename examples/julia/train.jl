# SPDX-License-Identifier: MIT
# Trains on a CSV file with progress, looks at the result in memory, writes the record and predicts; then stops a
# training half-way, and shows how an error reads.
#
#   julia train.jl DATA.csv LABEL OUT_DIR      e.g.  julia train.jl iris.csv species runs
#
# Needs librunforge.so.0.1 where the loader finds it (LD_LIBRARY_PATH). Run by the ctest test examples.julia.
using Printf
include("RunForge.jl")

tell(e) = println("error $(e.status): $(e.message) [$(e.code)] $(e.details)")

function main(data, label, out)
    config = """{"label": "$label", "model": "random_forest", "seed": 7, "params": {"n_estimators": 50}}"""
    # doc: train
    function progress(stage, done, total)
        print(stderr, "\r$stage $done/$total   ")
        return true  # false would stop the call
    end
    dataset = RunForge.load(data)
    run = RunForge.train(dataset, config; progress=progress, threads=2)
    @printf("rows %d, accuracy %.4f\n", RunForge.rows(dataset), RunForge.metric(run, "accuracy"))
    println("run ", RunForge.digest(run))
    for name in RunForge.artifact_names(run)
        println("  $name $(length(RunForge.artifact(run, name))) bytes")
    end
    println("record ", RunForge.emit(run, out))
    model = RunForge.model(run)
    print("first row:")
    foreach(share -> @printf(" %.3f", share), RunForge.predict(model, dataset)[:, 1])
    println()
    # doc: end

    # doc: cancel
    reports = 0
    try
        RunForge.train(dataset, config; progress=(_...) -> (reports += 1) < 10)
    catch e
        println("stopped at report $reports: $(e.name)")
    end
    # doc: end

    # doc: error
    try
        RunForge.load_buffer(codeunits("a,b\n1,2\n3\n"))
    catch e
        e isa RunForge.Failure || rethrow()
        tell(e)
    end
    # doc: end
    foreach(close, (model, run, dataset))
end

RunForge.is_compatible() || error("librunforge is another version than RunForge.jl was written for")
try
    main(ARGS...)
catch e
    e isa RunForge.Failure || rethrow()
    tell(e)
    exit(1)
end
