# SPDX-License-Identifier: MIT
# A port for vcpkg, built from a release archive: RUNFORGE_RELEASE_ARCHIVE in the environment names the file
# runforge-<version>.tar.gz that `cpack --config CPackSourceConfig.cmake` makes.
#
# It was not run with vcpkg itself. Its version, options and names are checked by tests/consumers/recipes.py.
vcpkg_extract_source_archive(SOURCE_PATH ARCHIVE "$ENV{RUNFORGE_RELEASE_ARCHIVE}")

vcpkg_check_features(OUT_FEATURE_OPTIONS feature_options
  FEATURES
    zlib RUNFORGE_ZLIB
    zstd RUNFORGE_ZSTD
    tool RUNFORGE_BUILD_TOOL)

vcpkg_find_acquire_program(PKGCONFIG)
vcpkg_cmake_configure(SOURCE_PATH "${SOURCE_PATH}"
  OPTIONS ${feature_options} -DRUNFORGE_BUILD_TESTS=OFF -DRUNFORGE_BUILD_EXAMPLES=OFF -DRUNFORGE_CCACHE=OFF -DRUNFORGE_INSTALL=ON
          "-DPKG_CONFIG_EXECUTABLE=${PKGCONFIG}")
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(PACKAGE_NAME runforge CONFIG_PATH lib/cmake/runforge)
vcpkg_fixup_pkgconfig()
if("tool" IN_LIST FEATURES)
  vcpkg_copy_tools(TOOL_NAMES runforge AUTO_CLEAN)
endif()
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug/include" "${CURRENT_PACKAGES_DIR}/debug/share")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
