#include "results/run/samples_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define WINDOW_BYTES ((size_t) 1 << 20)

struct plb_samples_writer {
    char path[PATH_MAX];
    int file;
    int reason; /* of a file that could not be opened: errno */
    bool failed;
    plb_samples_header header;
    uint64_t end;          /* of the rows */
    uint8_t *window;       /* NULL: none */
    uint64_t window_start; /* in the file */
};

static plb_status failed(plb_samples_writer *w, int reason, plb_error *error) {
    w->failed = true;
    return plb_fail(error, PLB_E_IO, w->path, "samples could not be written: %s", strerror(reason));
}

static plb_status open_file(const char *path, int flags, plb_samples_writer **writer,
                            plb_error *error) {
    plb_samples_writer *w = calloc(1, sizeof *w);
    *writer = w;
    if (!w) return plb_fail(error, PLB_E_MEMORY, path, "no memory for samples");
    if ((size_t) snprintf(w->path, sizeof w->path, "%s", path) >= sizeof w->path) {
        w->file = -1;
        return plb_fail(error, PLB_E_IO, path, "the path is too long");
    }
    w->file = open(path, flags | O_CLOEXEC, 0666);
    w->reason = w->file < 0 ? errno : 0;
    return w->file >= 0 ? PLB_OK : failed(w, w->reason, error);
}

static bool write_all(int file, const char *bytes, size_t length) {
    size_t written = 0;
    while (written < length) {
        ssize_t count = write(file, bytes + written, length - written);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return false;
        written += (size_t) count;
    }
    return true;
}

plb_status plb_samples_create(const char *path, plb_samples_header *header,
                              plb_samples_writer **writer, plb_error *error) {
    char *line = NULL;
    plb_status status = open_file(path, O_RDWR | O_CREAT | O_EXCL, writer, error);
    if (status == PLB_OK) status = plb_samples_header_text(header, &line, error);
    if (status == PLB_OK && !write_all((*writer)->file, line, header->bytes)) {
        status = failed(*writer, errno, error);
    }
    free(line);
    if (status == PLB_OK) {
        (*writer)->header = *header;
        (*writer)->end = header->bytes;
        memset(header, 0, sizeof *header);
    } else {
        plb_samples_writer_free(*writer);
        *writer = NULL;
    }
    return status;
}

static plb_status read_header(plb_samples_writer *w, plb_error *error) {
    struct stat status;
    char *line = malloc(PLB_SAMPLES_HEADER_MOST);
    if (!line) return plb_fail(error, PLB_E_MEMORY, w->path, "no memory for samples");
    ssize_t got = pread(w->file, line, PLB_SAMPLES_HEADER_MOST, 0);
    plb_status result = got < 0 ? failed(w, errno, error) : PLB_OK;
    if (result == PLB_OK) {
        result = plb_samples_header_parse(&w->header, w->path, line, (size_t) got, error);
    }
    free(line);
    if (result != PLB_OK) return result;
    if (fstat(w->file, &status) != 0) return failed(w, errno, error);
    w->end = (uint64_t) status.st_size;
    if ((w->end - w->header.bytes) % w->header.row_bytes == 0) return PLB_OK;
    return plb_fail(error, PLB_E_PARSE, w->path, "its last row is not whole");
}

plb_status plb_samples_append(const char *path, plb_samples_writer **writer, bool *there,
                              plb_error *error) {
    plb_status status = open_file(path, O_RDWR, writer, error);
    *there = *writer && (*writer)->file >= 0;
    bool absent = *writer && (*writer)->reason == ENOENT;
    if (status == PLB_OK) status = read_header(*writer, error);
    if (status == PLB_OK) return PLB_OK;
    plb_samples_writer_free(*writer);
    *writer = NULL;
    return absent ? PLB_OK : status;
}

const plb_samples_header *plb_samples_writer_header(const plb_samples_writer *writer) {
    return &writer->header;
}

/* ---- Rows ---- */

static void close_window(plb_samples_writer *w) {
    if (w->window) (void) munmap(w->window, WINDOW_BYTES);
    w->window = NULL;
}

/* Room for rows from the end on, on the disk and in memory. Its pages are touched now, so that no
 * row has to wait for one. */
static int open_window(plb_samples_writer *w) {
    uint64_t page = (uint64_t) sysconf(_SC_PAGESIZE);
    struct stat status;
    if (fstat(w->file, &status) != 0) return errno;
    /* Nobody else's rows are written over. */
    if (!w->window && (uint64_t) status.st_size != w->end) return EBUSY;
    close_window(w);
    w->window_start = w->end / page * page;
    int reason = posix_fallocate(w->file, (off_t) w->window_start, (off_t) WINDOW_BYTES);
    if (reason != 0) return reason;
    void *window = mmap(NULL, WINDOW_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, w->file,
                        (off_t) w->window_start);
    if (window == MAP_FAILED) return errno;
    w->window = window;
    for (uint64_t at = w->end; at < w->window_start + WINDOW_BYTES; at = (at / page + 1) * page) {
        *(volatile uint8_t *) (w->window + (at - w->window_start)) = 0;
    }
    return 0;
}

plb_status plb_samples_put(plb_samples_writer *w, const plb_sample_row *row, bool *moved,
                           plb_error *error) {
    *moved = false;
    if (w->failed) return PLB_E_IO;
    if (!w->window || w->end + w->header.row_bytes > w->window_start + WINDOW_BYTES) {
        int reason = open_window(w);
        *moved = true;
        if (reason != 0) return failed(w, reason, error);
    }
    plb_samples_row_pack(&w->header, row, w->window + (w->end - w->window_start));
    w->end += w->header.row_bytes;
    return PLB_OK;
}

plb_status plb_samples_sync(plb_samples_writer *w, plb_error *error) {
    bool has_room = w->window != NULL;
    close_window(w);
    if ((has_room && ftruncate(w->file, (off_t) w->end) != 0) || fsync(w->file) != 0) {
        return failed(w, errno, error);
    }
    return PLB_OK;
}

void plb_samples_writer_free(plb_samples_writer *writer) {
    if (!writer) return;
    close_window(writer);
    if (writer->file >= 0) (void) close(writer->file);
    plb_samples_header_free(&writer->header);
    free(writer);
}
