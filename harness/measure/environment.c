/* What the machine is and what it did: read from /proc, /sys and getrusage. */
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <sodium.h>

#include <plutbench/measure.h>

#define FILE_BYTES 16384
#define PATH_BYTES 512
#define MACHINE_ID_BYTES 17 /* 16 digits and NUL */

/* First FILE_BYTES of a file, NUL-terminated. False when it can't be read. */
static bool read_text(const char *root, const char *path, char *text) {
    char full[PATH_BYTES];
    int length = snprintf(full, sizeof full, "%s%s", root, path);
    if (length < 0 || (size_t) length >= sizeof full) return false;
    FILE *file = fopen(full, "r");
    if (!file) return false;
    size_t got = fread(text, 1, FILE_BYTES - 1, file);
    fclose(file);
    text[got] = '\0';
    return got > 0;
}

/* The rest of the line at `from`, without surrounding space, cut to fit. */
static void take_line(char *out, const char *from) {
    from += strspn(from, " \t:");
    size_t length = strcspn(from, "\r\n");
    while (length > 0 && (from[length - 1] == ' ' || from[length - 1] == '\t')) length--;
    if (length >= PLB_ENVIRONMENT_TEXT) length = PLB_ENVIRONMENT_TEXT - 1;
    memcpy(out, from, length);
    out[length] = '\0';
}

static void read_line(const char *root, const char *path, char *out) {
    char text[FILE_BYTES];
    out[0] = '\0';
    if (read_text(root, path, text)) take_line(out, text);
}

/* The first number in a file, or -1. */
static double read_number(const char *root, const char *path) {
    char text[FILE_BYTES];
    if (!read_text(root, path, text)) return -1;
    char *end;
    double value = strtod(text, &end);
    return end == text ? -1 : value;
}

/* The number behind `key` at the beginning of a line, or -1. */
static double number_after(const char *text, const char *key) {
    size_t length = strlen(key);
    for (const char *line = text; line; line = strchr(line, '\n')) {
        if (*line == '\n') line++;
        if (strncmp(line, key, length) == 0) return strtod(line + length, NULL);
    }
    return -1;
}

static void read_processor(plb_environment *e, const char *root) {
    char text[FILE_BYTES];
    if (read_text(root, "/proc/cpuinfo", text)) {
        const char *model = strstr(text, "model name");
        if (model) take_line(e->cpu_model, model + strlen("model name"));
        const char *microcode = strstr(text, "microcode");
        if (microcode) take_line(e->microcode, microcode + strlen("microcode"));
        e->hypervisor = strstr(text, " hypervisor") != NULL;
    }
    if (read_text(root, "/sys/kernel/mm/transparent_hugepage/enabled", text)) {
        char *open = strchr(text, '['), *close = strchr(text, ']');
        if (open && close && close > open) {
            *close = '\0';
            take_line(e->huge_pages, open + 1);
        }
    }
    e->simultaneous_threads = (int) read_number(root, "/sys/devices/system/cpu/smt/active");
    double no_turbo = read_number(root, "/sys/devices/system/cpu/intel_pstate/no_turbo");
    double boost = read_number(root, "/sys/devices/system/cpu/cpufreq/boost");
    if (no_turbo >= 0) e->turbo = no_turbo > 0 ? PLB_TURBO_OFF : PLB_TURBO_ON;
    if (boost >= 0) e->turbo = boost > 0 ? PLB_TURBO_ON : PLB_TURBO_OFF;

    char path[PATH_BYTES];
    e->cpu = sched_getcpu();
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/cpufreq/scaling_governor",
             e->cpu < 0 ? 0 : e->cpu);
    read_line(root, path, e->governor);
    read_line(root, "/sys/devices/system/clocksource/clocksource0/current_clocksource",
              e->clocksource);
    read_line(root, "/proc/sys/kernel/osrelease", e->kernel);
    read_line(root, "/sys/devices/system/cpu/isolated", e->isolated);
    e->address_randomisation = (int) read_number(root, "/proc/sys/kernel/randomize_va_space");
}

/* machine-id(5): the id itself is not to be shown to others, a hash of it with something of the
 * program's own is. */
static void read_machine_id(plb_environment *e, const char *root) {
    char id[PLB_ENVIRONMENT_TEXT], salted[2 * PLB_ENVIRONMENT_TEXT];
    unsigned char hash[crypto_hash_sha256_BYTES];
    read_line(root, "/etc/machine-id", id);
    if (id[0] == '\0') read_line(root, "/var/lib/dbus/machine-id", id);
    if (id[0] == '\0') return;
    int length = snprintf(salted, sizeof salted, "plutbench machine %s", id);
    crypto_hash_sha256(hash, (const unsigned char *) salted, (unsigned long long) length);
    sodium_bin2hex(e->machine_id, MACHINE_ID_BYTES, hash, MACHINE_ID_BYTES / 2);
}

/* ---- cgroups ---- */

