# cmake -DTABLE=... -DROOT=... -DMANIFEST=... -DOUTPUT=... -P cmake/embed.cmake
#
# Writes the C table of the files that MANIFEST lists, one a line, relative to ROOT.
file(STRINGS ${MANIFEST} names)

set(arrays "")
set(entries "")
set(index 0)
foreach(name IN LISTS names)
    file(READ ${ROOT}/${name} hex HEX)
    string(LENGTH "${hex}" digits)
    math(EXPR length "${digits} / 2")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
    # Lines of 8 bytes, for whoever looks into it.
    string(REGEX REPLACE "((0x..,)(0x..,)(0x..,)(0x..,)(0x..,)(0x..,)(0x..,)(0x..,))" "\\1\n"
           bytes "${bytes}")
    string(APPEND arrays "static const unsigned char file_${index}[] = {\n${bytes}0};\n")
    string(APPEND entries "    {\"${name}\", file_${index}, ${length}},\n")
    math(EXPR index "${index} + 1")
endforeach()

file(WRITE ${OUTPUT} "/* Made from data files by cmake/embed.cmake. */
#include \"harness/embedded.h\"

${arrays}
const struct plb_embedded_file plb_embedded_${TABLE}[] = {
${entries}    {NULL, NULL, 0},
};
")
