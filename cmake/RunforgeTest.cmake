# SPDX-License-Identifier: MIT
# runforge_test(NAME SOURCES file... USES component...)
#
# Makes the program test_NAME from GoogleTest sources and the objects of the named components and of all that
# they use, and registers each test with ctest as NAME.<suite>.<test>.
find_package(GTest REQUIRED)
include(GoogleTest)

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

function(runforge_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES" ${ARGN})
  add_executable(test_${name} ${ARG_SOURCES})
  runforge_component_closure(components ${ARG_USES})
  foreach(component ${components})
    target_sources(test_${name} PRIVATE $<TARGET_OBJECTS:runforge_${component}>)
    target_link_libraries(test_${name} PRIVATE runforge_${component}_usage)
  endforeach()
  target_link_libraries(test_${name} PRIVATE runforge_settings GTest::gtest_main)
  target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(test_${name} PRIVATE
    RUNFORGE_SHARED_DIR="${PROJECT_SOURCE_DIR}/../shared"
    RUNFORGE_TEST_DATA_DIR="${PROJECT_SOURCE_DIR}/tests/data")
  gtest_discover_tests(test_${name} TEST_PREFIX "${name}." DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT 300)
endfunction()
