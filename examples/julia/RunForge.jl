# SPDX-License-Identifier: MIT
"""
RunForge for Julia, by ccall: the functions that train.jl needs, and a base to extend.

`close` frees a handle, in any order and more than once. A finalizer frees a handle that is not closed. A
failed call throws `RunForge.Failure`. A callback that throws stops its call, which then throws the same. The
declarations are compared with tests/abi/abi.json by the ctest test languages.declarations.
"""
module RunForge

const librunforge = "librunforge.so.0.1"
const Bytes = Union{Vector{UInt8}, Base.CodeUnits{UInt8, String}}

struct Hooks  # rf_hooks
    struct_size::UInt32
    log_level::Int32
    user::Ptr{Cvoid}
    progress::Ptr{Cvoid}
    log::Ptr{Cvoid}
    cancel::Ptr{Cvoid}
    max_bytes::UInt64
    threads::UInt32
    reserved0::UInt32
end

# Whether this module may use the loaded library: RF_ABI_VERSION and RF_VERSION_NUMBER of the header it was written for.
is_compatible() = ccall((:rf_abi_check, librunforge), Int32, (UInt32, UInt32), 0, 1000) == 0

"A failed call: status (a number), name (\"RF_E_DATA\"), code, message, details (JSON)."
struct Failure <: Exception
    status::Int32
    name::String
    code::String
    message::String
    details::String
end
Base.showerror(io::IO, e::Failure) = print(io, e.message, " [", e.code, "]")

"Calls `f(error)` and throws what it reports."
function call(f)
    error = Ref{Ptr{Cvoid}}(C_NULL)
    status = f(error)
    status == 0 && return
    name = ccall((:rf_status_name, librunforge), Cstring, (Int32,), status)
    code = ccall((:rf_error_code, librunforge), Cstring, (Ptr{Cvoid},), error[])
    message = ccall((:rf_error_message, librunforge), Cstring, (Ptr{Cvoid},), error[])
    details = ccall((:rf_error_details, librunforge), Cstring, (Ptr{Cvoid},), error[])
    failure = Failure(status, map(unsafe_string, (name, code, message, details))...)
    ccall((:rf_error_free, librunforge), Cvoid, (Ptr{Cvoid},), error[])
    throw(failure)
end

"What `f(made, error)` makes."
function made(f)
    out = Ref{Ptr{Cvoid}}(C_NULL)
    call(error -> f(out, error))
    return out[]
end

# doc: ownership
abstract type Handle end
Base.unsafe_convert(::Type{Ptr{Cvoid}}, h::Handle) = h.c  # so that ccall takes a handle, and keeps it alive meanwhile

function Base.close(h::Handle)
    c, h.c = h.c, C_NULL
    free(h, c)
    return nothing
end

for name in (:Cancel, :Dataset, :Builder, :Run, :Model, :Signer)
    @eval mutable struct $name <: Handle
        c::Ptr{Cvoid}
        $name(c::Ptr{Cvoid}) = finalizer(close, new(c))
    end
end
free(::Cancel, c) = ccall((:rf_cancel_free, librunforge), Cvoid, (Ptr{Cvoid},), c)
free(::Dataset, c) = ccall((:rf_dataset_free, librunforge), Cvoid, (Ptr{Cvoid},), c)
free(::Builder, c) = ccall((:rf_builder_free, librunforge), Cvoid, (Ptr{Cvoid},), c)
free(::Run, c) = ccall((:rf_run_free, librunforge), Cvoid, (Ptr{Cvoid},), c)
free(::Model, c) = ccall((:rf_model_free, librunforge), Cvoid, (Ptr{Cvoid},), c)
free(::Signer, c) = ccall((:rf_signer_free, librunforge), Cvoid, (Ptr{Cvoid},), c)
# doc: end

function take_blob(c)
    data = ccall((:rf_blob_data, librunforge), Ptr{Cvoid}, (Ptr{Cvoid},), c)
    size = ccall((:rf_blob_size, librunforge), Csize_t, (Ptr{Cvoid},), c)
    text = unsafe_string(Ptr{UInt8}(data), size)
    ccall((:rf_blob_free, librunforge), Cvoid, (Ptr{Cvoid},), c)
    return text
end

Cancel() = Cancel(made((o, e) -> ccall((:rf_cancel_new, librunforge), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Ptr{Cvoid}}), o, e)))
set(c::Cancel) = ccall((:rf_cancel_set, librunforge), Cvoid, (Ptr{Cvoid},), c)

# doc: callbacks
mutable struct Session
    progress::Any  # (stage, done, total) -> true to go on
    thrown::Any
