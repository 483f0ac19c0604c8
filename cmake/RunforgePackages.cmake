# SPDX-License-Identifier: MIT
# cpack: the Debian packages librunforge0.1, librunforge-dev and runforge, and the archive of the sources.
#
#   cmake -S . -B build/deb -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX=/usr -DCMAKE_SKIP_INSTALL_RPATH=ON \
#         -DBUILD_SHARED_LIBS=ON -DRUNFORGE_BOTH_LIBRARIES=ON -DRUNFORGE_BUILD_TESTS=OFF && cmake --build build/deb
#   (cd build/deb && cpack -G DEB)                                              the packages
#   (cd build/deb && cpack --config CPackSourceConfig.cmake)                    runforge-<version>.tar.gz
#
# Tested by tests/consumers/debian.py.
set(CPACK_PACKAGE_NAME runforge)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_VENDOR RunForge)
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)

set(CPACK_SOURCE_GENERATOR TGZ)
set(CPACK_SOURCE_PACKAGE_FILE_NAME runforge-${PROJECT_VERSION})
string(REGEX REPLACE "([][+.*()^$?|\\])" "\\\\\\1" source_regex "${PROJECT_SOURCE_DIR}")
string(REGEX REPLACE "([][+.*()^$?|\\])" "\\\\\\1" binary_regex "${PROJECT_BINARY_DIR}")
set(CPACK_SOURCE_IGNORE_FILES "^${source_regex}/(build|runs)/" "^${binary_regex}/" "/\\.git/" "/\\.git$" "/__pycache__/" "\\.pyc$"
    "/node_modules/")

set(CPACK_GENERATOR DEB)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL runtime development tool)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "RunForge")
set(abi ${RUNFORGE_ABI_LINE})

set(CPACK_COMPONENT_RUNTIME_DESCRIPTION "RunForge, shared library\n${PROJECT_DESCRIPTION}.")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME librunforge${abi})
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")

# Who is linked against a name needs this version at least, since which version a name came with is kept nowhere.
file(STRINGS ${PROJECT_SOURCE_DIR}/include/runforge/runforge.h declarations REGEX "^RF_API .*rf_[a-z0-9_]+\\(")
set(node RUNFORGE_${PROJECT_VERSION_MAJOR})
set(symbols "librunforge.so.${abi} librunforge${abi} #MINVER#\n ${node}@${node} ${PROJECT_VERSION}\n")
set(names "")
foreach(declaration ${declarations})
  string(REGEX MATCH "(^|[ *])(rf_[a-z0-9_]+)\\(" found "${declaration}")
  list(APPEND names "${CMAKE_MATCH_2}")
endforeach()
list(SORT names)
foreach(name ${names})
  string(APPEND symbols " ${name}@${node} ${PROJECT_VERSION}\n")
endforeach()
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/debian/symbols CONTENT "${symbols}" @ONLY)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_EXTRA ${PROJECT_BINARY_DIR}/debian/symbols)

set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION
    "RunForge, to build programs with\nHeaders, static library, CMake package and pkg-config files.")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME librunforge-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(depends "librunforge${abi} (= ${PROJECT_VERSION})" libsodium-dev)
if(RUNFORGE_ZLIB)
  list(APPEND depends zlib1g-dev)
endif()
if(RUNFORGE_ZSTD)
  list(APPEND depends libzstd-dev)
endif()
list(JOIN depends ", " CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS)

set(CPACK_COMPONENT_TOOL_DESCRIPTION "RunForge, command line tool\n${PROJECT_DESCRIPTION}.")
set(CPACK_DEBIAN_TOOL_PACKAGE_NAME runforge)
set(CPACK_DEBIAN_TOOL_PACKAGE_SECTION science)
set(CPACK_DEBIAN_TOOL_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_TOOL_PACKAGE_DEPENDS "librunforge${abi} (= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${PROJECT_BINARY_DIR}/bindings/c)
include(CPack)
