// SPDX-License-Identifier: MIT
// Out of memory at the n-th request, for every n, in every function that makes something: RF_E_NOMEM, no
// leak, no abort, nothing half on disk, and the next call works. Threads that cannot be had change nothing.
// exhaust.hpp tries; each number of tries is printed, as a loop that ends early would show nothing.
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "abi/arrow_producer.hpp"
#include "abi/exhaust.hpp"

namespace rf::abi_test {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;

/// Two numbers, one of them missing at times, a category and two classes.
std::string tiny_csv() {
  std::string text = "a,b,c,label\n";
  for (int i = 0; i < 24; ++i)
    text += std::to_string(i * 7 % 11) + "," + (i % 9 == 0 ? ""s : std::to_string(i * 5 % 13)) + "," +
            "xyz"[i % 3] + "," + std::to_string((i * 7 % 11) > 5) + "\n";
  return text;
}

/// "a,label\n" and four times "1,x\n2,y\n", compressed.
const std::string kGzip(
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x4b\xd4\xc9\x49\x4c\x4a\xcd\xe1\x32\xd4\xa9\xe0\x32\xd2\xa9\xc4"
    "\x49\x03"
    "\x00\x1e\x73\xd9\xd5\x28\x00\x00\x00",
    37);
const std::string kZstd(
    "\x28\xb5\x2f\xfd\x20\x28\xad\x00\x00\x78\x61\x2c\x6c\x61\x62\x65\x6c\x0a\x31\x2c\x78\x0a\x32\x2c\x79\x01"
    "\x00\x97"
    "\x5b\x07",
    30);

const char* const kForest =
    R"({"model": "random_forest", "missing": {"policy": "native"}, "params": {"n_estimators": 2, "max_depth": 2}})";

// Why a trial cannot have each refusal in a child.
constexpr bool kWritesFiles = false;
constexpr bool kStartsThreads = false;
constexpr auto kLong = Trial::Size::kLong;
constexpr auto kComposed = Trial::Size::kComposed;

/// Hooks of a host that hears everything, and asks for no memory over it.
const rf_hooks* listening() {
  static const rf_hooks hooks = [] {
    rf_hooks all = RF_HOOKS_INIT;
    all.log_level = RF_LOG_DEBUG;
    all.progress = [](void*, const char*, std::uint64_t, std::uint64_t) -> std::int32_t { return 0; };
    all.log = [](void*, rf_log_level, const char*, const char*) {};
    return all;
  }();
  return &hooks;
}

class Faults : public testing::Test {
 protected:
  void SetUp() override {
    if (!system_can_fail()) GTEST_SKIP() << "a sanitizer or another C library is in the place of malloc";
    fs::create_directories(folder_ / "runs");
  }
  void TearDown() override { fs::remove_all(folder_); }

  void exhaust(const Trial& trial, Scarce what = Scarce::kMemory) {
    for (const auto extent : {Failing::Extent::kOne, Failing::Extent::kAllAfter}) {
      if (trial.in_part() && trial.in_children && extent == Failing::Extent::kAllAfter && !every_fault())
        continue;
      const auto began = std::chrono::steady_clock::now();
      const Trials trials = Exhaustion(trial, what, extent).run();
      const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
      std::cout << trial.name << (extent == Failing::Extent::kOne ? ", one" : ", all after") << ": "
                << trials.refused << " refusals, " << trials.got_over << " got over, "
                << static_cast<int>(took.count()) << " ms\n";
    }
  }

  template <auto kFree, class Handle, class Told>
  void exhaust_maker(const char* name, std::function<rf_status(Handle**, rf_error**)> call, Told tell,
                     Trial::Size size = Trial::Size::kShort) {
    Handle* made = nullptr;
    exhaust({name,
             [&](rf_error** error) {
               made = reinterpret_cast<Handle*>(std::uintptr_t{1});
               const rf_status status = call(&made, error);
               EXPECT_TRUE(status == RF_OK || made == nullptr)
                   << name << " failed and left something in its result";
               return status;
             },
             [&] {
               const std::unique_ptr<Handle, Freed<kFree>> held(std::exchange(made, nullptr));
               return std::string(tell(held.get()));
             },
             RF_OK, true, size});
  }
  void exhaust_blob(const char* name, std::function<rf_status(rf_blob**, rf_error**)> call,
                    Trial::Size size = Trial::Size::kShort) {
    const auto text = [](const rf_blob* blob) {
      return std::string_view(static_cast<const char*>(rf_blob_data(blob)), rf_blob_size(blob));
    };
    exhaust_maker<rf_blob_free, rf_blob>(name, std::move(call), text, size);
  }
  void exhaust_dataset(const char* name, std::function<rf_status(rf_dataset**, rf_error**)> call) {
    exhaust_maker<rf_dataset_free, rf_dataset>(name, std::move(call), digest_of);
  }

