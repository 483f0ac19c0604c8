// SPDX-License-Identifier: MIT
// Writes and reads the container. The reader checks every offset and shape before it returns a tensor. Pinned
// by tests/unit/artifact/safetensors_test.cpp and by an independent reader, read_safetensors.py.
#include "artifact/safetensors.hpp"

#include <algorithm>
#include <bit>
#include <optional>
#include <tuple>
#include <utility>

#include "core/text.hpp"
#include "json/parse.hpp"
#include "json/write.hpp"

namespace rf::artifact {
namespace {

static_assert(std::endian::native == std::endian::little, "tensors are written as they lie in memory");

struct DtypeInfo {
  Dtype dtype;
  std::string_view name;
  std::size_t size;
};
constexpr DtypeInfo kDtypes[] = {{Dtype::kU8, "U8", 1},
                                 {Dtype::kI32, "I32", 4},
                                 {Dtype::kU32, "U32", 4},
                                 {Dtype::kF64, "F64", 8},
                                 {Dtype::kI64, "I64", 8}};

constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kMaxHeaderBytes = kMostHeaderBytes;
/// A header has a few long texts and a few tensors. A text that needs more memory than this is not a header.
constexpr std::size_t kHeaderMemoryFactor = 4;
constexpr std::uint64_t kMaxCount = std::uint64_t{1} << 53;

const DtypeInfo& info(Dtype dtype) {
  return kDtypes[static_cast<std::size_t>(dtype)];
}

const DtypeInfo* find_dtype(std::string_view name) {
  const auto found = std::find_if(std::begin(kDtypes), std::end(kDtypes),
                                  [name](const DtypeInfo& dtype) { return dtype.name == name; });
  return found == std::end(kDtypes) ? nullptr : &*found;
}

std::optional<std::uint64_t> as_count(const json::Value& value) {
  if (!value.is_number()) return std::nullopt;
  const double number = value.as_number();
  if (!(number >= 0 && number < static_cast<double>(kMaxCount))) return std::nullopt;
  const auto count = static_cast<std::uint64_t>(number);
  if (static_cast<double>(count) != number) return std::nullopt;
  return count;
}

std::optional<std::vector<std::uint64_t>> as_counts(const json::Value* value) {
  if (value == nullptr || !value->is_array()) return std::nullopt;
  std::vector<std::uint64_t> counts;
  for (const json::Value& element : value->as_array()) {
    const auto count = as_count(element);
    if (!count) return std::nullopt;
    counts.push_back(*count);
  }
  return counts;
}

/// Whether the shape has exactly as many elements as the bytes hold.
bool fills(const std::vector<std::uint64_t>& shape, std::size_t element_size, std::uint64_t n_bytes) {
  std::uint64_t size = element_size;
  for (const std::uint64_t extent : shape) {
    if (extent != 0 && size > kMaxCount / extent) return false;
    size *= extent;
  }
  return size == n_bytes;
}

struct Placed {
  std::uint64_t begin;
  std::uint64_t end;
};

core::Result<Tensor> read_tensor(const std::string& name, const json::Value& entry, std::string_view data,
                                 Placed& placed) {
  const json::Value* dtype_name = entry.find("dtype");
  const DtypeInfo* dtype =
      dtype_name != nullptr && dtype_name->is_string() ? find_dtype(dtype_name->as_string()) : nullptr;
  const auto shape = as_counts(entry.find("shape"));
  const auto offsets = as_counts(entry.find("data_offsets"));
  if (dtype == nullptr || !shape || !offsets || offsets->size() != 2) {
    return invalid_model("the header's entry for tensor " + core::quoted(name) +
                         " lacks a known dtype, a shape or two data_offsets");
  }
  placed = {(*offsets)[0], (*offsets)[1]};
  if (placed.begin > placed.end || placed.end > data.size()) {
    return invalid_model("the offsets of tensor " + core::quoted(name) + " lie outside the file");
  }
  if (!fills(*shape, dtype->size, placed.end - placed.begin)) {
    return invalid_model("the shape of tensor " + core::quoted(name) + " does not fit its bytes");
  }
  return Tensor{dtype->dtype, *shape,
                data.substr(static_cast<std::size_t>(placed.begin),
                            static_cast<std::size_t>(placed.end - placed.begin))};
}

core::Result<> check_tiling(std::vector<Placed> placed, std::uint64_t data_size) {
  // total order: the result is only whether the tensors tile the file; equal places give the same answer
  std::sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) {
    return std::tie(a.begin, a.end) < std::tie(b.begin, b.end);
  });
  std::uint64_t end = 0;
  for (const Placed& tensor : placed) {
    if (tensor.begin != end) return invalid_model("the tensors overlap or leave a gap");
    end = tensor.end;
  }
  if (end != data_size) return invalid_model("bytes follow the last tensor");
  return {};
}

