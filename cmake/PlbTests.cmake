# Tests by folder; a new file is a new test.
#
#   tests/unit/test_*.c      label unit        what a module does
#   tests/property/test_*.c  label property    what holds for random input
#   tests/known/test_*.c     label known       answers from outside; skipped where they are absent
#   tests/cli/*.sh           label cli         the program, as a user runs it
#   tests/fuzz/fuzz_*.c      label fuzz-seeds  fuzz targets on their checked-in corpus
#                            label fuzz        the same with libFuzzer, in the fuzz preset
#   tests/report             label report      reports in a browser; skipped where there is none
#   tests/embed              label embed       another C program that uses libplutbench; packages
#   tests/bench/bench_*.c    no test           programs that print figures
#
# Exit code 77 says that a test can't run here; ctest reports it as skipped.
set(shared_default "$ENV{PLB_SHARED}")
if(shared_default STREQUAL "")
    cmake_path(SET shared_default NORMALIZE "${PROJECT_SOURCE_DIR}/../shared")
endif()
set(PLB_SHARED_DIR ${shared_default} CACHE PATH "Folder of reference data, for the known answers")
set(PLB_TEST_TIMEOUT 1200 CACHE STRING "Seconds after which a test has failed")

add_library(plb_tests INTERFACE)
target_link_libraries(plb_tests INTERFACE plb_internal)
target_compile_definitions(plb_tests INTERFACE
    PLB_SHARED_DIR="${PLB_SHARED_DIR}" PLB_SOURCE_DIR="${PROJECT_SOURCE_DIR}")

set(sanitizer_environment
    ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1
    UBSAN_OPTIONS=print_stacktrace=1)

# What measures runs alone: another test beside it would be what it measures.
set(measuring cli/block cli/calibrate cli/compare cli/describe cli/fit_machine cli/measure cli/metrics
    cli/regress cli/study cli/sweep cli/trace unit/blocks unit/calibrate unit/profile
    unit/rate unit/stages)

function(plb_test_properties test label)
    set_tests_properties(${test} PROPERTIES
        LABELS ${label} SKIP_RETURN_CODE 77 TIMEOUT ${PLB_TEST_TIMEOUT}
        ENVIRONMENT "${sanitizer_environment}" ${ARGN})
    if(test IN_LIST measuring)
        set_tests_properties(${test} PROPERTIES RUN_SERIAL TRUE)
    endif()
endfunction()