  fs::path folder_ = fs::path(testing::TempDir()) / (std::to_string(::getpid()) + "_runforge_faults");
  const std::string csv_ = tiny_csv();
};

TEST_F(Faults, LoadingCsv) {
  exhaust_dataset("rf_dataset_load_buffer", [&](rf_dataset** out, rf_error** error) {
    return rf_dataset_load_buffer(csv_.data(), csv_.size(), R"({"kinds": {"c": "category"}})", RF_AUTO_LEN,
                                  nullptr, out, error);
  });
  const std::pair<const char*, const std::string*> files[] = {
      {"t.csv", &csv_}, {"t.csv.gz", &kGzip}, {"t.csv.zst", &kZstd}};
  for (const auto& [name, bytes] : files) {
    const std::string path = folder_ / name;
    std::ofstream(path, std::ios::binary) << *bytes;
    exhaust_dataset(name, [&](rf_dataset** out, rf_error** error) {
      return rf_dataset_load(path.c_str(), nullptr, 0, listening(), out, error);
    });
  }
}

TEST_F(Faults, LoadingColumns) {
  const std::array<double, 4> numbers = {1, 2, 3, 4};
  const std::array<std::int64_t, 5> offsets = {0, 1, 2, 3, 4};
  const std::uint8_t validity = 13;
  exhaust_dataset("rf_builder_*", [&](rf_dataset** out, rf_error** error) {
    rf_builder* builder = nullptr;
    *out = nullptr;
    rf_status status = rf_builder_new(&builder, error);
    if (status == RF_OK)
      status = rf_builder_add(builder, "a", RF_F64, numbers.data(), 4, 0, &validity, error);
    if (status == RF_OK)
      status = rf_builder_add_utf8(builder, "c", "xyxy", offsets.data(), 4, nullptr, error);
    if (status == RF_OK) status = rf_builder_finish(builder, nullptr, 0, out, error);
    rf_builder_free(builder);
    return status;
  });
  const Node batch =
      struct_of({number_column<double>("a", "g", {1, 2, 3, 4}, {true, false, true, true}),
                 text_column("c", {"x", std::nullopt, "y", "x"}),
                 coded_column<std::int8_t>("d", "c", {0, 1, 0, 1}, text_column("", {"p", "q"}))});
  Released released;
  int handed_out = 0;
  exhaust_dataset("rf_dataset_from_arrow", [&](rf_dataset** out, rf_error** error) {
    ArrowSchema schema;
    ArrowArray array;
    {
      const Spared spared;
      hand_out(batch, &schema, &released.schemas);
      hand_out(batch, &array, &released.arrays);
      ++handed_out;
    }
    return rf_dataset_from_arrow(&schema, &array, nullptr, 0, nullptr, out, error);
  });
  EXPECT_EQ(released.schemas, handed_out);
  EXPECT_EQ(released.arrays, handed_out);
}

TEST_F(Faults, DrainingAStream) {
  const Node batch = struct_of({number_column<double>("a", "g", {1, 2}), text_column("c", {"x", "y"})});
  Producer producer = {batch, {batch, batch}};
  ArrowArrayStream hosts;
  int opened = 0;
  exhaust_dataset("rf_dataset_from_arrow_stream", [&](rf_dataset** out, rf_error** error) {
    producer.open(&hosts);
    ++opened;
    ArrowArrayStream stream = {[](ArrowArrayStream* s, ArrowSchema* schema) {
                                 const Spared spared;
                                 auto* of_host = static_cast<ArrowArrayStream*>(s->private_data);
                                 return of_host->get_schema(of_host, schema);
                               },
                               [](ArrowArrayStream* s, ArrowArray* array) {
                                 const Spared spared;
                                 auto* of_host = static_cast<ArrowArrayStream*>(s->private_data);
                                 return of_host->get_next(of_host, array);
                               },
                               nullptr,
                               [](ArrowArrayStream* s) {
                                 auto* of_host = static_cast<ArrowArrayStream*>(s->private_data);
                                 of_host->release(of_host);
                                 s->release = nullptr;
                               },
                               &hosts};
    return rf_dataset_from_arrow_stream(&stream, nullptr, 0, nullptr, out, error);
  });
  EXPECT_EQ(producer.released.streams, opened);
}

TEST_F(Faults, LookingAtData) {
  exhaust_blob("rf_config_normalize", [](rf_blob** out, rf_error** error) {
    return rf_config_normalize(kForest, RF_AUTO_LEN, out, error);
  });
  const Dataset described = load_text(csv_);
  exhaust_blob("rf_dataset_describe", [&](rf_blob** out, rf_error** error) {
    return rf_dataset_describe(described.get(), "{}", 2, out, error);
  });
  std::array<std::uint8_t, RF_DIGEST_SIZE> digest{};
  exhaust({"rf_dataset_digest",
           [&](rf_error** error) {
             rf_dataset* fresh = nullptr;
             {
               const Spared spared;
               fresh = load_text(csv_).release();
             }
             const Dataset held(fresh);
             return rf_dataset_digest(fresh, digest.data(), digest.size(), error);
           },
           [&] { return std::string(digest.begin(), digest.end()); }});
}

TEST_F(Faults, Training) {
  const Dataset dataset = load_text(csv_);
  const char* const configs[] = {
      kForest,
      R"({"missing": {"policy": "fill"}, "params": {"max_iter": 20}})",
      R"({"model": "linear_svc", "missing": {"policy": "fill"}, "params": {"max_iter": 20}})",
      R"({"label": "a", "model": "ridge_regression"})",
      R"({"model": "decision_tree", "missing": {"policy": "native"}, "params": {"max_depth": 2}})",
      R"({"model": "gradient_boosting", "missing": {"policy": "native"}, "params": {"n_estimators": 2}})"};
  const std::size_t n_tried = every_fault() ? std::size(configs) : 2;
  std::cout << n_tried << " of " << std::size(configs)
            << " families; RUNFORGE_EVERY_FAULT=1 tries all, and more\n";
  for (const char* config : std::span(configs, n_tried)) {
    exhaust_maker<rf_run_free, rf_run>(
        config,
        [&](rf_run** out, rf_error** error) {
          return rf_train(dataset.get(), config, RF_AUTO_LEN, listening(), out, error);
        },
        joined_files, kLong);
  }
}

TEST_F(Faults, TrainingOnThreads) {
  const Dataset dataset = load_text(csv_);
  rf_hooks hooks = RF_HOOKS_INIT;
  hooks.threads = 3;
  rf_run* run = nullptr;
  const Trial trial = {
      "rf_train on 3 threads",
      [&](rf_error** error) { return rf_train(dataset.get(), kForest, RF_AUTO_LEN, &hooks, &run, error); },
      [&] { return joined_files(Trained(std::exchange(run, nullptr)).get()); },
      RF_OK,
      kStartsThreads,
      kLong};
  exhaust(trial);
  exhaust(trial, Scarce::kThreads);
}

class RunFaults : public Faults {
 protected:
  /// All bytes below a folder that do not tell the time.
  static std::string contents(const fs::path& folder) {
    std::string text;
    std::set<fs::path> paths;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) paths.insert(entry.path());
    for (const fs::path& path : paths)
      text += path.lexically_relative(folder).string() + "\n" +
              (fs::is_regular_file(path) ? read_file(path) : "");
    return text;
  }

