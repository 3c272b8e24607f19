#include <jansson.h>
#include <stdlib.h>

#include <plutbench/version.h>

#include "calibrate/cli/cli.h"

typedef struct version_options {
    bool json;
} version_options;

static const cli_option options[] = {
    {"json", NULL, "print one JSON object", CLI_FLAG, offsetof(version_options, json), NULL},
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

static json_t *build_to_json(const struct plb_build *build) {
    return json_pack("{s:s, s:s, s:s, s:s, s:s}", "revision", build->revision, "compiler",
                     build->compiler, "flags", build->flags, "build_type", build->build_type,
                     "system", build->system);
}

static void print_as_json(void) {
    size_t count;
    const struct plb_library *libraries = plb_libraries(&count);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s}", "name", libraries[i].name, "version",
                                        libraries[i].version, "origin", libraries[i].origin));
    }
    cli_print_json(json_pack("{s:s, s:o, s:o}", "version", plb_version(), "build",
                             build_to_json(plb_build_info()), "libraries", list));
}

static int run(const cli_command *command, int argc, char **argv) {
    version_options given = {0};
    cli_texts none;
    int code = cli_parse(command, argc, argv, &given, 0, 0, &none);
    free(none.items);
    if (code >= 0) {
        return code;
    }
    if (given.json) {
        print_as_json();
        return CLI_OK;
    }
    const struct plb_build *build = plb_build_info();
    printf("plutbench %s (%s, %s, %s)\n", plb_version(), build->revision, build->compiler,
           build->build_type);
    size_t count;
    const struct plb_library *libraries = plb_libraries(&count);
    for (size_t i = 0; i < count; i++) {
        printf("  %-16s %-12s %s\n", libraries[i].name, libraries[i].version, libraries[i].origin);
    }
    return CLI_OK;
}

const cli_command cli_version = {
    .name = "version",
    .arguments = "",
    .summary = "print the versions of plutbench and of the libraries it is linked with",
    .examples = "  plutbench version\n  plutbench version --json\n",
    .options = options,
    .run = run,
};
