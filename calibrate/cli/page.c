#include "calibrate/cli/page.h"

#include <stdlib.h>
#include <string.h>

#include "calibrate/cli/terminal.h"
#include "results/format.h"

#define COLUMNS_MAX 64
#define ROWS_MAX 4096            /* of a paragraph; more is laid out in parts */
#define LINE_BYTES_MAX (1 << 16) /* a longer line is no table's, and passes as it is */
#define GAP 2                    /* blanks between columns, at least */
#define NARROW_INDENT 4          /* of what goes on where there is no room to align it */
#define PROSE_WIDTH 24           /* columns that sentences need at least */
#define AROUND_LINES 4           /* lines above and below a table that its paragraph may have */

/* Heads of columns that go first when there is no room for all, the least important one first. What
 * they say is also in another column, or can be worked out from others. */
static const char *const unimportant[] = {
    "such as", "samples", "max",    "p99.9",     "iterations", "median us", "batch",
    "forces",  "arity",   "rounds", "decode us", "lovelace",   "memory",    "bytes",
    "visits",  "points",  "twin",   "p90",       "charged",    "remark",    NULL,
};

/* One line, and where in its bytes each of its columns on the screen begins. */
typedef struct row {
    char *text;
    int *at; /* width + 1 of them */
    int width;
} row;

typedef struct page {
    FILE *out;
    int width;
    bool began, raw;
    char *line; /* what has come of the line that has not ended */
    size_t length, capacity;
    row rows[ROWS_MAX];
    size_t count;
} page;

typedef struct table_column {
    int start, end; /* in the lines as they came; the last one's text may be longer */
} table_column;

typedef struct table {
    size_t first, count; /* rows of the page; the first one has the heads */
    table_column columns[COLUMNS_MAX];
    size_t column_count;
} table;

static page *open_page; /* the one there is, if any */

/* ---- Rows ---- */

static bool make_row(row *r, char *text) {
    int width = 0;
    size_t length = strlen(text);
    *r = (row){.text = text, .at = malloc((length + 1) * sizeof *r->at)};
    if (r->at == NULL) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        if (i == 0 || ((unsigned char) text[i] & 0xc0) != 0x80) {
            r->at[width++] = (int) i;
        }
    }
    r->at[width] = (int) length;
    r->width = width;
    return true;
}

static bool blank_at(const row *r, int column) {
    return column >= r->width || r->text[r->at[column]] == ' ';
}

/* Where the text begins. */
static int indent_of(const row *r) {
    int column = 0;
    while (column < r->width && blank_at(r, column)) {
        column++;
    }
    return column;
}

static void print_part(FILE *out, const row *r, int start, int end) {
    end = end < r->width ? end : r->width;
    if (start < end) {
        (void) fwrite(r->text + r->at[start], 1, (size_t) (r->at[end] - r->at[start]), out);
    }
}

static void pad(FILE *out, int blanks) { fprintf(out, "%*s", blanks > 0 ? blanks : 0, ""); }

/* The same; the word that a warning begins with has its colour. */
static void print_colored(FILE *out, const row *r, int start, int end) {
    int indent = indent_of(r), word = indent + (int) strlen("warning:");
    bool warns = start == 0 && word < end &&
                 strncmp(r->text + r->at[indent], "warning:", strlen("warning:")) == 0;
    if (warns) {
        fputs(cli_style(out, CLI_WARNING), out);
        print_part(out, r, 0, word);
        fputs(cli_style(out, CLI_PLAIN), out);
    }
    print_part(out, r, warns ? word : start, end);
}

/* ---- Lines that are no table's ---- */

/* The last column from `least` to `most` at which a line may be broken: between columns, else
 * between words; 0: nowhere. */
static int break_at(const row *r, int least, int most) {
    int words = 0;
    for (int c = most; c > least; c--) {
        if (!blank_at(r, c)) {
            continue;
        }
        words = words != 0 ? words : c;
        if (blank_at(r, c - 1)) {
            return c;
        }
    }
    return words;
}

/* Below what a line goes on: what follows its first gap, or its beginning. */
static int hanging_indent(const row *r) {
    int indent = indent_of(r);
    for (int c = indent; c + GAP < r->width; c++) {
        if (blank_at(r, c) && blank_at(r, c + 1) && !blank_at(r, c + GAP)) {
            return c + GAP;
        }
    }
    return indent;
}

