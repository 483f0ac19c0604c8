# SPDX-License-Identifier: MIT
# runforge_component(NAME SOURCES file... [USES component...] [THIRD_PARTY target...] [SMALL])
#
# SMALL: nothing here works through rows or cells, so that a release is optimised for size.
# One folder of lib/ = one object library = one namespace. USES draws the arrows of the architecture;
# tests/check_includes.py reads the same lines and fails on an include that no arrow allows.
set_property(GLOBAL PROPERTY RUNFORGE_COMPONENTS "")
# Half of the time, but a file may then do without an #include of its own: off in the plain builds.
option(RUNFORGE_UNITY_BUILD "Compile the engine several files at once" OFF)
mark_as_advanced(RUNFORGE_UNITY_BUILD)

set(RUNFORGE_SMALL $<$<CONFIG:Release>:-Os>)

function(runforge_component name)
  cmake_parse_arguments(ARG "SMALL" "" "SOURCES;USES;THIRD_PARTY" ${ARGN})
  add_library(runforge_${name} OBJECT ${ARG_SOURCES})
  set_target_properties(runforge_${name} PROPERTIES
    POSITION_INDEPENDENT_CODE ON CXX_EXTENSIONS OFF
    UNITY_BUILD ${RUNFORGE_UNITY_BUILD} UNITY_BUILD_BATCH_SIZE 16)
  target_include_directories(runforge_${name} PUBLIC ${PROJECT_SOURCE_DIR}/lib)
  target_link_libraries(runforge_${name} PRIVATE runforge_settings)
  if(ARG_SMALL)
    target_compile_options(runforge_${name} PRIVATE ${RUNFORGE_SMALL})
  endif()
  foreach(used ${ARG_USES})
    target_link_libraries(runforge_${name} PUBLIC runforge_${used}_usage)
  endforeach()
  target_link_libraries(runforge_${name} PUBLIC ${ARG_THIRD_PARTY})

  # What a user of the component needs to compile, without its objects.
  add_library(runforge_${name}_usage INTERFACE)
  target_include_directories(runforge_${name}_usage INTERFACE ${PROJECT_SOURCE_DIR}/lib)
  foreach(used ${ARG_USES})
    target_link_libraries(runforge_${name}_usage INTERFACE runforge_${used}_usage)
  endforeach()
  target_link_libraries(runforge_${name}_usage INTERFACE ${ARG_THIRD_PARTY})
  set_property(GLOBAL APPEND PROPERTY RUNFORGE_COMPONENTS ${name})
  set_property(GLOBAL PROPERTY RUNFORGE_${name}_USES ${ARG_USES})
endfunction()
