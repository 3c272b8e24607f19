/* Findings from a folder that looks like /proc and /sys: what is worth a warning gets one, with
 * what to do; what can't be told says so; what is fine has no advice. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include <plutbench/measure.h>

#include "tests/unit/temporary_folder.h"

static void put(const char *root, const char *path, const char *text) {
    char full[512];
    snprintf(full, sizeof full, "%s%s", root, path);
    for (char *slash = full + strlen(root) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        mkdir(full, 0777);
        *slash = '/';
    }
    FILE *file = fopen(full, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void diagnose(const char *root, plb_diagnosis *d) {
    plb_error error;
    plb_diagnosis_config config = {.root = root, .time_s = 0.2, .seed = 7};
    assert_int_equal(plb_diagnose(&config, d, &error), PLB_OK);
}

static const plb_finding *find(const plb_diagnosis *d, const char *subject) {
    for (size_t i = 0; i < d->finding_count; i++) {
        if (strcmp(d->findings[i].subject, subject) == 0) return &d->findings[i];
    }
    fail_msg("no finding about %s", subject);
    return NULL;
}

static void a_bad_machine_gets_warnings(void **state) {
    (void) state;
    char root[] = "/tmp/plutbench-diagnosis-XXXXXX", path[128];
    assert_non_null(mkdtemp(root));
    plb_environment e;
    for (int cpu = 0; cpu < 64; cpu++) {
        snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/cpufreq/scaling_governor", cpu);
        put(root, path, "powersave\n");
    }
    put(root, "/sys/devices/system/cpu/cpufreq/boost", "1\n");
    put(root, "/sys/devices/system/cpu/smt/active", "1\n");
    put(root, "/sys/devices/system/cpu/isolated", "\n");
    put(root, "/sys/kernel/mm/transparent_hugepage/enabled", "[always] madvise never\n");
    put(root, "/proc/cpuinfo", "model name : A Guest\nflags : hypervisor\n");
    put(root, "/proc/meminfo", "SwapTotal: 2048 kB\nSwapFree: 1024 kB\n");
    put(root, "/proc/self/cgroup", "0::/\n");
    put(root, "/sys/fs/cgroup/memory.max", "536870912\n");
    plb_environment_read(&e, root);
    assert_true(e.swap_used_bytes == 1024 * 1024);
    plb_diagnosis d;
    diagnose(root, &d);
    static const struct {
        const char *subject;
        plb_severity severity;
        const char *value, *advice;
    } expected[] = {
        {"governor", PLB_WARNING, "powersave", "performance"},
        {"turbo", PLB_WARNING, "on", "switch it off"},
        {"hyper-threading", PLB_NOTE, "on", "sibling"},
        {"isolated CPUs", PLB_NOTE, "none", "isolcpus"},
        {"huge pages", PLB_NOTE, "always", "madvise"},
        {"virtual machine", PLB_NOTE, "A Guest", "ratios"},
        {"swap", PLB_NOTE, "1 MiB", "free memory"},
        {"memory limit", PLB_WARNING, "0.5 GiB", "1 GiB"},
    };
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const plb_finding *f = find(&d, expected[i].subject);
        assert_int_equal(f->severity, expected[i].severity);
        assert_non_null(strstr(f->value, expected[i].value));
        assert_non_null(strstr(f->advice, expected[i].advice));
    }
    assert_int_equal(remove_folder(root), 0);
}

static void what_cannot_be_read_is_unknown(void **state) {
    (void) state;
    plb_diagnosis d;
    diagnose("/nowhere", &d);
    assert_string_equal(find(&d, "governor")->value, "unknown");
    assert_int_equal(find(&d, "governor")->severity, PLB_NOTE);
    assert_string_equal(find(&d, "turbo")->value, "unknown");
    assert_string_equal(find(&d, "steal")->value, "unknown");
}

static void what_is_fine_needs_no_advice(void **state) {
    (void) state;
    plb_diagnosis d;
    diagnose("", &d);
    for (size_t i = 0; i < d.finding_count; i++) {
        assert_true((d.findings[i].severity == PLB_FINE) == (d.findings[i].advice[0] == '\0'));
        assert_true(d.findings[i].value[0] != '\0');
    }
    assert_true(d.resolutions[0].submission_ns > 1000 && d.resolutions[1].submission_ns > 1000);
    assert_true(d.gaps.longest_ns <= d.gaps.lost_ns && d.gaps.lost_ns <= d.gaps.watched_ns);
    assert_true(isfinite(d.placement_spread) && d.placement_spread >= 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bad_machine_gets_warnings),
        cmocka_unit_test(what_cannot_be_read_is_unknown),
        cmocka_unit_test(what_is_fine_needs_no_advice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
