# SPDX-License-Identifier: MIT
# consumer_programs(LANGUAGE FORMS form...): the programs of this folder in a language, each with each form of the library.
# In C: train.c as C99. In CXX: train.cpp as C++17, and clash.cpp as C++20 with the other libraries of its own.
set(programs ${CMAKE_CURRENT_LIST_DIR}/programs)

function(consumer_program name form standard)
  add_executable(${name} ${ARGN})
  if(standard MATCHES "^C99")
    set_target_properties(${name} PROPERTIES C_STANDARD 99 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF)
  else()
    set_target_properties(${name} PROPERTIES CXX_STANDARD ${standard} CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF)
  endif()
  target_link_libraries(${name} PRIVATE runforge::${form})
endfunction()

function(consumer_programs language)
  cmake_parse_arguments(ARG "" "" "FORMS" ${ARGN})
  foreach(form ${ARG_FORMS})
    if(language STREQUAL "C")
      consumer_program(c_${form} ${form} C99 ${programs}/train.c)
    else()
      consumer_program(cpp17_${form} ${form} 17 ${programs}/train.cpp)
      consumer_program(cpp20_${form} ${form} 20 ${programs}/clash.cpp ${programs}/other/armadillo.cpp
                       ${programs}/other/rapidjson.cpp)
      target_include_directories(cpp20_${form} PRIVATE ${programs}/other)
      if(form IN_LIST HOST_FORMS_WITHOUT_SODIUM)
        target_compile_definitions(cpp20_${form} PRIVATE WITHOUT_OTHER_SODIUM)
      else()
        target_sources(cpp20_${form} PRIVATE ${programs}/other/sodium.c)
      endif()
    endif()
  endforeach()
endfunction()
