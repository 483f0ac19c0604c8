// SPDX-License-Identifier: MIT
// NULL for every pointer of every function, sizes that lie, and hooks of other sizes: RF_E_ARGUMENT or a
// harmless answer, never a crash. misuse.py does the same to every function of abi.json, from without; here
// the sanitizers see it.
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <limits>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "abi_client.hpp"
#include "arrow_producer.hpp"

namespace rf::abi_test {
namespace {

/// Of what leaves nothing behind that is to be freed.
constexpr auto kNothing = [] {};

/// A pointer argument for which NULL means something.
template <typename T>
struct Optional {
  T value;
};
/// A pointer argument that must be there.
template <typename T>
struct Needed {
  T value;
};
template <typename T>
Needed(T) -> Needed<T>;
template <typename T>
Optional(T) -> Optional<T>;

template <typename T>
constexpr bool is_needed(const T&) {
  return false;
}
template <typename T>
constexpr bool is_needed(const Needed<T>&) {
  return true;
}
template <typename T>
T plain(T value, bool) {
  return value;
}
template <typename T>
T plain(Needed<T> argument, bool null) {
  return null ? T{} : argument.value;
}
template <typename T>
T plain(Optional<T> argument, bool null) {
  return null ? T{} : argument.value;
}
template <typename T>
constexpr bool kIsPointer = !std::is_arithmetic_v<T>;

template <typename Function, typename... Arguments, std::size_t... I>
rf_status call_with_null(Function function, const std::tuple<Arguments...>& arguments, std::size_t null,
                         rf_error** error, std::index_sequence<I...>) {
  return function(plain(std::get<I>(arguments), I == null)..., error);
}

/// Calls with NULL for each pointer in turn, with and without an error slot. `release` frees what a call that
/// went well handed out.
template <typename Function, typename Release, typename... Arguments>
void null_each(const char* name, Function function, Release release, Arguments... arguments) {
  const std::tuple<Arguments...> all(arguments...);
  const std::array needed = {is_needed(arguments)...};
  const std::array pointer = {kIsPointer<Arguments>...};
  constexpr auto kIndices = std::index_sequence_for<Arguments...>();
  for (std::size_t i = 0; i < needed.size(); ++i) {
    if (!pointer[i]) continue;
    SCOPED_TRACE(std::string(name) + ", NULL for argument " + std::to_string(i));
    auto* error = reinterpret_cast<rf_error*>(std::uintptr_t{1});
    const rf_status status = call_with_null(function, all, i, &error, kIndices);
    EXPECT_EQ(status, needed[i] ? RF_E_ARGUMENT : RF_OK) << told(status, error);
    EXPECT_EQ(rf_error_status(error), status);
    EXPECT_STREQ(rf_error_code(error), needed[i] ? "INVALID_ARGUMENT" : "");
    rf_error_free(error);
    if (status == RF_OK) release();
    EXPECT_EQ(call_with_null(function, all, i, nullptr, kIndices), status);
    if (status == RF_OK) release();
  }
}

class Misuse : public testing::Test {
 protected:
  Misuse() : run(train(dataset.get(), "{}")), model(model_of(run.get())) {
    std::filesystem::create_directories(folder);
  }
  ~Misuse() override { std::filesystem::remove_all(folder); }

  auto free_dataset() {
    return [this] { rf_dataset_free(std::exchange(made_dataset, nullptr)); };
  }
  auto free_run() {
    return [this] { rf_run_free(std::exchange(made_run, nullptr)); };
  }
  auto free_model() {
    return [this] { rf_model_free(std::exchange(made_model, nullptr)); };
  }
  auto free_blob() {
    return [this] { rf_blob_free(std::exchange(made_blob, nullptr)); };
  }

