# The libraries that plutbench stands on. Afterwards:
#   PLB_SYSTEM_TARGETS   targets to link
#   PLB_PROGRAM_TARGETS  what only the program is linked with
#   PLB_BUNDLED_OBJECTS  object libraries that become part of libplutbench
#   PLB_PC_REQUIRES      pkg-config modules for plutbench.pc, PLB_PC_LIBS further -l options, some
#                        of them those of PLB_PC_SHARED_ONLY, modules for shared linking
#   PLB_<library>_VERSION, PLB_<library>_ORIGIN
set(PLB_DEPS_DIR ${PROJECT_SOURCE_DIR}/build/deps CACHE PATH "Where fetched library sources lie")

set(PLB_SYSTEM_TARGETS "")
set(PLB_BUNDLED_OBJECTS "")
set(PLB_PC_REQUIRES "")
set(PLB_PC_LIBS "-lm -pthread")
set(PLB_CONFIG_PACKAGES "")

find_package(PkgConfig QUIET)
if(NOT PkgConfig_FOUND)
    message(FATAL_ERROR "pkg-config is missing: run cmake/setup.sh --force")
endif()

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
list(APPEND PLB_SYSTEM_TARGETS Threads::Threads m)

function(plb_require module)
    string(MAKE_C_IDENTIFIER "PLB_PC_${module}" prefix)
    pkg_check_modules(${prefix} QUIET IMPORTED_TARGET GLOBAL ${module})
    if(NOT ${prefix}_FOUND)
        message(FATAL_ERROR "pkg-config does not know ${module}: run cmake/setup.sh --force")
    endif()
    set(PLB_MODULE_VERSION ${${prefix}_VERSION} PARENT_SCOPE)
    set(PLB_SYSTEM_TARGETS ${PLB_SYSTEM_TARGETS} PkgConfig::${prefix} PARENT_SCOPE)
    set(PLB_PC_REQUIRES ${PLB_PC_REQUIRES} ${module} PARENT_SCOPE)
endfunction()

plb_require(libsecp256k1)
set(PLB_SECP256K1_VERSION ${PLB_MODULE_VERSION})
plb_require(libcbor)
plb_require(jansson)
plb_require(libsodium)
plb_require(gmp)
plb_require(zlib)
plb_require(lmdb)
plb_require(sqlite3)
if(PLB_POSTGRESQL)
    plb_require(libpq)
    # For static linking Debian's module asks for libraries that Debian does not have.
    list(REMOVE_ITEM PLB_PC_REQUIRES libpq)
    set(PLB_PC_SHARED_ONLY libpq)
    string(APPEND PLB_PC_LIBS " -lpq")
endif()
pkg_check_modules(PLB_PC_libmicrohttpd QUIET IMPORTED_TARGET GLOBAL libmicrohttpd)
if(NOT PLB_PC_libmicrohttpd_FOUND)
    message(FATAL_ERROR "pkg-config does not know libmicrohttpd: run cmake/setup.sh --force")
endif()
set(PLB_PROGRAM_TARGETS PkgConfig::PLB_PC_libmicrohttpd)
plb_require(lapack)
find_path(PLB_LAPACK_HEADER lapack.h)
if(NOT PLB_LAPACK_HEADER)
    message(FATAL_ERROR "lapack.h is missing: run cmake/setup.sh --force")
endif()

# plb_find_system(KEY MODULE PACKAGE TARGETS...): pkg-config's MODULE, else PACKAGE's CMake
# configuration with one of TARGETS. Sets PLB_FOUND.
macro(plb_find_system key module package)
    set(PLB_FOUND FALSE)
    pkg_check_modules(PLB_PC_${module} QUIET IMPORTED_TARGET GLOBAL ${module})
    if(PLB_PC_${module}_FOUND)
        set(PLB_FOUND TRUE)
        set(PLB_${key}_VERSION ${PLB_PC_${module}_VERSION})
        list(APPEND PLB_SYSTEM_TARGETS PkgConfig::PLB_PC_${module})
        list(APPEND PLB_PC_REQUIRES ${module})
    else()
        find_package(${package} CONFIG QUIET)
        foreach(target ${ARGN})
            if(${package}_FOUND AND TARGET ${target} AND NOT PLB_FOUND)
                set(PLB_FOUND TRUE)
                set(PLB_${key}_VERSION ${${package}_VERSION})
                list(APPEND PLB_SYSTEM_TARGETS ${target})
                list(APPEND PLB_CONFIG_PACKAGES ${package})
                string(APPEND PLB_PC_LIBS " -l${package}")
            endif()
        endforeach()
    endif()
    if(PLB_FOUND)
        set(PLB_${key}_ORIGIN "system")
    endif()
endmacro()

