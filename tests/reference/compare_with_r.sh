#!/usr/bin/env bash
# Compares `plutbench fit` with R and the reference's own models.R, on a CSV and on variants of it.
#
#   tests/reference/compare_with_r.sh PROGRAM MODELS.R CSV [VARIANTS]
#
# Needs R with MASS, stringr, dplyr, broom (Debian: r-base-core r-cran-mass r-cran-stringr
# r-cran-dplyr r-cran-broom) and python3. Models that R stops at are compared where it does not: the
# expressions of models.R that make one are evaluated one by one. Exit code 77: something is missing.
set -euo pipefail
[ $# -ge 3 ] || { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2; }
program=$(realpath "$1")
models=$(realpath "$2")
csv=$(realpath "$3")
count=${4:-12}
for tool in Rscript python3; do
    command -v "$tool" > /dev/null || { echo "skipped: no $tool"; exit 77; }
done
[ -r "$models" ] && [ -r "$csv" ] || { echo "skipped: no models.R or CSV"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > make.R <<'R'
arguments <- commandArgs(trailingOnly = TRUE)
source(arguments[1])
steps <- body(modelFun)
for (i in seq_along(steps)) {
    step <- steps[[i]]
    makes.model <- is.call(step) && identical(step[[1]], as.name("<-")) && is.name(step[[2]]) &&
        grepl("Model$", as.character(step[[2]])) && as.character(step[[2]]) != "constantModel"
    if (makes.model)
        steps[[i]] <- call("<-", step[[2]],
                           call("tryCatch", step[[3]], error = quote(function(e) NULL)))
}
body(modelFun) <- steps
adjust <- adjustModel
adjustModel <- function(r, name)
    if (is.null(r)) NULL else tryCatch(adjust(r, name), error = function(e) NULL)
number <- function(x) if (is.null(x)) "-" else sprintf("%.17g", x)
made <- modelFun(arguments[2])
for (name in names(made)) {
    m <- made[[name]]
    if (is.null(m)) next
    b <- m$model$coefficients
    cat("=", name, m$type, if (is.null(m$subtype)) "-" else m$subtype, number(m$constant),
        number(m$minimum), paste(names(b), sprintf("%.17g", b), sep = "=", collapse = ";"),
        sep = "\t")
    cat("\n")
}
R

cat > variants.py <<'PYTHON'
"""The CSV as it is, resampled, perturbed: one file a variant."""
import math
import random
import sys

source, count = sys.argv[1], int(sys.argv[2])
lines = [l.strip() for l in open(source) if l.strip() and not l.startswith("#")]
header = next(l for l in lines if l.startswith("benchmark,"))
rows = [(a[0], [float(x) for x in a[1:]])
        for a in (l.split(",") for l in lines if l != header)]
groups = {}
for row in rows:
    groups.setdefault(row[0].split("/")[0], []).append(row)


def times(row, factor):
    return row[0], [x * factor for x in row[1]]


def resampled(r):
    return [r.choice(g) if len(g) > 1 else row for g in groups.values() for row in g]


def noisy(r):
    return [times(row, math.exp(r.gauss(0, 0.3))) for row in rows]


def with_outliers(r):
    return [times(row, r.choice([1] * 9 + [8])) for row in rows]


def reversed_times(r):
    return [(a[0], b[1]) for g in groups.values() for a, b in zip(g, reversed(g))]


def thinned(r):
    return [row for row in rows if row[0].startswith("Nop") or r.random() < 0.3]


def dropped(r):
    gone = set(r.sample([n for n in groups if not n.startswith("Nop")], 5))
    return [row for row in rows if row[0].split("/")[0] not in gone]


def larger_no_ops(r):
    return [times(row, 1.5) if row[0].startswith("Nop") else row for row in rows]


def repeated_no_ops(r):
    return rows + [times(row, 1.1) for row in rows if row[0].startswith("Nop")]


def no_no_ops(r):
    return [row for row in rows if not row[0].startswith("Nop")]


def coarse(r):
    return [(n, [float("%.1e" % x) for x in v]) for n, v in rows]


def shuffled(r):
    return r.sample(rows, len(rows))


kinds = [resampled, noisy, with_outliers, reversed_times, thinned, dropped, larger_no_ops,
         repeated_no_ops, no_no_ops, coarse, shuffled]
for i in range(count):
    kind = kinds[i % len(kinds)]
    with open(f"{i:02d}-{kind.__name__}.csv", "w") as out:
        out.write(header + "\n")
        for name, values in kind(random.Random(i)):
            out.write(name + "," + ",".join(map(repr, values)) + "\n")
PYTHON

cat > compare.py <<'PYTHON'
"""Numbers to a relative 1e-9, all else to the letter."""
import math
import sys


def same(a, b):
    try:
        x, y = float(a), float(b)
    except ValueError:
        return a == b
    return x == y or abs(x - y) <= 1e-9 * max(abs(x), abs(y)) or (math.isnan(x) and math.isnan(y))


def fields(row):
    return row[:5] + [part for term in row[5].split(";") for part in term.rsplit("=", 1)]


r = {l.split("\t")[1]: fields(l.rstrip("\n").split("\t")[1:])
     for l in open(sys.argv[1]) if l.startswith("=\t")}
own = {l.split("\t")[0]: fields(l.rstrip("\n").split("\t")) for l in list(open(sys.argv[2]))[1:]}
bad = [n for n in r if n not in own or len(r[n]) != len(own[n])
       or not all(map(same, r[n], own[n]))] + [n for n in own if n not in r]
for name in bad[:5]:
    print("  R:  ", r.get(name), "\n  own:", own.get(name))
print(f"{sys.argv[3]}: {len(r)} models of R, {len(bad)} differ")
sys.exit(bool(bad))
PYTHON

cp "$csv" as-it-is.csv
python3 variants.py "$csv" "$count"
failed=0
for variant in as-it-is.csv [0-9]*.csv; do
    Rscript make.R "$models" "$variant" > r.txt 2> r.err || { cat r.err >&2; exit 1; }
    "$program" fit "$variant" --coefficients own.tsv > own.txt 2> own.err || true
    python3 compare.py r.txt own.tsv "${variant%.csv}" || failed=1
done
exit "$failed"
