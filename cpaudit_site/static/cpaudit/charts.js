// Draws the charts of a page. Their figures stand in JSON script tags, and as a table beside each chart.
"use strict";
(function () {
  const LIGHT = ["#206bc4", "#0a7a4b", "#b3541e", "#7b2fbe", "#a3195b", "#4a5568"];
  const DARK = ["#7db8ff", "#5fd3a0", "#ffb27d", "#cfa3ff", "#ff94c2", "#cbd5e1"];
  const dark = document.documentElement.getAttribute("data-bs-theme") === "dark";
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const ink = dark ? "#e2e8f0" : "#1f2937";
  const faint = dark ? "#475569" : "#d1d5db";
  const symbols = ["circle", "rect", "triangle", "diamond", "emptyCircle", "emptyRect"];
  const number = new Intl.NumberFormat(document.documentElement.lang || "zh", { maximumFractionDigits: 3 });
  const short = new Intl.NumberFormat(document.documentElement.lang || "zh", { notation: "compact" });

  function option(told, width) {
    const bar = told.kind === "bar";
    // Long or many names stand beside lying bars, where they can be read.
    const lying = bar && (told.labels.length > 8 || width < 480 || told.labels.some((one) => one.length > 12));
    const labels = lying ? told.labels.slice().reverse() : told.labels;
    const names = { type: "category", data: labels, axisLabel: { color: ink, interval: bar ? 0 : "auto", width: lying ? width / 3 : undefined, overflow: lying ? "truncate" : "none" }, axisLine: { lineStyle: { color: faint } } };
    const values = { type: "value", minInterval: told.unit ? 0 : 1, name: told.unit, nameTextStyle: { color: ink }, axisLabel: { color: ink, formatter: (one) => short.format(one) }, splitLine: { lineStyle: { color: faint } } };
    return {
      animation: !still,
      color: dark ? DARK : LIGHT,
      textStyle: { color: ink, fontFamily: "inherit" },
      grid: { left: 8, right: 24, top: told.series.length > 1 ? 56 : 32, bottom: 8, containLabel: true },
      legend: { show: told.series.length > 1, type: "scroll", textStyle: { color: ink }, top: 0 },
      // Rich text: a tooltip drawn as HTML would need styles in attributes, which the policy of the page forbids.
      tooltip: { trigger: "axis", renderMode: "richText", valueFormatter: (one) => number.format(one) + (told.unit ? " " + told.unit : "") },
      xAxis: lying ? values : names,
      yAxis: lying ? names : values,
      series: told.series.map((one, at) => ({
        name: one.name,
        type: told.kind,
        data: lying ? one.values.slice().reverse() : one.values,
        barMaxWidth: 28,
        symbol: symbols[at % symbols.length],
        symbolSize: 7,
        lineStyle: { width: at === 0 ? 3 : 2, type: at === 0 ? "solid" : at % 2 ? "dashed" : "dotted" },
      })),
    };
  }

  document.querySelectorAll("[data-chart]").forEach((place) => {
    const told = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    if (!told.labels.length) return;
    const chart = window.echarts.init(place, null, { renderer: "canvas" });
    chart.setOption(option(told, place.clientWidth));
    new ResizeObserver(() => chart.resize()).observe(place);
  });
})();
