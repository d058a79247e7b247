// The figures are whole without this: tables, and graphs that the server has drawn. With it each graph is drawn from its
// table by uPlot, can be asked with mouse, finger or arrow keys, and follows what happens.
(() => {
"use strict";

const SHARE_HEIGHT = 84;
const HEIGHT = 220;
const MOST_PAUSES = 20; // of half a minute: so long between two looks while the service is away
const DASHES = { two: [8, 4], three: [2, 4] };
const number = new Intl.NumberFormat(document.documentElement.lang);
const graphs = [];

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// The next round number that can be halved: what the upper edge means, as where the server draws.
function nice(most) {
  for (let step = 2; ; step *= 10) for (const factor of [1, 2, 5]) if (most <= step * factor) return step * factor;
}

// What the table of a board says, the oldest first.
function read(board) {
  const rows = [...board.querySelectorAll("tbody tr")].reverse();
  return {
    names: rows.map((row) => row.cells[0].textContent),
    ticks: rows.map((row) => row.cells[0].dataset.tick),
    column: (place) => rows.map((row) => (row.cells[place + 1].dataset.n === undefined ? null : Number(row.cells[place + 1].dataset.n))),
  };
}

class Graph {
  constructor(figure) {
    this.figure = figure;
    this.board = figure.closest(".board");
    this.plot = figure.querySelector(".plot");
    this.first = Number(figure.dataset.first);
    this.lines = [...figure.querySelectorAll(".legend li")].map((item) => ({ name: item.textContent.trim(), tint: item.className.slice("tint-".length) }));
    this.range = this.makeRange();
    this.readout = document.createElement("p");
    this.readout.className = "readout";
    this.readout.setAttribute("aria-hidden", "true"); // the range says the same
    figure.append(this.readout);
    this.draw();
    new ResizeObserver(() => this.fit()).observe(this.plot);
  }

  // For the arrow keys, and for who hears the page.
  makeRange() {
    const range = document.createElement("input");
    range.type = "range";
    range.className = "cursor-at";
    range.min = 0;
    range.setAttribute("aria-label", this.figure.dataset.at);
    range.addEventListener("input", () => this.go(Number(range.value)));
    range.addEventListener("focus", () => this.go(Number(range.value)));
    range.addEventListener("blur", () => this.uplot.setCursor({ left: -10, top: -10 }));
    this.plot.removeAttribute("role");
    this.plot.removeAttribute("aria-label");
    this.plot.append(range);
    return range;
  }

  get data() {
    return [this.said.names.map((_, place) => place), ...this.lines.map((_, place) => this.said.column(this.first + place))];
  }

  draw() {
    this.uplot?.destroy();
    this.said = read(this.board);
    this.uplot = new uPlot(this.options(), this.data, this.plot);
    this.uplot.root.setAttribute("aria-hidden", "true");
    this.plot.classList.add("drawn-live");
    this.range.max = this.said.names.length - 1;
    this.range.value = this.range.max;
    this.tell(null);
  }

  update() {
    this.said = read(this.board);
    this.uplot.setData(this.data);
    this.tell(document.activeElement === this.range ? Number(this.range.value) : null);
  }

  options() {
    const [ink, line] = [colour("--dim"), colour("--line")];
    const font = "12px system-ui, sans-serif";
    const share = this.figure.dataset.unit !== "";
    return {
      width: this.plot.clientWidth,
      height: share ? SHARE_HEIGHT : HEIGHT,
      padding: [8, this.halfATick(), 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 8 } },
      select: { show: false },
      scales: { x: { time: false }, y: { range: share ? [0, 100] : (_, __, most) => [0, nice(most ?? 0)] } },
      series: [{}, ...this.lines.map(({ tint }, place) => this.series(tint, place))],
      axes: [
        {
          stroke: ink, font, size: 28, gap: 6, ticks: { stroke: line, width: 1, size: 4 }, grid: { show: false },
          splits: () => this.said.ticks.flatMap((tick, place) => (tick ? [place] : [])),
          values: (_, places) => places.map((place) => this.said.ticks[place]),
        },
        {
          stroke: ink, font, gap: 6, ticks: { show: false }, grid: { stroke: line, width: 1 },
          size: (_, values) => 14 + 7 * Math.max(...(values ?? ["0"]).map((value) => value.length)),
          splits: (_, __, least, most) => (share || most % 4 ? [0, most / 2, most] : [0, 1, 2, 3, 4].map((part) => (part * most) / 4)),
          values: (_, values) => values.map((value) => number.format(value) + this.figure.dataset.unit),
        },
      ],
      hooks: { setCursor: [(plot) => this.tell(plot.cursor.idx)] },
    };
  }

  // What stands below the last place is centred there, and goes beyond it by so much.
  halfATick() {
    return 8 + 3.5 * Math.max(...this.said.ticks.map((tick) => tick.length));
  }

  series(tint, place) {
    const stroke = colour(`--tint-${tint}`);
    return {
      stroke, width: 2, dash: DASHES[tint], points: { show: false }, spanGaps: false,
      fill: place === 0 ? `${stroke}22` : undefined,
    };
  }

  fit() {
    const width = this.plot.clientWidth;
    if (width && width !== this.uplot.width) this.uplot.setSize({ width, height: this.uplot.height });
  }

  go(place) {
    this.uplot.setCursor({ left: this.uplot.valToPos(place, "x"), top: 0 });
    this.tell(place);
  }

  // In words what the lines mean at that place, and at the newest where none is chosen.
  tell(place) {
    const at = place ?? this.said.names.length - 1;
    const values = this.lines.map(({ name }, line) => {
      const value = this.said.column(this.first + line)[at];
      return `${name} ${value === null ? "–" : number.format(value) + this.figure.dataset.unit}`;
    });
    const words = [this.said.names[at], ...values].join(" · ");
    this.readout.textContent = words;
    this.range.setAttribute("aria-valuetext", words);
  }
}

function drawAll() {
  for (const figure of document.querySelectorAll(".graph")) graphs.push(new Graph(figure));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { for (const graph of graphs) graph.draw(); });
}

