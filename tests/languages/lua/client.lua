-- SPDX-License-Identifier: MIT
-- The client in LuaJIT. Its steps stand in ../client_test.py.
local here = arg[0]:match("^(.*)/")
package.path = here .. "/?.lua;" .. package.path
local ffi = require("ffi")
local runforge = require("runforge")
local inputs, scratch = arg[1], arg[2]

local function read(name)
  local file = assert(io.open(inputs .. "/" .. name, "rb"))
  local bytes = file:read("*a")
  file:close()
  return bytes
end
local function config(name) return read(name .. ".json") end
local function iris() return runforge.load_buffer(read("iris.csv")) end

local function built_table()
  local a, b, c, d, label = {}, {}, {}, {}, {}
  local colours = {"red", "green", "bl\195\188e"}
  for i = 0, 59 do
    a[i + 1] = i * 7 % 11 * 0.5
    b[i + 1] = i * 5 % 13
    c[i + 1] = i % 10 ~= 9 and colours[i % 3 + 1]
    d[i + 1] = i % 4 == 0 and 1 or 0
    label[i + 1] = i * 7 % 11 > 5 and "yes" or "no"
  end
  local builder = runforge.builder()
  runforge.add(builder, "a", runforge.F64, "double", a)
  runforge.add(builder, "b", runforge.I32, "int32_t", b)
  runforge.add_text(builder, "c", c)
  runforge.add(builder, "d", runforge.BOOL8, "uint8_t", d)
  runforge.add_text(builder, "label", label)
  return runforge.finish(builder)
end

local function failure(number, f, ...)
  local went_well, told = pcall(f, ...)
  assert(not went_well, "status " .. number .. " did not come")
  if type(told) ~= "table" then error(told, 0) end
  assert(told.status == number and #told.message > 0 and told.details:sub(1, 1) == "{", told.message)
  print(("status.%d %s %s"):format(number, told.name, told.code))
end

local function statuses(dataset, run, built)
  local reports = 0
  failure(1, runforge.metric, run, "none")
  failure(2, runforge.train, dataset, config("no_label"))
  failure(3, runforge.load_buffer, "a,b\n1\n")
  failure(4, runforge.load, inputs .. "/none.csv")
  failure(5, runforge.train, runforge.load(inputs .. "/levels.csv"), config("columns"))
  failure(6, runforge.train, dataset, config("endless"), {progress = function()
    reports = reports + 1
    return reports == 10
  end})
  print("cancel.callback " .. reports)
  failure(7, runforge.train, runforge.load(inputs .. "/numeric.csv"), config("numeric"))
  local emitted = runforge.emit(run, scratch)
  assert(runforge.verify(emitted):find("passed"))
  local file = assert(io.open(emitted .. "/metrics.v1.json", "ab"))
  file:write(" ")
  file:close()
  failure(8, runforge.verify, emitted)
  failure(9, runforge.open, inputs .. "/newer_run")
  failure(10, runforge.train, dataset, config("forest"), {max_bytes = 1})
  local signer = runforge.signer()
  runforge.save(signer, scratch .. "/key")
  failure(11, runforge.save, signer, scratch .. "/key")
  failure(12, runforge.predict, runforge.model(run), built)
end

local function error_of_a_callback(dataset)
  local thrown = {}
  local progress = function() error(thrown, 0) end
  local went_well, told = pcall(runforge.train, dataset, config("endless"), {progress = progress})
  return not went_well and told == thrown and "kept" or "lost"
end

-- A whole collection in each callback and between calls, with an incremental one at every allocation in between.
local function under_collection()
  collectgarbage("setpause", 1)
  collectgarbage("setstepmul", 10000)
  local digests = {}
  for _ = 1, 3 do
    local run = runforge.train(iris(), config("logistic"), {progress = function()
      collectgarbage()
      return false
    end})
    digests[runforge.run_digest(run)] = true
    run = nil
    collectgarbage()
  end
  local found = {}
  for digest in pairs(digests) do found[#found + 1] = digest end
  return table.concat(found, " ")
end

local function dropped_in_each_order()
  local nouns = {"dataset", "run", "model"}
  for _, order in ipairs({{1, 2, 3}, {1, 3, 2}, {2, 1, 3}, {2, 3, 1}, {3, 1, 2}, {3, 2, 1}}) do
    local dataset = iris()
    local run = runforge.train(dataset, config("logistic"))
    local handles = {dataset, run, runforge.model(run)}
    for _, i in ipairs(order) do runforge.free(handles[i], nouns[i]) end
  end
end

local function bits(model, dataset)
  local shares = runforge.predict(model, dataset)
  local words = {}
  for i = 0, 2 do
    local value = ffi.new("union { double number; uint32_t half[2]; }", shares[210 + i])
    words[i + 1] = ("%08x%08x"):format(value.half[1], value.half[0])
  end
  return table.concat(words, " ")
end

local dataset, built = iris(), built_table()
local run = runforge.train(dataset, config("logistic"))
print("run_digest.logistic " .. runforge.run_digest(run))
print("run_digest.forest " .. runforge.run_digest(runforge.train(dataset, config("forest"))))
print("columns.content_digest " .. runforge.dataset_digest(built))
local json = runforge.artifact(runforge.train(built, config("columns")), "run.json")
print("columns.result_digest " .. json:match('"result_digest": "(%x+)"'))
statuses(dataset, run, built)
print("callback.error " .. error_of_a_callback(dataset))
print("gc.digest " .. under_collection())
dropped_in_each_order()
local model = runforge.model(run)
print("predict.bits " .. bits(model, dataset))
runforge.free(dataset, "dataset")
runforge.free(run, "run")
dataset, run = nil, nil
collectgarbage()
print("order.bits " .. bits(model, iris()))