end

function on_progress(user::Ptr{Cvoid}, stage::Cstring, done::UInt64, total::UInt64)::Int32
    session = unsafe_pointer_to_objref(user)::Session
    try
        return session.progress(unsafe_string(stage), done, total) ? 0 : 1
    catch thrown
        session.thrown = thrown
        return 1
    end
end

"Calls `f(hooks)`; throws what the progress callback threw."
function hooked(f; progress=nothing, cancel=nothing, threads=0, max_bytes=0)
    session = Session(progress, nothing)
    callback = progress === nothing ? C_NULL :
        @cfunction(on_progress, Int32, (Ptr{Cvoid}, Cstring, UInt64, UInt64))
    try
        GC.@preserve session cancel begin
            hooks = Hooks(sizeof(Hooks), 0, pointer_from_objref(session), callback, C_NULL,
                          cancel === nothing ? C_NULL : cancel.c, max_bytes, threads, 0)
            return f(Ref(hooks))
        end
    finally
        session.thrown === nothing || throw(session.thrown)
    end
end
# doc: end

load(path; hooks...) = hooked(; hooks...) do h
    Dataset(made((o, e) -> ccall((:rf_dataset_load, librunforge), Int32,
        (Cstring, Cstring, Csize_t, Ptr{Hooks}, Ptr{Ptr{Cvoid}}, Ptr{Ptr{Cvoid}}), path, C_NULL, 0, h, o, e)))
end
load_buffer(data::Bytes; hooks...) = hooked(; hooks...) do h
    Dataset(made((o, e) -> ccall((:rf_dataset_load_buffer, librunforge), Int32,
        (Ptr{Cvoid}, Csize_t, Cstring, Csize_t, Ptr{Hooks}, Ptr{Ptr{Cvoid}}, Ptr{Ptr{Cvoid}}),
        data, length(data), C_NULL, 0, h, o, e)))
end
rows(d::Dataset) = ccall((:rf_dataset_rows, librunforge), UInt64, (Ptr{Cvoid},), d)

function digest(d::Dataset)
    bytes = zeros(UInt8, 32)
    call(e -> ccall((:rf_dataset_digest, librunforge), Int32, (Ptr{Cvoid}, Ptr{UInt8}, Csize_t, Ptr{Ptr{Cvoid}}),
                    d, bytes, 32, e))
    return bytes2hex(bytes)
end

Builder() =
    Builder(made((o, e) -> ccall((:rf_builder_new, librunforge), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Ptr{Cvoid}}), o, e)))
dtype(::Type{Float64}) = 1
dtype(::Type{Float32}) = 2
dtype(::Type{Int64}) = 3
dtype(::Type{Int32}) = 4
dtype(::Type{Bool}) = 11

"Adds a column of numbers or booleans."
add(b::Builder, name, values::Vector{T}) where {T<:Union{Float64, Float32, Int64, Int32, Bool}} =
    call(e -> ccall((:rf_builder_add, librunforge), Int32,
                    (Ptr{Cvoid}, Cstring, Int32, Ptr{Cvoid}, Csize_t, Cssize_t, Ptr{UInt8}, Ptr{Ptr{Cvoid}}),
                    b, name, dtype(T), values, length(values), 0, C_NULL, e))

"Adds a column of texts; `nothing` is missing."
function add(b::Builder, name, values::Vector{<:Union{String, Nothing}})
    offsets, validity = zeros(Int64, length(values) + 1), zeros(UInt8, length(values) ÷ 8 + 1)
    for (i, value) in enumerate(values)
        offsets[i + 1] = offsets[i] + (value === nothing ? 0 : sizeof(value))
        value === nothing || (validity[(i - 1) ÷ 8 + 1] |= 0x01 << ((i - 1) % 8))
    end
    call(e -> ccall((:rf_builder_add_utf8, librunforge), Int32,
                    (Ptr{Cvoid}, Cstring, Cstring, Ptr{Int64}, Csize_t, Ptr{UInt8}, Ptr{Ptr{Cvoid}}),
                    b, name, join(filter(!isnothing, values)), offsets, length(values), validity, e))
end
finish(b::Builder) = Dataset(made((o, e) -> ccall((:rf_builder_finish, librunforge), Int32,
    (Ptr{Cvoid}, Cstring, Csize_t, Ptr{Ptr{Cvoid}}, Ptr{Ptr{Cvoid}}), b, C_NULL, 0, o, e)))

