# SPDX-License-Identifier: MIT
# Fails unless each kernel object defines one global symbol, its table's getter, and no weak one.
string(REPLACE "," ";" OBJECTS "${OBJECTS}")
list(FILTER OBJECTS INCLUDE REGEX "/kernels_[^/]*$")
if(NOT OBJECTS)
  message(FATAL_ERROR "no kernel objects given")
endif()
foreach(object ${OBJECTS})
  execute_process(COMMAND ${NM} --demangle ${object} OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCHALL "[^\n]* [uvVwWTDBRGS] [^\n]*" global "${symbols}")
  if(NOT global MATCHES "^[0-9a-f]* T rf::core::[a-z0-9]+_kernels\\(\\)$")
    message(FATAL_ERROR "${object}: expected one global symbol, found: ${global}")
  endif()
endforeach()
