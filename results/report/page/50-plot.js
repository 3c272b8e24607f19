"use strict";
/* Plots of x and y, by uPlot; bands and whiskers are drawn by hooks. */
const plot = (() => {
  const live = new Set(); /* what is on the page: {redraw} */
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const colour = (s) => css(`--s${s % 8}`);

  /* One column of x for all series, as uPlot has it. */
  function columns(item) {
    const all = [...new Set(item.series.flatMap((s) => s.x))].sort((a, b) => a - b);
    const index = new Map(all.map((x, i) => [x, i]));
    const spread = (series, key) => {
      const column = new Array(all.length).fill(null);
      series.x.forEach((x, i) => { column[index.get(x)] = series[key][i]; });
      return column;
    };
    return {
      data: [all, ...item.series.map((s) => spread(s, "y"))],
      low: item.series.map((s) => spread(s, "low")),
      high: item.series.map((s) => spread(s, "high")),
    };
  }

  function shade(u, made, s) {
    const at = (v) => u.valToPos(v, "y", true);
    const xs = u.data[0].map((_, i) => i).filter((i) => made.low[s][i] !== null && made.high[s][i] !== null);
    if (xs.length < 2) return;
    u.ctx.beginPath();
    xs.forEach((i, k) => {
      const x = u.valToPos(u.data[0][i], "x", true);
      if (k === 0) u.ctx.moveTo(x, at(made.high[s][i])); else u.ctx.lineTo(x, at(made.high[s][i]));
    });
    for (const i of xs.reverse()) u.ctx.lineTo(u.valToPos(u.data[0][i], "x", true), at(made.low[s][i]));
    u.ctx.closePath();
    u.ctx.globalAlpha = 0.2;
    u.ctx.fillStyle = colour(s);
    u.ctx.fill();
    u.ctx.globalAlpha = 1;
  }

  function whisker(u, made, s) {
    const cap = 4 * devicePixelRatio;
    u.ctx.strokeStyle = colour(s);
    u.ctx.lineWidth = 1.5 * devicePixelRatio;
    u.ctx.beginPath();
    u.data[0].forEach((value, i) => {
      if (made.low[s][i] === null || made.high[s][i] === null) return;
      const x = u.valToPos(value, "x", true);
      const low = u.valToPos(made.low[s][i], "y", true), high = u.valToPos(made.high[s][i], "y", true);
      u.ctx.moveTo(x, low); u.ctx.lineTo(x, high);
      for (const end of [low, high]) { u.ctx.moveTo(x - cap, end); u.ctx.lineTo(x + cap, end); }
    });
    u.ctx.stroke();
  }

  function decorate(item, made, styles, how) {
    return (u) => {
      u.ctx.save();
      u.ctx.beginPath();
      u.ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
      u.ctx.clip();
      item.series.forEach((series, s) => {
        if (series.style === styles && u.series[s + 1].show) how(u, made, s);
      });
      u.ctx.restore();
    };
  }

  function zeroLine(u) {
    const { min, max } = u.scales.y;
    if (u.scales.y.distr === 3 || min >= 0 || max <= 0) return;
    const y = u.valToPos(0, "y", true);
    u.ctx.strokeStyle = css("--soft");
    u.ctx.lineWidth = devicePixelRatio;
    u.ctx.beginPath();
    u.ctx.moveTo(u.bbox.left, y); u.ctx.lineTo(u.bbox.left + u.bbox.width, y);
    u.ctx.stroke();
  }

  function axis(which, unit, narrow) {
    const ticks = which.scale === "linear" ? scale.linearTicks : scale.logTicks;
    const shown = which.scale === "tail" ? scale.percentile : (v) => scale.short(v / unit.scale);
    return {
      label: which.title + (unit.name ? ` (${unit.name})` : ""), labelSize: 26, labelFont: "13px system-ui, sans-serif",
      font: "12px system-ui, sans-serif", stroke: css("--soft"), grid: { stroke: css("--grid"), width: 1 },
      ticks: { stroke: css("--line"), width: 1, size: 5 },
      splits: (u, a, low, high) => {
        const room = a === 0 ? u.bbox.width / devicePixelRatio / (narrow ? 70 : 90) : u.bbox.height / devicePixelRatio / 45;
        if (which.scale === "tail") return [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7].filter((v) => v >= low * 0.999 && v <= high);
        return ticks(low / unit.scale, high / unit.scale, Math.max(2, Math.floor(room))).map((v) => v * unit.scale);
      },
      filter: (u, splits) => splits,
      values: (u, splits) => splits.map(shown),
    };
  }

  function options(item, made, width) {
    const narrow = width < 560;
    const xs = made.data[0];
    const log = { x: item.x.scale !== "linear", y: item.y.scale !== "linear" };
    const ys = [...made.data.slice(1).flat(), ...made.low.flat(), ...made.high.flat()].filter((v) => v !== null);
    const yRange = scale.range(ys, log.y, false);
    const onlyPoints = item.series.every((s) => s.style === "points");
    const xRange = item.x.scale === "tail" ? [1, Math.max(10, xs.at(-1) ?? 10)]
      : onlyPoints || item.series.some((s) => s.style === "points") ? scale.range(xs, log.x, false) : [xs[0], xs.at(-1)];
    const units = { x: format.unitFor(item.x.unit, xRange[1]), y: format.unitFor(item.y.unit, Math.max(Math.abs(yRange[0]), Math.abs(yRange[1]))) };
    const shownX = (v) => item.x.scale === "tail" ? scale.percentile(v) : scale.short(Number((v / units.x.scale).toPrecision(5))) + (units.x.name ? " " + units.x.name : "");
    return {
      width, height: narrow ? 280 : 360, pxAlign: 0,
      scales: {
        x: { time: false, distr: log.x ? 3 : 1, range: (u, low, high) => (low === xs[0] && high === xs.at(-1)) || low === null ? xRange : [low, high] },
        y: { distr: log.y ? 3 : 1, range: () => yRange },
      },
      axes: [{ ...axis(item.x, units.x, narrow), size: 40 }, { ...axis(item.y, units.y, narrow), size: narrow ? 52 : 66 }],
      series: [
        { label: item.x.title, value: (u, v) => (v === null ? "" : shownX(v)) },
        ...item.series.map((s, i) => ({
          label: s.title, stroke: colour(i), width: 1.8, spanGaps: true, dash: i > 7 ? [7, 4] : undefined,
          value: (u, v) => (v === null ? "" : format.number(v / units.y.scale) + (units.y.name ? " " + units.y.name : "")),
          ...(s.style === "points" ? { paths: () => null, points: { show: true, size: s.x.length > 100 ? 4 : 8, fill: colour(i), stroke: colour(i) } } : { points: { show: false } }),
        })),
      ],
      cursor: { drag: { x: true, y: false }, points: { size: 7 } },
      legend: { live: !narrow },
      hooks: {
        drawAxes: [zeroLine, decorate(item, made, "band", shade)],
        draw: [decorate(item, made, "points", whisker)],
      },
    };
  }

  /* Legend entries switch series by keyboard as well; arrows move the cursor, Escape shows all. */
  function keys(box, u) {
    box.querySelectorAll(".u-series th").forEach((th) => {
      th.tabIndex = 0;
      th.setAttribute("role", "button");
      th.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") { event.preventDefault(); th.click(); }
      });
    });
    box.onkeydown = (event) => {
      if (event.target !== box) return;
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (event.key === "Escape") u.setScale("x", { min: u.data[0][0], max: u.data[0].at(-1) });
      if (!step) return;
      event.preventDefault();
      const index = Math.min(u.data[0].length - 1, Math.max(0, (u.cursor.idx ?? -1) + step));
      u.setCursor({ left: u.valToPos(u.data[0][index], "x"), top: 10 });
    };
  }

  function csv(item) {
    const rows = item.series.flatMap((s) => s.x.map((x, i) => [s.title, item.x.names ? item.x.names[x] : item.y.names ? item.y.names[x] : x, s.y[i], s.low[i], s.high[i]]));
    const name = (axis) => axis.title + (axis.unit ? ` (${axis.unit})` : "");
    const heads = item.y.names ? ["row", name(item.x)] : [name(item.x), name(item.y)];
    return table.csv({ columns: ["series", ...heads, "low", "high"].map((title) => ({ title, unit: "" })), rows });
  }

  function make(item) {
    const byName = item.y.scale === "category";
    const save = element("button", { type: "button", className: "save" }, "CSV");
    save.setAttribute("aria-label", `Download the data of ${item.title} as CSV`);
    save.addEventListener("click", () => table.download(item.name + ".csv", csv(item)));
    const box = element("div", { className: "plot" });
    const made = element("div", { className: "item plotted" },
      element("div", { className: "tools" }, element("h3", {}, item.title), save),
      item.about ? element("p", { className: "about" }, item.about) : null,
      byName ? categories.legend(item) : null, box);
    const data = byName ? null : columns(item);
    if (!byName) {
      box.tabIndex = 0;
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", `${item.title}: arrow keys read the values`);
    }
    let drawn = null, width = 0;
    function draw(wanted) {
      width = wanted;
      if (byName) { box.replaceChildren(categories.draw(item, width)); return; }
      if (drawn) drawn.destroy();
      drawn = new uPlot(options(item, data, width), data.data, box);
      keys(box, drawn);
    }
    const one = {
      redraw: (wanted) => { if (box.isConnected && (wanted ?? box.clientWidth) > 0) draw(wanted ?? box.clientWidth); },
      fit: () => { if (box.isConnected && box.clientWidth > 0 && box.clientWidth !== width) draw(box.clientWidth); },
    };
    live.add(one);
    new ResizeObserver(() => one.fit()).observe(box);
    return made;
  }

  const redrawAll = (width) => live.forEach((one) => one.redraw(width));
  return { make, redrawAll, forget: () => live.clear() };
})();
