# SPDX-License-Identifier: MIT
# Writes a C++ file that holds schema texts, for lib/json/schema.cpp.
# Run as: cmake -DOUTPUT=file.cpp -DSCHEMAS=a.schema.json,b.schema.json -P EmbedSchemas.cmake
#
# Names ascend by bytes. A raw string literal takes the text as it stands, so rf_schema() gives the very file.
string(REPLACE "," ";" schemas "${SCHEMAS}")
list(SORT schemas)

set(entries "")
foreach(path ${schemas})
  get_filename_component(file "${path}" NAME)
  string(REPLACE ".schema.json" "" name "${file}")
  file(READ "${path}" text)
  string(APPEND entries "    {\"${name}\", R\"rf_schema(${text})rf_schema\"},\n")
endforeach()

file(WRITE "${OUTPUT}.new" "// Made by cmake/EmbedSchemas.cmake from schemas/.
#include <array>

#include \"json/schema.hpp\"

namespace rf::json {
namespace {

constexpr auto kSchemas = std::to_array<EmbeddedSchema>({
${entries}});

}  // namespace

std::span<const EmbeddedSchema> schemas() { return kSchemas; }

}  // namespace rf::json
")
file(RENAME "${OUTPUT}.new" "${OUTPUT}")