  static Signer signer() {
    const std::array<std::uint8_t, 32> seed{1};
    rf_signer* made = nullptr;
    EXPECT_EQ(rf_signer_from_seed(seed.data(), seed.size(), &made, nullptr), RF_OK);
    return Signer(made);
  }

  std::string emitted(const rf_signer* by) {
    rf_blob* path = nullptr;
    EXPECT_EQ(rf_emit_artifacts(run_.get(), (folder_ / "runs").c_str(), by, kEmit, RF_AUTO_LEN, nullptr,
                                &path, nullptr),
              RF_OK);
    return std::string(text_of(Blob(path)));
  }

  static constexpr const char* kEmit = R"({"timestamp": "2026-01-01T00:00:00Z", "execution_details": false})";
  Dataset dataset_ = load_text(csv_);
  Trained run_ = train(dataset_.get(), kForest);
  Signer signer_ = signer();
};

TEST_F(RunFaults, ReadingARun) {
  exhaust_maker<rf_model_free, rf_model>(
      "rf_run_model", [&](rf_model** out, rf_error** error) { return rf_run_model(run_.get(), out, error); },
      [](const rf_model* made) { return std::to_string(rf_model_outputs(made)); });
  exhaust_blob("rf_run_dataset_options", [&](rf_blob** out, rf_error** error) {
    return rf_run_dataset_options(run_.get(), out, error);
  });
  exhaust_blob("rf_run_reading_options", [&](rf_blob** out, rf_error** error) {
    return rf_run_reading_options(run_.get(), out, error);
  });
  exhaust_blob("rf_run_sign", [&](rf_blob** out, rf_error** error) {
    return rf_run_sign(run_.get(), signer_.get(), out, error);
  });
  exhaust_blob("rf_run_diagnostics",
               [&](rf_blob** out, rf_error** error) { return rf_run_diagnostics(run_.get(), out, error); });
  const std::string directory = emitted(nullptr);
  exhaust_maker<rf_run_free, rf_run>(
      "rf_run_open",
      [&](rf_run** out, rf_error** error) { return rf_run_open(directory.c_str(), out, error); },
      joined_files);
}

