# Manual pages (made by the program itself, from the table of its commands), completion for shells,
# documents, and their installation.
find_program(PLB_GZIP gzip)

# One page a command; the list is only known once the program runs, so a folder is installed.
set(man_folder ${PROJECT_BINARY_DIR}/generated/man)
set(man_stamp ${PROJECT_BINARY_DIR}/generated/man.stamp)
set(man_compress ${CMAKE_COMMAND} -E true)
if(PLB_GZIP)
    set(man_compress sh -c "${PLB_GZIP} -9n -- *.1")
endif()
add_custom_command(
    OUTPUT ${man_stamp}
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${man_folder}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${man_folder}
    COMMAND plutbench_program document man ${man_folder}
    COMMAND ${CMAKE_COMMAND} -E chdir ${man_folder} ${man_compress}
    COMMAND ${CMAKE_COMMAND} -E touch ${man_stamp}
    DEPENDS plutbench_program
    COMMENT "Writing the manual pages"
    VERBATIM)
add_custom_target(plb_man ALL DEPENDS ${man_stamp})

# docs/commands.md in the source folder: `make docs`, when a command has changed.
add_custom_target(docs
    COMMAND sh -c "./plutbench document markdown > generated/commands.md"
    COMMAND ${CMAKE_COMMAND} -E copy generated/commands.md ${PROJECT_SOURCE_DIR}/docs/commands.md
    WORKING_DIRECTORY ${PROJECT_BINARY_DIR}
    DEPENDS plutbench_program
    COMMENT "Writing docs/commands.md"
    VERBATIM)

# Debian's zsh looks in vendor-completions for what packages bring.
set(zsh_functions site-functions)
if(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
    set(zsh_functions vendor-completions)
endif()
set(shell ${PROJECT_SOURCE_DIR}/calibrate/cli/shell)
install(DIRECTORY ${man_folder}/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program)
install(FILES ${shell}/plutbench.bash RENAME plutbench COMPONENT program
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${shell}/plutbench.zsh RENAME _plutbench COMPONENT program
    DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/${zsh_functions})
install(FILES ${shell}/plutbench.fish COMPONENT program
    DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES README.md TYPE DOC COMPONENT program)
install(DIRECTORY docs/ TYPE DOC COMPONENT program
    FILES_MATCHING PATTERN "*.md" PATTERN "*.svg" PATTERN "*.json")
