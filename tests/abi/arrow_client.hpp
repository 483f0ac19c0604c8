// SPDX-License-Identifier: MIT
// What the Arrow tests share: taking what a producer has, and counting that everything came back.
#pragma once

#include <string>
#include <vector>

#include "abi_client.hpp"
#include "arrow_producer.hpp"

namespace rf::abi_test {

struct Taken {
  rf_status status = RF_OK;
  std::string code;
  std::string message;
  Dataset dataset;
};

inline Taken take_stream(Producer& producer, const char* options = nullptr, const rf_hooks* hooks = nullptr) {
  ArrowArrayStream stream;
  producer.released = {};
  producer.open(&stream);
  rf_dataset* dataset = nullptr;
  rf_error* error = nullptr;
  Taken taken;
  taken.status =
      rf_dataset_from_arrow_stream(&stream, options, options ? RF_AUTO_LEN : 0, hooks, &dataset, &error);
  taken.code = rf_error_code(error);
  taken.message = rf_error_message(error);
  taken.dataset.reset(dataset);
  rf_error_free(error);
  EXPECT_EQ(stream.release, nullptr);
  EXPECT_EQ(producer.released.streams, 1);
  return taken;
}

/// One batch, by the function for one batch.
inline Taken take(const Node& schema_node, const Node& batch_node, const char* options = nullptr) {
  ArrowSchema schema;
  ArrowArray batch;
  Released released;
  hand_out(schema_node, &schema, &released.schemas);
  hand_out(batch_node, &batch, &released.arrays);
  rf_dataset* dataset = nullptr;
  rf_error* error = nullptr;
  Taken taken;
  taken.status =
      rf_dataset_from_arrow(&schema, &batch, options, options ? RF_AUTO_LEN : 0, nullptr, &dataset, &error);
  taken.code = rf_error_code(error);
  taken.message = rf_error_message(error);
  taken.dataset.reset(dataset);
  rf_error_free(error);
  EXPECT_EQ(released.schemas, 1);
  EXPECT_EQ(released.arrays, 1);
  return taken;
}
inline Taken take(const Node& node, const char* options = nullptr) {
  return take(node, node, options);
}

inline std::string csv_digest(const std::string& csv) {
  return digest_of(load_text(csv).get());
}

/// The digest of a struct that must be readable.
inline std::string arrow_digest(const Node& node) {
  const Taken taken = take(node);
  EXPECT_EQ(taken.status, RF_OK) << taken.code << ": " << taken.message;
  return taken.status == RF_OK ? digest_of(taken.dataset.get()) : "";
}

}  // namespace rf::abi_test
