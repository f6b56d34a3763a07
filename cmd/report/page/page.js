// What the page does beyond its tables: it draws the charts (with Chart.js), sorts, switches contestants on and off,
// and keeps what is selected in the address. It computes no statistics: all figures are in #data.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const hasCharts = typeof Chart !== "undefined";
  const few = 8; // rows before "show all"
  const byId = (id) => document.getElementById(id);
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  // ---- what is selected, and the address that keeps it

  const state = { table: 0, all: false, off: new Set(), sort: null };

  function readAddress() {
    const given = new URLSearchParams(location.hash.slice(1));
    const table = data.tables.findIndex((one) => one.title === given.get("table"));
    state.table = Math.max(0, table);
    state.all = given.has("all");
    state.off = new Set(given.getAll("off"));
    const sort = /^(\d+)(up|down)$/.exec(given.get("sort") ?? "");
    state.sort = sort ? { column: Number(sort[1]), up: sort[2] === "up" } : null;
  }

  function writeAddress() {
    const kept = new URLSearchParams();
    if (state.table > 0) kept.set("table", data.tables[state.table].title);
    if (state.all) kept.set("all", "");
    for (const name of state.off) kept.append("off", name);
    if (state.sort) kept.set("sort", state.sort.column + (state.sort.up ? "up" : "down"));
    const text = kept.toString();
    history.replaceState(null, "", text ? "#" + text : location.pathname + location.search);
  }

  function change(edit) {
    edit();
    writeAddress();
    show();
  }

  const current = () => data.tables[state.table];
  /** Rows of a table that charts show: those with figures that are switched on; the first eight, or all. */
  const shown = (table) => {
    const rows = table.rows.filter((row) => row.figures.rps);
    return (state.all ? rows : rows.slice(0, few)).filter((row) => !state.off.has(row.name));
  };
  const curves = () => data.loads.filter((load) => !state.off.has(load.name));

  // ---- words and colours

  const plain = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });
  const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
  const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
  const number = (value) => (Math.abs(value) >= 1000 ? whole : plain).format(value);
  const units = { rps: "requests/s", server_cpu: "µs", client_cpu: "µs" };
  const unit = (metric) => units[metric] ?? "ms";
  const titles = { rps: "throughput", server_cpu: "server CPU per request", p99: "p99 of the latency" };

  const variable = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const faint = (color, share) => color + Math.round(share * 255).toString(16).padStart(2, "0");
  const shapes = ["circle", "triangle", "rect", "star"]; // diamonds are knees, crosses ends
  const dashes = [[], [7, 3], [2, 2], [9, 3, 2, 3]];
  /** Eight colours, the alike ones with different marks; beyond them the same with other dashes and marks. */
  const style = (place) => {
    const again = Math.floor(place / 8);
    return { color: variable("--c" + (place % 8)), dash: dashes[again % dashes.length], shape: shapes[(place + again) % shapes.length] };
  };
  /** How wide a chart in it becomes: in a grid one of its columns. */
  const widthIn = (parent) => Number.parseFloat(getComputedStyle(parent).gridTemplateColumns) || parent.clientWidth;

  const ruler = make("canvas").getContext("2d");
  /** Lines that fit: Chart.js squeezes what is wider. A word that is wider itself is broken. */
  function lines(text, width, size, weight = "normal") {
    ruler.font = Chart.helpers.toFont({ size, weight }).string;
    const fits = (line) => ruler.measureText(line).width <= width;
    const wrapped = [];
    for (let word of text.split(" ")) {
      const last = wrapped.at(-1);
      if (last !== undefined && fits(last + " " + word)) {
        wrapped[wrapped.length - 1] = last + " " + word;
        continue;
      }
      while (!fits(word) && word.length > 1) {
        let most = word.length - 1;
        while (most > 1 && !fits(word.slice(0, most))) --most;
        wrapped.push(word.slice(0, most));
        word = word.slice(most);
      }
      wrapped.push(word);
    }
    return wrapped;
  }
  /** Chart.js gives an axis at most a quarter of a narrow chart, and cuts what is wider. */
  function widest(canvas, labels) {
    canvas.save();
    canvas.font = Chart.helpers.toFont(Chart.defaults.font).string;
    const width = Math.max(...labels.map((label) => canvas.measureText(label).width));
    canvas.restore();
    return width;
  }
  const clip = (text, most) => (text.length > most ? text.slice(0, most - 1) + "…" : text);

  // ---- charts

  const drawn = new Map(); // by the name of the figure

  /** Draws one chart, with its title, what its marks mean and the machine in the picture: pictures travel alone. */
  function draw(name, parent, { title, marks, height, config }) {
    const figure = name === "first" ? parent : parent.appendChild(make("figure", { className: "chart" }));
    figure.dataset.chart = name;
    figure.replaceChildren();
    const paper = figure.appendChild(make("div", { className: "paper" }));
    const width = figure.clientWidth;
    const canvas = paper.appendChild(make("canvas", { role: "img" }));
    canvas.setAttribute("aria-label", title + ". " + marks);
    const heading = lines(title, width, 15, "bold"), foot = [...lines(marks, width, 11), ...lines(data.machine, width, 11)];
    paper.style.height = height + heading.length * 19 + foot.length * 14 + "px";
    const text = variable("--text"), quiet = variable("--quiet"), line = variable("--line");
    Chart.defaults.color = quiet;
    Chart.defaults.borderColor = line;
    const options = config.options;
    Object.assign(options, { animation: false, responsive: true, maintainAspectRatio: false });
    options.devicePixelRatio = Math.max(2, window.devicePixelRatio);
    options.plugins = {
      legend: { display: false },
      ...options.plugins,
      title: { display: true, align: "start", text: heading, color: text, font: { size: 15 }, padding: { bottom: 8 } },
      subtitle: { display: true, align: "start", position: "bottom", text: foot, color: quiet, font: { size: 11, weight: "normal" } },
    };
    drawn.set(name, new Chart(canvas, config));
    const save = make("button", { type: "button", textContent: "Save as PNG", onclick: () => savePicture(drawn.get(name), title) });
    figure.append(make("p", { className: "buttons" }, save));
  }

  function picture(chart) {
    const canvas = make("canvas", { width: chart.canvas.width + 48, height: chart.canvas.height + 48 });
    const paper = canvas.getContext("2d");
    paper.fillStyle = variable("--ground");
    paper.fillRect(0, 0, canvas.width, canvas.height);
    paper.drawImage(chart.canvas, 24, 24);
    return canvas.toDataURL("image/png");
  }

  function savePicture(chart, title) {
    const name = title.replace(/[^\w]+/g, "-").replace(/^-+|-+$/g, "").toLowerCase();
    make("a", { href: picture(chart), download: name + ".png" }).click();
  }

  const axisTitle = (text) => ({ display: true, text });
  /** A logarithmic axis with ticks where they can be read: 1, 2 and 5 of each decade, or 1 where there are many. */
  function logarithmic(text, range) {
    const digits = range.max / range.min > 2000 ? [1] : [1, 2, 5];
    const isRound = (value) => digits.some((digit) => Math.abs(value / 10 ** Math.floor(Math.log10(value) + 1e-9) - digit) < 1e-6);
    return {
      type: "logarithmic",
      title: axisTitle(text),
      ...range,
      afterBuildTicks: (axis) => { axis.ticks = axis.ticks.filter((tick) => isRound(tick.value)); },
      ticks: { autoSkip: false, maxRotation: 0, callback: (value) => short.format(value) },
    };
  }
  /** The range of a logarithmic axis around values, on steps of 1, 2 and 5. */
  function logRange(values) {
    const positive = values.filter((value) => value > 0);
    if (positive.length === 0) return { min: 1, max: 10 };
    const steps = [];
    for (let decade = -6; decade < 12; ++decade) steps.push(...[1, 2, 5].map((digit) => digit * 10 ** decade));
    const least = Math.min(...positive), most = Math.max(...positive);
    return { min: steps.findLast((step) => step <= least), max: steps.find((step) => step >= most * 1.0001) };
  }

  /** Names beside the ends of lines, as ticks of an axis on the right that are pushed apart where they would overlap;
      nothing where there is no room for that. */
  function endLabels(ends, range, height, width) {
    const apart = 15, spread = Math.log(range.max / range.min);
    if (width < 500 || ends.length === 0 || ends.length * apart > height) return null;
    ends.sort((a, b) => a.value - b.value);
    const at = ends.map((end) => (Math.log(end.value / range.min) / spread) * height);
    for (let i = 1; i < at.length; ++i) at[i] = Math.max(at[i], at[i - 1] + apart);
    for (let i = at.length - 1, most = height; i >= 0; --i, most = at[i + 1] - apart) at[i] = Math.min(at[i], most);
    const values = at.map((place) => range.min * Math.exp((Math.max(place, 0) / height) * spread));
    return {
      type: "logarithmic",
      position: "right",
      ...range,
      grid: { display: false },
      afterBuildTicks: (axis) => { axis.ticks = values.map((value) => ({ value })); },
      ticks: {
        autoSkip: false,
        callback: (value, index) => clip(ends[index]?.name ?? "", 18),
        color: (context) => ends[context.index]?.color,
      },
    };
  }
  const legend = (wanted, owned) => ({
    display: wanted,
    position: "bottom",
    labels: {
      usePointStyle: true,
      boxHeight: 7,
      filter: (item, chart) => owned(chart.datasets[item.datasetIndex]),
      generateLabels: (chart) => Chart.defaults.plugins.legend.labels.generateLabels(chart)
        .map((item) => ({ ...item, text: clip(item.text ?? "", 24) })),
    },
    onClick: () => {},
  });

  const bounds = (figure, metric) =>
    number(figure[0]) + " " + unit(metric) + (figure[1] === null ? "" : `, 95 %: ${number(figure[1])} to ${number(figure[2])}`);

  function ranking(name, parent, table) {
    const rows = shown(table), metric = table.rankedBy;
    const measured = rows.filter((row) => row.figures[metric]);
    if (measured.length === 0) return;
    const text = variable("--text");
    const most = Math.max(...measured.flatMap((row) => [...row.rounds[metric], row.figures[metric][2] ?? 0]));
    const bars = measured.map((row) => style(row.place).color);
    const tied = measured.filter((row) => row.rank === 1).length;
    const tie = tied > 1 && measured.slice(0, tied).every((row) => row.rank === 1);
    const narrow = widthIn(parent) < 500;
    const named = measured.map((row) => row.name);
    const labels = measured.map((row) => row.rank + "  " + clip(row.name, narrow ? 14 : 24));
    const datasets = [
      { type: "scatter", label: "rounds", order: 1, pointRadius: 3.5, pointBackgroundColor: text, pointBorderColor: variable("--ground"), pointBorderWidth: 1,
        data: measured.flatMap((row) => row.rounds[metric].map((x) => ({ x, y: row.name, row }))) },
      { type: "bar", label: "95 % interval of the median", order: 2, grouped: false, barThickness: 5, backgroundColor: faint(text, 0.4),
        data: measured.map((row) => (row.figures[metric][1] === null ? null : row.figures[metric].slice(1))) },
      { type: "bar", label: "median", order: 3, grouped: false, barPercentage: 0.85, categoryPercentage: 0.85, owners: named,
        backgroundColor: bars.map((color) => faint(color, 0.6)), borderColor: bars, borderWidth: 1,
        data: measured.map((row) => row.figures[metric][0]) },
    ];
    if (tie) {
      const x = most * 1.03, inner = most * 1.015;
      const path = [[inner, 0], [x, 0], [x, tied - 1], [inner, tied - 1]];
      datasets.push({ type: "line", label: "no difference shown", order: 0, borderColor: text, borderWidth: 1.5, pointRadius: 0,
        data: path.map(([at, i]) => ({ x: at, y: measured[i].name })) });
    }
    draw(name, parent, {
      title: table.title + ": " + (titles[metric] ?? metric) + (metric === "rps" ? "" : " (less is better)"),
      marks: "Bars: medians; dots: rounds" +
        (measured.some((row) => row.figures[metric][1] !== null) ? "; grey: 95 % intervals of the medians" : "") +
        (tie ? "; bracket: no difference to the first is shown." : "."),
      height: 60 + measured.length * 30,
      config: {
        type: "bar",
        data: { labels: named, datasets },
        options: {
          indexAxis: "y",
          scales: {
            x: { beginAtZero: true, suggestedMax: most * (tie ? 1.05 : 1), title: axisTitle(unit(metric)),
              ticks: { callback: (value) => short.format(value), maxRotation: 0 } },
            y: { type: "category", labels: named, grid: { display: false },
              ticks: { autoSkip: false, color: text, callback: (value, i) => labels[i] },
              afterFit: (axis) => { axis.width = Math.max(axis.width, widest(axis.ctx, labels) + 14); } },
            values: { type: "category", position: "right", bounds: "ticks", offset: true, grid: { display: false },
              labels: measured.map((row) => number(row.figures[metric][0])).map((label, i) => label + "\u200b".repeat(i)),
              ticks: { autoSkip: false, color: text } },
          },
          plugins: {
            tooltip: { callbacks: {
              title: (items) => items[0].raw?.row?.name ?? named[items[0].dataIndex],
              label: (item) => item.raw?.row ? "a round: " + number(item.raw.x) + " " + unit(metric)
                : bounds(measured[item.dataIndex].figures[metric], metric),
            } },
          },
        },
      },
    });
  }

  function ratios(name, parent, table) {
    const all = table.ratios, text = variable("--text");
    const good = variable("--good"), bad = variable("--bad"), quiet = variable("--quiet");
    const shows = (one) => one.low !== null && (one.low > 1 || one.high < 1);
    const color = (one) => (!shows(one) ? quiet : (one.value > 1) === one.moreIsBetter ? good : bad);
    const reach = Math.max(0.02, ...all.flatMap((one) => [one.value, one.low ?? 1, one.high ?? 1]).map((x) => Math.abs(x - 1))) * 1.1;
    const label = (one) => one.low === null ? number(one.value) + " (too few rounds)"
      : `${one.value.toFixed(3)} [${one.low.toFixed(3)}, ${one.high.toFixed(3)}]`;
    const named = all.map((one) => one.title);
    const narrow = widthIn(parent) < 500;
    const [after, before] = [table.pair[1], table.pair[0]];
    draw(name, parent, {
      title: `${table.title}: ${after} against ${before}`,
      marks: `Ratios of ${after} to ${before} over paired rounds: estimates and 95 % intervals; 1 is no difference. ` +
        "Green is better, orange is worse, grey: no difference shown.",
      height: 60 + all.length * (narrow ? 84 : 56),
      config: {
        type: "bar",
        data: { labels: named, datasets: [
          { type: "scatter", label: "estimate", order: 1, pointRadius: 6, pointStyle: "rectRot", owners: table.pair,
            pointBackgroundColor: all.map(color), pointBorderColor: text, data: all.map((one, i) => ({ x: one.value, y: named[i] })) },
          { type: "bar", label: "95 % interval", order: 2, barThickness: 12, backgroundColor: all.map((one) => faint(color(one), 0.55)),
            data: all.map((one) => (one.low === null ? null : [one.low, one.high])) },
        ] },
        options: {
          indexAxis: "y",
          scales: {
            x: { min: Math.max(0, 1 - reach), max: 1 + reach, title: axisTitle("ratio"),
              afterBuildTicks: (axis) => { if (!axis.ticks.some((tick) => tick.value === 1)) axis.ticks.push({ value: 1 }); },
              grid: { color: (c) => (c.tick.value === 1 ? text : variable("--line")), lineWidth: (c) => (c.tick.value === 1 ? 2 : 1) },
              ticks: { includeBounds: false, callback: (value) => value.toFixed(reach < 0.1 ? 3 : 2), maxRotation: 0 } },
            y: { type: "category", labels: named, grid: { display: false },
              ticks: { autoSkip: false, color: text, font: { size: 13 },
                callback: (value, i) => narrow ? [...lines(named[i], 90, 13), ...label(all[i]).split(/ (?=\[)/)]
                  : [named[i], all[i].moreIsBetter ? "more is better" : "less is better"] } },
            ...(narrow ? {} : { values: { type: "category", position: "right", bounds: "ticks", offset: true, grid: { display: false },
              labels: all.map((one, i) => label(one) + "\u200b".repeat(i)), ticks: { autoSkip: false, color: text } } }),
          },
          plugins: { tooltip: { callbacks: { label: (item) => label(all[item.dataIndex]) } } },
        },
      },
    });
  }

  /** Lines on a logarithmic scale with what they are called beside them; the shape that several charts share. */
  function lineChart(name, parent, { title, marks, datasets, ends, x, y, range, tooltip, height = 300, linear = false }) {
    const named = linear ? null : endLabels(ends, range, height - 60, widthIn(parent));
    draw(name, parent, {
      title, marks, height: height + (named || datasets.length > 24 ? 0 : 40),
      config: {
        type: "line",
        data: { datasets },
        options: {
          interaction: { mode: "nearest", intersect: false },
          scales: { x, y, ...(named ? { names: named } : {}) },
          plugins: { legend: legend(!named && ends.length > 1, (set) => set.owner !== undefined), tooltip },
        },
      },
    });
  }

  /** The figures of each contestant that is switched on over the tables of a sweep, or of growing load. */
  function pointsOver(tables, values, metric) {
    const points = new Map();
    tables.forEach((place, i) => {
      for (const row of data.tables[place].rows) {
        if (state.off.has(row.name)) continue;
        const known = points.get(row.name) ?? { place: row.place, at: [], stop: null };
        if (row.failure) known.stop = { value: values[i], why: row.failure };
        const figure = row.figures[metric];
        if (figure) known.at.push({ x: values[i], y: figure[0], low: figure[1], high: figure[2], row });
        if (figure || row.failure) points.set(row.name, known);
      }
    });
    return points;
  }
  /** The first eight that have a curve, best at its end first, or all. */
  const firstCurves = (points, better) => [...points].filter(([, { at }]) => at.length > 0)
    .sort(([, a], [, b]) => better(a.at.at(-1), b.at.at(-1))).slice(0, state.all ? undefined : few);

  /** Ticks at the points themselves; of many, as many as there is room for. */
  const ticksAt = (values, width) => {
    const step = Math.ceil(values.length / Math.max(2, Math.floor(width / 60)));
    const kept = values.filter((_, i) => (values.length - 1 - i) % step === 0);
    return (axis) => { axis.ticks = kept.map((value) => ({ value })); };
  };

  function sweep(name, parent, one) {
    const points = pointsOver(one.tables, one.values, "rps");
    const best = firstCurves(points, (a, b) => b.x - a.x || b.y - a.y);
    if (best.length === 0) return;
    const datasets = [];
    const ribbon = (owner, at, color, key, fill) => ({ data: at.map((point) => ({ x: point.x, y: point[key] })), fill, ribbon: owner,
      backgroundColor: faint(color, 0.18), borderWidth: 0, pointRadius: 0, pointHitRadius: 0, order: 2 });
    let ribbons = false;
    for (const [owner, { place, at, stop }] of best) {
      const { color, dash, shape } = style(place);
      const isEnd = (context) => stop !== null && context.dataIndex === at.length - 1;
      datasets.push({ label: owner, owner, data: at, borderColor: color, backgroundColor: color, borderDash: dash, clip: 12,
        pointStyle: (context) => (isEnd(context) ? "crossRot" : shape), borderWidth: 2, order: stop ? 0 : 1,
        pointRadius: (context) => (isEnd(context) ? 8 : 3.5), pointBorderWidth: (context) => (isEnd(context) ? 3 : 1) });
      if (!at.every((point) => point.low !== null)) continue;
      ribbons = true;
      datasets.push(ribbon(owner, at, color, "low", false), ribbon(owner, at, color, "high", "-1"));
    }
    const stops = best.filter(([, { stop }]) => stop !== null)
      .map(([owner, { stop }]) => `${clip(owner, 24)} stops at ${whole.format(stop.value)}`);
    const range = logRange(best.flatMap(([, { at }]) => at.flatMap((point) => [point.y, point.low ?? point.y, point.high ?? point.y])));
    lineChart(name, parent, {
      title: one.title + ": throughput",
      marks: "Medians of rounds" + (ribbons ? "; ribbons: 95 % intervals of the medians." : "; no intervals: fewer than six rounds.") +
        (stops.length ? " A cross ends a curve: " + stops.join(", ") + "." : ""),
      datasets, range,
      ends: best.map(([owner, { place, at }]) => ({ name: owner, value: at.at(-1).y, color: style(place).color })),
      x: { type: "logarithmic", title: axisTitle(one.axis), min: one.values[0], max: one.values.at(-1),
        afterBuildTicks: ticksAt(one.values, widthIn(parent) - 120),
        ticks: { autoSkip: false, maxRotation: 0, callback: (value) => whole.format(value) } },
      y: logarithmic("requests/s", range),
      tooltip: { filter: (item) => item.dataset.owner !== undefined, callbacks: {
        title: (items) => items.length ? whole.format(items[0].parsed.x) + " " + one.axis : "",
        label: (item) => item.dataset.label + ": " + bounds([item.raw.y, item.raw.low, item.raw.high], "rps") } },
    });
  }

  /** p99 at shares of each contestant's own maximum. */
  function growth(name, parent, one) {
    const points = pointsOver(one.tables, one.shares, "p99");
    const best = firstCurves(points, (a, b) => b.x - a.x || a.y - b.y);
    if (best.length === 0) return;
    const kneeOf = (owner) => one.knees.find((knee) => knee.name === owner)?.share ?? null;
    const datasets = best.map(([owner, { place, at }]) => {
      const { color, dash, shape } = style(place);
      const isKnee = (context) => context.raw !== undefined && context.raw.x === kneeOf(owner);
      return { label: owner, owner, data: at, borderColor: color, backgroundColor: color, borderDash: dash, borderWidth: 2, clip: 12,
        pointStyle: (context) => (isKnee(context) ? "rectRot" : shape), pointRadius: (context) => (isKnee(context) ? 9 : 3.5) };
    });
    const knees = best.filter(([owner]) => kneeOf(owner) !== null).map(([owner]) => `${clip(owner, 24)} ${plain.format(kneeOf(owner))} %`);
    const range = logRange(best.flatMap(([, { at }]) => at.map((point) => point.y)));
    lineChart(name, parent, {
      title: one.title + ": latency under load (p99)",
      marks: "Medians of rounds. Diamonds: knees, the first share at which p99 is more than twice that at the lowest" +
        (knees.length ? ": " + knees.join(", ") + "." : "; there are none here."),
      datasets, range,
      ends: best.map(([owner, { place, at }]) => ({ name: owner, value: at.at(-1).y, color: style(place).color })),
      x: { type: "linear", title: axisTitle("% of its own maximum"), min: one.shares[0], max: one.shares.at(-1),
        afterBuildTicks: ticksAt(one.shares, widthIn(parent) - 120), ticks: { autoSkip: false, maxRotation: 0 } },
      y: logarithmic("ms", range),
      tooltip: { callbacks: {
        title: (items) => items.length ? plain.format(items[0].parsed.x) + " % of its own maximum" : "",
        label: (item) => item.dataset.label + ": " + [["p50", "p50"], ["p99", "p99"], ["p999", "p99.9"]]
          .filter(([key]) => item.raw.row.figures[key]).map(([key, title]) => `${title} ${number(item.raw.row.figures[key][0])} ms`).join(", ") } },
    });
  }

  const percentiles = [["p50", "p50"], ["p90", "p90"], ["p99", "p99"], ["p999", "p99.9"], ["max", "max"]];

  function latencies(name, parent, table) {
    const rows = shown(table).filter((row) => row.figures.p50);
    if (rows.length === 0) return;
    const datasets = rows.map((row) => {
      const { color, dash, shape } = style(row.place);
      return { label: row.name, owner: row.name, borderColor: color, backgroundColor: color, borderDash: dash, pointStyle: shape, borderWidth: 2,
        pointRadius: 3.5, data: percentiles.filter(([key]) => row.figures[key]).map(([key, title]) => ({ x: title, y: row.figures[key][0], figure: row.figures[key] })) };
    });
    const range = logRange(datasets.flatMap((set) => set.data.map((point) => point.y)));
    lineChart(name, parent, {
      title: table.title + ": latency",
      marks: "Medians over the rounds of each percentile.",
      datasets, range,
      ends: datasets.map((set) => ({ name: set.label, value: set.data.at(-1).y, color: set.borderColor })),
      x: { type: "category", labels: percentiles.map(([, title]) => title), offset: false },
      y: logarithmic("ms", range),
      tooltip: { callbacks: { label: (item) => item.dataset.label + ": " + bounds(item.raw.figure, "p50") } },
    });
  }

  function costs(name, parent, table) {
    const rows = shown(table).filter((row) => row.figures.server_cpu);
    if (rows.length === 0) return;
    const datasets = rows.map((row) => {
      const { color, shape } = style(row.place);
      const rounds = row.rounds.rps.map((x, i) => ({ x, y: row.rounds.server_cpu[i] })).filter((point) => point.y !== undefined);
      return { label: row.name, owner: row.name, pointStyle: shape, borderColor: color,
        data: [{ x: row.figures.rps[0], y: row.figures.server_cpu[0], median: true }, ...rounds],
        pointRadius: (context) => (context.raw?.median ? 7 : 2.5),
        pointBackgroundColor: (context) => faint(color, context.raw?.median ? 0.9 : 0.35),
        pointBorderWidth: (context) => (context.raw?.median || shape === "star" ? 1 : 0) };
    });
    draw(name, parent, {
      title: table.title + ": what a request costs",
      marks: "Large marks: medians; small ones: rounds. Further down is cheaper, further right is faster.",
      height: 300 + 24 * Math.ceil(rows.length / 5),
      config: { type: "scatter", data: { datasets }, options: {
        scales: {
          x: { beginAtZero: true, grace: "5%", title: axisTitle("requests/s"), ticks: { callback: (value) => short.format(value), maxRotation: 0 } },
          y: { beginAtZero: true, grace: "5%", title: axisTitle("server CPU per request, µs") } },
        plugins: { legend: legend(true, () => true), tooltip: { callbacks: { label: (item) =>
          `${item.dataset.label}${item.raw.median ? "" : ", a round"}: ${number(item.parsed.x)} requests/s, ${number(item.parsed.y)} µs` } } },
      } },
    });
  }

  // ---- results of load

  function overTime(name, parent, { title, marks, key, text, from }) {
    const datasets = curves().filter((load) => load.series.some((second) => second[key] !== null)).map((load) => {
      const { color, dash, shape } = style(load.place);
      return { label: load.name, owner: load.name, borderColor: color, backgroundColor: color, borderDash: dash, pointStyle: shape,
        borderWidth: 2, pointRadius: load.series.length > 60 ? 0 : 3,
        data: load.series.filter((second) => second[key] !== null).map((second) => ({ x: second.end, y: second[key] })) };
    });
    if (datasets.length === 0) return;
    lineChart(name, parent, {
      title, marks, datasets, ends: datasets, linear: true,
      x: { type: "linear", min: 0, title: axisTitle("seconds") },
      y: { beginAtZero: from === 0, title: axisTitle(text), ticks: { callback: (value) => short.format(value) } },
      tooltip: { callbacks: { title: (items) => number(items[0].parsed.x) + " s",
        label: (item) => item.dataset.label + ": " + number(item.parsed.y) + " " + text } },
    });
  }

  function distribution(name, parent) {
    const datasets = curves().filter((load) => load.latency.length > 0).map((load) => {
      const { color, dash } = style(load.place);
      const last = load.latency.at(-1);
      return { label: load.name, owner: load.name, borderColor: color, backgroundColor: faint(color, 0.25), borderDash: dash, pointRadius: 0,
        borderWidth: 1.5, stepped: "before", fill: "origin", pointHitRadius: 4, pointStyle: "line",
        data: [{ x: load.latency[0].low, y: 0 }, ...load.latency.map((bin) => ({ x: bin.high, y: bin.share * 100, bin })), { x: last.high, y: 0 }] };
    });
    if (datasets.length === 0) return;
    const range = logRange(datasets.flatMap((set) => set.data.map((point) => point.x)));
    lineChart(name, parent, {
      title: data.title + ": distribution of latencies", marks: "Share of the requests, in 20 bins per decade.",
      datasets, ends: datasets, linear: true,
      x: logarithmic("ms", range),
      y: { beginAtZero: true, title: axisTitle("% of requests") },
      tooltip: { callbacks: { title: () => "", label: (item) => item.raw.bin
        ? `${item.dataset.label}: ${plain.format(item.parsed.y)} % between ${plain.format(item.raw.bin.low)} and ${plain.format(item.raw.bin.high)} ms` : "" } },
    });
  }

  const throughputOverTime = (name, parent) => overTime(name, parent,
    { title: data.title + ": throughput over time", marks: "Requests completed in each second.", key: "rps", text: "requests/s", from: 0 });
  const latencyOverTime = (name, parent) => overTime(name, parent,
    { title: data.title + ": p99 over time", marks: "The 99th percentile of each second.", key: "p99", text: "ms", from: 0 });

  /** Sweeps and growing loads: those that the chosen workload is part of, or the others. */
  function drawCurves(grid, chosen) {
    const isChosen = (one) => one.maximum === state.table || one.tables.includes(state.table);
    data.sweeps.forEach((one, i) => { if (isChosen(one) === chosen) sweep("sweep" + i, grid, one); });
    data.growths.forEach((one, i) => { if (isChosen(one) === chosen) growth("growth" + i, grid, one); });
  }

  function drawAll() {
    for (const chart of drawn.values()) chart.destroy();
    drawn.clear();
    byId("grid").replaceChildren();
    if (!hasCharts) return;
    byId("charts").hidden = false;
    const table = current(), first = byId("chart-first"), grid = byId("grid");
    first.replaceChildren();
    if (table.isLoad && data.loads.length > 0) throughputOverTime("first", first);
    else if (table.ratios.length > 0) ratios("first", first, table);
    else ranking("first", first, table);
    if (table.ratios.length > 0 || (table.isLoad && table.rows.length > 1)) ranking("ranking", grid, table);
    drawCurves(grid, true);
    latencies("latency", grid, table);
    costs("cost", grid, table);
    if (table.isLoad) {
      latencyOverTime("latency-over-time", grid);
      distribution("distribution", grid);
    }
    drawCurves(grid, false);
    if (grid.children.length === 0) byId("charts").hidden = true;
  }

  // ---- tables and switches

  function sortRows(table) {
    const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells];
    const rows = [...body.rows];
    rows.forEach((row, i) => { row.dataset.at ??= i; });
    heads.forEach((head) => head.removeAttribute("aria-sort"));
    const sort = state.sort && heads[state.sort.column]?.dataset.sort ? state.sort : null;
    if (sort) heads[sort.column].setAttribute("aria-sort", sort.up ? "ascending" : "descending");
    const key = (row) => row.cells[sort.column].dataset.value ?? "";
    const byNumber = sort && heads[sort.column].dataset.sort === "number";
    rows.sort((a, b) => {
      const order = Number(a.dataset.at) - Number(b.dataset.at);
      if (!sort) return order;
      if (key(a) === "" || key(b) === "") return (key(a) === "") - (key(b) === "") || order;
      const by = byNumber ? key(a) - key(b) : key(a).localeCompare(key(b));
      return (sort.up ? by : -by) || order;
    });
    body.append(...rows);
    rows.forEach((row, i) => row.classList.toggle("folded", !state.all && i >= few));
  }

  function showTables() {
    for (const part of document.querySelectorAll("[data-table]")) part.classList.toggle("on", Number(part.dataset.table) === state.table);
    document.querySelectorAll("table.ranking").forEach(sortRows);
    const count = current().rows.length, more = byId("more");
    more.hidden = count <= few;
    more.textContent = state.all ? "Show the first eight" : `Show all ${count}`;
    byId("table-select").value = String(state.table);
  }

  function chipOf(name, at) {
    const { color, dash } = style(at);
    const mark = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    mark.innerHTML = `<line x1="0" x2="26" y1="5" y2="5" stroke="${color}" stroke-width="4" stroke-dasharray="${dash.join(" ")}"/>`;
    const chip = make("button", { type: "button", className: "chip", title: name }, mark, clip(name, 40));
    chip.dataset.name = name;
    chip.setAttribute("aria-pressed", String(!state.off.has(name)));
    chip.onclick = () => change(() => { state.off.delete(name) || state.off.add(name); });
    return chip;
  }

  function showChips() {
    const table = current();
    const names = new Map();
    if (table.isLoad && data.loads.length > table.rows.length) {
      for (const load of data.loads) names.set(load.name, load.place);
    } else {
      const curved = [...data.sweeps, ...data.growths].flatMap((one) => one.tables);
      for (const one of [table, ...curved.map((at) => data.tables[at])]) {
        for (const row of one.rows) if (row.figures.rps) names.set(row.name, row.place);
      }
    }
    byId("contestants").hidden = !hasCharts || names.size < 2;
    byId("chips").replaceChildren(...[...names].map(([name, at]) => chipOf(name, at)));
  }

  function show() {
    showTables();
    showChips();
    drawAll();
  }

  async function copyMarkdown() {
    const text = current().markdown;
    let copied = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.body.appendChild(make("textarea", { value: text }));
      area.select();
      copied = document.execCommand("copy");
      area.remove();
    }
    byId("copied").textContent = copied ? "copied" : "this browser does not let pages copy";
  }

  function offerDownloads() {
    for (const { file, text } of JSON.parse(byId("raw-data").textContent)) {
      const button = make("button", { type: "button", textContent: "Download " + file });
      button.onclick = () => {
        const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
        make("a", { href: address, download: file }).click();
        setTimeout(() => URL.revokeObjectURL(address), 1000);
      };
      byId("downloads").append(button, " ");
    }
  }

  function prepare() {
    const choice = byId("table-select");
    data.tables.forEach((table, i) => choice.append(make("option", { value: String(i), textContent: table.title })));
    byId("table-choice").hidden = data.tables.length < 2;
    choice.onchange = () => change(() => { state.table = Number(choice.value); });
    byId("more").onclick = () => change(() => { state.all = !state.all; });
    byId("copy").onclick = copyMarkdown;
    for (const table of document.querySelectorAll("table.ranking")) {
      [...table.tHead.rows[0].cells].forEach((head, column) => {
        if (!head.dataset.sort) return;
        head.tabIndex = 0;
        head.onclick = () => change(() => {
          const again = state.sort?.column === column;
          state.sort = again && state.sort.up ? null : { column, up: again };
        });
        head.onkeydown = (event) => { if (event.key === "Enter") head.click(); };
      });
    }
    if (!hasCharts) document.querySelector(".screen").classList.add("no-chart");
    offerDownloads();
    addEventListener("hashchange", () => { readAddress(); show(); });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
    // A chart takes its colours from the page when it is drawn, and paper is light.
    const paper = (on) => () => { document.documentElement.classList.toggle("paper", on); showChips(); drawAll(); };
    addEventListener("beforeprint", paper(true));
    addEventListener("afterprint", paper(false));
    let width = innerWidth;
    addEventListener("resize", () => {
      if (Math.abs(innerWidth - width) < 40) return;
      width = innerWidth;
      drawAll();
    });
  }

  prepare();
  readAddress();
  show();
  window.suiteReport = { data, state, charts: drawn, picture, change };
})();
