# SPDX-License-Identifier: MIT
"""A recipe for Conan 2, built from a release archive that lies beside it: runforge-<version>.tar.gz, as
`cpack --config CPackSourceConfig.cmake` makes it.

It was not run with Conan itself. Its version, options and names are checked by tests/consumers/recipes.py.
"""
import os

from conan import ConanFile
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy, unzip
from conan.tools.gnu import PkgConfigDeps


class RunForge(ConanFile):
    name = "runforge"
    version = "0.2.0"
    description = "Trains models on tabular data so that the result can be audited"
    license = "MIT"
    settings = "os", "arch", "compiler", "build_type"
    options = {"shared": [True, False], "with_zlib": [True, False], "with_zstd": [True, False]}
    default_options = {"shared": False, "with_zlib": True, "with_zstd": True}
    exports_sources = "runforge-*.tar.gz"

    def requirements(self):
        self.requires("libsodium/[>=1.0.18]")
        self.requires("rapidjson/[*]", visible=False)
        self.requires("armadillo/[>=11 <13]", visible=False)
        if self.options.with_zlib:
            self.requires("zlib/[>=1.2.11 <2]")
        if self.options.with_zstd:
            self.requires("zstd/[>=1.4]")

    def layout(self):
        cmake_layout(self, src_folder="src")

    def source(self):
        unzip(self, os.path.join(self.export_sources_folder, f"runforge-{self.version}.tar.gz"), strip_root=True)

    def generate(self):
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables.update({
            "RUNFORGE_BUILD_TESTS": False,
            "RUNFORGE_BUILD_TOOL": False,
            "RUNFORGE_BUILD_EXAMPLES": False,
            "RUNFORGE_CCACHE": False,
            "RUNFORGE_INSTALL": True,
            "RUNFORGE_ZLIB": bool(self.options.with_zlib),
            "RUNFORGE_ZSTD": bool(self.options.with_zstd),
        })
        toolchain.generate()
        CMakeDeps(self).generate()
        PkgConfigDeps(self).generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))
        CMake(self).install()

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "runforge")
        self.cpp_info.set_property("cmake_target_name", "runforge::runforge")
        self.cpp_info.set_property("pkg_config_name", "runforge")
        self.cpp_info.libs = ["runforge"]
        if not self.options.shared:
            self.cpp_info.system_libs = ["m", "pthread", "stdc++"]