/* The text of a row from `start` to `end`, where the cursor is at `column`, in lines of `width`;
 * they go on at `hanging`, but for words that are too long for that. */
static void print_flow(FILE *out, const row *r, int start, int end, int column, int hanging,
                       int width) {
    int least = start + (hanging > column ? hanging - column : 0);
    while (end - start > width - column) {
        int stop = break_at(r, least, start + width - column), word = 0;
        if (stop <= start) { /* a word that is too long, which the terminal breaks */
            for (stop = start + width - column; stop < end && !blank_at(r, stop); stop++) {}
        }
        if (stop >= end) {
            break;
        }
        int text_end = stop;
        while (text_end > start && blank_at(r, text_end - 1)) {
            text_end--;
        }
        print_colored(out, r, start, text_end);
        (void) fputc('\n', out);
        for (start = stop; start < end && blank_at(r, start); start++) {}
        while (!blank_at(r, start + word)) {
            word++;
        }
        column = hanging + word <= width ? hanging : word < width ? width - word : 0;
        pad(out, column);
        least = start;
    }
    print_colored(out, r, start, end);
}

static void print_folded(FILE *out, const row *r, int width) {
    int indent = indent_of(r), hanging = hanging_indent(r);
    if (indent >= width / 2) { /* only the end of a line has that */
        pad(out, NARROW_INDENT);
        print_flow(out, r, indent, r->width, NARROW_INDENT, NARROW_INDENT, width);
    } else {
        hanging = hanging < width / 2 ? hanging : indent + NARROW_INDENT;
        print_flow(out, r, 0, r->width, 0, hanging, width);
    }
    (void) fputc('\n', out);
}

/* ---- Tables ---- */

/* Columns of the rows: what two or more blanks in every line separate. */
static bool find_columns(const page *p, table *t) {
    size_t found = 0;
    int widest = 0;
    for (size_t i = 0; i < t->count; i++) {
        int width = p->rows[t->first + i].width;
        widest = width > widest ? width : widest;
    }
    int blanks = GAP;
    for (int c = 0; c < widest; c++) {
        bool blank = true;
        for (size_t i = 0; i < t->count && blank; i++) {
            blank = blank_at(&p->rows[t->first + i], c);
        }
        if (!blank && (blanks >= GAP || found == 0)) {
            if (found == COLUMNS_MAX) {
                return false;
            }
            t->columns[found++] = (table_column){.start = c};
        }
        if (!blank) {
            t->columns[found - 1].end = c + 1;
        }
        blanks = blank ? blanks + 1 : 0;
    }
    t->column_count = found;
    return found >= 3;
}

/* The lines of the paragraph that are a table: all, or all but a few above and below. */
static bool find_table(const page *p, table *t) {
    for (size_t above = 0; above <= AROUND_LINES; above++) {
        for (size_t below = 0; below <= AROUND_LINES && above + below + 2 <= p->count; below++) {
            t->first = above;
            t->count = p->count - above - below;
            if (find_columns(p, t)) {
                return true;
            }
        }
    }
    return false;
}

static int table_indent(const table *t) {
    return t->columns[0].start < 2 ? t->columns[0].start : 2;
}

static int table_width(const table *t) {
    int width = table_indent(t);
    for (size_t k = 0; k < t->column_count; k++) {
        width += (k > 0 ? GAP : 0) + t->columns[k].end - t->columns[k].start;
    }
    return width;
}

/* Whether the last column has sentences: cells of several words that begin below each other. */
static bool ends_with_prose(const page *p, const table *t) {
    const table_column *last = &t->columns[t->column_count - 1];
    int words = 0;
    for (size_t i = 0; i < t->count; i++) {
        const row *r = &p->rows[t->first + i];
        if (r->width > last->start && blank_at(r, last->start)) {
            return false;
        }
        int own = 1;
        for (int c = last->start; c < r->width; c++) {
            own += blank_at(r, c);
        }
        words = own > words ? own : words;
    }
    return words > 3;
}

static void wrap_prose(const page *p, table *t) {
    table_column *last = &t->columns[t->column_count - 1];
    int own = last->end - last->start, before = table_width(t) - own;
    if (before + own > p->width && before + PROSE_WIDTH <= p->width && ends_with_prose(p, t)) {
        last->end = last->start + p->width - before;
    }
}

