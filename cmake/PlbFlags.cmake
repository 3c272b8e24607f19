# How plutbench's own code is compiled. Afterwards:
#   plb_flags       warnings, definitions, sanitizers: for everything
#   plb_lto         link-time optimisation: for the library's objects
#   PLB_FLAGS_TEXT  what the version command reports
set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# Debian's compilers make position-independent programs; CMake has to be asked for the link.
include(CheckPIESupported)
check_pie_supported(LANGUAGES C)

add_library(plb_flags INTERFACE)
target_compile_definitions(plb_flags INTERFACE _GNU_SOURCE)
target_compile_options(plb_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes
    -Wvla -fno-semantic-interposition -fno-plt)
if(PLB_WERROR)
    target_compile_options(plb_flags INTERFACE -Werror)
endif()

string(REPLACE "," ";" sanitizers "${PLB_SANITIZE}")
if(sanitizers)
    set(options -fsanitize=${PLB_SANITIZE} -fno-omit-frame-pointer)
    if("undefined" IN_LIST sanitizers)
        list(APPEND options -fno-sanitize-recover=all)
    endif()
    target_compile_options(plb_flags INTERFACE ${options})
    target_link_options(plb_flags INTERFACE ${options})
endif()

if(PLB_COVERAGE)
    target_compile_options(plb_flags INTERFACE --coverage -fprofile-update=atomic)
    target_link_options(plb_flags INTERFACE --coverage)
endif()

if(PLB_FUZZ)
    if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
        message(FATAL_ERROR "fuzz targets need clang: run cmake/setup.sh dev")
    endif()
    target_compile_options(plb_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# Objects carry machine code as well (fat), so that tests link quickly without the optimisation,
# and a C program made with another compiler can link the installed static library.
set(lto_text "")
add_library(plb_lto INTERFACE)
if(PLB_LTO AND CMAKE_C_COMPILER_ID STREQUAL "GNU")
    set(lto_text "-flto=auto")
    target_compile_options(plb_lto INTERFACE -flto=auto -ffat-lto-objects)
endif()

string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
get_target_property(own plb_flags INTERFACE_COMPILE_OPTIONS)
list(FILTER own EXCLUDE REGEX "^-W")
string(JOIN " " PLB_FLAGS_TEXT ${CMAKE_C_FLAGS} ${CMAKE_C_FLAGS_${type}} -std=c17 ${own} ${lto_text})
string(REGEX REPLACE " +" " " PLB_FLAGS_TEXT "${PLB_FLAGS_TEXT}")
string(REPLACE "\"" "\\\"" PLB_FLAGS_TEXT "${PLB_FLAGS_TEXT}")

# plb_use_lto(TARGET) / plb_skip_lto(TARGET): link with or without the optimisation.
function(plb_use_lto target)
    if(PLB_LTO AND CMAKE_C_COMPILER_ID STREQUAL "GNU")
        target_link_options(${target} PRIVATE -flto=auto ${ARGN})
    endif()
endfunction()

function(plb_skip_lto target)
    if(PLB_LTO AND CMAKE_C_COMPILER_ID STREQUAL "GNU")
        target_link_options(${target} PRIVATE -fno-lto)
    endif()
endfunction()
