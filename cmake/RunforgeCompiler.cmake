# SPDX-License-Identifier: MIT
# Settings of RunForge's own targets; nothing here is directory-wide.

# A variable of this folder and those below it, so that a host's own targets keep their launcher.
if(RUNFORGE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(RUNFORGE_CCACHE_PROGRAM ccache DOC "Compiler cache")
  if(RUNFORGE_CCACHE_PROGRAM)
    # What its manual asks for with precompiled headers, which the tests have.
    set(CMAKE_C_COMPILER_LAUNCHER
        "${CMAKE_COMMAND}" -E env CCACHE_SLOPPINESS=pch_defines,time_macros "${RUNFORGE_CCACHE_PROGRAM}")
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_C_COMPILER_LAUNCHER})
  endif()
endif()

# Never set but by the controls of the determinism matrix, which must come out different.
set(RUNFORGE_NUMERIC_FLAGS -ffp-contract=off -fno-fast-math -fno-trapping-math -fno-math-errno
    CACHE STRING "Flags that make doubles the same everywhere")
mark_as_advanced(RUNFORGE_NUMERIC_FLAGS)

# The determinism flags come last on the command line, so that a host's global flags do not undo them; what the code is written
# for (exceptions) likewise. Tested by tests/consumers.
add_library(runforge_settings INTERFACE)
target_compile_features(runforge_settings INTERFACE cxx_std_20)
target_compile_options(runforge_settings INTERFACE
  ${RUNFORGE_NUMERIC_FLAGS} -fvisibility=hidden -ffunction-sections -fdata-sections
  $<$<COMPILE_LANGUAGE:CXX>:-fvisibility-inlines-hidden;-fexceptions;-frtti>
  $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>  # such a name stays global in the one archive, and is never unloaded
  -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wundef
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>  # GCC 12 warns of "literal" + string (its bug 105651)
  $<$<BOOL:${RUNFORGE_WARNINGS_AS_ERRORS}>:-Werror>)

# Against what a fault in memory could be used for. Results have the same bytes with and without. Tested by
# tests/consumers/shared_library.py.
option(RUNFORGE_HARDENING "Read-only relocations, stack canaries, checked libc calls, control-flow marks" ON)
if(RUNFORGE_HARDENING AND NOT RUNFORGE_SANITIZE)
  set(optimised $<CONFIG:Release,RelWithDebInfo,MinSizeRel>)
  target_compile_options(runforge_settings INTERFACE
    -fstack-protector-strong "$<${optimised}:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2>")
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
    target_compile_options(runforge_settings INTERFACE -fcf-protection=full)
  endif()
  target_link_options(runforge_settings INTERFACE -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
endif()

# Small faults that the tests must notice (core/mutant.hpp, `./dev claims`): in one build, which nobody uses.
option(RUNFORGE_MUTANTS "Compile in the faults that test the tests" OFF)
mark_as_advanced(RUNFORGE_MUTANTS)
if(RUNFORGE_MUTANTS)
  add_library(runforge_mutant_choice STATIC ${PROJECT_SOURCE_DIR}/tests/mutants/choice.c)
  set_target_properties(runforge_mutant_choice PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_compile_definitions(runforge_settings INTERFACE RUNFORGE_MUTANTS)
  target_link_libraries(runforge_settings INTERFACE runforge_mutant_choice)
endif()
if(RUNFORGE_SANITIZE)
  target_compile_options(runforge_settings INTERFACE
    -fsanitize=${RUNFORGE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(runforge_settings INTERFACE -fsanitize=${RUNFORGE_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    target_compile_options(runforge_settings INTERFACE
      -fsanitize-ignorelist=${PROJECT_SOURCE_DIR}/cmake/sanitize-ignore.txt)
  endif()
endif()