TEST_F(RunFaults, WritingARun) {
  const fs::path parent = folder_ / "new";
  exhaust({"rf_emit_artifacts",
           [&](rf_error** error) {
             {
               const Spared spared;
               fs::remove_all(parent);
               fs::create_directories(parent);
             }
             rf_blob* path = nullptr;
             const rf_status status = rf_emit_artifacts(run_.get(), parent.c_str(), signer_.get(), kEmit,
                                                        RF_AUTO_LEN, nullptr, &path, error);
             rf_blob_free(path);
             const Spared spared;
             EXPECT_TRUE(status == RF_OK || contents(parent).empty()) << "something half is left";
             return status;
           },
           [&] { return contents(parent); }, RF_OK, kWritesFiles, kLong});
}

TEST_F(RunFaults, SigningARun) {
  const fs::path directory = emitted(nullptr);
  const std::string unsigned_files = contents(directory);
  std::set<fs::path> own;
  for (const auto& entry : fs::directory_iterator(directory)) own.insert(entry.path());
  exhaust({"rf_sign_artifacts",
           [&](rf_error** error) {
             {
               const Spared spared;
               for (const auto& entry : fs::directory_iterator(directory))
                 if (own.count(entry.path()) == 0) fs::remove(entry.path());
             }
             const rf_status status = rf_sign_artifacts(directory.c_str(), signer_.get(), nullptr, error);
             const Spared spared;
             EXPECT_TRUE(status == RF_OK || contents(directory) == unsigned_files)
                 << "half a signature is left";
             return status;
           },
           [&] { return contents(directory); }, RF_OK, kWritesFiles, kLong});
}

TEST_F(RunFaults, CheckingARun) {
  const std::string directory = emitted(signer_.get());
  std::array<std::uint8_t, 32> key{};
  ASSERT_EQ(rf_signer_public_key(signer_.get(), key.data(), key.size(), nullptr), RF_OK);
  exhaust_blob(
      "rf_verify_artifacts",
      [&](rf_blob** out, rf_error** error) {
        return rf_verify_artifacts(directory.c_str(), dataset_.get(), key.data(), 1, nullptr, out, error);
      },
      kLong);
  exhaust_blob(
      "rf_diff_artifacts",
      [&](rf_blob** out, rf_error** error) {
        return rf_diff_artifacts(directory.c_str(), directory.c_str(), out, error);
      },
      kComposed);
}

TEST_F(RunFaults, ReproducingARun) {
  const std::string directory = emitted(nullptr);
  exhaust_blob(
      "rf_reproduce_artifacts",
      [&](rf_blob** out, rf_error** error) {
        return rf_reproduce_artifacts(directory.c_str(), dataset_.get(), nullptr, nullptr, out, error);
      },
      kComposed);
}

