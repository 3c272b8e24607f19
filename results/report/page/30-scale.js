"use strict";
/* Axes: where ticks are, and what is written at them. */
const scale = (() => {
  /* About `wanted` round numbers between low and high. */
  function linearTicks(low, high, wanted) {
    const raw = (high - low) / Math.max(1, wanted);
    if (!(raw > 0)) return [low];
    const power = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw);
    const ticks = [];
    for (let k = Math.ceil(low / step - 1e-9); k * step <= high * (1 + 1e-9) + step * 1e-9; k++) ticks.push(k * step);
    return ticks;
  }

  function logTicks(low, high, wanted) {
    if (high / low < 12) return linearTicks(low, high, wanted).filter((tick) => tick > 0);
    const decades = Math.log10(high / low);
    const ones = decades > wanted ? [1] : decades > wanted / 2 ? [1, 3] : [1, 2, 5];
    const ticks = [];
    for (let p = Math.floor(Math.log10(low)); p <= Math.ceil(Math.log10(high)); p++) {
      for (const one of ones) {
        const tick = one * 10 ** p;
        if (tick >= low && tick <= high) ticks.push(tick);
      }
    }
    return ticks;
  }

  const short = (value) => {
    const size = Math.abs(value);
    if (size !== 0 && (size >= 1e6 || size < 1e-3)) return value.toExponential(0).replace("-", "−");
    return String(Number(value.toPrecision(6))).replace("-", "−");
  };

  /* "99.9 %" of 1 / (1 - share). */
  function percentile(tail) {
    const percent = 100 * (1 - 1 / tail);
    const digits = Math.max(0, Math.round(Math.log10(tail)) - 2);
    return percent.toFixed(tail < 1.5 ? 0 : digits) + " %";
  }

  /* The range of values with some room; logarithmic: only those above zero. */
  function range(values, logarithmic, withZero) {
    const good = values.filter((v) => Number.isFinite(v) && (!logarithmic || v > 0));
    let low = Math.min(...(good.length ? good : [logarithmic ? 1 : 0]));
    let high = Math.max(...(good.length ? good : [logarithmic ? 10 : 1]));
    if (logarithmic) return [low / 1.08, high * 1.08];
    if (withZero) { low = Math.min(0, low); high = Math.max(0, high); }
    const room = (high - low || Math.abs(high) || 1) * 0.06;
    return [withZero && low === 0 ? 0 : low - room, withZero && high === 0 ? 0 : high + room];
  }

  return { linearTicks, logTicks, short, percentile, range };
})();