// What the same page says now: tables and totals are put in place, and graphs drawn from them. Where there are other
// boards than before the page is loaded anew.
function put(fresh) {
  const boards = (page) => [...page.querySelectorAll(".board")];
  const [now, then] = [boards(fresh), boards(document)];
  if (now.map((board) => board.getAttribute("aria-labelledby")).join() !== then.map((board) => board.getAttribute("aria-labelledby")).join()) {
    location.reload();
    return;
  }
  now.forEach((board, place) => {
    for (const sign of ["dl", "tbody", "p.dim"]) {
      const [old, young] = [then[place].querySelector(sign), board.querySelector(sign)];
      if (old && young) old.replaceWith(young);
    }
  });
  for (const graph of graphs) graph.update();
}

function follow(seconds) {
  let pauses = 1;
  async function look() {
    const answer = await fetch(location.href, { headers: { "X-Looks-By-Itself": "yes" }, redirect: "manual" });
    if (answer.type === "opaqueredirect") { location.reload(); return; } // logged out
    if (!answer.ok) throw new Error(String(answer.status));
    put(new DOMParser().parseFromString(await answer.text(), "text/html"));
  }
  function again() {
    setTimeout(() => {
      if (document.hidden) { document.addEventListener("visibilitychange", again, { once: true }); return; }
      look().then(() => { pauses = 1; }, () => { pauses = Math.min(2 * pauses, MOST_PAUSES); }).then(again);
    }, 1000 * seconds * pauses);
  }
  again();
}

if (window.uPlot) drawAll();
const seconds = document.getElementById("boards")?.dataset.follow;
if (seconds) follow(Number(seconds));
})();
