// Put at the end of a page of suite report by report_in_a_browser_test.cc: does what a reader does, and leaves what it
// found in #found.
"use strict";
(() => {
  const { charts, data, picture } = window.suiteReport;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const shownTable = () => document.querySelector(".on table.ranking");
  const namesInOrder = () => all("tbody tr", shownTable()).map((row) => row.cells[0].dataset.value);

  /** Whose marks a chart has, in its area and of some size. */
  function owners(chart) {
    const found = new Set();
    const { left, right, top, bottom } = chart.chartArea;
    chart.data.datasets.forEach((set, i) => {
      chart.getDatasetMeta(i).data.forEach((mark, at) => {
        const inside = mark.x >= left - 1 && mark.x <= right + 1 && mark.y >= top - 1 && mark.y <= bottom + 1;
        if (!inside || mark.skip || !chart.isDatasetVisible(i)) return;
        if (set.owner !== undefined) found.add(set.owner);
        if (set.owners !== undefined) (set.owners.length === set.data.length ? [set.owners[at]] : set.owners).forEach((one) => found.add(one));
      });
    });
    return [...found].sort();
  }

  /** Whether anything is drawn on it at all. */
  function isInked(chart) {
    const { width, height } = chart.canvas;
    const pixels = chart.canvas.getContext("2d").getImageData(0, 0, width, height).data;
    for (let i = 3; i < pixels.length; i += 4) if (pixels[i] !== 0) return true;
    return false;
  }

  /** Lines of its title and of what stands below it that are wider than the chart: they are drawn squeezed. */
  function squeezed(chart) {
    const canvas = chart.canvas.getContext("2d");
    return [chart.options.plugins.title, chart.options.plugins.subtitle].flatMap((part) => {
      canvas.font = Chart.helpers.toFont(part.font).string;
      return part.text.filter((line) => canvas.measureText(line).width > chart.width + 1);
    });
  }

  /** Names at the ends of lines that overlap. */
  function overlapping(chart) {
    const axis = chart.scales.names;
    if (!axis) return [];
    const at = axis.ticks.map((tick) => axis.getPixelForValue(tick.value)).sort((a, b) => a - b);
    return at.filter((place, i) => i > 0 && place - at[i - 1] < 11);
  }

  const look = () => Object.fromEntries([...charts].map(([name, chart]) =>
    [name, { owners: owners(chart), inked: isInked(chart), squeezed: squeezed(chart), overlapping: overlapping(chart) }]));

  const found = { tables: [] };
  const choice = document.getElementById("table-select");
  for (let i = 0; i < data.tables.length; ++i) {
    choice.value = String(i);
    choice.dispatchEvent(new Event("change"));
    const more = document.getElementById("more");
    if (!more.hidden && i === 0) more.click();
    found.tables.push({
      title: shownTable().caption.textContent,
      headline: all(".headline.on .lead").map((lead) => lead.textContent),
      rows: all("tbody tr", shownTable()).map((row) => [...row.cells].map((cell) => cell.dataset.value)),
      shown: all("tbody tr:not(.folded)", shownTable()).length,
      charts: look(),
      address: location.hash,
    });
  }

  choice.value = "0";
  choice.dispatchEvent(new Event("change"));
  const chip = () => document.querySelector("#chips .chip");
  if (chip()) {
    const name = chip().dataset.name;
    chip().click();
    found.off = { name, charts: look(), address: location.hash, pressed: chip().getAttribute("aria-pressed") };
    chip().click();
    found.on = { charts: look(), address: location.hash };
  }

  const heads = all("th", shownTable());
  found.sorted = [];
  for (const column of [1, 1, 0]) {
    heads[column].click();
    found.sorted.push({ names: namesInOrder(), sort: heads[column].getAttribute("aria-sort"), address: location.hash });
  }

  found.picture = picture(charts.get("first")).slice(0, 22);
  found.overflow = document.documentElement.scrollWidth - innerWidth;
  found.requests = performance.getEntriesByType("resource").map((entry) => entry.name);
  found.seen = window.seen;
  const element = document.createElement("pre");
  element.id = "found";
  // A round through the event loop first: violations are reported as tasks of their own.
  setTimeout(() => {
    found.seen = window.seen;
    element.textContent = btoa(unescape(encodeURIComponent(JSON.stringify(found))));
    document.body.append(element);
  }, 100);
})();
