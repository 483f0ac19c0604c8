# SPDX-License-Identifier: MIT
# What `cmake --install` lays out: headers, libraries, the CMake package (find_package) and the pkg-config files, all of which
# find each other from where they stand, so that the tree may be moved; and the tool. Two components, runtime and development,
# and the tool's own. Tested by tests/consumers.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(runforge_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/runforge)
foreach(target ${RUNFORGE_LIBRARIES})
  # A set of exports for each form: who uses the shared library need not have what the static one is linked with.
  get_target_property(type ${target} TYPE)
  if(target STREQUAL runforge_one_archive)
    set(form one-archive)
  elseif(type STREQUAL SHARED_LIBRARY)
    set(form shared)
  else()
    set(form static)
  endif()
  set(RUNFORGE_HAS_${form} ON)
  set_target_properties(${target} PROPERTIES RUNFORGE_FORM ${form})
  install(TARGETS ${target} EXPORT runforge-${form}
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime NAMELINK_COMPONENT development
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development
    FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development)
  install(EXPORT runforge-${form} NAMESPACE runforge:: FILE runforge-${form}-targets.cmake
    DESTINATION ${runforge_package_dir} COMPONENT development)
endforeach()
get_target_property(RUNFORGE_DEFAULT_FORM runforge RUNFORGE_FORM)

# What the archives need besides themselves: modules of pkg-config, and libraries.
set(runforge_modules "libsodium>=1.0.18")
if(RUNFORGE_ZLIB)
  list(APPEND runforge_modules zlib)
endif()
if(RUNFORGE_ZSTD)
  list(APPEND runforge_modules "libzstd>=1.4")
endif()
set(runforge_archive_libraries "-l${RUNFORGE_CXX_RUNTIME} -lm -pthread")

# The CMake package.
set(runforge_config_files "")
get_target_property(RUNFORGE_DEFAULT_FORM runforge RUNFORGE_FORM)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/runforge-config.cmake.in runforge-config.cmake
  INSTALL_DESTINATION ${runforge_package_dir} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/runforge-config-version.cmake COMPATIBILITY SameMajorVersion)
list(APPEND runforge_config_files runforge-config.cmake runforge-config-version.cmake)
if(RUNFORGE_HAS_static)
  if(RUNFORGE_DEFAULT_FORM STREQUAL "static")
    set(runforge_static_name runforge)
  else()
    set(runforge_static_name static)
  endif()
  configure_file(${CMAKE_CURRENT_LIST_DIR}/runforge-static.cmake.in ${PROJECT_BINARY_DIR}/runforge-static.cmake @ONLY)
  list(APPEND runforge_config_files runforge-static.cmake)
endif()
list(TRANSFORM runforge_config_files PREPEND ${PROJECT_BINARY_DIR}/)
install(FILES ${runforge_config_files} DESTINATION ${runforge_package_dir} COMPONENT development)

# pkg-config. Its `Requires` wants spaces around the relation.
list(JOIN runforge_modules ", " runforge_pc_requires)
string(REPLACE ">=" " >= " runforge_pc_requires "${runforge_pc_requires}")
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX BASE_DIRECTORY ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig
           OUTPUT_VARIABLE runforge_pc_prefix)
function(runforge_pkg_config name title libraries lines)
  configure_file(${CMAKE_CURRENT_FUNCTION_LIST_DIR}/runforge.pc.in ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
endfunction()
if(RUNFORGE_HAS_shared AND RUNFORGE_HAS_static)
  runforge_pkg_config(runforge RunForge -lrunforge
    "Requires.private: ${runforge_pc_requires}\nLibs.private: ${runforge_archive_libraries}")
elseif(RUNFORGE_HAS_shared)
  runforge_pkg_config(runforge RunForge -lrunforge "")
else()
  # Without a shared library whoever asks means the static one, with --static or without.
  runforge_pkg_config(runforge RunForge "-lrunforge ${runforge_archive_libraries}" "Requires: ${runforge_pc_requires}")
endif()
if(RUNFORGE_ONE_ARCHIVE)
  runforge_pkg_config(runforge-one "RunForge in one archive" "-lrunforge-one ${runforge_archive_libraries}" "")
endif()

install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/runforge COMPONENT runtime)
if(RUNFORGE_BUILD_TOOL)
  # Found beside the tool wherever the tree is moved to; packagers say CMAKE_SKIP_INSTALL_RPATH.
  cmake_path(RELATIVE_PATH CMAKE_INSTALL_FULL_LIBDIR BASE_DIRECTORY ${CMAKE_INSTALL_FULL_BINDIR}
             OUTPUT_VARIABLE runforge_rpath)
  set_target_properties(runforge_tool PROPERTIES INSTALL_RPATH "$ORIGIN/${runforge_rpath}")
  install(TARGETS runforge_tool RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT tool)
endif()
