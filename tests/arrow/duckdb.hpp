// SPDX-License-Identifier: MIT
// The few functions of DuckDB's C API that make Arrow data of a query, found in a libduckdb.so at run time.
// Declared here after DuckDB's documentation of its C API, as the package brings no header.
#pragma once

#include <dlfcn.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "abi/arrow_c_data.h"

namespace rf::duckdb_test {

using Handle = void*;

/// duckdb_result: passed by value, its members its own business.
struct Result {
  std::uint64_t counts[3];
  void* columns;
  char* message;
  void* internal;
};

class Library {
 public:
  explicit Library(const std::string& path) : handle_(::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (handle_ == nullptr) throw std::runtime_error(::dlerror());
    find(open, "duckdb_open");
    find(close, "duckdb_close");
    find(connect, "duckdb_connect");
    find(disconnect, "duckdb_disconnect");
    find(query, "duckdb_query");
    find(result_error, "duckdb_result_error");
    find(destroy_result, "duckdb_destroy_result");
    find(column_count, "duckdb_column_count");
    find(column_name, "duckdb_column_name");
    find(column_logical_type, "duckdb_column_logical_type");
    find(destroy_logical_type, "duckdb_destroy_logical_type");
    find(result_get_arrow_options, "duckdb_result_get_arrow_options");
    find(destroy_arrow_options, "duckdb_destroy_arrow_options");
    find(to_arrow_schema, "duckdb_to_arrow_schema");
    find(fetch_chunk, "duckdb_fetch_chunk");
    find(destroy_data_chunk, "duckdb_destroy_data_chunk");
    find(data_chunk_to_arrow, "duckdb_data_chunk_to_arrow");
    find(error_data_has_error, "duckdb_error_data_has_error");
    find(destroy_error_data, "duckdb_destroy_error_data");
  }

  int (*open)(const char*, Handle*);
  void (*close)(Handle*);
  int (*connect)(Handle, Handle*);
  void (*disconnect)(Handle*);
  int (*query)(Handle, const char*, Result*);
  const char* (*result_error)(Result*);
  void (*destroy_result)(Result*);
  std::uint64_t (*column_count)(Result*);
  const char* (*column_name)(Result*, std::uint64_t);
  Handle (*column_logical_type)(Result*, std::uint64_t);
  void (*destroy_logical_type)(Handle*);
  Handle (*result_get_arrow_options)(Result*);
  void (*destroy_arrow_options)(Handle*);
  Handle (*to_arrow_schema)(Handle, Handle*, const char**, std::uint64_t, ArrowSchema*);
  Handle (*fetch_chunk)(Result);
  void (*destroy_data_chunk)(Handle*);
  Handle (*data_chunk_to_arrow)(Handle, Handle, ArrowArray*);
  bool (*error_data_has_error)(Handle);
  void (*destroy_error_data)(Handle*);

 private:
  template <class Function>
  void find(Function& function, const char* name) {
    function = reinterpret_cast<Function>(::dlsym(handle_, name));
    if (function == nullptr) throw std::runtime_error(std::string("libduckdb.so has no ") + name);
  }
  void* handle_;
};

/// A database in memory.
class Database {
 public:
  explicit Database(const Library& loaded) : library(loaded) {
    if (library.open(nullptr, &database_) != 0 || library.connect(database_, &connection_) != 0)
      throw std::runtime_error("DuckDB does not open");
  }
  ~Database() {
    library.disconnect(&connection_);
    library.close(&database_);
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  Result query(const std::string& sql) {
    Result result = {};
    if (library.query(connection_, sql.c_str(), &result) != 0)
      throw std::runtime_error(sql + ": " + library.result_error(&result));
    return result;
  }
  void run(const std::string& sql) {
    Result result = query(sql);
    library.destroy_result(&result);
  }

  const Library& library;

 private:
  Handle database_ = nullptr;
  Handle connection_ = nullptr;
};

/// The rows of a query as a stream; lives as long as the stream.
class QueryStream {
 public:
  QueryStream(Database& database, const std::string& sql)
      : library_(database.library),
        result_(database.query(sql)),
        options_(library_.result_get_arrow_options(&result_)) {}
  ~QueryStream() {
    library_.destroy_arrow_options(&options_);
    library_.destroy_result(&result_);
  }
  QueryStream(const QueryStream&) = delete;
  QueryStream& operator=(const QueryStream&) = delete;

  ArrowArrayStream open() {
    return {[](ArrowArrayStream* s, ArrowSchema* out) {
              return static_cast<QueryStream*>(s->private_data)->schema(out);
            },
            [](ArrowArrayStream* s, ArrowArray* out) {
              return static_cast<QueryStream*>(s->private_data)->next(out);
            },
            [](ArrowArrayStream*) -> const char* { return nullptr; },
            [](ArrowArrayStream* s) { s->release = nullptr; }, this};
  }
  std::size_t n_batches() const { return n_batches_; }

 private:
  int verdict(Handle error) {
    const bool failed = error != nullptr && library_.error_data_has_error(error);
    if (error != nullptr) library_.destroy_error_data(&error);
    return failed ? 5 : 0;
  }

  int schema(ArrowSchema* out) {
    const std::uint64_t n = library_.column_count(&result_);
    std::vector<Handle> types;
    std::vector<const char*> names;
    for (std::uint64_t i = 0; i < n; ++i) {
      types.push_back(library_.column_logical_type(&result_, i));
      names.push_back(library_.column_name(&result_, i));
    }
    const int failed = verdict(library_.to_arrow_schema(options_, types.data(), names.data(), n, out));
    for (Handle& type : types) library_.destroy_logical_type(&type);
    return failed;
  }

  int next(ArrowArray* out) {
    out->release = nullptr;
    Handle chunk = library_.fetch_chunk(result_);
    if (chunk == nullptr) return 0;
    const int failed = verdict(library_.data_chunk_to_arrow(options_, chunk, out));
    library_.destroy_data_chunk(&chunk);
    ++n_batches_;
    return failed;
  }

  const Library& library_;
  Result result_;
  Handle options_;
  std::size_t n_batches_ = 0;
};

}  // namespace rf::duckdb_test
