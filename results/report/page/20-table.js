"use strict";
/* Tables: sorted by any column, searched, and downloaded as CSV. */
const table = (() => {
  const isNumeric = (item, column) =>
    item.rows.some((row) => row[column] !== null && row[column] !== undefined) &&
    item.rows.every((row) => {
      const value = format.valueOf(row[column] ?? null);
      return value === null || typeof value === "number";
    });

  function csvField(value) {
    if (value === null || value === undefined) return "NA";
    if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
    const text = String(value.text ?? value);
    return /[",\n\r]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
  }

  function csv(item) {
    const wide = item.columns.map((_, c) => item.rows.some((row) => format.isFigure(row[c])));
    const spread = (cell, c) =>
      !wide[c] ? [cell] : format.isFigure(cell) ? [cell.value, cell.low, cell.high] : [cell, null, null];
    const heads = item.columns.flatMap((column, c) => {
      const name = column.unit ? `${column.title} (${column.unit})` : column.title;
      return wide[c] ? [name, name + " low", name + " high"] : [name];
    });
    const lines = item.rows.map((row) => item.columns.flatMap((_, c) => spread(row[c] ?? null, c)));
    return [heads, ...lines].map((line) => line.map(csvField).join(",")).join("\n") + "\n";
  }

  function download(name, text) {
    const address = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    element("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }

  /* Only to a run's own page beside this one. */
  function link(cell) {
    return /^runs\/[0-9a-f]{64}\.html$/.test(cell.page)
      ? element("a", { href: cell.page }, cell.text)
      : document.createTextNode(cell.text);
  }

  function fill(td, cell, column) {
    if (cell === null || cell === undefined) return;
    if (typeof cell === "boolean") td.append(cell ? "yes" : "no");
    else if (typeof cell === "string") td.append(cell);
    else if (format.isFigure(cell)) {
      const unit = format.unitFor(cell.unit ?? column.unit, cell.value);
      const shown = format.figure(cell, unit.scale);
      td.append(shown.value + (unit.name && unit.name !== column.unit && unit.name !== "1" ? " " + unit.name : ""));
      td.append(" ", element("span", { className: "interval" }, `[${shown.low}, ${shown.high}]`));
      if (cell.method) td.title = cell.method;
    } else if (typeof cell === "number") {
      const unit = format.unitFor(column.unit, cell);
      td.append(format.number(cell / unit.scale));
      if (unit.name !== column.unit) td.append(" " + unit.name);
    } else td.append(link(cell));
  }

  function compare(a, b) {
    const left = format.valueOf(a ?? null), right = format.valueOf(b ?? null);
    if (left === null || right === null) return (left === null) - (right === null);
    if (typeof left === "number" && typeof right === "number") return left - right;
    return String(left.text ?? left).localeCompare(String(right.text ?? right), "en", { numeric: true });
  }

  function head(item, index, numeric, sort, explain) {
    const column = item.columns[index];
    const button = element("button", { className: "sort", type: "button" }, column.title);
    if (column.unit && column.unit !== "1") button.append(" ", element("span", { className: "unit" }, column.unit));
    button.addEventListener("click", () => sort(index));
    const why = explain(column);
    return element("th", { scope: "col", className: numeric ? "number" : "" },
      element("div", { className: "head" }, button, why));
  }

  function make(item, explain) {
    const numeric = item.columns.map((_, c) => isNumeric(item, c));
    const body = element("tbody");
    const state = { column: -1, down: false, wanted: "" };
    const search = element("input", { type: "search", placeholder: "Filter", "aria-label": "Filter " + item.title });

    const textOf = (cell) => (cell === null || cell === undefined ? "" : String(cell.text ?? format.valueOf(cell)));
    function show() {
      const words = state.wanted.toLowerCase();
      let rows = item.rows.filter((row) => !words || row.some((cell) => textOf(cell).toLowerCase().includes(words)));
      if (state.column >= 0) {
        rows = [...rows].sort((a, b) => {
          const x = a[state.column] ?? null, y = b[state.column] ?? null;
          if (x === null || y === null) return (x === null) - (y === null);
          return compare(x, y) * (state.down ? -1 : 1);
        });
      }
      body.replaceChildren(...rows.map((row) => {
        const line = element("tr");
        item.columns.forEach((column, c) => {
          const td = element("td", { className: numeric[c] ? "number" : "text" });
          fill(td, row[c], column);
          if (td.textContent.length < 40) td.classList.add("short");
          line.append(td);
        });
        return line;
      }));
    }
    function sort(index) {
      state.down = state.column === index && !state.down;
      state.column = index;
      heads.forEach((th, c) => {
        if (c === index) th.setAttribute("aria-sort", state.down ? "descending" : "ascending");
        else th.removeAttribute("aria-sort");
      });
      show();
    }
    const heads = item.columns.map((_, c) => head(item, c, numeric[c], sort, explain));
    search.addEventListener("input", () => { state.wanted = search.value; show(); });
    const save = element("button", { type: "button", className: "save" }, "CSV");
    save.setAttribute("aria-label", `Download ${item.title} as CSV`);
    save.addEventListener("click", () => download(item.name.replace(/\.csv$/, "") + ".csv", csv(item)));
    show();
    const box = element("div", { className: "scroll" },
      element("table", {}, element("thead", {}, element("tr", {}, ...heads)), body));
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", item.title);
    return element("div", { className: "item tabular" },
      element("div", { className: "tools" }, element("h3", {}, item.title),
        item.rows.length > 8 ? search : null, save),
      item.about ? element("p", { className: "about" }, item.about) : null, box);
  }

  return { make, csv, download };
})();
