// SPDX-License-Identifier: MIT
// Reads tables of the Arrow C data interface, copying them as they arrive. docs/formats/memory.md; pinned by
// tests/abi/arrow_test.cpp and arrow_hostile_test.cpp.
#pragma once

#include "core/context.hpp"
#include "core/float_environment.hpp"
#include "core/result.hpp"
#include "memory/arrow_c_data.hpp"
#include "table/dataset.hpp"

namespace rf::memory {

/// Releases a structure that a caller handed over, once, whatever happens. All of the producer's code runs in
/// the caller's floating-point environment, and so does the release. `environment` may be null.
template <class Structure>
class ArrowOwner {
 public:
  ArrowOwner(Structure* structure, const core::DefaultFloatEnvironment* environment)
      : structure_(structure), environment_(environment) {}
  ~ArrowOwner() { release(); }
  ArrowOwner(const ArrowOwner&) = delete;
  ArrowOwner& operator=(const ArrowOwner&) = delete;

  void release() {
    if (structure_ == nullptr || structure_->release == nullptr) return;
    const core::DefaultFloatEnvironment::Suspended suspended(environment_);
    structure_->release(structure_);
    structure_->release = nullptr;  // as a producer should have done
  }

 private:
  Structure* structure_;
  const core::DefaultFloatEnvironment* environment_;
};

/// Drains a stream of struct batches. Neither function releases its arguments: their ArrowOwner does. The
/// schema and batches that the stream hands out are released here. INVALID_ARROW, ARROW_STREAM_FAILED,
/// UNSUPPORTED_TYPE and the errors of TypedColumn and TypedTable. Progress stage "load", in rows, the total
/// unknown.
core::Result<table::Dataset> read_arrow_stream(ArrowArrayStream& stream, const table::ReadingOptions& options,
                                               core::Context& context,
                                               const core::DefaultFloatEnvironment* environment);

/// Reads one struct batch.
core::Result<table::Dataset> read_arrow(const ArrowSchema& schema, const ArrowArray& batch,
                                        const table::ReadingOptions& options, core::Context& context);

}  // namespace rf::memory
