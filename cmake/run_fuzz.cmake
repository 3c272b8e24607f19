# cmake -DTARGET=... -DCORPUS=... -DDICTIONARY=... -DWORK=... -P cmake/run_fuzz.cmake
#
# Runs one fuzz target for PLB_FUZZ_SECONDS (default 10). What it finds stays in WORK: new inputs in
# corpus/, where the next run starts from, and failing ones as crash-*, timeout-*, oom-*.
set(seconds "$ENV{PLB_FUZZ_SECONDS}")
if(seconds STREQUAL "")
    set(seconds 10)
endif()

file(MAKE_DIRECTORY ${WORK}/corpus)
set(options -max_total_time=${seconds} -timeout=25 -rss_limit_mb=4096 -print_final_stats=1
    -artifact_prefix=${WORK}/)
if(EXISTS ${DICTIONARY})
    list(APPEND options -dict=${DICTIONARY})
endif()

# libFuzzer writes to the first folder only; the checked-in seeds are never touched.
set(folders ${WORK}/corpus)
if(IS_DIRECTORY ${CORPUS})
    list(APPEND folders ${CORPUS})
endif()
execute_process(COMMAND ${TARGET} ${options} ${folders} RESULT_VARIABLE failed)
if(failed)
    message(FATAL_ERROR "fuzzing failed (${failed}): the input lies in ${WORK}")
endif()
