# cmake -DSOURCE=... -DOUTPUT=... -P cmake/revision.cmake
#
# Writes the git commit to a header, and leaves the header alone when it says so already: only a
# new commit, or the first change after one, recompiles the file that includes it.
set(revision "unknown")
execute_process(
    COMMAND git -C ${SOURCE} describe --always --dirty --abbrev=12 --exclude=*
    OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE
    ERROR_QUIET RESULT_VARIABLE failed)
if(NOT failed AND NOT described STREQUAL "")
    set(revision "${described}")
endif()
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "#define PLB_BUILD_REVISION \"${revision}\"\n")
