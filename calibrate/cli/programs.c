#include "calibrate/cli/programs.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- Files that were read ---- */

void cli_files_free(cli_files *files) {
    for (size_t i = 0; i < files->count; i++) free(files->names[i]);
    free(files->items);
    free(files->names);
    *files = (cli_files){0};
}

static bool reserve(cli_files *files) {
    if (files->count < files->room) return true;
    size_t room = files->room != 0 ? 2 * files->room : 16;
    plb_input *items = realloc(files->items, room * sizeof *items);
    if (items != NULL) files->items = items;
    char **names = realloc(files->names, room * sizeof *names);
    if (names != NULL) files->names = names;
    if (items != NULL && names != NULL) files->room = room;
    return items != NULL && names != NULL;
}

plb_status cli_files_add(cli_files *files, const char *role, const char *path, const void *bytes,
                         size_t length, plb_error *error) {
    char *name = reserve(files) ? strdup(path) : NULL;
    if (name == NULL) return plb_fail(error, PLB_E_MEMORY, path, "no memory for inputs");
    plb_status status =
        plb_input_describe(&files->items[files->count], role, name, bytes, length, error);
    if (status != PLB_OK) {
        free(name);
        return status;
    }
    files->names[files->count++] = name;
    return PLB_OK;
}

/* ---- Programs ---- */

static const char *const endings[] = {".flat", ".uplc", ".plutus", NULL};

/* The length of a name without its ending; 0: it has none of those. */
static size_t stem_length(const char *name) {
    size_t length = strlen(name);
    for (const char *const *ending = endings; *ending != NULL; ending++) {
        size_t tail = strlen(*ending);
        if (length > tail && strcmp(name + length - tail, *ending) == 0) return length - tail;
    }
    return 0;
}

typedef struct adding {
    const cli_command *command;
    plb_step_set *set;
    plb_program *program;
    cli_files *files;
    size_t left_out;
} adding;

static plb_status add_bytes(adding *a, const char *path, const uint8_t *bytes, size_t length,
                            plb_error *error) {
    char name[PLB_STEP_NAME_BYTES + 1];
    const char *slash = strrchr(path, '/'), *file = slash != NULL ? slash + 1 : path;
    size_t stem = stem_length(file);
    (void) snprintf(name, sizeof name, "%.*s", (int) (stem != 0 ? stem : strlen(file)), file);
    plb_status status = plb_program_load(a->program, (plb_era){PLB_LANGUAGE_NEWEST, 0},
                                         PLB_FORMAT_AUTO, bytes, length, NULL, error);
    if (status != PLB_OK) return plb_error_prefix(error, path);
    status = plb_step_set_add(a->set, name, a->program, error);
    return status == PLB_OK ? cli_files_add(a->files, "program", path, bytes, length, error)
                            : status;
}

static plb_status add_file(adding *a, const char *path, plb_error *error) {
    uint8_t *bytes = NULL;
    size_t length = 0;
    plb_status status = cli_read_file(path, &bytes, &length, error);
    if (status == PLB_OK) status = add_bytes(a, path, bytes, length, error);
    free(bytes);
    if (status == PLB_OK || status == PLB_E_MEMORY) return status;
    (void) cli_complain(a->command, CLI_INCOMPLETE, "left out: %s%s%s", error->where,
                        error->where[0] != '\0' ? ": " : "", error->message);
    a->left_out++;
    return PLB_OK;
}

static int is_program(const struct dirent *entry) { return stem_length(entry->d_name) > 0; }

static plb_status add_folder(adding *a, const char *folder, plb_error *error) {
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_program, alphasort);
    plb_status status = PLB_OK;
    if (count < 0)
        return plb_fail(error, PLB_E_IO, folder, "could not be read: %s", strerror(errno));
    if (count == 0)
        status = plb_fail(error, PLB_E_IO, folder, "expected *.flat, *.uplc or *.plutus in it");
    for (int i = 0; i < count; i++) {
        char *path = NULL;
        if (status == PLB_OK && asprintf(&path, "%s/%s", folder, entries[i]->d_name) < 0)
            status = plb_fail(error, PLB_E_MEMORY, folder, "no memory for programs");
        if (status == PLB_OK) status = add_file(a, path, error);
        free(path);
        free(entries[i]);
    }
    free(entries);
    return status;
}

plb_status cli_add_programs(const cli_command *command, plb_step_set *set, const cli_texts *paths,
                            cli_files *files, size_t *left_out, plb_error *error) {
    adding a = {.command = command, .set = set, .files = files, .program = plb_program_new(0)};
    plb_status status =
        a.program != NULL ? PLB_OK : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for programs");
    for (size_t i = 0; i < paths->count && status == PLB_OK; i++) {
        struct stat facts;
        bool is_folder = stat(paths->items[i], &facts) == 0 && S_ISDIR(facts.st_mode);
        status = (is_folder ? add_folder : add_file)(&a, paths->items[i], error);
    }
    plb_program_free(a.program);
    *left_out = a.left_out;
    return status;
}