/* Whether the column's head is `head`. */
static bool is_called(const page *p, const table *t, const table_column *c, const char *head) {
    const row *r = &p->rows[t->first];
    int start = c->start, end = c->end < r->width ? c->end : r->width;
    while (start < end && blank_at(r, start)) {
        start++;
    }
    while (end > start && blank_at(r, end - 1)) {
        end--;
    }
    size_t length = start < end ? (size_t) (r->at[end] - r->at[start]) : 0;
    return length == strlen(head) && memcmp(r->text + r->at[start], head, length) == 0;
}

/* Leave out columns until the rest fits; `left_out` names them. */
static void drop_columns(const page *p, table *t, char *left_out, size_t bytes) {
    size_t used = 0;
    left_out[0] = '\0';
    for (size_t u = 0; unimportant[u] != NULL && table_width(t) > p->width; u++) {
        for (size_t k = 1; k < t->column_count && table_width(t) > p->width; k++) {
            if (!is_called(p, t, &t->columns[k], unimportant[u])) {
                continue;
            }
            memmove(&t->columns[k], &t->columns[k + 1],
                    (t->column_count - k - 1) * sizeof *t->columns);
            t->column_count--;
            used += (size_t) snprintf(left_out + used, bytes - used, "%s%s", used > 0 ? ", " : "",
                                      unimportant[u]);
            used = used < bytes ? used : bytes - 1;
        }
    }
}

/* Columns from `k` on that fit in a line that begins with `indent` blanks: the one after them. */
static size_t columns_that_fit(const table *t, size_t k, int indent, int width) {
    int used = indent;
    size_t first = k;
    for (; k < t->column_count; k++) {
        used += (k > first ? GAP : 0) + t->columns[k].end - t->columns[k].start;
        if (used > width && k > first) {
            break;
        }
    }
    return k;
}

static bool has_cells(const row *r, const table *t, size_t first, size_t end) {
    for (size_t k = first; k < end; k++) {
        for (int c = t->columns[k].start; c < t->columns[k].end && c < r->width; c++) {
            if (!blank_at(r, c)) {
                return true;
            }
        }
    }
    return false;
}

/* A cell, and the blanks to the next one where there is one. */
static void print_cell(FILE *out, const row *r, const table_column *c, bool more) {
    int end = c->end < r->width ? c->end : r->width;
    while (end > c->start && blank_at(r, end - 1)) {
        end--;
    }
    print_part(out, r, c->start, end);
    if (more) {
        pad(out, c->end - (end > c->start ? end : c->start) + GAP);
    }
}

static void print_row(const page *p, const table *t, const row *r) {
    int indent = table_indent(t);
    for (size_t k = 0; k < t->column_count;) {
        size_t end = columns_that_fit(t, k, indent, p->width);
        int left = indent;
        if (k > 0 && !has_cells(r, t, k, end)) {
            k = end;
            continue;
        }
        pad(p->out, indent);
        for (; k < end; k++) {
            const table_column *c = &t->columns[k];
            bool last = k + 1 == t->column_count;
            if (last || c->end - c->start > p->width - left) {
                int text_end = last || c->end > r->width ? r->width : c->end;
                print_flow(p->out, r, c->start, text_end, left, left, p->width);
            } else {
                print_cell(p->out, r, c, k + 1 < end && has_cells(r, t, k + 1, end));
            }
            left += c->end - c->start + GAP;
        }
        (void) fputc('\n', p->out);
        indent = table_indent(t) + NARROW_INDENT;
    }
}

/* Which columns are not there. */
static void print_note(const page *p, const char *left_out) {
    char *text = NULL;
    row note;
    if (asprintf(&text, "  (too narrow for: %s)", left_out) < 0) {
        return;
    }
    if (make_row(&note, text)) {
        fputs(cli_style(p->out, CLI_FAINT), p->out);
        print_folded(p->out, &note, p->width);
        fputs(cli_style(p->out, CLI_PLAIN), p->out);
        free(note.at);
    }
    free(text);
}

static void print_table(const page *p, table *t) {
    char left_out[256];
    FILE *out = p->out;
    wrap_prose(p, t);
    drop_columns(p, t, left_out, sizeof left_out);
    fputs(cli_style(out, CLI_HEAD), out);
    print_row(p, t, &p->rows[t->first]);
    fputs(cli_style(out, CLI_PLAIN), out);
    for (size_t i = 1; i < t->count; i++) {
        print_row(p, t, &p->rows[t->first + i]);
    }
    if (left_out[0] != '\0') {
        print_note(p, left_out);
    }
}