train(d::Dataset, config; hooks...) = hooked(; hooks...) do h
    Run(made((o, e) -> ccall((:rf_train, librunforge), Int32,
        (Ptr{Cvoid}, Cstring, Csize_t, Ptr{Hooks}, Ptr{Ptr{Cvoid}}, Ptr{Ptr{Cvoid}}),
        d, config, sizeof(config), h, o, e)))
end
open_run(directory) = Run(made((o, e) -> ccall((:rf_run_open, librunforge), Int32,
    (Cstring, Ptr{Ptr{Cvoid}}, Ptr{Ptr{Cvoid}}), directory, o, e)))

function artifact_names(r::Run)
    count = ccall((:rf_run_artifact_count, librunforge), UInt64, (Ptr{Cvoid},), r)
    name(i) = ccall((:rf_run_artifact_name, librunforge), Cstring, (Ptr{Cvoid}, UInt64), r, i - 1)
    return [unsafe_string(name(i)) for i in 1:count]
end

"A copy of a file's bytes."
function artifact(r::Run, name)
    data, size = Ref{Ptr{Cvoid}}(C_NULL), Ref{Csize_t}(0)
    GC.@preserve r begin
        call(e -> ccall((:rf_run_artifact, librunforge), Int32,
                        (Ptr{Cvoid}, Cstring, Ptr{Ptr{Cvoid}}, Ptr{Csize_t}, Ptr{Ptr{Cvoid}}), r, name, data, size, e))
        return copy(unsafe_wrap(Array, Ptr{UInt8}(data[]), size[]))
    end
end

function digest(r::Run)
    bytes = zeros(UInt8, 32)
    call(e -> ccall((:rf_run_digest, librunforge), Int32, (Ptr{Cvoid}, Ptr{UInt8}, Csize_t, Ptr{Ptr{Cvoid}}),
                    r, bytes, 32, e))
    return bytes2hex(bytes)
end
function metric(r::Run, name)
    value = Ref{Float64}(0)
    call(e -> ccall((:rf_run_metric, librunforge), Int32, (Ptr{Cvoid}, Cstring, Ptr{Float64}, Ptr{Ptr{Cvoid}}),
                    r, name, value, e))
    return value[]
end

"Writes the record below `parent` and gives its path."
emit(r::Run, parent) = take_blob(made((o, e) -> ccall((:rf_emit_artifacts, librunforge), Int32,
    (Ptr{Cvoid}, Cstring, Ptr{Cvoid}, Cstring, Csize_t, Ptr{Hooks}, Ptr{Ptr{Cvoid}}, Ptr{Ptr{Cvoid}}),
    r, parent, C_NULL, C_NULL, 0, C_NULL, o, e)))

model(r::Run) = Model(made((o, e) -> ccall((:rf_run_model, librunforge), Int32,
    (Ptr{Cvoid}, Ptr{Ptr{Cvoid}}, Ptr{Ptr{Cvoid}}), r, o, e)))
outputs(m::Model) = ccall((:rf_model_outputs, librunforge), UInt64, (Ptr{Cvoid},), m)

"Predictions, outputs x rows (a row of the table is a column here)."
function predict(m::Model, d::Dataset)
    out = zeros(outputs(m), rows(d))
    call(e -> ccall((:rf_predict, librunforge), Int32,
                    (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Hooks}, Ptr{Float64}, Csize_t, Ptr{Ptr{Cvoid}}, Ptr{Ptr{Cvoid}}),
                    m, d, C_NULL, out, length(out), C_NULL, e))
    return out
end

Signer() = Signer(made((o, e) -> ccall((:rf_signer_generate, librunforge), Int32,
    (Ptr{UInt8}, Csize_t, Ptr{Ptr{Cvoid}}, Ptr{Ptr{Cvoid}}), C_NULL, 0, o, e)))
save(s::Signer, path) =
    call(e -> ccall((:rf_signer_save, librunforge), Int32, (Ptr{Cvoid}, Cstring, Ptr{Ptr{Cvoid}}), s, path, e))

"The report on an emitted run; throws with status 8 where something does not hold."
function verify(directory)
    report = Ref{Ptr{Cvoid}}(C_NULL)
    try
        call(e -> ccall((:rf_verify_artifacts, librunforge), Int32,
                        (Cstring, Ptr{Cvoid}, Ptr{UInt8}, Csize_t, Ptr{Hooks}, Ptr{Ptr{Cvoid}}, Ptr{Ptr{Cvoid}}),
                        directory, C_NULL, C_NULL, 0, C_NULL, report, e))
        return take_blob(report[])
    catch
        report[] == C_NULL || take_blob(report[])
        rethrow()
    end
end

end
