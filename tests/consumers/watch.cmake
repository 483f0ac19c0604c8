# SPDX-License-Identifier: MIT
# watch_begin() ... watch_end(): fails when what stands between them left something set that is the host's: a variable, an
# option of the folder, a test, or a cache entry that does not begin with RUNFORGE_ (or a module's own: see `allowed`).
set(watched_properties COMPILE_OPTIONS COMPILE_DEFINITIONS LINK_OPTIONS INCLUDE_DIRECTORIES LINK_DIRECTORIES TESTS)

macro(watch_begin)
  foreach(property ${watched_properties})
    get_directory_property(before_${property} ${property})
  endforeach()
  get_cmake_property(before_cache CACHE_VARIABLES)
  get_cmake_property(before_variables VARIABLES)
  foreach(variable ${before_variables})
    set(value_before_${variable} "${${variable}}")
  endforeach()
endmacro()

macro(watch_end)
  foreach(property ${watched_properties})
    get_directory_property(after ${property})
    if(NOT "${after}" STREQUAL "${before_${property}}")
      message(SEND_ERROR "watch: ${property} of the host's folder was \"${before_${property}}\" and is \"${after}\"")
    endif()
  endforeach()
  get_cmake_property(after_variables VARIABLES)
  get_cmake_property(after_cache CACHE_VARIABLES)
  foreach(variable ${after_variables})
    if(variable MATCHES "^(CMAKE|BUILD)_" AND NOT variable MATCHES "^CMAKE_(MATCH_|CURRENT_|PARENT_LIST_)"
       AND (DEFINED value_before_${variable} OR NOT variable IN_LIST after_cache OR NOT "$CACHE{${variable}}" STREQUAL "${${variable}}")
       AND NOT "${${variable}}" STREQUAL "${value_before_${variable}}")
      message(SEND_ERROR "watch: ${variable} was \"${value_before_${variable}}\" and is \"${${variable}}\"")
    endif()
  endforeach()
  # What modules of CMake and pkg-config keep, and a language that was enabled.
  string(JOIN "|" allowed RUNFORGE_ runforge_ "CMAKE_(CXX|HAVE_LIBC|PROJECT_VERSION|[A-Z]*_COMPILER|READELF|NM)" FETCHCONTENT_
         FIND_PACKAGE_MESSAGE_ PKG_CONFIG_ pkg_config_ "prefix_result$" ZLIB_ pkgcfg_lib_RUNFORGE_)
  foreach(variable ${after_cache})
    if(NOT variable IN_LIST before_cache AND NOT variable MATCHES "^_*(${allowed})")
      message(SEND_ERROR "watch: the cache has a new entry that is not RunForge's: ${variable}")
    endif()
  endforeach()
endmacro()