core::Result<json::Value> read_header(std::string_view bytes, std::string_view& data) {
  if (bytes.size() < kLengthBytes)
    return invalid_model("it has fewer than the 8 bytes that hold the length of its header");
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), kLengthBytes);
  if (length > kMaxHeaderBytes || length > bytes.size() - kLengthBytes) {
    return invalid_model("its header would be longer than the file or than 100 MB");
  }
  const auto header_bytes = static_cast<std::size_t>(length);
  data = bytes.substr(kLengthBytes + header_bytes);
  core::Result<json::Value> header =
      json::parse(bytes.substr(kLengthBytes, header_bytes), {.max_bytes = kMaxHeaderBytes,
                                                             .max_depth = 8,
                                                             .max_memory_factor = kHeaderMemoryFactor,
                                                             .free_memory = std::size_t{1} << 20});
  if (!header.ok()) return invalid_model("its header: " + header.error().message);
  if (!header->is_object()) return invalid_model("its header is not a JSON object");
  return header;
}

/// The parts of a file.
struct Layout {
  std::string head;                       ///< length and header
  std::vector<std::string_view> tensors;  ///< in the order of the file
  std::size_t size() const {
    std::size_t size = head.size();
    for (const std::string_view tensor : tensors) size += tensor.size();
    return size;
  }
};

Layout lay_out(const Container& container) {
  std::vector<const std::pair<const std::string, Tensor>*> order;
  for (const auto& tensor : container.tensors) order.push_back(&tensor);
  std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
    return info(a->second.dtype).size > info(b->second.dtype).size;
  });

  Layout layout;
  json::Value metadata = json::Value::object();
  for (const auto& [key, text] : container.metadata) metadata.set(key, text);
  json::Value header;
  header.set("__metadata__", std::move(metadata));
  std::uint64_t offset = 0;
  for (const auto* tensor : order) {
    const auto& [name, content] = *tensor;
    json::Value shape = json::Value::array();
    for (const std::uint64_t extent : content.shape) shape.push(extent);
    json::Value offsets = json::Value::array();
    offsets.push(offset).push(offset + content.bytes.size());
    offset += content.bytes.size();
    header.set(name, json::Value::object()
                         .set("dtype", info(content.dtype).name)
                         .set("shape", std::move(shape))
                         .set("data_offsets", std::move(offsets)));
    layout.tensors.push_back(content.bytes);
  }
  std::string text = json::canonical(header);
  text.resize((text.size() + kLengthBytes - 1) / kLengthBytes * kLengthBytes, ' ');
  const std::uint64_t length = text.size();
  layout.head.resize(kLengthBytes);
  std::memcpy(layout.head.data(), &length, kLengthBytes);
  layout.head += text;
  return layout;
}

}  // namespace

core::Error invalid_model(std::string what) {
  return {core::Code::kInvalidModel, "not a model that this library wrote: " + what, {}};
}

std::string write_safetensors(const Container& container) {
  const Layout layout = lay_out(container);
  std::string bytes;
  bytes.reserve(layout.size());
  bytes += layout.head;
  for (const std::string_view tensor : layout.tensors) bytes += tensor;
  return bytes;
}

bool are_safetensors_of(const Container& container, std::string_view bytes) {
  const Layout layout = lay_out(container);
  if (bytes.size() != layout.size() || !bytes.starts_with(layout.head)) return false;
  bytes.remove_prefix(layout.head.size());
  for (const std::string_view tensor : layout.tensors) {
    if (!bytes.starts_with(tensor)) return false;
    bytes.remove_prefix(tensor.size());
  }
  return true;
}

core::Result<> check_head(std::string_view head, std::uint64_t file_bytes) {
  if (head.size() < kLengthBytes)
    return invalid_model("it has fewer than the 8 bytes that hold the length of its header");
  std::uint64_t length = 0;
  std::memcpy(&length, head.data(), kLengthBytes);
  if (length > kMaxHeaderBytes || length > file_bytes - kLengthBytes)
    return invalid_model("its header would be longer than the file or than 100 MB");
  if (length == 0 || head.size() <= kLengthBytes || head[kLengthBytes] != '{')
    return invalid_model("its header is not a JSON object");
  return {};
}

core::Result<Container> read_safetensors(std::string_view bytes) {
  std::string_view data;
  RF_ASSIGN(const json::Value header, read_header(bytes, data));
  Container container;
  std::vector<Placed> placed;
  for (const auto& [name, entry] : header.as_object()) {
    if (name == "__metadata__") {
      if (!entry.is_object()) return invalid_model("its __metadata__ is not an object");
      for (const auto& [key, text] : entry.as_object()) {
        if (!text.is_string()) return invalid_model("its __metadata__ holds more than texts");
        container.metadata[key] = text.as_string();
      }
      continue;
    }
    RF_ASSIGN(container.tensors[name], read_tensor(name, entry, data, placed.emplace_back()));
  }
  RF_TRY(check_tiling(std::move(placed), data.size()));
  return container;
}

}  // namespace rf::artifact