/* Whether `name` is one of the comma-separated words in names[0 .. length). */
static bool names_contain(const char *names, size_t length, const char *name) {
    size_t wanted = strlen(name);
    for (size_t start = 0; start <= length;) {
        size_t end = start;
        while (end < length && names[end] != ',') end++;
        if (end - start == wanted && memcmp(names + start, name, wanted) == 0) return true;
        start = end + 1;
    }
    return false;
}

/* Path of the group that `controller` (NULL: version 2) puts this process in; "" for the root. */
static void find_group(const char *groups, const char *controller, char *path) {
    path[0] = '\0';
    for (const char *line = groups; line && *line; line = strchr(line, '\n')) {
        if (*line == '\n') line++;
        const char *names = strchr(line, ':');
        const char *place = names ? strchr(names + 1, ':') : NULL;
        if (!place) continue;
        size_t length = (size_t) (place - names - 1);
        bool found = controller ? names_contain(names + 1, length, controller) : length == 0;
        if (!found) continue;
        size_t bytes = strcspn(place + 1, "\n");
        if (bytes <= 1 || bytes >= PATH_BYTES / 2) return;
        memcpy(path, place + 1, bytes);
        path[bytes] = '\0';
        return;
    }
}

/* Read `name` of a group; inside a container the group itself may be mounted as the root. */
static bool read_group(const char *root, const char *mount, const char *group, const char *name,
                       char *text) {
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "/sys/fs/cgroup%s%s/%s", mount, group, name);
    if (read_text(root, path, text)) return true;
    snprintf(path, sizeof path, "/sys/fs/cgroup%s/%s", mount, name);
    return read_text(root, path, text);
}

static double positive_number(const char *text) {
    double value = strtod(text, NULL);
    return value > 0 && value < 0x1p60 ? value : -1; /* version 1 says "none" by a huge number */
}

static void read_cgroup(plb_environment *e, const char *root) {
    char groups[FILE_BYTES], text[FILE_BYTES], path[PATH_BYTES / 2 + 1];
    if (!read_text(root, "/proc/self/cgroup", groups)) return;

    find_group(groups, NULL, path);
    double quota = 0, period = 0;
    if (read_group(root, "", path, "cpu.max", text) &&
        sscanf(text, "%lf %lf", &quota, &period) == 2 && period > 0) {
        e->cgroup_cpus = quota / period;
    }
    if (read_group(root, "", path, "memory.max", text)) {
        e->cgroup_memory_bytes = positive_number(text);
    }
    if (read_group(root, "", path, "cpu.stat", text)) {
        e->throttled_periods = number_after(text, "nr_throttled");
    }

    find_group(groups, "cpu", path);
    if (read_group(root, "/cpu", path, "cpu.cfs_quota_us", text)) {
        quota = positive_number(text);
        if (quota > 0 && read_group(root, "/cpu", path, "cpu.cfs_period_us", text)) {
            period = positive_number(text);
            if (period > 0) e->cgroup_cpus = quota / period;
        }
    }
    if (read_group(root, "/cpu", path, "cpu.stat", text)) {
        e->throttled_periods = number_after(text, "nr_throttled");
    }
    find_group(groups, "memory", path);
    if (read_group(root, "/memory", path, "memory.limit_in_bytes", text)) {
        e->cgroup_memory_bytes = positive_number(text);
    }
}

/* ---- Counters ---- */

static void read_swap(plb_environment *e, const char *root) {
    char text[FILE_BYTES];
    if (!read_text(root, "/proc/meminfo", text)) return;
    double total = number_after(text, "SwapTotal:"), unused = number_after(text, "SwapFree:");
    if (total >= 0 && unused >= 0) e->swap_used_bytes = 1024 * (total - unused);
}

