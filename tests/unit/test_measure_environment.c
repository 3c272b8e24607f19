/* The machine's facts, from a folder that looks like /proc and /sys. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <plutbench/measure.h>

#include "tests/unit/temporary_folder.h"

static char root[] = "/tmp/plutbench-environment-XXXXXX";

static void put(const char *path, const char *text) {
    char full[512];
    snprintf(full, sizeof full, "%s%s", root, path);
    for (char *slash = full + sizeof root; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        mkdir(full, 0777);
        *slash = '/';
    }
    FILE *file = fopen(full, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static int make_root(void **state) {
    (void) state;
    return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state) {
    (void) state;
    return remove_folder(root);
}

static void what_is_absent_is_unknown(void **state) {
    (void) state;
    plb_environment e;
    plb_environment_read(&e, root);
    assert_string_equal(e.cpu_model, "");
    assert_string_equal(e.governor, "");
    assert_int_equal(e.turbo, PLB_TURBO_UNKNOWN);
    assert_int_equal(e.simultaneous_threads, -1);
    assert_true(e.cpu_steal_s < 0 && e.cgroup_cpus < 0 && e.load_1min < 0);
    assert_int_equal(plb_environment_flags(&e, &e, 1), 0);
}

static void facts_of_a_machine(void **state) {
    (void) state;
    char governor[96];
    put("/proc/cpuinfo", "processor\t: 0\nmodel name\t: A Processor @ 3GHz  \n"
                         "flags\t\t: fpu hypervisor sse2\n");
    put("/proc/loadavg", "0.75 0.50 0.25 1/100 4242\n");
    put("/proc/sys/kernel/osrelease", "6.1.0-18-amd64\n");
    put("/sys/devices/system/cpu/smt/active", "1\n");
    put("/sys/devices/system/cpu/cpufreq/boost", "0\n");
    put("/sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
    put("/sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n");
    plb_environment e;
    plb_environment_read(&e, root);
    snprintf(governor, sizeof governor, "/sys/devices/system/cpu/cpu%d/cpufreq/scaling_governor",
             e.cpu);
    put(governor, "powersave\n");
    plb_environment_read(&e, root);
    assert_string_equal(e.cpu_model, "A Processor @ 3GHz");
    assert_true(e.hypervisor);
    assert_string_equal(e.kernel, "6.1.0-18-amd64");
    assert_string_equal(e.huge_pages, "madvise");
    assert_string_equal(e.clocksource, "tsc");
    assert_int_equal(e.turbo, PLB_TURBO_OFF);
    assert_int_equal(e.simultaneous_threads, 1);
    assert_true(e.load_1min == 0.75);
    /* The processor may have changed between the two readings. */
    if (e.governor[0]) {
        assert_string_equal(e.governor, "powersave");
        assert_true(plb_environment_flags(&e, &e, 1) & 1U << PLB_FLAG_GOVERNOR);
    }
    put("/sys/devices/system/cpu/intel_pstate/no_turbo", "0\n");
    put("/sys/devices/system/cpu/cpufreq/boost", "");
    plb_environment_read(&e, root);
    assert_int_equal(e.turbo, PLB_TURBO_ON);
    assert_true(plb_environment_flags(&e, &e, 1) & 1U << PLB_FLAG_TURBO);
}

