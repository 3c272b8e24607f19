# plb_embed(TARGET TABLE FOLDER)
#
# Adds to TARGET the table plb_embedded_TABLE (harness/embedded.h) of all data files below FOLDER,
# which is the project's unless it is absolute.
# A folder may be empty. New, changed and deleted files are noticed by the next build.
set(PLB_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/embed.cmake)

function(plb_embed target table folder)
    cmake_path(ABSOLUTE_PATH folder BASE_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE root)
    set(output ${PROJECT_BINARY_DIR}/generated/embedded_${table}.c)
    file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE ${root} ${root}/*)
    list(FILTER files EXCLUDE REGEX "\\.(c|h|md)$|(^|/)\\.|~$")
    list(SORT files)
    list(TRANSFORM files PREPEND ${root}/ OUTPUT_VARIABLE paths)

    # The list is a file, so that a deleted data file makes the table anew as well.
    set(manifest ${PROJECT_BINARY_DIR}/generated/embedded_${table}.txt)
    list(JOIN files "\n" lines)
    file(CONFIGURE OUTPUT ${manifest} CONTENT "${lines}" @ONLY)

    add_custom_command(
        OUTPUT ${output}
        COMMAND ${CMAKE_COMMAND} -DTABLE=${table} -DROOT=${root} -DMANIFEST=${manifest}
                -DOUTPUT=${output} -P ${PLB_EMBED_SCRIPT}
        DEPENDS ${paths} ${manifest} ${PLB_EMBED_SCRIPT}
        COMMENT "Embedding ${folder}"
        VERBATIM)
    target_sources(${target} PRIVATE ${output})
endfunction()
