# Compiler, warnings and sanitizers, for every target alike.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(CCACHE ccache)
if(CCACHE)
  # Paths below the project's root are hashed relative, so that all build folders share one cache.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
      CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_library(penstock_warnings INTERFACE)
target_compile_options(penstock_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wno-psabi
  # The compiler that we ship with is g++; clang only sanitizes and fuzzes, and warns of other things.
  $<$<CXX_COMPILER_ID:GNU>:-Werror>
  # g++ 12 sees overlaps, overflows and unset fields that are not there when it optimises (for
  # instance its bugs 105651 and 105562); clang-tidy and the sanitizers look for the real ones.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-array-bounds
    -Wno-stringop-overflow
    -Wno-stringop-overread -Wno-maybe-uninitialized>)

set(PENSTOCK_SANITIZE "" CACHE STRING "Sanitizers to build with, for instance address,undefined")
if(PENSTOCK_SANITIZE)
  add_compile_options(-fsanitize=${PENSTOCK_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${PENSTOCK_SANITIZE})
endif()

option(PENSTOCK_FUZZ "Build the fuzz targets, and instrument everything for them" OFF)
if(PENSTOCK_FUZZ)
  # Without time stamps precompiled headers are found in the cache again.
  add_compile_options(-fsanitize=fuzzer-no-link "SHELL:-Xclang -fno-pch-timestamp")
endif()

# Shared by every build folder, so that generated code and headers have one path (and one cache entry).
set(PENSTOCK_SHARED_BUILD ${CMAKE_SOURCE_DIR}/build/shared)
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