# plb_fetch(KEY LIBRARY): the pinned sources (cmake/sources.txt). Sets PLB_SOURCES to their folder.
function(plb_fetch key library)
    file(STRINGS ${PROJECT_SOURCE_DIR}/cmake/sources.txt pin REGEX "^${library} ")
    string(REGEX REPLACE " +" ";" pin "${pin}")
    list(GET pin 1 version)
    list(GET pin 2 package)
    list(GET pin 3 package_version)
    set(folder ${PLB_DEPS_DIR}/${package}-${package_version})
    if(NOT IS_DIRECTORY ${folder})
        execute_process(
            COMMAND sh ${PROJECT_SOURCE_DIR}/cmake/fetch.sh ${library} ${PLB_DEPS_DIR}
            ERROR_VARIABLE problem ERROR_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE failed)
        if(failed)
            message(FATAL_ERROR "${problem}")
        endif()
    endif()
    set(PLB_SOURCES ${folder} PARENT_SCOPE)
    set(PLB_${key}_VERSION ${version} PARENT_SCOPE)
    set(PLB_${key}_ORIGIN "npm ${package} ${package_version}" PARENT_SCOPE)
endfunction()

# plb_bundle(TARGET INCLUDE): common settings of an object library made from fetched sources.
function(plb_bundle target include)
    set_target_properties(${target} PROPERTIES
        POSITION_INDEPENDENT_CODE ON C_VISIBILITY_PRESET hidden C_STANDARD 11 C_EXTENSIONS ON)
    target_include_directories(${target} SYSTEM INTERFACE ${include})
    target_compile_options(${target} PRIVATE -w)
    set(PLB_BUNDLED_OBJECTS ${PLB_BUNDLED_OBJECTS} ${target} PARENT_SCOPE)
endfunction()

plb_find_system(HDR_HISTOGRAM hdr_histogram hdr_histogram
    hdr_histogram::hdr_histogram hdr_histogram::hdr_histogram_static)
if(NOT PLB_FOUND)
    plb_fetch(HDR_HISTOGRAM HdrHistogram_c)
    set(PLB_SOURCES ${PLB_SOURCES}/HdrHistogram_c/src)
    # Newer releases install their headers as <hdr/...>, and so they are included here.
    file(GLOB headers ${PLB_SOURCES}/*.h)
    file(COPY ${headers} DESTINATION ${PROJECT_BINARY_DIR}/deps/hdr)
    add_library(plb_hdr_histogram OBJECT
        ${PLB_SOURCES}/hdr_encoding.c ${PLB_SOURCES}/hdr_histogram.c
        ${PLB_SOURCES}/hdr_histogram_log.c ${PLB_SOURCES}/hdr_interval_recorder.c
        ${PLB_SOURCES}/hdr_thread.c ${PLB_SOURCES}/hdr_time.c
        ${PLB_SOURCES}/hdr_writer_reader_phaser.c)
    plb_bundle(plb_hdr_histogram ${PROJECT_BINARY_DIR}/deps)
    target_link_libraries(plb_hdr_histogram PRIVATE PkgConfig::PLB_PC_zlib)
    target_compile_definitions(plb_hdr_histogram PRIVATE _GNU_SOURCE)
endif()

plb_find_system(BLST libblst blst blst::blst blst)
if(NOT PLB_FOUND)
    plb_fetch(BLST blst)
    set(PLB_SOURCES ${PLB_SOURCES}/deps/blst)
    add_library(plb_blst OBJECT ${PLB_SOURCES}/src/server.c)
    plb_bundle(plb_blst ${PLB_SOURCES}/bindings)
    # As its own build.sh does it; what is left out there is a decision at run time here
    # (__BLST_PORTABLE__), so that a program runs on another processor than it was built on.
    target_compile_options(plb_blst PRIVATE -O2 -fno-builtin)
    if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|amd64|AMD64|aarch64|arm64)$")
        enable_language(ASM)
        target_sources(plb_blst PRIVATE ${PLB_SOURCES}/build/assembly.S)
        target_compile_definitions(plb_blst PRIVATE __BLST_PORTABLE__)
        if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|amd64|AMD64)$")
            target_compile_options(plb_blst PRIVATE $<$<COMPILE_LANGUAGE:C>:-mno-avx>)
        endif()
    else()
        target_compile_definitions(plb_blst PRIVATE __BLST_NO_ASM__)
    endif()
endif()

# What plots in reports are drawn by: its script, styles and licence, as they are embedded.
plb_fetch(UPLOT uPlot)
set(PLB_UPLOT_FOLDER ${PROJECT_BINARY_DIR}/deps/uplot)
file(COPY ${PLB_SOURCES}/dist/uPlot.iife.min.js ${PLB_SOURCES}/dist/uPlot.min.css
    ${PLB_SOURCES}/LICENSE DESTINATION ${PLB_UPLOT_FOLDER})