TEST_F(RunFaults, Predicting) {
  const Model model = model_of(run_.get());
  const std::string path = folder_ / "m.safetensors";
  const auto tell = [](const rf_model* made) { return std::to_string(rf_model_outputs(made)); };
  exhaust({"rf_model_save",
           [&](rf_error** error) {
             const rf_status status = rf_model_save(model.get(), path.c_str(), error);
             const Spared spared;
             EXPECT_LE(std::distance(fs::directory_iterator(folder_), {}), 2) << "something half is left";
             return status;
           },
           [&] { return read_file(path); }, RF_OK, kWritesFiles});
  exhaust_maker<rf_model_free, rf_model>(
      "rf_model_load",
      [&](rf_model** out, rf_error** error) { return rf_model_load(path.c_str(), out, error); }, tell);
  exhaust_blob("rf_model_serialize",
               [&](rf_blob** out, rf_error** error) { return rf_model_serialize(model.get(), out, error); });
  exhaust_blob("rf_model_describe",
               [&](rf_blob** out, rf_error** error) { return rf_model_describe(model.get(), out, error); });
  std::array<double, 48> scores{};
  exhaust_blob("rf_predict", [&](rf_blob** out, rf_error** error) {
    return rf_predict(model.get(), dataset_.get(), nullptr, scores.data(), scores.size(), out, error);
  });
}

TEST_F(RunFaults, Signers) {
  const std::string path = folder_ / "key";
  exhaust_maker<rf_signer_free, rf_signer>(
      "rf_signer_generate",
      [](rf_signer** out, rf_error** error) { return rf_signer_generate(nullptr, 0, out, error); },
      [](const rf_signer*) { return "made"; });
  exhaust_blob("rf_signer_public_key_text", [&](rf_blob** out, rf_error** error) {
    return rf_signer_public_key_text(signer_.get(), out, error);
  });
  exhaust({"rf_signer_save",
           [&](rf_error** error) {
             ::unlink(path.c_str());
             const rf_status status = rf_signer_save(signer_.get(), path.c_str(), error);
             const Spared spared;
             EXPECT_TRUE(status == RF_OK || !fs::exists(path)) << "half a key is left";
             return status;
           },
           [&] { return read_file(path); }, RF_OK, kWritesFiles});
  exhaust_maker<rf_signer_free, rf_signer>(
      "rf_signer_load",
      [&](rf_signer** out, rf_error** error) { return rf_signer_load(path.c_str(), nullptr, out, error); },
      [](const rf_signer*) { return "loaded"; });
}

TEST_F(Faults, WhatIsMadeOnceIsMadeLater) {
  // In a child each: made once, it is there for good.
  for (std::int64_t n = 1;; ++n) {
    const pid_t child = ::fork();
    if (child == 0) {
      const char* text = nullptr;
      std::int64_t refusals = 0;
      {
        const Failing failing(Scarce::kMemory, n, Failing::Extent::kAllAfter);
        text = rf_build_info();
        refusals = failing.refusals();
      }
      const bool is_whole = std::string_view(text).find("numeric_profile") != std::string_view::npos;
      const bool is_empty = std::string_view(text) == "{}";
      const bool later = std::string_view(rf_build_info()).find("numeric_profile") != std::string_view::npos;
      ::_exit(!later || (refusals > 0 ? !is_empty : !is_whole) ? 1 : refusals > 0 ? 2 : 0);
    }
    int ended = -1;
    ASSERT_EQ(::waitpid(child, &ended, 0), child);
    ASSERT_TRUE(WIFEXITED(ended) && WEXITSTATUS(ended) != 1) << "request " << n << ": " << ended;
    if (WEXITSTATUS(ended) == 0) break;
    ASSERT_LT(n, 1000);
  }
}

TEST_F(Faults, SayingWhatIsWrong) {
  exhaust({"a ragged row",
           [](rf_error** error) {
             rf_dataset* none = nullptr;
             return rf_dataset_load_buffer("a,b\n1\n", 6, nullptr, 0, nullptr, &none, error);
           },
           [] { return ""s; }, RF_E_DATA});
  exhaust({"an unknown key",
           [](rf_error** error) {
             rf_blob* none = nullptr;
             return rf_config_normalize(R"({"modle": 1})", RF_AUTO_LEN, &none, error);
           },
           [] { return ""s; }, RF_E_CONFIG});
  exhaust({"no such file",
           [](rf_error** error) {
             rf_model* none = nullptr;
             return rf_model_load("no such file", &none, error);
           },
           [] { return ""s; }, RF_E_IO});
}

}  // namespace
}  // namespace rf::abi_test
