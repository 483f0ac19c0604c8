# SPDX-License-Identifier: MIT
# Finds what RunForge builds on. Nothing is downloaded.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(RUNFORGE_SODIUM REQUIRED IMPORTED_TARGET libsodium>=1.0.18)

find_path(RUNFORGE_ARMADILLO_INCLUDE armadillo DOC "Folder that holds the header `armadillo`")
find_path(RUNFORGE_RAPIDJSON_INCLUDE rapidjson/document.h DOC "Folder that holds rapidjson/")
foreach(dependency ARMADILLO RAPIDJSON)
  if(NOT RUNFORGE_${dependency}_INCLUDE)
    message(FATAL_ERROR "${dependency} headers not found; `./dev deps` installs or names the packages")
  endif()
endforeach()

# Header-only, renamed into a namespace of ours so that a host's own copy never meets it; storage only.
add_library(runforge_armadillo INTERFACE)
target_include_directories(runforge_armadillo SYSTEM INTERFACE ${RUNFORGE_ARMADILLO_INCLUDE})
target_compile_definitions(runforge_armadillo INTERFACE
  arma=rf_arma ARMA_DONT_USE_WRAPPER ARMA_DONT_USE_BLAS ARMA_DONT_USE_LAPACK ARMA_DONT_USE_ARPACK
  ARMA_DONT_USE_SUPERLU ARMA_DONT_USE_HDF5 ARMA_DONT_USE_OPENMP ARMA_DONT_USE_FFTW3 ARMA_DONT_USE_ATLAS
  ARMA_WARN_LEVEL=0 ARMA_USE_CXX11 $<$<CONFIG:Release>:ARMA_NO_DEBUG>)

add_library(runforge_rapidjson INTERFACE)
target_include_directories(runforge_rapidjson SYSTEM INTERFACE ${RUNFORGE_RAPIDJSON_INCLUDE})
target_compile_definitions(runforge_rapidjson INTERFACE rapidjson=rf_rapidjson)

add_library(runforge_sodium ALIAS PkgConfig::RUNFORGE_SODIUM)

# For compressed input; RunForge does without where they are absent. docs/decisions/0013-compressed-input.md
find_package(ZLIB QUIET)
option(RUNFORGE_ZLIB "Read gzip-compressed CSV through zlib" ${ZLIB_FOUND})
pkg_check_modules(RUNFORGE_LIBZSTD QUIET IMPORTED_TARGET libzstd>=1.4)
if(NOT RUNFORGE_LIBZSTD_FOUND)
  set(RUNFORGE_LIBZSTD_FOUND OFF)
endif()
option(RUNFORGE_ZSTD "Read zstd-compressed CSV through libzstd" ${RUNFORGE_LIBZSTD_FOUND})

add_library(runforge_compression INTERFACE)
if(RUNFORGE_ZLIB)
  find_package(ZLIB REQUIRED)
  target_link_libraries(runforge_compression INTERFACE ZLIB::ZLIB)
  target_compile_definitions(runforge_compression INTERFACE RF_HAS_ZLIB)
endif()
if(RUNFORGE_ZSTD)
  pkg_check_modules(RUNFORGE_LIBZSTD REQUIRED IMPORTED_TARGET libzstd>=1.4)
  target_link_libraries(runforge_compression INTERFACE PkgConfig::RUNFORGE_LIBZSTD)
  target_compile_definitions(runforge_compression INTERFACE RF_HAS_ZSTD)
endif()