static void read_counters(plb_environment *e, const char *root) {
    char text[FILE_BYTES];
    double t[8];
    double tick = (double) sysconf(_SC_CLK_TCK);
    if (read_text(root, "/proc/stat", text) &&
        sscanf(text, "cpu %lf %lf %lf %lf %lf %lf %lf %lf", &t[0], &t[1], &t[2], &t[3], &t[4],
               &t[5], &t[6], &t[7]) == 8) {
        /* user, nice, system, idle, iowait, irq, softirq, steal */
        e->cpu_busy_s = (t[0] + t[1] + t[2] + t[5] + t[6]) / tick;
        e->cpu_steal_s = t[7] / tick;
        e->cpu_total_s = e->cpu_busy_s + e->cpu_steal_s + (t[3] + t[4]) / tick;
    }
    e->load_1min = read_number(root, "/proc/loadavg");

    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) == 0) {
        e->own_cpu_s = (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                       (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
        e->context_switches = (double) usage.ru_nvcsw;
        e->preemptions = (double) usage.ru_nivcsw;
        e->minor_faults = (double) usage.ru_minflt;
        e->major_faults = (double) usage.ru_majflt;
    }
}

void plb_environment_read(plb_environment *environment, const char *root) {
    plb_environment *e = environment;
    memset(e, 0, sizeof *e);
    e->cgroup_cpus = e->cgroup_memory_bytes = e->load_1min = -1;
    e->cpu_busy_s = e->cpu_total_s = e->cpu_steal_s = e->throttled_periods = -1;
    e->own_cpu_s = e->context_switches = e->preemptions = -1;
    e->swap_used_bytes = -1;
    e->minor_faults = e->major_faults = -1;
    if (!root) root = "";

    e->cpu_count = (int) sysconf(_SC_NPROCESSORS_ONLN);
    e->memory_bytes = (double) sysconf(_SC_PHYS_PAGES) * (double) sysconf(_SC_PAGE_SIZE);
    cpu_set_t allowed;
    e->cpus_allowed =
        sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : -1;
    read_processor(e, root);
    read_machine_id(e, root);
    read_cgroup(e, root);
    read_swap(e, root);
    read_counters(e, root);
}

/* ---- Flags ---- */

static const struct {
    const char *name, *advice;
} flag_table[PLB_FLAG_COUNT] = {
    [PLB_FLAG_GOVERNOR] = {"governor", "the frequency governor is not 'performance': "
                                       "cpupower frequency-set -g performance"},
    [PLB_FLAG_TURBO] = {"turbo", "turbo is on, so the frequency depends on temperature and "
                                 "neighbours: switch it off for comparisons"},
    [PLB_FLAG_STEAL] = {"steal", "the hypervisor took more than 1 % of the time: use a quieter or "
                                 "a dedicated machine"},
    [PLB_FLAG_THROTTLED] = {"throttled", "the cgroup's CPU quota stopped the process: raise it"},
    [PLB_FLAG_BUSY] = {"busy", "other processes used more than 10 % of all CPUs: stop them"},
    [PLB_FLAG_PREEMPTIONS] = {"preemptions", "more than 100 preemptions a second: stop other "
                                             "processes, or pin to an isolated CPU"},
    [PLB_FLAG_FAULTS] = {"page-faults", "pages were read from disk meanwhile: free memory, and "
                                        "measure again"},
    [PLB_FLAG_CLOCK] = {"clock", "reading the clock takes more than 100 ns or it steps by as much: "
                                 "choose another clock source, such as tsc"},
    [PLB_FLAG_WARM_UP] = {"warm-up", "the subjects did not settle in the first half of the run: "
                                     "measure longer"},
    [PLB_FLAG_DRIFT] = {"drift", "the machine's speed drifted by more than 5 % during the run: "
                                 "measure again when it is steady"},
    [PLB_FLAG_OUTLIERS] = {"outliers", "more than 5 % of some samples are severe outliers: look at "
                                       "the histograms, and at what else runs"},
    [PLB_FLAG_FEW] = {"few-samples", "fewer than 100 samples of some subject: measure longer"},
    [PLB_FLAG_NULL] = {"null-experiment", "two equal subjects were found to differ: something "
                                          "systematic disturbs this run"},
    [PLB_FLAG_DISAGREE] = {"estimators-disagree", "the two estimators disagree beyond their "
                                                  "intervals: the cost is not linear in the loops, "
                                                  "or the run was disturbed"},
};

const char *plb_flag_name(plb_flag flag) {
    return (unsigned) flag < PLB_FLAG_COUNT ? flag_table[flag].name : NULL;
}

const char *plb_flag_advice(plb_flag flag) {
    return (unsigned) flag < PLB_FLAG_COUNT ? flag_table[flag].advice : NULL;
}

plb_flags plb_environment_flags(const plb_environment *before, const plb_environment *after,
                                double seconds) {
    double total = after->cpu_total_s - before->cpu_total_s;
    double steal = after->cpu_steal_s - before->cpu_steal_s;
    double busy = after->cpu_busy_s - before->cpu_busy_s;
    double own = after->own_cpu_s - before->own_cpu_s;
    double preemptions = after->preemptions - before->preemptions;
    /* /proc/stat counts in ticks of 10 ms: below that nothing can be said. */
    bool counted = before->cpu_total_s >= 0 && total >= 0.1;
    const bool found[PLB_FLAG_COUNT] = {
        [PLB_FLAG_GOVERNOR] = after->governor[0] && strcmp(after->governor, "performance") != 0,
        [PLB_FLAG_TURBO] = after->turbo == PLB_TURBO_ON,
        [PLB_FLAG_STEAL] = counted && steal > 0.01 * total,
        [PLB_FLAG_THROTTLED] = after->throttled_periods > before->throttled_periods,
        [PLB_FLAG_BUSY] = counted && busy - own > 0.1 * total,
        [PLB_FLAG_PREEMPTIONS] = preemptions > 100 * seconds && preemptions > 10,
        [PLB_FLAG_FAULTS] = after->major_faults > before->major_faults,
    };
    plb_flags flags = 0;
    for (unsigned f = 0; f < PLB_FLAG_COUNT; f++) flags |= (plb_flags) found[f] << f;
    return flags;
}
