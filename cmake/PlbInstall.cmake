# cmake --install: the program, the library in both forms, headers, pkg-config file, CMake package.
include(CMakePackageConfigHelpers)

install(TARGETS plutbench_program RUNTIME COMPONENT program)
install(TARGETS plutbench plutbench_static EXPORT plutbench-targets
    LIBRARY COMPONENT library NAMELINK_COMPONENT development ARCHIVE COMPONENT development)
install(DIRECTORY include/plutbench TYPE INCLUDE COMPONENT development
    FILES_MATCHING PATTERN "*.h")
install(FILES LICENSE TYPE DOC COMPONENT license)
install(DIRECTORY docs/examples/plugin DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples
    COMPONENT program)
install(FILES calibrate/data/plan.schema.json calibrate/data/study.schema.json
    DESTINATION ${CMAKE_INSTALL_DATADIR}/plutbench
    COMPONENT program)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/plutbench)
install(EXPORT plutbench-targets NAMESPACE plutbench:: DESTINATION ${package_dir}
    COMPONENT development)

# The static library's targets name pkg-config's modules; the configuration finds them again.
set(PLB_PACKAGE_MODULES "${PLB_PC_REQUIRES};${PLB_PC_SHARED_ONLY}")
configure_package_config_file(cmake/templates/plutbench-config.cmake.in
    ${PROJECT_BINARY_DIR}/generated/plutbench-config.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(
    ${PROJECT_BINARY_DIR}/generated/plutbench-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES
    ${PROJECT_BINARY_DIR}/generated/plutbench-config.cmake
    ${PROJECT_BINARY_DIR}/generated/plutbench-config-version.cmake
    DESTINATION ${package_dir} COMPONENT development)

# Paths relative to the file, so that an installed tree may be moved; `cmake --install --prefix`
# is only known at the installation.
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX
    BASE_DIRECTORY ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig OUTPUT_VARIABLE PLB_PC_PREFIX)
string(REPLACE ";" ", " PLB_PC_REQUIRES_TEXT "${PLB_PC_REQUIRES}")
configure_file(cmake/templates/plutbench.pc.in ${PROJECT_BINARY_DIR}/generated/plutbench.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/generated/plutbench.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)

include(PlbDocuments)
include(PlbPackage)
