"use strict";
/* Numbers as people read them. */
const format = (() => {
  const times = [["ns", 1], ["µs", 1e3], ["ms", 1e6], ["s", 1e9]];
  const isFigure = (cell) => cell !== null && typeof cell === "object" && "value" in cell;
  const valueOf = (cell) => (isFigure(cell) ? cell.value : cell);

  /* The unit that suits times as large as `ns`. */
  function timeUnit(ns) {
    let chosen = times[0];
    for (const unit of times) if (Math.abs(ns) >= unit[1]) chosen = unit;
    return { name: chosen[0], scale: chosen[1] };
  }
  const unitFor = (unit, size) => (unit === "ns" ? timeUnit(size) : { name: unit, scale: 1 });

  function grouped(text) {
    const [whole, rest] = text.split(".");
    const digits = whole.replace(/\B(?=(\d{3})+$)/g, "\u202f");
    return rest === undefined ? digits : digits + "." + rest;
  }

  function number(value, digits = 4) {
    if (!Number.isFinite(value)) return "";
    if (Number.isInteger(value) && Math.abs(value) < 1e15) return grouped(String(value)).replace("-", "−");
    const size = Math.abs(value);
    if (size !== 0 && (size < 1e-4 || size >= 1e15)) return value.toExponential(2).replace("-", "−");
    const decimals = Math.max(0, Math.min(8, digits - 1 - Math.floor(Math.log10(size || 1))));
    return grouped(value.toFixed(decimals)).replace("-", "−");
  }

  /* As many decimals as the interval supports: two digits of its half width. */
  function figure(cell, scale) {
    const half = (cell.high - cell.low) / 2 / scale;
    const decimals = half > 0 ? Math.max(0, Math.min(8, 1 - Math.floor(Math.log10(half)))) : 3;
    const show = (v) => grouped((v / scale).toFixed(decimals)).replace("-", "−");
    return { value: show(cell.value), low: show(cell.low), high: show(cell.high) };
  }

  return { isFigure, valueOf, unitFor, number, figure };
})();

/* Elements: text is only ever text. */
function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in made && key !== "list") made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}
