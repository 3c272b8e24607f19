"use strict";
/* Plots over names: a row each, bars or points with whiskers along x. */
const categories = (() => {
  const space = "http://www.w3.org/2000/svg";
  function svg(name, attributes, text) {
    const made = document.createElementNS(space, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }
  const colour = (s) => `var(--s${s % 8})`;

  function legend(item) {
    if (item.series.length < 2) return null;
    const list = element("p", { className: "about" });
    item.series.forEach((series, s) => {
      const mark = element("span", { ariaHidden: "true" }, series.style === "bars" ? "■ " : "● ");
      mark.style.color = colour(s);
      list.append(mark, series.title, s + 1 < item.series.length ? "\u2003" : "");
    });
    return list;
  }

  function draw(item, width) {
    const names = item.y.names, rowHeight = names.length > 30 ? 20 : 30;
    const longest = Math.max(...names.map((name) => name.length), 4);
    const left = Math.min(longest * 7.4 + 18, width * 0.42), right = 18, top = 6, bottom = 46;
    const height = names.length * rowHeight, inner = width - left - right;
    const logarithmic = item.x.scale === "log";
    const all = item.series.flatMap((s) => [...s.y, ...s.low.filter((v) => v !== null), ...s.high.filter((v) => v !== null)]);
    const bars = item.series.some((s) => s.style === "bars");
    const [low, high] = scale.range(all, logarithmic, bars || !logarithmic);
    const share = (v) => (logarithmic ? Math.log(Math.max(v, low) / low) / Math.log(high / low) : (v - low) / (high - low));
    const at = (v) => left + inner * Math.min(1, Math.max(0, share(v)));
    const unit = format.unitFor(item.x.unit, Math.max(Math.abs(low), Math.abs(high)));
    const made = svg("svg", { viewBox: `0 0 ${width} ${height + top + bottom}`, width, height: height + top + bottom, role: "img", "aria-label": item.title });
    made.style.maxWidth = "100%";
    const text = (x, y, anchor, words, extra = {}) =>
      svg("text", { x, y, "text-anchor": anchor, "font-size": 12.5, fill: "var(--soft)", ...extra }, words);

    const scaled = (v) => v / unit.scale;
    const ticks = (logarithmic ? scale.logTicks : scale.linearTicks)(scaled(low), scaled(high), Math.max(2, Math.floor(inner / 90)));
    for (const tick of ticks) {
      const x = at(tick * unit.scale);
      made.append(svg("line", { x1: x, x2: x, y1: top, y2: top + height, stroke: "var(--grid)" }));
      made.append(text(x, top + height + 17, "middle", scale.short(tick)));
    }
    const origin = logarithmic ? 1 : 0;
    if (origin >= low && origin <= high) made.append(svg("line", { x1: at(origin), x2: at(origin), y1: top, y2: top + height, stroke: "var(--soft)" }));
    made.append(text(left + inner / 2, top + height + 38, "middle", item.x.title + (unit.name ? ` (${unit.name})` : "")));
    names.forEach((name, i) => {
      const fits = Math.floor((left - 12) / 7.2);
      const label = text(left - 10, top + (i + 0.5) * rowHeight + 4, "end", name.length > fits ? name.slice(0, fits - 1) + "…" : name, { fill: "var(--ink)" });
      label.append(svg("title", {}, name));
      made.append(label);
    });
    item.series.forEach((series, s) => drawSeries(made, series, s, { at, top, rowHeight, count: item.series.length, unit, origin, low }));
    return made;
  }

  function drawSeries(made, series, s, box) {
    series.x.forEach((place, i) => {
      const value = series.y[i], low = series.low[i], high = series.high[i];
      const spread = series.style === "points" && box.count > 1 ? (s - (box.count - 1) / 2) * Math.min(7, box.rowHeight / 4) : 0;
      const y = box.top + (place + 0.5) * box.rowHeight + spread, x = box.at(value);
      const group = svg("g", { stroke: colour(s), fill: colour(s) });
      if (series.style === "bars") {
        const zero = box.at(Math.max(box.origin, box.low)), half = box.rowHeight * 0.28;
        group.append(svg("rect", { x: Math.min(zero, x), y: y - half, width: Math.max(1, Math.abs(x - zero)), height: 2 * half, rx: 2, "fill-opacity": 0.3, stroke: "none" }));
        group.append(svg("line", { x1: x, x2: x, y1: y - half, y2: y + half, "stroke-width": 2 }));
      } else group.append(svg("circle", { cx: x, cy: y, r: box.rowHeight < 24 ? 3.2 : 4.5 }));
      if (low !== null && high !== null) {
        group.append(svg("line", { x1: box.at(low), x2: box.at(high), y1: y, y2: y, "stroke-width": 1.6 }));
        for (const end of [low, high]) group.append(svg("line", { x1: box.at(end), x2: box.at(end), y1: y - 4, y2: y + 4, "stroke-width": 1.6 }));
      }
      const unit = format.unitFor(box.unit.name === "" ? "" : "ns", value);
      const shown = box.unit.scale === 1 ? format.number(value) : format.number(value / unit.scale) + " " + unit.name;
      group.append(svg("title", {}, `${series.title}: ${shown}`));
      made.append(group);
    });
  }

  return { draw, legend };
})();
