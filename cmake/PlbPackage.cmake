# cpack: Debian packages of the program, of the shared library, and of what is needed to build with
# it. `make package` builds them with the prefix /usr.
set(PLB_MAINTAINER "plutbench maintainers <plutbench@users.noreply.github.com>"
    CACHE STRING "Name and address in packages")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME plutbench)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT ${PLB_MAINTAINER})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "measure what a Plutus smart-contract call costs a node")
set(CPACK_PACKAGING_INSTALL_PREFIX ${CMAKE_INSTALL_PREFIX})
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL program library development)
set(CPACK_DEB_COMPONENT_INSTALL ON)

set(library_package libplutbench${PROJECT_VERSION_MAJOR})
string(CONCAT about
    "plutbench finds the loop count at which a benchmark script spends a budget,\n"
    "submits real Conway transactions beside their value-only twins, and reports\n"
    "the overhead per call and the cost per loop with confidence intervals, next to\n"
    "what the cost model charges.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME plutbench)
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION "${about}")

set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME ${library_package})
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA ${PROJECT_SOURCE_DIR}/cmake/templates/triggers)
set(CPACK_DEBIAN_LIBRARY_DESCRIPTION "${about}\n.\nThis package has the shared library.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libplutbench-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SHLIBDEPS OFF)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "${library_package} (= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION 
    "${about}\n.\nThis package has what is needed to build with the library.")

# What Debian wants of each package: changelog and copyright, in the folder of its own name.
string(TIMESTAMP PLB_PACKAGE_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(cmake/templates/changelog.in ${PROJECT_BINARY_DIR}/generated/changelog @ONLY)
if(PLB_GZIP)
    execute_process(COMMAND ${PLB_GZIP} -9nfk ${PROJECT_BINARY_DIR}/generated/changelog)
endif()
foreach(pair "program plutbench" "library ${library_package}" "development libplutbench-dev")
    string(REPLACE " " ";" pair "${pair}")
    list(GET pair 0 component)
    list(GET pair 1 package)
    install(FILES cmake/templates/copyright DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package}
        COMPONENT ${component})
    install(FILES ${PROJECT_BINARY_DIR}/generated/changelog.gz OPTIONAL
        DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package} COMPONENT ${component})
endforeach()

include(CPack)
