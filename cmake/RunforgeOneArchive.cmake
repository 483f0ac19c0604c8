# SPDX-License-Identifier: MIT
# librunforge-one.a (runforge::one_archive): RunForge with libsodium, zlib and zstd inside, which exports rf_* and nothing else.
#
# Idea: `ld -r` makes one object of ours and of theirs, `objcopy --keep-global-symbol` makes every other name local to it.
# A plain archive leaves the names of libsodium to the whole program, and a program that has functions of these names would be
# called in its place without a word. --force-group-allocation settles which copy of an inline function counts before names
# become local: without it a program in C++ does not link. `objcopy --localize-hidden` would not do: the names of libsodium, zlib
# and zstd are not hidden, and 489 of them stayed global.
# Tested by tests/consumers.
execute_process(COMMAND ${CMAKE_LINKER} --version OUTPUT_VARIABLE linker ERROR_QUIET)
string(REGEX MATCH "^[^\n]*" linker "${linker}")
if(NOT linker MATCHES "^GNU ld" OR NOT CMAKE_OBJCOPY)
  message(FATAL_ERROR "RUNFORGE_ONE_ARCHIVE needs GNU ld and objcopy; found \"${CMAKE_LINKER}\" (${linker}), "
                      "\"${CMAKE_OBJCOPY}\". Link librunforge.a with libsodium, zlib and zstd instead.")
endif()
if(RUNFORGE_SANITIZE OR CMAKE_INTERPROCEDURAL_OPTIMIZATION)
  message(FATAL_ERROR "RUNFORGE_ONE_ARCHIVE takes plain objects: neither sanitizers nor link-time optimisation")
endif()

set(objects $<TARGET_OBJECTS:runforge_bindings>)
foreach(component ${components})
  list(APPEND objects $<TARGET_OBJECTS:runforge_${component}>)
endforeach()
set(one_object ${CMAKE_CURRENT_BINARY_DIR}/one/runforge.o)
file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/one)
add_custom_command(OUTPUT ${one_object}
  COMMAND ${CMAKE_LINKER} -r --force-group-allocation -o ${one_object}.all ${objects} ${runforge_archives}
  COMMAND ${CMAKE_OBJCOPY} --wildcard --keep-global-symbol=rf_* ${one_object}.all ${one_object}
  COMMAND ${CMAKE_COMMAND} -E rm ${one_object}.all
  DEPENDS ${objects} ${runforge_archives}
  COMMENT "Making one object of RunForge and what it uses"
  COMMAND_EXPAND_LISTS VERBATIM)
set_source_files_properties(${one_object} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)

add_library(runforge_one_archive STATIC ${one_object})
# Makefiles know the objects of other targets as files alone.
add_dependencies(runforge_one_archive runforge_bindings)
foreach(component ${components})
  add_dependencies(runforge_one_archive runforge_${component})
endforeach()
add_library(runforge::one_archive ALIAS runforge_one_archive)
runforge_public(runforge_one_archive)
target_link_libraries(runforge_one_archive PRIVATE Threads::Threads)
set_target_properties(runforge_one_archive PROPERTIES OUTPUT_NAME runforge-one EXPORT_NAME one_archive LINKER_LANGUAGE CXX)
