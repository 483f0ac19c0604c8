// SPDX-License-Identifier: MIT
// GDAL reads a CSV file and hands it on as an Arrow stream of its own: the content digest is that of the file
// as RunForge reads it. GDAL sends no validity where nothing is missing, and brings its own definitions of
// the structures.
#include <gtest/gtest.h>

#include <gdal.h>
#include <ogr_api.h>
#include <ogr_recordbatch.h>

#include <string>

#include "abi/abi_client.hpp"

namespace rf::gdal_test {
namespace {

using abi_test::digest_of;
using abi_test::load_file;

std::string path_of(const char* name) {
  return std::string(RUNFORGE_TEST_DATA_DIR) + "/" + name;
}

class Gdal : public testing::Test {
 protected:
  static void SetUpTestSuite() { GDALAllRegister(); }
};

abi_test::Dataset take(const std::string& path, const char* batch_option) {
  const char* drivers[] = {"CSV", nullptr};
  const char* options[] = {"AUTODETECT_TYPE=YES", "AUTODETECT_SIZE_LIMIT=0", "EMPTY_STRING_AS_NULL=YES",
                           nullptr};
  const GDALDatasetH file = GDALOpenEx(path.c_str(), GDAL_OF_VECTOR, drivers, options, nullptr);
  EXPECT_NE(file, nullptr);
  ArrowArrayStream stream;
  const char* stream_options[] = {"INCLUDE_FID=NO", batch_option, nullptr};
  EXPECT_TRUE(
      OGR_L_GetArrowStream(GDALDatasetGetLayer(file, 0), &stream, const_cast<char**>(stream_options)));
  rf_dataset* dataset = nullptr;
  rf_error* error = nullptr;
  const rf_status status = rf_dataset_from_arrow_stream(&stream, nullptr, 0, nullptr, &dataset, &error);
  EXPECT_EQ(status, RF_OK) << abi_test::told(status, error);
  EXPECT_EQ(stream.release, nullptr);
  rf_error_free(error);
  GDALClose(file);
  return abi_test::Dataset(dataset);
}

TEST_F(Gdal, StreamsOverCsvFilesHaveTheContentOfTheFile) {
  for (const char* name : {"iris.csv", "titanic.csv", "diabetes.csv", "breast_cancer.csv"}) {
    const std::string expected = digest_of(load_file(path_of(name)).get());
    EXPECT_EQ(digest_of(take(path_of(name), nullptr).get()), expected) << name;
    EXPECT_EQ(digest_of(take(path_of(name), "MAX_FEATURES_IN_BATCH=7").get()), expected)
        << name << " in small batches";
  }
}

TEST_F(Gdal, TrainingsEqualThoseOfTheCsv) {
  const abi_test::Dataset stream = take(path_of("titanic.csv"), "MAX_FEATURES_IN_BATCH=100");
  const abi_test::Dataset csv = load_file(path_of("titanic.csv"));
  const char* config = R"({"label": "Survived", "missing": {"policy": "fill"}})";
  EXPECT_EQ(abi_test::result_digest_of(abi_test::train(stream.get(), config).get()),
            abi_test::result_digest_of(abi_test::train(csv.get(), config).get()));
}

}  // namespace
}  // namespace rf::gdal_test