/* ---- The stream ---- */

/* Whether `next` goes on with what `r` says: it begins where that would go on, and its first word
 * had no room in `r`. */
static bool goes_on(const row *r, const row *next) {
    int indent = indent_of(next), word = 0;
    while (!blank_at(next, indent + word)) {
        word++;
    }
    return indent == hanging_indent(r) && r->width + 1 + word > PLB_TEXT_WIDTH;
}

/* Take the text of `next` into `r`. */
static bool join(row *r, const row *next) {
    char *text = NULL;
    row joined;
    if (asprintf(&text, "%s %s", r->text, next->text + next->at[indent_of(next)]) < 0) {
        return false;
    }
    if (!make_row(&joined, text)) {
        free(text);
        return false;
    }
    free(r->text);
    free(r->at);
    *r = joined;
    return true;
}

static void print_lines(page *p, size_t first, size_t end) {
    for (size_t i = first; i < end; i++) {
        row *r = &p->rows[i];
        row line = *r; /* the last of those that it is made of */
        while (line.width > p->width && i + 1 < end && goes_on(&line, &p->rows[i + 1]) &&
               join(r, &p->rows[i + 1])) {
            line = p->rows[++i];
        }
        print_folded(p->out, r, p->width);
    }
}

static void end_paragraph(page *p) {
    table t;
    bool fits = true;
    for (size_t i = 0; i < p->count && fits; i++) {
        fits = p->rows[i].width <= p->width;
    }
    if (fits || !find_table(p, &t)) {
        print_lines(p, 0, p->count);
    } else {
        print_lines(p, 0, t.first);
        print_table(p, &t);
        print_lines(p, t.first + t.count, p->count);
    }
    for (size_t i = 0; i < p->count; i++) {
        free(p->rows[i].text);
        free(p->rows[i].at);
    }
    p->count = 0;
}

/* JSON is told by its first character. */
static void begin_page(page *p) {
    p->raw = p->line[0] == '{' || p->line[0] == '[';
    p->began = true;
}

static void end_line(page *p) {
    p->line[p->length] = '\0';
    if (!p->began) {
        begin_page(p);
    }
    char *text = p->raw || p->length == 0 || p->length > LINE_BYTES_MAX ? NULL : strdup(p->line);
    if (text != NULL && make_row(&p->rows[p->count], text)) {
        p->count++;
    } else {
        free(text);
        end_paragraph(p);
        fprintf(p->out, "%s\n", p->line);
    }
    p->length = 0;
    if (p->count == ROWS_MAX) {
        end_paragraph(p);
    }
}

static bool add_byte(page *p, char byte) {
    if (p->length + 2 > p->capacity) {
        size_t capacity = p->capacity > 0 ? 2 * p->capacity : 256;
        char *bigger = realloc(p->line, capacity);
        if (bigger == NULL) {
            return false;
        }
        p->line = bigger;
        p->capacity = capacity;
    }
    p->line[p->length++] = byte;
    return true;
}

static ssize_t page_write(void *context, const char *bytes, size_t length) {
    page *p = context;
    cli_clear_progress();
    for (size_t i = 0; i < length; i++) {
        if (!add_byte(p, bytes[i])) {
            return 0;
        }
        if (bytes[i] == '\n') {
            p->length--;
            end_line(p);
        }
    }
    return ferror(p->out) != 0 ? 0 : (ssize_t) length;
}

static int page_close(void *context) {
    page *p = context;
    end_paragraph(p);
    if (p->length > 0) {
        (void) fwrite(p->line, 1, p->length, p->out);
    }
    int result = fflush(p->out);
    open_page = NULL;
    free(p->line);
    free(p);
    return result;
}

FILE *cli_page_open(FILE *out, int width) {
    page *p = calloc(1, sizeof *p);
    if (p == NULL) {
        return NULL;
    }
    p->out = out;
    p->width = width;
    FILE *stream =
        fopencookie(p, "w", (cookie_io_functions_t){.write = page_write, .close = page_close});
    if (stream == NULL) {
        free(p);
    }
    open_page = stream != NULL ? p : NULL;
    return stream;
}

void cli_page_flush(void) {
    if (open_page != NULL && fflush(stdout) == 0) {
        end_paragraph(open_page);
        (void) fflush(open_page->out);
    }
}