# plb_test_program(TARGET FILE): an executable in build/<preset>/tests.
function(plb_test_program target)
    add_executable(${target} ${ARGN})
    set_target_properties(${target} PROPERTIES
        RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
    target_link_libraries(${target} PRIVATE plb_tests)
endfunction()

function(plb_cmocka_tests folder)
    file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/${folder}/test_*.c)
    # Other C files in the folder are shared by its tests.
    file(GLOB helpers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/${folder}/*.c)
    list(FILTER helpers EXCLUDE REGEX "/test_[^/]*$")
    foreach(file ${files})
        cmake_path(GET file STEM name)
        set(target ${folder}_${name})
        plb_test_program(${target} ${file} ${helpers})
        plb_skip_lto(${target})
        target_link_libraries(${target} PRIVATE PkgConfig::PLB_PC_cmocka)
        string(REGEX REPLACE "^test_" "" name ${name})
        add_test(NAME ${folder}/${name} COMMAND ${target}
            WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
        plb_test_properties(${folder}/${name} ${folder})
    endforeach()
endfunction()

file(GLOB fuzz_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/fuzz/fuzz_*.c)
foreach(file ${fuzz_files})
    cmake_path(GET file STEM target)
    string(REGEX REPLACE "^fuzz_" "" name ${target})
    set(corpus ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name})
    if(PLB_FUZZ)
        plb_test_program(${target} ${file})
        target_link_options(${target} PRIVATE -fsanitize=fuzzer)
        add_test(NAME fuzz/${name}
            COMMAND ${CMAKE_COMMAND} -DTARGET=$<TARGET_FILE:${target}> -DCORPUS=${corpus}
                    -DDICTIONARY=${PROJECT_SOURCE_DIR}/tests/fuzz/${name}.dict
                    -DWORK=${PROJECT_BINARY_DIR}/fuzz/${name}
                    -P ${PROJECT_SOURCE_DIR}/cmake/run_fuzz.cmake)
        plb_test_properties(fuzz/${name} fuzz TIMEOUT 0)
    else()
        plb_test_program(${target} ${file} ${PROJECT_SOURCE_DIR}/tests/fuzz/replay_main.c)
        plb_skip_lto(${target})
        add_test(NAME fuzz-seeds/${name} COMMAND ${target} ${corpus})
        plb_test_properties(fuzz-seeds/${name} fuzz-seeds)
    endif()
endforeach()

if(PLB_FUZZ)
    return()
endif()

pkg_check_modules(PLB_PC_cmocka QUIET IMPORTED_TARGET cmocka)
if(NOT PLB_PC_cmocka_FOUND)
    message(FATAL_ERROR "pkg-config does not know cmocka: run cmake/setup.sh --force")
endif()
plb_cmocka_tests(unit)
plb_cmocka_tests(property)
plb_cmocka_tests(known)

# Plug-ins for the tests, in build/<preset>/tests/plugin: the example, and one for each way to be wrong.
function(plb_test_plugin name source)
    add_library(plugin_${name} MODULE ${source})
    target_include_directories(plugin_${name} PRIVATE ${PROJECT_SOURCE_DIR}/include)
    target_link_libraries(plugin_${name} PRIVATE plb_flags)
    set_target_properties(plugin_${name} PROPERTIES
        PREFIX "" OUTPUT_NAME ${name} LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests/plugin)
endfunction()

plb_test_plugin(more_builtins ${PROJECT_SOURCE_DIR}/docs/examples/plugin/more_builtins.c)
set(misbehaving ${PROJECT_SOURCE_DIR}/tests/plugin/misbehaving.c)
file(STRINGS ${misbehaving} ways REGEX "^    [A-Z_]+,?$")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${misbehaving})
foreach(way ${ways})
    string(REGEX REPLACE "[ ,]" "" way "${way}")
    string(TOLOWER ${way} name)
    plb_test_plugin(${name} ${misbehaving})
    target_compile_definitions(plugin_${name} PRIVATE MISBEHAVES=${way})
endforeach()

# The library, slower by half: tests/cli/regress.sh has it found.
if(PLB_SHARED AND NOT PLB_SANITIZE)
    add_library(slower_library SHARED ${PROJECT_SOURCE_DIR}/tests/regress/slower_library.c)
    target_compile_definitions(slower_library PRIVATE PLB_TWICE_EVERY=2)
    target_include_directories(slower_library PRIVATE ${PROJECT_SOURCE_DIR}/include)
    target_link_libraries(slower_library PRIVATE plb_flags -Wl,--no-as-needed plutbench)
    set_target_properties(slower_library PROPERTIES
        OUTPUT_NAME plutbench_slower LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
endif()

file(GLOB scripts CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/cli/*.sh)
foreach(script ${scripts})
    cmake_path(GET script STEM name)
    # lib.sh and the like are read by the tests and are none themselves.
    if(NOT name MATCHES "^(lib|common|helper)")
        string(REGEX REPLACE "^test_" "" name ${name})
        add_test(NAME cli/${name}
            COMMAND bash ${script} $<TARGET_FILE:plutbench_program> ${PLB_SHARED_DIR}
            WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
        plb_test_properties(cli/${name} cli)
    endif()
endforeach()

# Reports in a browser; skipped where there is none.
add_test(NAME report/browser
    COMMAND sh ${PROJECT_SOURCE_DIR}/tests/report/run.sh $<TARGET_FILE:plutbench_program>
            ${PROJECT_BINARY_DIR}/tests/report)
plb_test_properties(report/browser report)

# What `make test-peers` gives to other implementations; no test of its own.
plb_test_program(peers_write_shapes ${PROJECT_SOURCE_DIR}/tests/peers/write_shapes.c)
target_link_libraries(peers_write_shapes PRIVATE PkgConfig::PLB_PC_cmocka)
plb_skip_lto(peers_write_shapes)

# A sanitized library can't be linked by a program that is not sanitized.
if(PLB_SHARED AND NOT PLB_SANITIZE AND NOT PLB_COVERAGE)
    add_test(NAME embed/installed
        COMMAND sh ${PROJECT_SOURCE_DIR}/tests/embed/test_installed.sh
                ${CMAKE_COMMAND} ${PROJECT_BINARY_DIR} ${CMAKE_C_COMPILER}
                "${CMAKE_PREFIX_PATH}")
    plb_test_properties(embed/installed embed)
    add_test(NAME embed/package
        COMMAND sh ${PROJECT_SOURCE_DIR}/tests/embed/test_package.sh
                ${CMAKE_CPACK_COMMAND} ${PROJECT_BINARY_DIR})
    plb_test_properties(embed/package embed)
endif()

# Benchmarks are linked as the program is, for their figures to be the program's.
file(GLOB benches CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/bench/bench_*.c)
foreach(file ${benches})
    cmake_path(GET file STEM target)
    plb_test_program(${target} ${file})
    target_link_libraries(${target} PRIVATE plb_lto)
    plb_use_lto(${target})
endforeach()
