# SPDX-License-Identifier: MIT
# Tests of the tree itself: includes, banned calls, layout, documentation of the public header, the checks before a release.

# A test that cannot run here says why, and ctest counts it as skipped.
function(runforge_skipped_test name reason)
  add_test(NAME ${name} COMMAND ${CMAKE_COMMAND} -E echo "SKIPPED: ${reason}")
  set_tests_properties(${name} PROPERTIES SKIP_REGULAR_EXPRESSION "^SKIPPED: ")
  message(WARNING "Test ${name} is skipped: ${reason}")
endfunction()

add_test(NAME house.includes COMMAND ${RUNFORGE_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/check_includes.py)
add_test(NAME house.includes_selftest COMMAND ${RUNFORGE_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/check_includes.py --self-test)
add_test(NAME house.map COMMAND ${RUNFORGE_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/check_map.py)
add_test(NAME house.lint COMMAND ${RUNFORGE_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/lint.py)
add_test(NAME house.lint_selftest COMMAND ${RUNFORGE_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/lint.py --self-test)
add_test(NAME house.dev COMMAND ${RUNFORGE_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/dev_test.py)
add_test(NAME house.release_selftest COMMAND ${RUNFORGE_PYTHON} -B ${CMAKE_CURRENT_SOURCE_DIR}/release/check_test.py)
set(house_tests house.dev house.includes house.includes_selftest house.lint house.lint_selftest house.map house.release_selftest)

find_program(RUNFORGE_DOXYGEN doxygen DOC "Doxygen")
if(RUNFORGE_DOXYGEN)
  # A last line overrides the folder that the Doxyfile names.
  add_test(NAME house.doxygen WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    COMMAND sh -c "{ cat docs/Doxyfile && echo \"OUTPUT_DIRECTORY = \\\"$1\\\"\"; } | \"$2\" -"
            sh ${CMAKE_CURRENT_BINARY_DIR}/doxygen ${RUNFORGE_DOXYGEN})
else()
  runforge_skipped_test(house.doxygen "doxygen is not installed")
endif()
list(APPEND house_tests house.doxygen)

set_tests_properties(${house_tests} PROPERTIES LABELS house TIMEOUT 120)
# 12 seconds, but more than a minute where others build.
set_tests_properties(house.release_selftest PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 600)
