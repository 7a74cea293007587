# How a room is built. Flags live on one interface target, never in globals.

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(credence_build INTERFACE)
target_include_directories(credence_build INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(credence_build INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wold-style-cast -Wnon-virtual-dtor
  -Woverloaded-virtual -Wswitch-enum -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports null dereferences inside its own library at -O2; see -Wno- below.
  target_compile_options(credence_build INTERFACE -Wno-null-dereference -Wno-maybe-uninitialized)
endif()
if(CREDENCE_WARNINGS_AS_ERRORS)
  target_compile_options(credence_build INTERFACE -Werror)
endif()
if(CREDENCE_SANITIZE)
  target_compile_options(credence_build INTERFACE -fsanitize=${CREDENCE_SANITIZE}
                         -fno-sanitize-recover=all)
  target_link_options(credence_build INTERFACE -fsanitize=${CREDENCE_SANITIZE})
endif()
if(CREDENCE_SANITIZE MATCHES "thread")
  # ThreadSanitizer does not know fences. Handlers of Asio are ordered by its locks as well.
  target_compile_definitions(credence_build INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
endif()

# credence_room(NAME SOURCES a.cc b.cc [LINK libraries that our headers show]
#               [PRIVATE libraries that only our sources see])
# makes the static library credence_NAME.
function(credence_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;LINK;PRIVATE" ${ARGN})
  add_library(credence_${name} STATIC ${ROOM_SOURCES})
  target_link_libraries(credence_${name} PUBLIC credence_build ${ROOM_LINK} PRIVATE ${ROOM_PRIVATE})
endfunction()

# A time limit catches a hang; under a sanitizer everything costs several times as much.
set(CREDENCE_TIMEOUT_FACTOR 1)
if(CREDENCE_SANITIZE)
  set(CREDENCE_TIMEOUT_FACTOR 4)
endif()

# credence_test(NAME SOURCES a_test.cc [LINK libraries] [LABELS slow rocksdb …])
# makes and registers one doctest executable, a ctest entry.
function(credence_test name)
  cmake_parse_arguments(TEST "" "TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
  add_executable(${name}_test ${TEST_SOURCES})
  target_link_libraries(${name}_test PRIVATE credence_test_main ${TEST_LINK})
  add_test(NAME ${name} COMMAND ${name}_test)
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 120)
  endif()
  math(EXPR TEST_TIMEOUT "${TEST_TIMEOUT} * ${CREDENCE_TIMEOUT_FACTOR}")
  set_tests_properties(${name} PROPERTIES TIMEOUT ${TEST_TIMEOUT} LABELS "${TEST_LABELS}")
endfunction()

# credence_fuzz(NAME SOURCES x_fuzz.cc [LINK libraries])
# makes a fuzz target: with libFuzzer in the fuzz preset, elsewhere with a driver
# that replays tests/fuzz/corpus/NAME and generated seeds under ctest.
function(credence_fuzz name)
  cmake_parse_arguments(FUZZ "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name}_fuzz ${FUZZ_SOURCES})
  target_link_libraries(${name}_fuzz PRIVATE credence_build ${FUZZ_LINK})
  if(CREDENCE_FUZZ)
    target_compile_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
    target_link_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(${name}_fuzz PRIVATE ${PROJECT_SOURCE_DIR}/tests/fuzz/replay_main.cc)
    add_test(NAME fuzz_replay_${name}
             COMMAND ${name}_fuzz ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name})
    math(EXPR timeout "120 * ${CREDENCE_TIMEOUT_FACTOR}")
    set_tests_properties(fuzz_replay_${name} PROPERTIES LABELS "fuzz" TIMEOUT ${timeout})
  endif()
endfunction()
