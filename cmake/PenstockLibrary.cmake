# penstock_library(NAME SOURCES … [LINK …] [PRIVATE_LINK …] [PRECOMPILE …] [PRECOMPILED_BY …]
#                  [TESTS …] [TEST_LINK …])
#
# One static library for the folder it is called from. A library can include only its own folder and
# the folders of the libraries it links: each target exports a private view of the tree that holds
# nothing but its folder, so an include that points the wrong way does not compile.
# TESTS become one GoogleTest program, NAME_test, registered with CTest.
#
# PRECOMPILE names headers that most of the sources read and that take long to read; PRECOMPILED_BY
# the library whose precompiled headers the tests use, and the sources where they have none of their
# own. Both must be compiled with the same definitions. Precompiled headers are no substitute for an
# include: clang-tidy reads the sources without them.
find_package(GTest REQUIRED)
include(GoogleTest)

function(penstock_library name)
  cmake_parse_arguments(arg "" "PRECOMPILED_BY"
    "SOURCES;LINK;PRIVATE_LINK;PRECOMPILE;TESTS;TEST_LINK" ${ARGN})
  file(RELATIVE_PATH folder ${CMAKE_SOURCE_DIR}/src ${CMAKE_CURRENT_SOURCE_DIR})
  set(view ${PENSTOCK_SHARED_BUILD}/include/${name})
  get_filename_component(parent ${view}/${folder} DIRECTORY)
  file(MAKE_DIRECTORY ${parent})
  if(NOT EXISTS ${view}/${folder})
    file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${view}/${folder} SYMBOLIC)
  endif()

  if(arg_SOURCES)
    add_library(${name} STATIC ${arg_SOURCES})
    target_include_directories(${name} PUBLIC ${view})
    target_link_libraries(${name} PUBLIC ${arg_LINK} PRIVATE penstock_warnings ${arg_PRIVATE_LINK})
  else()
    add_library(${name} INTERFACE)
    target_include_directories(${name} INTERFACE ${view})
    target_link_libraries(${name} INTERFACE ${arg_LINK})
  endif()
  if(arg_PRECOMPILE)
    target_precompile_headers(${name} PRIVATE ${arg_PRECOMPILE})
  elseif(arg_PRECOMPILED_BY)
    penstock_precompiled_by(${name} ${arg_PRECOMPILED_BY})
  endif()
  if(arg_TESTS)
    penstock_test(${name}_test SOURCES ${arg_TESTS} LINK ${name} ${arg_TEST_LINK}
      PRECOMPILED_BY ${arg_PRECOMPILED_BY})
  endif()
endfunction()

function(penstock_precompiled_by target library)
  target_precompile_headers(${target} REUSE_FROM ${library})
endfunction()

# What every test reads, precompiled.
add_library(penstock_test_headers OBJECT ${CMAKE_CURRENT_LIST_DIR}/test_headers.cpp)
target_link_libraries(penstock_test_headers PRIVATE penstock_warnings GTest::gmock)
target_precompile_headers(penstock_test_headers PRIVATE <gmock/gmock.h> <gtest/gtest.h>)

# penstock_test(NAME SOURCES … LINK … [PRECOMPILED_BY …]): a GoogleTest program, registered with
# CTest as one test.
function(penstock_test name)
  cmake_parse_arguments(arg "" "PRECOMPILED_BY" "SOURCES;LINK" ${ARGN})
  if(NOT arg_PRECOMPILED_BY)
    set(arg_PRECOMPILED_BY penstock_test_headers)
  endif()
  add_executable(${name} ${arg_SOURCES})
  penstock_precompiled_by(${name} ${arg_PRECOMPILED_BY})
  target_link_libraries(${name} PRIVATE penstock_warnings ${arg_LINK} GTest::gmock GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 600)
endfunction()

# penstock_fuzz(NAME LINK …): the fuzz target NAME_fuzz from NAME_fuzz.cpp, built under the preset
# `fuzz` alone; `./dev fuzz` and `./dev test` run every one.
function(penstock_fuzz name)
  cmake_parse_arguments(arg "" "" "LINK" ${ARGN})
  if(NOT PENSTOCK_FUZZ)
    return()
  endif()
  add_executable(${name}_fuzz ${name}_fuzz.cpp)
  target_link_libraries(${name}_fuzz PRIVATE penstock_warnings ${arg_LINK})
  target_link_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
  add_dependencies(penstock_fuzzers ${name}_fuzz)
endfunction()
