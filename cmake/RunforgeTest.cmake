# SPDX-License-Identifier: MIT
# runforge_test(NAME SOURCES file... USES component...)
#
# Makes the program test_NAME from GoogleTest sources and the objects of the named components and of all that
# they use, and registers each test with ctest as NAME.<suite>.<test>.
find_package(GTest REQUIRED)
include(GoogleTest)

# GoogleTest's header is a third to a half of what a test file takes to compile: read once for all test programs.
# A compiler cache set from outside may not know what to make of that.
if(CMAKE_CXX_COMPILER_LAUNCHER AND NOT RUNFORGE_CCACHE_PROGRAM)
  set(precompile OFF)
else()
  set(precompile ON)
endif()
option(RUNFORGE_PRECOMPILE_GTEST "Precompile GoogleTest's header" ${precompile})
if(RUNFORGE_PRECOMPILE_GTEST)
  file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/precompiled.cpp CONTENT "")
  add_library(runforge_gtest OBJECT ${CMAKE_CURRENT_BINARY_DIR}/precompiled.cpp)
  target_link_libraries(runforge_gtest PRIVATE runforge_settings GTest::gtest Threads::Threads)
  target_precompile_headers(runforge_gtest PRIVATE <gtest/gtest.h>)
  target_compile_options(runforge_gtest PRIVATE $<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>)
endif()

# All components that `roots` reach by their USES arrows, the roots included.
function(runforge_component_closure out)
  set(reached "")
  set(open ${ARGN})
  while(open)
    list(POP_FRONT open component)
    if(NOT component IN_LIST reached)
      list(APPEND reached ${component})
      get_property(used GLOBAL PROPERTY RUNFORGE_${component}_USES)
      list(APPEND open ${used})
    endif()
  endwhile()
  set(${out} ${reached} PARENT_SCOPE)
endfunction()

# The objects of the named components and of all that they use become part of the program.
function(runforge_link_components target)
  runforge_component_closure(components ${ARGN})
  foreach(component ${components})
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:runforge_${component}>)
    target_link_libraries(${target} PRIVATE runforge_${component}_usage)
  endforeach()
  target_link_libraries(${target} PRIVATE runforge_settings)
endfunction()

function(runforge_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES" ${ARGN})
  add_executable(test_${name} ${ARG_SOURCES})
  runforge_link_components(test_${name} ${ARG_USES})
  target_link_libraries(test_${name} PRIVATE GTest::gtest_main)
  if(RUNFORGE_PRECOMPILE_GTEST)
    target_precompile_headers(test_${name} REUSE_FROM runforge_gtest)
    # From a precompiled header GCC 12 warns of its own std::string and std::regex, of which it is quiet otherwise.
    target_compile_options(test_${name} PRIVATE
      $<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds;-Wno-restrict;-Wno-stringop-overflow;-Wno-maybe-uninitialized>)
  endif()
  target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(test_${name} PRIVATE
    RUNFORGE_SHARED_DIR="${PROJECT_SOURCE_DIR}/../shared"
    RUNFORGE_TEST_DATA_DIR="${PROJECT_SOURCE_DIR}/tests/data")
  gtest_discover_tests(test_${name} TEST_PREFIX "${name}." DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT 300)
endfunction()
