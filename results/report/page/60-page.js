"use strict";
/* The page: a part of the report at a time, with its sections. */
(() => {
  const report = JSON.parse(document.getElementById("report").textContent);
  const main = document.getElementById("main"), nav = document.getElementById("sections");

  /* ---- What columns mean ---- */

  const dialog = document.getElementById("term");
  function explain(column) {
    const term = report.terms[column.term];
    if (!term) return null;
    const button = element("button", { type: "button", className: "why" }, "?");
    button.setAttribute("aria-label", `What is ${column.title}?`);
    button.addEventListener("click", () => {
      document.getElementById("term-title").textContent = column.title;
      const rows = [["", term.definition], ["Unit", term.unit], ["How it is obtained", term.method], ["Source", term.source], ["Field", column.term]];
      document.getElementById("term-body").replaceChildren(...rows.filter((row) => row[1]).flatMap(([name, text]) => [element("dt", {}, name), element("dd", {}, text)]));
      dialog.showModal();
    });
    return button;
  }

  /* ---- Parts ---- */

  function warnings(part) {
    if (!part.warnings?.length) return null;
    const rows = part.warnings.map((w) => element("li", {}, element("b", {}, w.name), w.text));
    return element("aside", { className: "warnings" }, element("h2", {}, part.warnings.length === 1 ? "A warning first" : "Warnings first"), element("ul", {}, ...rows));
  }

  const names = new Map([
    ["overhead_per_call.paired", "Overhead of a call, beyond the same transaction moving value only"],
    ["overhead_per_call.regression", "Overhead of a call, from the regression over loop counts"],
    ["full_block.scripts", "What calls add to a block that is full of them"],
    ["states[memory].scripts.per_call", "What a call adds to its block"],
  ]);

  const nameOf = (name) => names.get(name) ?? name.replace(/^design_points\[(.*)\]\.overhead_per_call$/, "Overhead per call, $1");

  /* The interval as a line on an axis from zero, or around it. */
  function whisker(figure) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    const low = Math.min(0, figure.low) * 1.1, high = Math.max(0, figure.high) * 1.1 || 1;
    const at = (v) => 4 + (392 * (v - low)) / (high - low || 1);
    svg.setAttribute("viewBox", "0 0 400 26");
    svg.setAttribute("class", "whisker");
    svg.setAttribute("aria-hidden", "true");
    const line = (x1, y1, x2, y2, stroke, width) => {
      const made = document.createElementNS(space, "line");
      for (const [k, v] of Object.entries({ x1, y1, x2, y2, stroke, "stroke-width": width, "stroke-linecap": "round" })) made.setAttribute(k, v);
      svg.append(made);
    };
    line(at(low), 13, at(high), 13, "var(--line)", 2);
    line(at(0), 7, at(0), 19, "var(--soft)", 2);
    line(at(figure.low), 13, at(figure.high), 13, "var(--s0)", 8);
    line(at(figure.value), 4, at(figure.value), 22, "var(--ink)", 3);
    return svg;
  }

  function headline(part) {
    const figure = part.headline;
    if (!figure && !part.conclusion) return null;
    const box = element("div", { className: "headline" });
    if (figure) {
      const unit = format.unitFor(figure.unit, figure.value), shown = format.figure(figure, unit.scale);
      box.append(
        element("div", { className: "name" }, nameOf(figure.name)),
        element("div", { className: "value" }, shown.value, " ", element("small", {}, unit.name)),
        element("div", { className: "interval" }, `${Math.round((figure.level || 0.95) * 100)} % interval: ${shown.low} to ${shown.high} ${unit.name}`),
        whisker(figure), element("div", { className: "method" }, figure.method ?? ""));
    }
    if (part.conclusion) box.append(element("p", { className: "conclusion" }, part.conclusion));
    return box;
  }

  const makers = { text: (item) => element("p", { className: "item" }, item.text), table: (item) => table.make(item, explain), plot: (item) => plot.make(item) };

  function sectionOf(section) {
    const made = element("section", { id: section.id }, element("h2", {}, section.title));
    made.setAttribute("aria-label", section.title);
    if (section.about) made.append(element("p", {}, section.about));
    for (const item of section.items) if (makers[item.kind]) made.append(makers[item.kind](item));
    return made;
  }

  function watch(links) {
    const seen = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        links.forEach((link) => link.removeAttribute("aria-current"));
        links.get(entry.target.id)?.setAttribute("aria-current", "true");
      }
    }, { rootMargin: "0px 0px -70% 0px" });
    main.querySelectorAll("section").forEach((section) => seen.observe(section));
  }

  const parts = [...(report.overview.sections.length ? [report.overview] : []), ...report.runs];

  function tabs(current) {
    if (parts.length < 2) return null;
    const list = element("div", { className: "runs", role: "tablist" });
    list.setAttribute("aria-label", "Runs");
    parts.forEach((part, i) => {
      const tab = element("button", { type: "button", role: "tab", tabIndex: i === current ? 0 : -1 }, part.title);
      tab.setAttribute("aria-selected", String(i === current));
      tab.addEventListener("click", () => show(i));
      list.append(tab);
    });
    list.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      show((current + step + parts.length) % parts.length);
      main.querySelector("[role=tab][aria-selected=true]").focus();
    });
    return list;
  }

  function show(index) {
    const part = parts[index], links = new Map();
    plot.forget();
    main.replaceChildren(...[tabs(index), warnings(part), headline(part), ...part.sections.map(sectionOf)].filter((child) => child !== null));
    nav.replaceChildren(element("ul", {}, ...part.sections.map((section) => {
      const link = element("a", { href: "#" + section.id }, section.title);
      links.set(section.id, link);
      return element("li", {}, link);
    })));
    watch(links);
  }

  /* ---- Light, dark, paper ---- */

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => plot.redrawAll());
  addEventListener("beforeprint", () => { document.documentElement.dataset.paper = ""; plot.redrawAll(680); });
  addEventListener("afterprint", () => { delete document.documentElement.dataset.paper; plot.redrawAll(); });

  document.getElementById("title").textContent = report.title;
  document.getElementById("made").textContent = `made ${report.generated_utc.slice(0, 16).replace("T", " ")} UTC by plutbench ${report.generator}`;
  show(0);
})();
