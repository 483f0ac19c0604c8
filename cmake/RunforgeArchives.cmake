# SPDX-License-Identifier: MIT
# Finds the archives of libsodium, zlib and zstd, to go inside a library of ours: `runforge_archives` lists their paths.
set(runforge_archives "")
macro(runforge_find_archive name file)
  find_library(RUNFORGE_${name}_ARCHIVE NAMES ${file} DOC "Archive that goes inside RunForge"
               HINTS ${RUNFORGE_${name}_LIBRARY_DIRS} ${RUNFORGE_${name}_STATIC_LIBRARY_DIRS})
  if(NOT RUNFORGE_${name}_ARCHIVE)
    message(FATAL_ERROR "RUNFORGE_ONE_ARCHIVE and RUNFORGE_BUNDLE_DEPENDENCIES need ${file}, which was not found; "
                        "set RUNFORGE_${name}_ARCHIVE to its path")
  endif()
  list(APPEND runforge_archives ${RUNFORGE_${name}_ARCHIVE})
endmacro()
runforge_find_archive(SODIUM libsodium.a)
if(RUNFORGE_ZLIB)
  runforge_find_archive(ZLIB libz.a)
endif()
if(RUNFORGE_ZSTD)
  runforge_find_archive(LIBZSTD libzstd.a)
endif()