static void limits_of_both_cgroup_versions(void **state) {
    (void) state;
    plb_environment e;
    put("/proc/self/cgroup", "0::/user/run\n");
    put("/sys/fs/cgroup/user/run/cpu.max", "150000 100000\n");
    put("/sys/fs/cgroup/user/run/memory.max", "1073741824\n");
    put("/sys/fs/cgroup/user/run/cpu.stat", "usage_usec 1\nnr_periods 9\nnr_throttled 4\n");
    plb_environment_read(&e, root);
    assert_true(e.cgroup_cpus == 1.5);
    assert_true(e.cgroup_memory_bytes == 1073741824);
    assert_true(e.throttled_periods == 4);

    put("/sys/fs/cgroup/user/run/cpu.max", "max 100000\n");
    put("/sys/fs/cgroup/user/run/memory.max", "max\n");
    plb_environment_read(&e, root);
    assert_true(e.cgroup_cpus < 0 && e.cgroup_memory_bytes < 0);

    /* Version 1, in a container in which the group is mounted as the root; cpuset is not cpu. */
    put("/proc/self/cgroup", "7:cpuset:/x\n4:memory:/docker/1\n3:cpu,cpuacct:/docker/1\n");
    put("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "50000\n");
    put("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
    put("/sys/fs/cgroup/cpu/cpu.stat", "nr_periods 5\nnr_throttled 2\n");
    put("/sys/fs/cgroup/memory/docker/1/memory.limit_in_bytes", "536870912\n");
    plb_environment_read(&e, root);
    assert_true(e.cgroup_cpus == 0.5);
    assert_true(e.cgroup_memory_bytes == 536870912);
    assert_true(e.throttled_periods == 2);
    put("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
    put("/sys/fs/cgroup/memory/docker/1/memory.limit_in_bytes", "9223372036854771712\n");
    plb_environment_read(&e, root);
    assert_true(e.cgroup_cpus < 0 && e.cgroup_memory_bytes < 0);
}

static bool has(plb_flags flags, plb_flag flag) { return flags >> flag & 1; }

static void counters_raise_flags(void **state) {
    (void) state;
    plb_environment before, after;
    put("/proc/stat", "cpu  1000 0 0 5000 0 0 0 0 0 0\n");
    plb_environment_read(&before, root);
    put("/proc/stat", "cpu  1400 0 100 7000 0 0 0 50 0 0\n");
    plb_environment_read(&after, root);
    double tick = (double) sysconf(_SC_CLK_TCK);
    assert_true(fabs(after.cpu_busy_s - before.cpu_busy_s - 500 / tick) < 1e-9);
    assert_true(fabs(after.cpu_steal_s - 50 / tick) < 1e-9);
    plb_flags flags = plb_environment_flags(&before, &after, 10);
    assert_true(has(flags, PLB_FLAG_STEAL)); /* 50 of 2550 */
    assert_true(has(flags, PLB_FLAG_BUSY));  /* 500 of 2550, and none of it this process's */
    assert_false(has(flags, PLB_FLAG_PREEMPTIONS));

    after.cpu_steal_s = before.cpu_steal_s + 0.005 * (after.cpu_total_s - before.cpu_total_s);
    after.own_cpu_s = before.own_cpu_s + 500 / tick;
    after.preemptions = before.preemptions + 1001;
    after.major_faults = before.major_faults + 1;
    after.throttled_periods = before.throttled_periods + 1;
    flags = plb_environment_flags(&before, &after, 10);
    assert_false(has(flags, PLB_FLAG_STEAL));
    assert_false(has(flags, PLB_FLAG_BUSY));
    assert_true(has(flags, PLB_FLAG_PREEMPTIONS));
    assert_true(has(flags, PLB_FLAG_FAULTS));
    assert_true(has(flags, PLB_FLAG_THROTTLED));
}

static void every_flag_has_a_name_and_advice(void **state) {
    (void) state;
    for (unsigned f = 0; f < PLB_FLAG_COUNT; f++) {
        assert_true(strlen(plb_flag_name((plb_flag) f)) > 0);
        assert_true(strlen(plb_flag_advice((plb_flag) f)) > 20);
    }
    assert_null(plb_flag_name(PLB_FLAG_COUNT));
    assert_null(plb_flag_advice(PLB_FLAG_COUNT));
}

static void the_running_system_is_read(void **state) {
    (void) state;
    plb_environment e;
    plb_environment_read(&e, "");
    assert_true(e.cpu_count >= 1);
    assert_true(e.memory_bytes > 1e6);
    assert_true(e.own_cpu_s >= 0);
    assert_true(e.minor_faults > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_absent_is_unknown),
        cmocka_unit_test(facts_of_a_machine),
        cmocka_unit_test(limits_of_both_cgroup_versions),
        cmocka_unit_test(counters_raise_flags),
        cmocka_unit_test(every_flag_has_a_name_and_advice),
        cmocka_unit_test(the_running_system_is_read),
    };
    return cmocka_run_group_tests(tests, make_root, remove_root);
}
