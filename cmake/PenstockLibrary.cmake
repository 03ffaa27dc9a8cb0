# penstock_library(NAME SOURCES … [LINK …] [PRIVATE_LINK …] [TESTS …] [TEST_LINK …])
#
# One static library for the folder it is called from. A library can include only its own folder and
# the folders of the libraries it links: each target exports a private view of the tree that holds
# nothing but its folder, so an include that points the wrong way does not compile.
# TESTS become one GoogleTest program, NAME_test, registered with CTest.
find_package(GTest REQUIRED)
include(GoogleTest)

function(penstock_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK;PRIVATE_LINK;TESTS;TEST_LINK" ${ARGN})
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
  if(arg_TESTS)
    penstock_test(${name}_test SOURCES ${arg_TESTS} LINK ${name} ${arg_TEST_LINK})
  endif()
endfunction()

# penstock_test(NAME SOURCES … LINK …): a GoogleTest program, registered with CTest as one test.
function(penstock_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
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
