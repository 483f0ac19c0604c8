// SPDX-License-Identifier: MIT
// Hostile content through the C ABI, as an embedder hands it over: the first byte chooses what it is taken
// for, the next ones how the calls are made, the rest is the content. Nothing crashes, every call keeps its
// general promises (abi_checked.hpp), nothing is written where it should not be, a run of which a byte
// changed never verifies, and the handles that all inputs share go on giving what they gave.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "abi/arrow_c_data.h"
#include "abi_checked.hpp"
#include "abi_use.hpp"
#include "abi_world.hpp"

#include "arrow_choices.hpp"  // after the structures

namespace rf::abi_fuzz {
namespace {

void model_file(Input& input) {
  const bool in_file = input.below(2) == 1;
  const std::string content = input.rest();
  const std::string path = World::get().path("content");
  if (in_file) write_file(path, content);
  const Model model = made<Model>([&](rf_model** out, rf_error** error) {
    return in_file ? rf_model_load(path.c_str(), out, error)
                   : rf_model_load_buffer(content.data(), content.size(), out, error);
  });
  if (model == nullptr) return;
  use(model.get());
  const std::string saved = World::get().path("saved");
  require(done([&](rf_error** error) { return rf_model_save(model.get(), saved.c_str(), error); }).ok(),
          "a model is kept");
  const Model again =
      made<Model>([&](rf_model** out, rf_error** error) { return rf_model_load(saved.c_str(), out, error); });
  require(again != nullptr, "a model that was kept is read");
}

/// A first line of options where it is asked for.
void csv(Input& input) {
  const bool in_file = input.below(2) == 1;
  const auto threads = 1 + static_cast<std::uint32_t>(input.below(3));
  const bool has_options = input.below(2) == 1;
  Input choices = input;
  const std::string options = has_options ? input.line() : "";
  const std::string content = input.rest();
  const std::string path = World::get().path("content");
  if (in_file) write_file(path, content);
  Watch watch(threads, 10000);
  const char* given = has_options ? options.data() : nullptr;
  const Dataset dataset = made<Dataset>([&](rf_dataset** out, rf_error** error) {
    return in_file ? rf_dataset_load(path.c_str(), given, options.size(), watch.hooks(), out, error)
                   : rf_dataset_load_buffer(content.data(), content.size(), given, options.size(),
                                            watch.hooks(), out, error);
  });
  if (dataset != nullptr) use(dataset.get(), choices);
}

void config(Input& input) {
  World& world = World::get();
  const Whole& whole = world.runs[input.below(world.runs.size())];
  const std::size_t how = input.byte();
  const std::string text = input.rest();
  const auto normalize = [](std::string_view json) {
    return report_of("a configuration is JSON", [&](rf_blob** out, rf_error** error) {
      return rf_config_normalize(json.data(), json.size(), out, error);
    });
  };
  const Blob normal = normalize(text);
  if (normal != nullptr)
    require(text_of(normalize(text_of(normal))) == text_of(normal), "what is canonical stays as it is");
  const Blob described = report_of("a table is described in JSON", [&](rf_blob** out, rf_error** error) {
    return rf_dataset_describe(whole.dataset, text.data(), text.size(), out, error);
  });
  Watch watch(1 + static_cast<std::uint32_t>(how % 3), kMostReports);
  const Run run = trained(whole.dataset, text, watch.hooks());
  require(run == nullptr || (normal != nullptr && described != nullptr), "what trains is a configuration");
  if (run == nullptr) return;
  use(run.get(), true);
  if (how >= 128) emit(run.get(), whole.dataset, kEmitOptions, true);
}

void options(Input& input) {
  World& world = World::get();
  const bool of_emit = input.below(2) == 1;
  const Whole& whole = world.runs[input.below(world.runs.size())];
  Input choices = input;
  const std::string text = input.rest();
  if (of_emit) {
    emit(whole.run.get(), whole.dataset, text, false);
    return;
  }
  const std::string content = "a,b;c\n1,NA;x\n2,-;\"y\"\n 3 ,true;z\n";
  const Dataset dataset = made<Dataset>([&](rf_dataset** out, rf_error** error) {
    return rf_dataset_load_buffer(content.data(), content.size(), text.data(), text.size(), nullptr, out,
                                  error);
  });
  if (dataset != nullptr) use(dataset.get(), choices);
}

void key_file(Input& input) {
  World& world = World::get();
  const bool is_secret = input.below(2) == 1;
  const Whole& whole = world.runs[input.below(world.runs.size())];
  const std::string path = world.path("content");
  write_file(path, input.rest());
  std::array<std::uint8_t, 32> key = {};
  const std::string directory = world.path("run");
  if (!is_secret) {
    if (!done([&](rf_error** error) {
           return rf_public_key_load(path.c_str(), key.data(), key.size(), error);
         }).ok())
      return;
    Altered{whole.files, {}}.write(directory, "");
    require((verify(directory, nullptr, key.data(), RF_STATEMENT_RECORDED, 1) == RF_OK) == (key == world.key),
            "a run was recorded by the key that recorded it, and by no other");
    return;
  }
  Watch watch(1, kMostReports);
  const Signer signer = made<Signer>([&](rf_signer** out, rf_error** error) {
    return rf_signer_load(path.c_str(), watch.hooks(), out, error);
  });
  if (signer == nullptr) return;
  const auto public_key = [](const rf_signer* of) {
    std::array<std::uint8_t, 32> found = {};
    require(done([&](rf_error** error) {
              return rf_signer_public_key(of, found.data(), found.size(), error);
            }).ok(),
            "a signer has a public key");
    return found;
  };
  key = public_key(signer.get());
  const std::string saved = world.path("saved");
  require(done([&](rf_error** error) { return rf_signer_save(signer.get(), saved.c_str(), error); }).ok(),
          "a key can be kept");
  const Signer again = made<Signer>(
      [&](rf_signer** out, rf_error** error) { return rf_signer_load(saved.c_str(), nullptr, out, error); });
  require(again != nullptr && public_key(again.get()) == key, "a key that was kept is the same");
  Altered{whole.files, {}}.write(directory, "");
  if (key == world.key) return;
  require(done([&](rf_error** error) {
            return rf_sign_artifacts(directory.c_str(), signer.get(), nullptr, error);
          }).ok() &&
              verify(directory, whole.dataset, key.data(), RF_STATEMENT_SIGNED, 1) == RF_OK,
          "a key that was read signs");
}

/// What any byte of a run may be. `of_signatures`: only what no digest covers.
void run_directory(Input& input, bool of_signatures) {
  World& world = World::get();
  const Whole& whole = world.runs[input.below(world.runs.size())];
  const std::size_t how = input.byte();
  const auto threads = static_cast<std::uint32_t>(1 + how % 2);
  std::vector<std::string> names;
  for (const auto& [name, bytes] : whole.files) {
    if (is_signature_file(name) == of_signatures) names.push_back(name);
  }
  names.push_back(of_signatures ? "SHA256SUMS.0123456789ABCDEF.minisig" : "metrics.v2.json");
  Altered altered{whole.files, {}};
  alter(input, names, altered);
  if ((how & 2) != 0) make_digests_right(whole, altered);
  const bool differs = is_altered(whole, altered);
  const bool is_same = !differs && altered.files == whole.files && altered.others.empty();
  const fs::path directory_path = world.folder / "run" / whole.run_id;
  altered.write(directory_path, world.folder / "outside" / "witness");
  const std::string directory = directory_path.string();

  // A verification costs more than all else here, so that the input chooses which ones are asked for.
  const rf_status by_key = verify(directory, whole.dataset, world.key.data(), RF_STATEMENT_RECORDED, threads);
  require(!differs || by_key != RF_OK, "an altered run does not hold for the key that recorded it");
  require(!is_same || by_key == RF_OK, "a run as it was holds");
  if (!altered.is_forged) {
    const rf_dataset* given = (how & 64) != 0 ? whole.dataset : nullptr;
    const rf_status without = verify(directory, given, nullptr, RF_STATEMENT_ANY, threads);
    require(!differs || without != RF_OK, "an altered run does not hold");
    require(!is_same || without == RF_OK, "a run as it was holds");
  }
  if ((how & 128) != 0) {
    const rf_dataset* wrong = world.datasets[whole.dataset == world.datasets[0].get() ? 1 : 0].get();
    require(verify(directory, wrong, nullptr, RF_STATEMENT_ANY, threads) != RF_OK,
            "a run does not hold for other data");
    require(verify(directory, nullptr, world.other_key.data(), RF_STATEMENT_ANY, threads) != RF_OK,
            "a key that has said nothing stands behind nothing");
  }

  const Run opened =
      made<Run>([&](rf_run** out, rf_error** error) { return rf_run_open(directory.c_str(), out, error); });
  if (opened != nullptr) {
    require(altered.is_forged || artifacts_of(opened.get()) == whole.artifacts,
            "files that are opened are those that were recorded");
    use(opened.get(), !differs);
    if ((how & 4) != 0) emit(opened.get(), nullptr, kEmitOptions, false);
    const Blob line = made<Blob>([&](rf_blob** out, rf_error** error) {
      return rf_run_sign(opened.get(), world.other_signer.get(), out, error);
    });
    require(line != nullptr || differs, "a whole run is signed");
  }
  report_of("a comparison is JSON", [&](rf_blob** out, rf_error** error) {
    const std::string base = (world.folder / "base" / whole.run_id).string();
    return (how & 8) != 0 ? rf_diff_artifacts(directory.c_str(), base.c_str(), out, error)
                          : rf_diff_artifacts(base.c_str(), directory.c_str(), out, error);
  });
  if ((how & 16) != 0) {
    Watch watch(threads, kMostReports);
    rf_blob* report = nullptr;
    const Outcome outcome = done([&](rf_error** error) {
      return rf_reproduce_artifacts(directory.c_str(), whole.dataset, nullptr, watch.hooks(), &report, error);
    });
    const Blob owned(report);
    require(report == nullptr || is_json_object(text_of(owned)), "a report of reproduce is JSON");
    Files results = altered.files;
    std::erase_if(results, [&](const auto& file) { return !whole.artifacts.contains(file.first); });
    require(!outcome.ok() || altered.is_forged || results == whole.artifacts,
            "what is reproduced is what was recorded");
  }
  if ((how & 32) != 0) {
    const bool signs =
        done([&](rf_error** error) {
          return rf_sign_artifacts(directory.c_str(), world.other_signer.get(), nullptr, error);
        }).ok();
    require(!signs || !differs || altered.is_forged, "what was altered is not signed");
    require(signs || !is_same, "a whole run is signed");
    if (signs && !altered.is_forged)
      require(verify(directory, whole.dataset, world.other_key.data(), RF_STATEMENT_SIGNED, 1) == RF_OK ||
                  altered.files != whole.files || !altered.others.empty(),
              "who signed has said so");
  }
  Files after = files_in(directory_path);
  std::erase_if(after, [](const auto& file) { return is_signature_file(file.first); });
  std::erase_if(altered.files, [](const auto& file) { return is_signature_file(file.first); });
  require(after == altered.files, "no call changes a file of a run");
}

void arrow(Input& input) {
  const bool one_batch = input.below(2) == 1;
  const std::string content = input.rest();
  Choices choices(reinterpret_cast<const std::uint8_t*>(content.data()), content.size());
  const char* given = choices.below(2) == 1 ? R"({"infer_text": true, "kinds": {"a": "numeric"}})" : nullptr;
  Watch watch(1 + static_cast<std::uint32_t>(choices.below(2)), 10000);
  Producer producer(choices, true);
  Dataset dataset;
  if (one_batch) {
    ArrowSchema schema = {};
    ArrowArray batch = {};
    producer.hand_out(&schema, &batch);
    dataset = made<Dataset>([&](rf_dataset** out, rf_error** error) {
      return rf_dataset_from_arrow(&schema, &batch, given, RF_AUTO_LEN, watch.hooks(), out, error);
    });
    require(schema.release == nullptr && batch.release == nullptr, "both structures are released");
  } else {
    ArrowArrayStream stream = {};
    producer.open(&stream);
    dataset = made<Dataset>([&](rf_dataset** out, rf_error** error) {
      return rf_dataset_from_arrow_stream(&stream, given, RF_AUTO_LEN, watch.hooks(), out, error);
    });
    require(stream.release == nullptr && producer.stream_releases == 1, "the stream is released once");
  }
  require(producer.releases == producer.handed_out, "what was handed out is released once");
  Input more(reinterpret_cast<const std::uint8_t*>(content.data()), content.size());
  if (dataset != nullptr) use(dataset.get(), more);
}

/// Buffers as long as count and stride say; everything else as the input has it.
void builder(Input& input) {
  const Builder builder =
      made<Builder>([](rf_builder** out, rf_error** error) { return rf_builder_new(out, error); });
  require(builder != nullptr, "a builder can be made");
  const std::size_t n_columns = input.below(6);
  const std::size_t usual_count = input.below(30);
  for (std::size_t j = 0; j < n_columns; ++j) {
    const std::size_t how = input.byte();
    const std::size_t count = how >= 240 ? input.below(30) : usual_count;
    const std::string name = how % 8 == 7 ? input.chunk() : std::string(1, static_cast<char>('a' + j));
    std::vector<std::uint8_t> validity((count + 7) / 8);
    for (std::uint8_t& byte : validity) byte = input.byte();
    const std::uint8_t* present = how % 2 == 0 ? validity.data() : nullptr;
    if (how % 3 == 0) {
      std::vector<std::int64_t> offsets = {static_cast<std::int64_t>(input.below(3))};
      for (std::size_t i = 0; i < count; ++i)
        offsets.push_back(offsets.back() + static_cast<std::int64_t>(input.below(5)));
      std::string bytes = input.chunk();
      bytes.resize(static_cast<std::size_t>(offsets.back()), 'x');
      // One that descends is seen where it stands; the bytes are there for all others.
      if (how % 16 == 9) offsets[input.below(offsets.size())] = -1 - static_cast<std::int64_t>(input.byte());
      done([&](rf_error** error) {
        return rf_builder_add_utf8(builder.get(), name.c_str(), bytes.data(), offsets.data(), count, present,
                                   error);
      });
    } else {
      const auto type = static_cast<rf_dtype>(input.below(14));
      const std::ptrdiff_t stride = static_cast<std::ptrdiff_t>(input.below(24)) - 8;
      const std::size_t step = stride == 0 ? 8 : static_cast<std::size_t>(std::abs(stride));
      std::vector<std::uint8_t> values(step * count + 8);
      for (std::uint8_t& byte : values) byte = input.byte();
      const std::uint8_t* first = stride < 0 && count > 0 ? &values[step * (count - 1)] : values.data();
      done([&](rf_error** error) {
        return rf_builder_add(builder.get(), name.c_str(), type, first, count, stride, present, error);
      });
    }
  }
  const bool infers = input.below(2) == 1;
  const Dataset dataset = made<Dataset>([&](rf_dataset** out, rf_error** error) {
    return rf_builder_finish(builder.get(), infers ? R"({"infer_text": true})" : nullptr, RF_AUTO_LEN, out,
                             error);
  });
  if (dataset != nullptr) use(dataset.get(), input);
}

/// Names that nobody knows, and numbers.
void names(Input& input) {
  World& world = World::get();
  const Whole& whole = world.runs[input.below(world.runs.size())];
  const auto number = static_cast<std::int32_t>(input.number() - 1000);
  require(rf_status_name(number) != nullptr, "any status has a name");
  const auto abi = static_cast<std::uint32_t>(input.below(3));
  require(
      rf_status_name(rf_abi_check(abi, static_cast<std::uint32_t>(number))) != std::string("RF_E_UNKNOWN"),
      "a status is a known one");
  const std::string name = input.rest();
  rf_schema(name.c_str());
  double value = 0;
  const void* data = poison<void>();
  std::size_t size = 1;
  done([&](rf_error** error) { return rf_run_metric(whole.run.get(), name.c_str(), &value, error); });
  if (!done([&](rf_error** error) {
         return rf_run_artifact(whole.run.get(), name.c_str(), &data, &size, error);
       }).ok())
    require(data == nullptr && size == 0, "outputs are empty on failure");
  require(!done([&](rf_error** error) {
             Model none = made<Model>([&](rf_model** out, rf_error** other) {
               return rf_model_load((world.path("outside") + "/absent" + name).c_str(), out, other);
             });
             require(none == nullptr, "what is not there is not read");
             return rf_diff_artifacts(world.path("outside").c_str(), name.c_str(), nullptr, error);
           }).ok(),
          "no runs stand there");
}

/// What all inputs share gives what it gave.
void check_shared(std::size_t which) {
  World& world = World::get();
  const Whole& whole = world.runs[which % world.runs.size()];
  require(artifacts_of(trained(whole.dataset, whole.config).get()) == whole.artifacts,
          "a good table trains as before");
  require(verify((world.folder / "base" / whole.run_id).string(), whole.dataset, world.key.data(),
                 RF_STATEMENT_RECORDED, 2) == RF_OK,
          "a good run holds as before");
  use(whole.model.get());
}

void take(Input& input) {
  constexpr std::string_view kSurfaces = "mcgokrfsabn";
  const std::uint8_t first = input.byte();
  const std::size_t named = kSurfaces.find(static_cast<char>(first));
  switch (kSurfaces[named == std::string_view::npos ? first % kSurfaces.size() : named]) {
    case 'm':
      return model_file(input);
    case 'c':
      return csv(input);
    case 'g':
      return config(input);
    case 'o':
      return options(input);
    case 'k':
      return key_file(input);
    case 'r':
    case 'f':
      return run_directory(input, false);
    case 's':
      return run_directory(input, true);
    case 'a':
      return arrow(input);
    case 'b':
      return builder(input);
    default:
      return names(input);
  }
}

}  // namespace
}  // namespace rf::abi_fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace rf::abi_fuzz;
  const World& world = World::get();
  static std::size_t n_inputs = 0;
  Input input(bytes, size);
  take(input);
  if (++n_inputs % 64 == 0) check_shared(n_inputs / 64);
  world.check_untouched();
  world.clear();
  return 0;
}