  const std::string csv = small_csv();
  const std::string folder = testing::TempDir() + std::to_string(::getpid()) + "_runforge_misuse_" +
                             std::to_string(reinterpret_cast<std::uintptr_t>(this));
  Dataset dataset = load_text(csv);
  Trained run;
  Model model;
  rf_hooks hooks = RF_HOOKS_INIT;
  rf_dataset* made_dataset = nullptr;
  rf_run* made_run = nullptr;
  rf_model* made_model = nullptr;
  rf_blob* made_blob = nullptr;
  rf_cancel* made_cancel = nullptr;
};

TEST_F(Misuse, NullIsRefusedByEachFunctionOfDatasets) {
  const std::string path = folder + "/table.csv";
  std::ofstream(path) << csv;
  null_each("rf_dataset_load", rf_dataset_load, free_dataset(), Needed{path.c_str()}, Optional{"{}"},
            RF_AUTO_LEN, Optional<const rf_hooks*>{&hooks}, Needed{&made_dataset});
  null_each("rf_dataset_load_buffer", rf_dataset_load_buffer, free_dataset(), Needed<const void*>{csv.data()},
            csv.size(), Optional{"{}"}, RF_AUTO_LEN, Optional<const rf_hooks*>{&hooks},
            Needed{&made_dataset});
  std::array<std::uint8_t, RF_DIGEST_SIZE> digest;
  null_each("rf_dataset_digest", rf_dataset_digest, kNothing, Needed<const rf_dataset*>{dataset.get()},
            Needed{digest.data()}, digest.size());
  null_each("rf_dataset_describe", rf_dataset_describe, free_blob(), Needed<const rf_dataset*>{dataset.get()},
            Optional{"{}"}, RF_AUTO_LEN, Needed{&made_blob});
  EXPECT_EQ(rf_dataset_rows(nullptr), 0u);
  EXPECT_EQ(rf_dataset_columns(nullptr), 0u);
  EXPECT_EQ(rf_dataset_column_name(nullptr, 0), nullptr);
  EXPECT_EQ(rf_dataset_column_kind(nullptr, 0), 0);
  EXPECT_EQ(rf_dataset_column_name(dataset.get(), 3), nullptr);
  EXPECT_EQ(rf_dataset_column_kind(dataset.get(), UINT64_MAX), 0);
  rf_dataset_free(nullptr);
}

TEST_F(Misuse, NullIsRefusedByEachFunctionOfBuilders) {
  rf_builder* made = nullptr;
  null_each(
      "rf_builder_new", rf_builder_new, [&] { rf_builder_free(std::exchange(made, nullptr)); },
      Needed{&made});
  const std::array<double, 3> values = {1, 2, 3};
  const std::array<std::int64_t, 4> offsets = {0, 1, 2, 3};
  const std::uint8_t validity = 7;
  // A fresh builder each time, as a name can be given once only.
  const auto fresh = [](auto function, rf_builder* b, auto... arguments) {
    rf_builder* builder = nullptr;
    EXPECT_EQ(rf_builder_new(&builder, nullptr), RF_OK);
    const Builder held(builder);
    return function(b == nullptr ? nullptr : builder, arguments...);
  };
  const auto add = [&](rf_builder* b, auto... arguments) { return fresh(rf_builder_add, b, arguments...); };
  const auto add_utf8 = [&](rf_builder* b, auto... arguments) {
    return fresh(rf_builder_add_utf8, b, arguments...);
  };
  ASSERT_EQ(rf_builder_new(&made, nullptr), RF_OK);
  const Builder held(made);
  null_each("rf_builder_add", add, kNothing, Needed{made}, Needed{"x"}, RF_F64,
            Needed<const void*>{values.data()}, std::size_t{3}, std::ptrdiff_t{0},
            Optional<const std::uint8_t*>{&validity});
  null_each("rf_builder_add_utf8", add_utf8, kNothing, Needed{made}, Needed{"x"}, Needed{"abc"},
            Needed<const std::int64_t*>{offsets.data()}, std::size_t{3},
            Optional<const std::uint8_t*>{&validity});
  const auto finish = [&](rf_builder* b, auto... arguments) {
    if (b != nullptr) {
      EXPECT_EQ(rf_builder_add(b, "x", RF_F64, values.data(), 3, 0, nullptr, nullptr), RF_OK);
    }
    return rf_builder_finish(b, arguments...);
  };
  null_each("rf_builder_finish", finish, free_dataset(), Needed{made}, Optional{"{}"}, RF_AUTO_LEN,
            Needed{&made_dataset});
  rf_builder_free(nullptr);
}

TEST_F(Misuse, NullIsRefusedByEachFunctionOfArrow) {
  const Node columns = struct_of({number_column<double>("x", "g", {1, 2, 3})});
  Producer producer = {columns, {columns}};
  ArrowArrayStream stream;
  ArrowSchema schema;
  ArrowArray batch;
  int opened = 0;
  const auto from_stream = [&](ArrowArrayStream* s, auto... arguments) {
    if (s != nullptr) producer.open(s), ++opened;
    return rf_dataset_from_arrow_stream(s, arguments...);
  };
  null_each("rf_dataset_from_arrow_stream", from_stream, free_dataset(), Needed{&stream}, Optional{"{}"},
            RF_AUTO_LEN, Optional<const rf_hooks*>{&hooks}, Needed{&made_dataset});
  EXPECT_EQ(producer.released.streams, opened) << "released, whatever was wrong with the call";
  Released released;
  int n_schemas = 0;
  int n_batches = 0;
  const auto from_arrow = [&](ArrowSchema* s, ArrowArray* a, auto... arguments) {
    if (s != nullptr) hand_out(columns, s, &released.schemas), ++n_schemas;
    if (a != nullptr) hand_out(columns, a, &released.arrays), ++n_batches;
    return rf_dataset_from_arrow(s, a, arguments...);
  };
  null_each("rf_dataset_from_arrow", from_arrow, free_dataset(), Needed{&schema}, Needed{&batch},
            Optional{"{}"}, RF_AUTO_LEN, Optional<const rf_hooks*>{&hooks}, Needed{&made_dataset});
  EXPECT_EQ(released.schemas, n_schemas);
  EXPECT_EQ(released.arrays, n_batches);
}

TEST_F(Misuse, NullIsRefusedByEachFunctionOfRuns) {
  null_each("rf_config_normalize", rf_config_normalize, free_blob(), Optional{"{}"}, RF_AUTO_LEN,
            Needed{&made_blob});
  null_each("rf_train", rf_train, free_run(), Needed<const rf_dataset*>{dataset.get()}, Optional{"{}"},
            RF_AUTO_LEN, Optional<const rf_hooks*>{&hooks}, Needed{&made_run});
  null_each("rf_emit_artifacts", rf_emit_artifacts, free_blob(), Needed<const rf_run*>{run.get()},
            Needed{folder.c_str()}, Optional<const rf_signer*>{nullptr}, Optional{"{}"}, RF_AUTO_LEN,
            Optional<const rf_hooks*>{&hooks}, Optional{&made_blob});
  rf_blob* directory = nullptr;
  ASSERT_EQ(rf_emit_artifacts(run.get(), folder.c_str(), nullptr, nullptr, 0, nullptr, &directory, nullptr),
            RF_OK);
  const Blob held(directory);
  const char* const emitted = static_cast<const char*>(rf_blob_data(directory));
  null_each("rf_run_open", rf_run_open, free_run(), Needed{emitted}, Needed{&made_run});
  null_each("rf_verify_artifacts", rf_verify_artifacts, free_blob(), Needed{emitted},
            Optional<const rf_dataset*>{dataset.get()}, static_cast<const std::uint8_t*>(nullptr),
            std::size_t{0}, Optional<const rf_hooks*>{&hooks}, Needed{&made_blob});
  const rf_statement any = RF_STATEMENT_ANY;
  null_each("rf_verify_artifacts_by", rf_verify_artifacts_by, free_blob(), Needed{emitted},
            Optional<const rf_dataset*>{dataset.get()}, static_cast<const std::uint8_t*>(nullptr),
            Optional{&any}, std::size_t{0}, Optional<const rf_hooks*>{&hooks}, Needed{&made_blob});
  null_each("rf_run_diagnostics", rf_run_diagnostics, free_blob(), Needed<const rf_run*>{run.get()},
            Needed{&made_blob});
  null_each("rf_run_reading_options", rf_run_reading_options, free_blob(), Needed<const rf_run*>{run.get()},
            Needed{&made_blob});
  null_each("rf_reproduce_artifacts", rf_reproduce_artifacts, free_blob(), Needed{emitted},
            Needed<const rf_dataset*>{dataset.get()}, Optional<const rf_signer*>{nullptr},
            Optional<const rf_hooks*>{&hooks}, Needed{&made_blob});
  null_each("rf_diff_artifacts", rf_diff_artifacts, free_blob(), Needed{emitted}, Needed{emitted},
            Needed{&made_blob});
  const void* data = nullptr;
  std::size_t size = 0;
  null_each("rf_run_artifact", rf_run_artifact, kNothing, Needed<const rf_run*>{run.get()},
            Needed{"run.json"}, Needed{&data}, Needed{&size});
  std::array<std::uint8_t, RF_DIGEST_SIZE> digest;
  null_each("rf_run_digest", rf_run_digest, kNothing, Needed<const rf_run*>{run.get()}, Needed{digest.data()},
            digest.size());
  double value = 0;
  null_each("rf_run_metric", rf_run_metric, kNothing, Needed<const rf_run*>{run.get()}, Needed{"accuracy"},
            Needed{&value});
  null_each("rf_run_model", rf_run_model, free_model(), Needed<const rf_run*>{run.get()},
            Needed{&made_model});
  null_each("rf_run_dataset_options", rf_run_dataset_options, free_blob(), Needed<const rf_run*>{run.get()},
            Needed{&made_blob});
  EXPECT_EQ(rf_run_artifact_count(nullptr), 0u);
  EXPECT_EQ(rf_run_artifact_name(nullptr, 0), nullptr);
  EXPECT_EQ(rf_run_id(nullptr), nullptr);
  EXPECT_EQ(rf_run_id(run.get()), nullptr) << "it was not opened";
  EXPECT_EQ(rf_run_artifact_name(run.get(), rf_run_artifact_count(run.get())), nullptr);
  rf_run_free(nullptr);
}

TEST_F(Misuse, NullIsRefusedByEachFunctionOfModels) {
  const std::string path = folder + "/model.safetensors";
  null_each("rf_model_save", rf_model_save, kNothing, Needed<const rf_model*>{model.get()},
            Needed{path.c_str()});
  ASSERT_EQ(rf_model_save(model.get(), path.c_str(), nullptr), RF_OK);
  null_each("rf_model_load", rf_model_load, free_model(), Needed{path.c_str()}, Needed{&made_model});
  const std::string bytes = read_file(path);
  null_each("rf_model_load_buffer", rf_model_load_buffer, free_model(), Needed<const void*>{bytes.data()},
            bytes.size(), Needed{&made_model});
  null_each("rf_model_serialize", rf_model_serialize, free_blob(), Needed<const rf_model*>{model.get()},
            Needed{&made_blob});
  null_each("rf_model_describe", rf_model_describe, free_blob(), Needed<const rf_model*>{model.get()},
            Needed{&made_blob});
  std::vector<double> out(48);
  null_each("rf_predict", rf_predict, free_blob(), Needed<const rf_model*>{model.get()},
            Needed<const rf_dataset*>{dataset.get()}, Optional<const rf_hooks*>{&hooks}, Needed{out.data()},
            out.size(), Optional{&made_blob});
  const std::array<double, 2> row = {1, 2};
  null_each("rf_predict_rows", rf_predict_rows, kNothing, Needed<const rf_model*>{model.get()},
            Needed{row.data()}, std::size_t{1}, std::size_t{2}, Needed{out.data()}, out.size());
  EXPECT_EQ(rf_model_inputs(nullptr), 0u);
  EXPECT_EQ(rf_model_outputs(nullptr), 0u);
  EXPECT_EQ(rf_model_output_name(nullptr, 0), nullptr);
  EXPECT_EQ(rf_model_output_name(model.get(), 2), nullptr);
  rf_model_free(nullptr);
}

TEST_F(Misuse, NullIsHarmlessForErrorsBlobsAndCancelFlags) {
  null_each(
      "rf_cancel_new", rf_cancel_new, [this] { rf_cancel_free(std::exchange(made_cancel, nullptr)); },
      Needed{&made_cancel});
  rf_cancel_set(nullptr);
  EXPECT_EQ(rf_cancel_is_set(nullptr), 0);
  rf_cancel_free(nullptr);
  EXPECT_EQ(rf_error_status(nullptr), RF_OK);
  EXPECT_STREQ(rf_error_message(nullptr), "");
  EXPECT_STREQ(rf_error_code(nullptr), "");
  EXPECT_STREQ(rf_error_details(nullptr), "{}");
  rf_error_free(nullptr);
  EXPECT_EQ(rf_blob_data(nullptr), nullptr);
  EXPECT_EQ(rf_blob_size(nullptr), 0u);
  rf_blob_free(nullptr);
  EXPECT_EQ(rf_schema(nullptr), nullptr);
  EXPECT_EQ(rf_schema("no such schema"), nullptr);
}

TEST_F(Misuse, TheLibrarySaysWhatItIs) {
  EXPECT_EQ(rf_version_number(), static_cast<std::uint32_t>(RF_VERSION_NUMBER));
  EXPECT_EQ(rf_abi_version(), static_cast<std::uint32_t>(RF_ABI_VERSION));
  EXPECT_EQ(std::string(rf_version_string()),
            std::to_string(RF_VERSION_MAJOR) + "." + std::to_string(RF_VERSION_MINOR) + "." +
                std::to_string(RF_VERSION_PATCH) + (RF_VERSION_DEV == 1 ? "-dev" : ""));
  EXPECT_EQ(rf_abi_check(RF_ABI_VERSION, RF_VERSION_NUMBER), RF_OK);
  EXPECT_EQ(rf_abi_check(RF_ABI_VERSION + 1, RF_VERSION_NUMBER), RF_E_UNSUPPORTED);
  EXPECT_EQ(rf_abi_check(RF_ABI_VERSION, RF_VERSION_NUMBER + 1), RF_E_UNSUPPORTED);
  EXPECT_EQ(rf_abi_check(RF_ABI_VERSION, 1000), RF_OK) << "0.1.0, of which nothing was taken away";
  EXPECT_EQ(rf_abi_check(RF_ABI_VERSION, 999), RF_E_UNSUPPORTED);
  EXPECT_EQ(rf_build_info()[0], '{');
  EXPECT_STREQ(rf_status_name(RF_E_MISMATCH), "RF_E_MISMATCH");
  EXPECT_STREQ(rf_status_name(4711), "RF_E_UNKNOWN");
}

TEST_F(Misuse, NullTextWithALengthIsRefused) {
  EXPECT_EQ(rf_train(dataset.get(), nullptr, 2, nullptr, &made_run, nullptr), RF_E_ARGUMENT);
  EXPECT_EQ(rf_config_normalize(nullptr, 2, &made_blob, nullptr), RF_E_ARGUMENT);
}

TEST_F(Misuse, NullIsRefusedByEachFunctionOfSigners) {
  rf_signer* made = nullptr;
  const auto free_signer = [&] { rf_signer_free(std::exchange(made, nullptr)); };
  std::array<std::uint8_t, 32> seed{1};
  std::array<std::uint8_t, 32> key{};
  null_each("rf_signer_generate", rf_signer_generate, free_signer, Optional{seed.data()}, seed.size(),
            Needed{&made});
  null_each("rf_signer_from_seed", rf_signer_from_seed, free_signer, Needed<const std::uint8_t*>{seed.data()},
            seed.size(), Needed{&made});
  const rf_sign_fn refuse = [](void*, const std::uint8_t*, std::size_t, std::uint8_t*) -> std::int32_t {
    return 1;
  };
  null_each("rf_signer_from_callback", rf_signer_from_callback, free_signer, Needed{refuse},
            Optional<void*>{&seed}, Needed<const std::uint8_t*>{key.data()}, key.size(), Needed{&made});
  ASSERT_EQ(rf_signer_from_seed(seed.data(), seed.size(), &made, nullptr), RF_OK);
  const Signer signer(std::exchange(made, nullptr));
  const std::string path = folder + "/key";
  const auto save_anew = [&](const rf_signer* s, const char* to, rf_error** error) {
    std::filesystem::remove(path);
    return rf_signer_save(s, to, error);
  };
  null_each("rf_signer_save", save_anew, kNothing, Needed<const rf_signer*>{signer.get()},
            Needed{path.c_str()});
  ASSERT_EQ(save_anew(signer.get(), path.c_str(), nullptr), RF_OK);
  null_each("rf_signer_load", rf_signer_load, free_signer, Needed{path.c_str()},
            Optional<const rf_hooks*>{&hooks}, Needed{&made});
  null_each("rf_signer_public_key", rf_signer_public_key, kNothing, Needed<const rf_signer*>{signer.get()},
            Needed{key.data()}, key.size());
  null_each("rf_signer_public_key_text", rf_signer_public_key_text, free_blob(),
            Needed<const rf_signer*>{signer.get()}, Needed{&made_blob});
  ASSERT_EQ(rf_signer_public_key_text(signer.get(), &made_blob, nullptr), RF_OK);
  const std::string public_path = path + ".pub";
  std::ofstream(public_path) << static_cast<const char*>(rf_blob_data(made_blob));
  free_blob()();
  null_each("rf_public_key_load", rf_public_key_load, kNothing, Needed{public_path.c_str()},
            Needed{key.data()}, key.size());
  null_each("rf_run_sign", rf_run_sign, free_blob(), Needed<const rf_run*>{run.get()},
            Needed<const rf_signer*>{signer.get()}, Needed{&made_blob});
  const auto emit_and_sign = [&](const char* directory, auto... arguments) {
    rf_blob* emitted = nullptr;
    EXPECT_EQ(rf_emit_artifacts(run.get(), folder.c_str(), nullptr, nullptr, 0, nullptr, &emitted, nullptr),
              RF_OK);
    const Blob held(emitted);
    return rf_sign_artifacts(directory == nullptr ? nullptr : static_cast<const char*>(rf_blob_data(emitted)),
                             arguments...);
  };
  null_each("rf_sign_artifacts", emit_and_sign, kNothing, Needed{"run"},
            Needed<const rf_signer*>{signer.get()}, Optional<const rf_hooks*>{&hooks});
  const auto emit_and_sign_with = [&](const char* directory, auto... arguments) {
    rf_blob* emitted = nullptr;
    EXPECT_EQ(rf_emit_artifacts(run.get(), folder.c_str(), nullptr, nullptr, 0, nullptr, &emitted, nullptr),
              RF_OK);
    const Blob held(emitted);
    return rf_sign_artifacts_with(
        directory == nullptr ? nullptr : static_cast<const char*>(rf_blob_data(emitted)), arguments...);
  };
  null_each("rf_sign_artifacts_with", emit_and_sign_with, kNothing, Needed{"run"},
            Optional<const rf_dataset*>{dataset.get()}, Needed<const rf_signer*>{signer.get()},
            Optional<const rf_hooks*>{&hooks});
  rf_signer_free(nullptr);
}

TEST_F(Misuse, AKeyIsAskedForAStatementThatThereIs) {
  const std::array<std::uint8_t, 32> key{};
  for (const rf_statement wanted : {RF_STATEMENT_ANY - 1, RF_STATEMENT_SIGNED + 1, INT32_MAX, INT32_MIN})
    EXPECT_EQ(
        rf_verify_artifacts_by(folder.c_str(), nullptr, key.data(), &wanted, 1, nullptr, &made_blob, nullptr),
        RF_E_ARGUMENT);
  EXPECT_EQ(made_blob, nullptr);
}

TEST_F(Misuse, KeysNeedTheirWholeRoom) {
  std::array<std::uint8_t, 32> bytes{};
  rf_signer* made = nullptr;
  EXPECT_EQ(rf_signer_generate(bytes.data(), 31, &made, nullptr), RF_E_ARGUMENT);
  EXPECT_EQ(rf_signer_from_seed(bytes.data(), 31, &made, nullptr), RF_E_ARGUMENT);
  EXPECT_EQ(rf_signer_from_seed(bytes.data(), 64, &made, nullptr), RF_E_ARGUMENT);
  EXPECT_EQ(made, nullptr);
  ASSERT_EQ(rf_signer_generate(nullptr, 0, &made, nullptr), RF_OK);
  const Signer signer(made);
  EXPECT_EQ(rf_signer_public_key(signer.get(), bytes.data(), 31, nullptr), RF_E_ARGUMENT);
  EXPECT_EQ(rf_verify_artifacts(folder.c_str(), nullptr, nullptr, 1, nullptr, &made_blob, nullptr),
            RF_E_ARGUMENT);
  EXPECT_EQ(
      rf_verify_artifacts(folder.c_str(), nullptr, bytes.data(), SIZE_MAX, nullptr, &made_blob, nullptr),
      RF_E_ARGUMENT);
  EXPECT_EQ(made_blob, nullptr);
}

TEST_F(Misuse, ADigestNeedsItsWholeRoom) {
  std::array<std::uint8_t, RF_DIGEST_SIZE> digest;
  EXPECT_EQ(rf_dataset_digest(dataset.get(), digest.data(), RF_DIGEST_SIZE - 1, nullptr), RF_E_ARGUMENT);
  EXPECT_EQ(rf_run_digest(run.get(), digest.data(), RF_DIGEST_SIZE - 1, nullptr), RF_E_ARGUMENT);
}

TEST_F(Misuse, SizesThatDoNotFitAreRefused) {
  std::vector<double> out(48);
  const std::array<double, 4> values = {1, 2, 3, 4};
  EXPECT_EQ(rf_predict(model.get(), dataset.get(), nullptr, out.data(), 47, nullptr, nullptr), RF_E_ARGUMENT);
  EXPECT_EQ(rf_predict_rows(model.get(), values.data(), 2, 2, out.data(), 3, nullptr), RF_E_ARGUMENT);
  EXPECT_EQ(rf_predict_rows(model.get(), values.data(), 1, 3, out.data(), out.size(), nullptr),
            RF_E_ARGUMENT);
  // Counts whose product does not fit in 64 bits must not look small.
  constexpr std::size_t kHuge = std::size_t{1} << 63;
  EXPECT_EQ(rf_predict_rows(model.get(), values.data(), kHuge, 2, out.data(), out.size(), nullptr),
            RF_E_ARGUMENT);
}

TEST_F(Misuse, InfiniteInputsAreRefused) {
  const std::array<double, 2> row = {1, std::numeric_limits<double>::infinity()};
  std::array<double, 2> out;
  EXPECT_EQ(rf_predict_rows(model.get(), row.data(), 1, 2, out.data(), out.size(), nullptr), RF_E_DATA);
}

TEST_F(Misuse, AModelFromItsSizeUnknownIsRefused) {
  const char bytes[] = "";
  EXPECT_EQ(rf_model_load_buffer(bytes, RF_AUTO_LEN, &made_model, nullptr), RF_E_ARGUMENT);
  EXPECT_EQ(rf_model_load_buffer(bytes, 0, &made_model, nullptr), RF_E_DATA);
}

std::int32_t count_call(void* user, const char*, std::uint64_t, std::uint64_t) {
  ++*static_cast<int*>(user);
  return 0;
}

TEST_F(Misuse, ShorterHooksAreFilledWithDefaults) {
  int calls = 0;
  hooks.user = &calls;
  hooks.progress = count_call;
  // What lies past struct_size is not the library's to read.
  std::memset(reinterpret_cast<char*>(&hooks) + offsetof(rf_hooks, log), 0xFF,
              sizeof hooks - offsetof(rf_hooks, log));
  hooks.struct_size = offsetof(rf_hooks, log);
  EXPECT_NE(train(dataset.get(), "{}", &hooks), nullptr);
  EXPECT_GT(calls, 0);
}

TEST_F(Misuse, LongerHooksPassOnlyWithAZeroTail) {
  struct {
    rf_hooks hooks = RF_HOOKS_INIT;
    std::uint64_t newer = 0;
  } longer;
  longer.hooks.struct_size = sizeof longer;
  EXPECT_EQ(rf_train(dataset.get(), nullptr, 0, &longer.hooks, &made_run, nullptr), RF_OK);
  free_run()();
  longer.newer = 1;
  EXPECT_EQ(rf_train(dataset.get(), nullptr, 0, &longer.hooks, &made_run, nullptr), RF_E_UNSUPPORTED);
}

TEST_F(Misuse, HooksThatMeanNothingHereAreRefused) {
  hooks.struct_size = 0;
  EXPECT_EQ(rf_train(dataset.get(), nullptr, 0, &hooks, &made_run, nullptr), RF_E_ARGUMENT);
  hooks = RF_HOOKS_INIT;
  hooks.reserved0 = 1;
  EXPECT_EQ(rf_train(dataset.get(), nullptr, 0, &hooks, &made_run, nullptr), RF_E_ARGUMENT);
  hooks = RF_HOOKS_INIT;
  hooks.threads = UINT32_MAX;
  EXPECT_EQ(rf_train(dataset.get(), nullptr, 0, &hooks, &made_run, nullptr), RF_E_ARGUMENT);
  EXPECT_EQ(made_run, nullptr);
}

}  // namespace
}  // namespace rf::abi_test
