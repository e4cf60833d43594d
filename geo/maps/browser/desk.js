// The planner's desk: blocks coloured by beat, moved by click, box or lasso; bars that follow at once.
//
// Every press is done here first (desk_model.js) and sent to the server as one stroke with a number, together with
// all before it that were not answered. The server takes each number once and in order, and answers with the beats
// of all blocks and the last number taken in; what is newer stays on top. What is not answered is sent again.
const LIBRARY = "/assets/maplibre-gl/dist/maplibre-gl";
const FONT = "Be Vietnam Pro";
const NOBODY = -1;
const LONG_MS = 9000;  // so long a sentence stands that tells more than what was just pressed
const AGAIN_MS = 4000, AGAIN_AT_MOST_MS = 32000;  // a stroke that nobody answers is sent again after so long
// Layers of the map that the legend switches, by its entries.
const SWITCHED = { changed: ["changed"], vacant: ["vacant"], groups: ["parted", "rim-halo", "rim"], locked: [], posts: ["posts"] };
const ROOM = { top: 24, left: 24, right: 24, bottom: 46 };  // around the ward, in pixels; the legend lies below
const ROOMY = 14;  // so many bars have room for a second line with the officer
const desks = new WeakMap();
const shapesByAddress = new Map();
let library;

function loadLibrary() {
  library ??= new Promise((resolve, reject) => {
    if (window.maplibregl) return resolve(window.maplibregl);
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = LIBRARY + ".css";
    const script = document.createElement("script");
    script.src = LIBRARY + ".js";
    script.onload = () => resolve(window.maplibregl);
    script.onerror = reject;
    document.head.append(style, script);
  });
  return library;
}

function loadShapes(address) {
  if (!shapesByAddress.has(address)) {
    if (shapesByAddress.size > 4) shapesByAddress.clear();
    shapesByAddress.set(address, fetch(address).then((answer) => {
      if (!answer.ok) throw new Error(address + " " + answer.status);
      return answer.json();
    }));
    shapesByAddress.get(address).catch(() => shapesByAddress.delete(address));
  }
  return shapesByAddress.get(address);
}

const feature = (geometry, properties = {}) => ({ type: "Feature", geometry, properties });
const collection = (features) => ({ type: "FeatureCollection", features });

// Diagonal lines that repeat without a seam.
function pattern(colour, width, falling) {
  const side = 16, canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const pen = canvas.getContext("2d");
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  for (const shift of [-side, 0, side]) {
    pen.beginPath();
    if (falling) { pen.moveTo(shift, 0); pen.lineTo(shift + side, side); }
    else { pen.moveTo(shift, side); pen.lineTo(shift + side, 0); }
    pen.stroke();
  }
  return pen.getImageData(0, 0, side, side);
}

// Dots on a lattice: told from stripes of either direction, in grey too.
function dots(colour, halo) {
  const side = 14, canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const pen = canvas.getContext("2d");
  for (const [tone, radius] of [[halo, 2.7], [colour, 1.8]]) {
    pen.fillStyle = tone;
    for (const [x, y] of [[3.5, 3.5], [10.5, 10.5]]) {
      pen.beginPath();
      pen.arc(x, y, radius, 0, 2 * Math.PI);
      pen.fill();
    }
  }
  return pen.getImageData(0, 0, side, side);
}

// A white star on a dark disc, as stations stand on the map of Coverage.
function badge(ink, halo) {
  const side = 24, canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const pen = canvas.getContext("2d");
  pen.fillStyle = ink;
  pen.strokeStyle = halo;
  pen.lineWidth = 2;
  pen.beginPath();
  pen.arc(12, 12, 10, 0, 2 * Math.PI);
  pen.fill();
  pen.stroke();
  pen.fillStyle = halo;
  pen.beginPath();
  for (let i = 0; i < 10; i++) {
    const angle = (Math.PI / 5) * i - Math.PI / 2, far = i % 2 ? 2.8 : 7;
    pen.lineTo(12 + far * Math.cos(angle), 12 + far * Math.sin(angle));
  }
  pen.fill();
  return pen.getImageData(0, 0, side, side);
}

function padlock(ink, halo) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 26;
  const pen = canvas.getContext("2d");
  for (const [colour, width] of [[halo, 6], [ink, 2.6]]) {
    pen.strokeStyle = pen.fillStyle = colour;
    pen.lineWidth = width;
    pen.strokeRect(7, 12, 12, 9);
    pen.beginPath();
    pen.arc(13, 11, 4.5, Math.PI, 0);
    pen.stroke();
  }
  pen.fillRect(7, 12, 12, 9);
  return pen.getImageData(0, 0, 26, 26);
}

function inside(polygon, [x, y]) {
  let odd = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [xi, yi] = polygon[i], [xj, yj] = polygon[j];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd;
  }
  return odd;
}

// One map of the ground with the beats of one plan on it.
class PlanMap {
  constructor(container, ml, shapes, data) {
    this.shapes = shapes;
    this.colours = [];
    this.between = [];
    this.drawn = {};
    const c = data.colours, base = (type, id, layer, paint, more = {}) => ({
      id, type, source: "base", "source-layer": layer, paint, ...more });
    const kinds = (...names) => ["in", ["get", "kind"], ["literal", names]];
    const between = ["boolean", ["feature-state", "between"], false];
    const wide = (...stops) => ["interpolate", ["exponential", 1.6], ["zoom"], ...stops];
    this.map = new ml.Map({
      container, attributionControl: false, bounds: shapes.bounds, fitBoundsOptions: { padding: ROOM },
      dragRotate: false, pitchWithRotate: false, boxZoom: false, keyboard: false, fadeDuration: 0,
      locale: data.words.locale,
      style: {
        version: 8,
        sources: {
          base: { type: "vector", tiles: [location.origin + data.base_url], maxzoom: 15 },
          units: { type: "geojson", data: collection(shapes.units.map((unit) => feature(unit))), generateId: true, tolerance: 0.1 },
          edges: { type: "geojson", data: collection(shapes.edges.map(([, , line]) => feature(line))), generateId: true, tolerance: 0.1 },
          outline: { type: "geojson", data: feature(shapes.outline) },
          vacant: { type: "geojson", data: collection([]) },
          parted: { type: "geojson", data: collection([]) },
          rims: { type: "geojson", data: collection([]) },
          picked: { type: "geojson", data: collection([]) },
          shown: { type: "geojson", data: collection([]) },
          cursor: { type: "geojson", data: collection([]) },
          beats: { type: "geojson", data: collection([]) },
          posts: { type: "geojson", data: collection(shapes.posts.map(([lon, lat, name]) =>
            feature({ type: "Point", coordinates: [lon, lat] }, { name }))) },
          names: { type: "geojson", data: collection(shapes.points.map((at, i) =>
            feature({ type: "Point", coordinates: at }, { name: shapes.names[i] }))) },
        },
        layers: [
          { id: "ground", type: "background", paint: { "background-color": c.ground } },
          base("fill", "water", "water", { "fill-color": c.water }),
          { id: "units", type: "fill", source: "units", paint: {
            "fill-color": ["to-color", ["feature-state", "colour"], c.nobody],
            "fill-opacity": ["case", ["boolean", ["feature-state", "chosen"], false], 0.72, 0.5],
            "fill-antialias": false } },
          { id: "vacant", type: "fill", source: "vacant", paint: { "fill-pattern": "hatch" } },
          { id: "changed", type: "fill", source: "units", paint: { "fill-pattern": "stripes",
            "fill-opacity": ["case", ["boolean", ["feature-state", "changed"], false], 1, 0], "fill-antialias": false } },
          // Sources of their own: one layer more on all blocks or borders is felt at every stroke.
          { id: "parted", type: "fill", source: "parted", paint: { "fill-pattern": "dots" } },
          base("line", "lanes", "streets", { "line-color": c.lane, "line-opacity": 0.55, "line-width": wide(13, 0.4, 17, 4) },
            { minzoom: 13.5, filter: kinds("minor", "lane") }),
          base("line", "roads", "streets", { "line-color": c.major, "line-opacity": 0.75, "line-width": wide(10, 0.8, 17, 12) },
            { filter: kinds("major", "bridge") }),
          // Borders between blocks; those between beats are told apart by their state, so that a stroke moves no shape.
          { id: "edges", type: "line", source: "edges", layout: { "line-cap": "round" }, paint: {
            "line-color": ["case", between, c.outline, c.line], "line-width": wide(11, ["case", between, 1.2, 0.35], 16, ["case", between, 3.2, 0.9]) } },
          // Around the groups that lie in several beats: dashes on a lighter line, seen across every colour.
          { id: "rim-halo", type: "line", source: "rims", paint: { "line-color": c.halo, "line-width": wide(11, 2.6, 16, 6.5) } },
          { id: "rim", type: "line", source: "rims", paint: { "line-color": c.text, "line-width": wide(11, 1.4, 16, 3.4), "line-dasharray": [2.2, 1.3] } },
          { id: "outline", type: "line", source: "outline", paint: { "line-color": c.outline, "line-width": 2.6 } },
          { id: "shown", type: "line", source: "shown", paint: { "line-color": c.picked, "line-width": 4 } },
          { id: "picked", type: "line", source: "picked", paint: { "line-color": c.picked, "line-width": 3 } },
          { id: "cursor-halo", type: "line", source: "cursor", paint: { "line-color": c.halo, "line-width": 7 } },
          { id: "cursor", type: "line", source: "cursor", paint: { "line-color": c.text, "line-width": 3.5 } },
          { id: "names", type: "symbol", source: "names", minzoom: 15, layout: { "text-field": ["get", "name"],
            "text-font": [FONT], "text-size": 11 }, paint: { "text-color": c.text, "text-halo-color": c.halo, "text-halo-width": 2.2 } },
          { id: "posts", type: "symbol", source: "posts", layout: { "icon-image": "post", "icon-allow-overlap": true, "icon-ignore-placement": true,
            "text-field": ["step", ["zoom"], "", 14.5, ["get", "name"]], "text-font": [FONT], "text-size": 11, "text-offset": [0, 1.2],
            "text-anchor": "top", "text-optional": true }, paint: { "text-color": c.text, "text-halo-color": c.halo, "text-halo-width": 2 } },
          { id: "beats", type: "symbol", source: "beats", layout: {
            "text-field": ["get", "label"], "text-font": [FONT], "text-size": 13, "text-padding": 1,
            "icon-image": ["case", ["get", "locked"], "lock", ""], "icon-optional": true, "icon-offset": [0, -18],
            "icon-allow-overlap": true, "symbol-sort-key": ["get", "rank"] },
            paint: { "text-color": c.text, "text-halo-color": c.halo, "text-halo-width": 2 } },
        ],
      },
    });
    this.map.addImage("hatch", pattern(c.vacant, 3.2, true));
    this.map.addImage("stripes", pattern(c.stripes, 2.4, false));
    this.map.addImage("dots", dots(c.text, c.halo));
    this.map.addImage("post", badge(c.text, c.halo));
    this.map.addImage("lock", padlock(c.text, c.halo));
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new ml.NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new ml.ScaleControl({ unit: "metric", maxWidth: 90 }), "bottom-right");
    // Not when all is drawn: colours, hatches and names that are there by then are drawn with the blocks, at once.
    this.ready = new Promise((resolve) => this.map.once("style.load", resolve));
  }

  // against: beats that the changed blocks are compared with; parted: groups that lie in several beats.
  paint(owner, against, beats, chosen, nobody, parted) {
    const map = this.map;
    for (let i = 0; i < owner.length; i++) {
      const colour = owner[i] < 0 ? nobody : beats[owner[i]].colour, lit = owner[i] === chosen, changed = owner[i] !== against[i];
      const key = colour + lit + changed;
      if (this.colours[i] === key) continue;
      this.colours[i] = key;
      map.setFeatureState({ source: "units", id: i }, { colour, chosen: lit, changed });
    }
    this.shapes.edges.forEach(([a, b], id) => {
      const between = owner[a] !== owner[b];
      if (between === !!this.between[id]) return;
      this.between[id] = between;
      map.setFeatureState({ source: "edges", id }, { between });
    });
    this.mark(parted);
    const units = [...owner.keys()];
    this.putUnits("vacant", units.filter((i) => owner[i] < 0 || beats[owner[i]].vacant));
    const labels = this.labels(owner, beats);
    // Not by their ranks, which change with every stroke: placing all names anew for that is not worth it.
    const named = labels.features.map(({ geometry, properties: { label, locked } }) => [geometry.coordinates, label, locked]);
    this.put("beats", JSON.stringify(named), labels);
  }

  // off: entries of the legend that are switched off
  switch(off) {
    for (const [entry, layers] of Object.entries(SWITCHED)) {
      for (const layer of layers) this.map.setLayoutProperty(layer, "visibility", off.has(entry) ? "none" : "visible");
    }
    this.map.setLayoutProperty("beats", "icon-image", off.has("locked") ? "" : ["case", ["get", "locked"], "lock", ""]);
  }

  boundsOf(units) {
    const box = [[Infinity, Infinity], [-Infinity, -Infinity]];
    const reach = (at) => {
      if (typeof at[0] !== "number") return at.forEach(reach);
      for (const axis of [0, 1]) {
        box[0][axis] = Math.min(box[0][axis], at[axis]);
        box[1][axis] = Math.max(box[1][axis], at[axis]);
      }
    };
    units.forEach((i) => reach(this.shapes.units[i].coordinates));
    return box;
  }

  // Dots on the groups and a line around each.
  mark(parted) {
    const { groups, units, edges } = this.shapes, key = [...parted].join();
    if (this.drawn.parted === key || (!key && !this.drawn.parted)) return;
    this.put("parted", key, collection(units.filter((_, i) => parted.has(groups[i])).map((unit) => feature(unit))));
    this.put("rims", key, collection(edges.flatMap(([a, b, line]) =>
      groups[a] !== groups[b] && (parted.has(groups[a]) || parted.has(groups[b])) ? [feature(line)] : [])));
  }

  putUnits(source, units) {
    this.put(source, units.join(), collection(units.map((i) => feature(this.shapes.units[i]))));
  }

  put(source, key, content) {
    if (this.drawn[source] === key) return;
    this.drawn[source] = key;
    this.map.getSource(source).setData(content);
  }

  // A beat's name stands in that of its blocks which lies nearest to its middle.
  labels(owner, beats) {
    const sums = beats.map(() => [0, 0, 0]), best = beats.map(() => [Infinity, NOBODY]);
    owner.forEach((part, i) => {
      if (part < 0) return;
      const [x, y] = this.shapes.points[i];
      sums[part][0] += x; sums[part][1] += y; sums[part][2] += 1;
    });
    owner.forEach((part, i) => {
      if (part < 0) return;
      const [x, y] = this.shapes.points[i], [sx, sy, n] = sums[part];
      const away = (x - sx / n) ** 2 + (y - sy / n) ** 2;
      if (away < best[part][0]) best[part] = [away, i];
    });
    return collection(beats.flatMap((beat, part) => best[part][1] < 0 ? [] : [feature(
      { type: "Point", coordinates: this.shapes.points[best[part][1]] },
      { label: beat.label, locked: beat.locked, rank: -sums[part][2] })]));
  }

  unitAt(point) {
    const found = this.map.queryRenderedFeatures(point, { layers: ["units"] });
    return found.length ? found[0].id : null;
  }
}

class Desk {
  constructor(root) {
    this.root = root;
    this.pending = [];
    this.number = 0;
    this.off = new Set();
    this.standing = null;
    this.chosen = NOBODY;
    this.picked = new Set();
    this.tool = "click";
    this.moves = true;
    root.querySelector(".rd-tools").addEventListener("click", (event) => this.press(event.target.closest("button")));
    root.querySelector(".rd-bars").addEventListener("click", (event) => {
      const row = event.target.closest("[data-part]");
      if (row) this.choose(+row.dataset.part);
    });
    root.addEventListener("keydown", (event) => this.key(event));
    this.shortcuts = (event) => {
      const field = event.target.closest?.("input, textarea, select, [contenteditable=true]");
      if (!field && (event.ctrlKey || event.metaKey)) this.command(event);
    };
    document.addEventListener("keydown", this.shortcuts);
    // Names beside the map that stand for a place on it.
    this.places = (event) => {
      const name = event.target.closest?.("[data-desk-group]");
      if (name) this.showGroup(+name.dataset.deskGroup);
    };
    document.addEventListener("click", this.places);
    root.querySelector(".rd-key").addEventListener("click", (event) => this.switch(event.target.closest("[data-entry]")));
  }

  get owner() { return this.model?.owner; }

  get beats() { return this.data.beats.map((beat, part) => ({ ...beat, locked: this.model.locked[part] })); }

  async update(data) {
    const before = this.data;
    this.data = data;
    this.format = new Intl.NumberFormat(data.lang === "vi" ? "vi-VN" : "en-GB", { maximumFractionDigits: 0 });
    this.fine = new Intl.NumberFormat(data.lang === "vi" ? "vi-VN" : "en-GB",
      { minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: "exceptZero" });
    // Numbers below the server's first are those of a page that is gone.
    this.number = Math.max(this.number, data.ack);
    const waiting = this.pending.length;
    this.pending = this.pending.filter((stroke) => stroke.number > data.ack);
    if (this.pending.length < waiting || !waiting) this.expect(AGAIN_MS);
    this.model = new Model(data);
    // Those of a desk before are in other numbers: the server knows both.
    for (const stroke of this.pending) if (stroke.desk === data.desk) this.model.apply(stroke);
    this.unsent ??= new Unsent(data.reader);
    this.unsent.keep(this.pending);
    if (!before || before.plan !== data.plan) this.again(data);
    if (before && before.desk !== data.desk) {
      this.chosen = NOBODY;
      this.lay(null);  // its block may be another now
    }
    this.words();
    this.bars();
    await this.draw(before);
  }

  async draw(before) {
    const data = this.data;
    if (!before || before.shapes_url !== data.shapes_url || before.dark !== data.dark) this.closeMaps();
    if (!data.compare) this.closeMap("other");
    const [ml, shapes] = await Promise.all([loadLibrary(), loadShapes(data.shapes_url),
      document.fonts.load("13px '" + FONT + "'", "Khu vực")]);
    if (this.data !== data || !this.root.isConnected) return;  // a newer answer has come meanwhile
    this.shapes = shapes;
    this.root.querySelector(".rd-maps").classList.toggle("rd-two", !!data.compare);
    if (!this.main) {
      this.picked.clear();
      this.showing = null;
      this.main = new PlanMap(this.root.querySelector(".rd-main"), ml, shapes, data);
      this.listen(this.main.map);
      this.walked(this.main.map);
    }
    if (data.compare && !this.other) {
      this.other = new PlanMap(this.root.querySelector(".rd-other"), ml, shapes, data);
      this.follow(this.main.map, this.other.map);
      this.other.map.getCanvas().tabIndex = -1;  // nothing to do there with the keyboard
    }
    await this.main.ready;
    if (this.other) await this.other.ready;
    if (!this.main) return;  // closed while it was loading
    if (!!before?.compare !== !!data.compare && before) this.fit();
    this.root.dataset.ready = data.plan;
    this.words();
    this.repaint();
    // What opened the draft is gone, and the keyboard with it.
    if (!before && document.activeElement === document.body) this.root.focus({ preventScroll: true });
  }

  repaint() {
    const data = this.data;
    if (!this.main || !this.root.dataset.ready) return;
    const { groups } = this.shapes, { nobody } = data.colours, beats = this.beats;
    this.parted = partedGroups(groups, this.owner);
    this.main.paint(this.owner, data.compare ? data.compare.owner : data.today, beats, this.chosen, nobody, this.parted);
    if (data.compare && this.other) {
      const other = data.compare.owner;
      this.other.paint(other, this.owner, beats, this.chosen, nobody, partedGroups(groups, other));
    }
    for (const map of [this.main, this.other]) if (map && map.off !== String([...this.off])) {
      map.off = String([...this.off]);
      map.switch(this.off);
    }
    this.root.dataset.ack = data.ack;
  }

  follow(one, other) {
    let busy = false;
    const link = (from, to) => from.on("move", () => {
      if (busy || this.other?.map !== other) return;
      busy = true;
      to.jumpTo({ center: from.getCenter(), zoom: from.getZoom() });
      busy = false;
    });
    link(one, other);
    link(other, one);
    one.resize();
    other.jumpTo({ center: one.getCenter(), zoom: one.getZoom() });
  }

  fit() {
    this.main?.map.resize();  // the pane may just have become wider than the map knows
    this.main?.map.fitBounds(this.shapes.bounds, { padding: ROOM, duration: 0 });
  }

  closeMap(which) {
    if (which === "main") this.listening?.abort();
    this[which]?.map.remove();
    this[which] = null;
  }

  closeMaps() {
    delete this.root.dataset.ready;
    this.closeMap("main");
    this.closeMap("other");
  }

  close() {
    document.removeEventListener("keydown", this.shortcuts);
    document.removeEventListener("click", this.places);
    clearTimeout(this.waiting);
    this.closeMaps();
  }

  // ---- what the planner does -------------------------------------------------------------------------

  stroke(op, more = {}) {
    const { plan, desk, version } = this.data;
    const stroke = { number: ++this.number, mark: this.unsent.mark(), plan, desk, version, op, ...more };
    this.pending.push(stroke);
    this.unsent.keep(this.pending);
    this.model.apply(stroke);
    this.hover(null);
    this.bars();
    this.words();
    this.repaint();
    this.send(this.pending.slice());
    this.expect(AGAIN_MS);
  }

  // What was pressed in the last moment of an earlier visit, and may not have arrived.
  again(data) {
    const { again, lost } = this.unsent.back(data);
    if (lost) this.say(this.filled("unsent_lost", { n: lost }), LONG_MS);
    if (!again.length) return;
    for (const stroke of again) {
      const now = { ...stroke, number: ++this.number };
      this.pending.push(now);
      this.model.apply(now);
    }
    this.unsent.keep(this.pending);
    this.say(this.filled("unsent_again", { n: again.length }), LONG_MS);
    setTimeout(() => this.send(this.pending.slice()), 0);  // not while the server's answer is being taken in
    this.expect(AGAIN_MS);
  }

  // An answer within `ms`, or all that waits is sent again: what came twice is taken once.
  expect(ms) {
    clearTimeout(this.waiting);
    if (!this.pending.length) return;
    this.waiting = setTimeout(() => {
      if (!this.root.isConnected) return;
      this.send(this.pending.slice());
      this.expect(Math.min(2 * ms, AGAIN_AT_MOST_MS));
    }, ms);
  }

  move(units) {
    const { editable } = this.data, { beats } = this, part = this.chosen;
    if (!editable) return this.say(this.data.words.read_only);
    if (part < 0) return this.say(this.data.words.choose_first);
    if (beats[part].locked) return this.say(this.data.words.is_locked.replace("{beat}", beats[part].label));
    const away = units.filter((i) => this.owner[i] !== part);
    const free = this.model.free(away, part);
    if (!away.length) this.say(this.filled("already", { beat: beats[part].label }));
    if (free.length < away.length) this.say(this.filled("skipped", { n: away.length - free.length }));
    if (free.length) this.stroke("move", { units: free, part });
  }

  take(units) {
    if (this.moves && this.data.editable) return this.move(units);
    units.forEach((i) => {
      const on = units.length > 1 || !this.picked.has(i);
      on ? this.picked.add(i) : this.picked.delete(i);
    });
    this.main.putUnits("picked", [...this.picked]);
    this.words();
  }

  drop() {
    this.picked.clear();
    this.main?.putUnits("picked", []);
    this.words();
  }

  switch(entry) {
    if (!entry) return;
    const name = entry.dataset.entry;
    this.off.has(name) ? this.off.delete(name) : this.off.add(name);
    this.words();
    this.repaint();
  }

  // Put a khu phố in the middle of the map with a line around it; once more takes the line away.
  showGroup(group) {
    if (!this.main || !this.root.dataset.ready) return;
    this.showing = this.showing === group ? null : group;
    const units = this.showing === null ? [] : [...this.shapes.groups.keys()].filter((i) => this.shapes.groups[i] === group);
    this.main.putUnits("shown", units);
    if (units.length) this.main.map.fitBounds(this.main.boundsOf(units), { padding: 70, maxZoom: 16, duration: 0 });
  }

  choose(part) {
    this.chosen = part === this.chosen ? NOBODY : part;
    this.bars();
    this.words();
    this.repaint();
  }

  press(button) {
    if (!button || button.disabled) return;
    const { tool, act } = button.dataset;
    if (tool) this.tool = tool;
    if (act === "undo" || act === "redo") this.stroke(act);
    if (act === "mode") this.moves = !this.moves;
    if (act === "enter") this.enter();
    if (act === "lock") this.lock();
    if (act === "fit") this.fit();
    if (act === "wide") button.setAttribute("aria-pressed", this.root.classList.toggle("rd-wide"));
    this.words();
  }

  enter() {
    if (!this.picked.size) return;
    const units = [...this.picked];
    this.move(units);
    this.drop();
  }

  lock() {
    if (this.chosen >= 0 && this.data.editable) this.stroke("lock", { part: this.chosen });
  }

  command(event) {
    const key = event.key.toLowerCase(), { words } = this.data ?? {};
    if (!words || !["z", "y", "s"].includes(key)) return;
    event.preventDefault();
    event.stopPropagation();
    if (!this.data.editable) return;
    if (key === "s") return this.stroke("save");
    const forth = key === "y" || event.shiftKey;
    if (forth ? this.model.canRedo : this.model.canUndo) this.stroke(forth ? "redo" : "undo");
  }

  key(event) {
    if (event.ctrlKey || event.metaKey) return;
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (this.main && event.target === this.main.map.getCanvas() && this.onMap(event)) {
      // done: the keyboard is on a block
    } else if (step) {
      const n = this.data.beats.length, from = this.chosen < 0 ? (step > 0 ? -1 : 0) : this.chosen;
      this.chosen = NOBODY;
      this.choose((from + step + n) % n);
      const bar = this.root.querySelector(`[data-part="${this.chosen}"]`);
      bar?.scrollIntoView({ block: "nearest" });
      if (event.target.closest(".rd-bar")) bar?.focus();
    } else if (event.key === "Enter" && !event.target.closest("button")) this.enter();
    else if (event.key === "Escape") { this.trail = null; this.drawTrail(); this.drop(); if (this.showing != null) this.showGroup(this.showing); }
    else if (event.key.toLowerCase() === "l") this.lock();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // Arrows go from block to block; Space is a click on one, and so is Enter where none is marked. Where blocks
  // are split, both lay a line across the block; then arrows move it, R turns it, and Enter or Space splits.
  onMap({ key, shiftKey }) {
    const step = { ArrowDown: [0, 1], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowLeft: [-1, 0] }[key], { blade } = this;
    if (step) (blade ?? this.cursor).step(...step);
    else if (blade && key.toLowerCase() === "r") blade.turn(shiftKey);
    else if (blade && key === "Escape") this.lay(null);
    else if (this.tool === "cut" && (key === " " || key === "Enter") && this.cursor.unit !== null) {
      const line = blade?.ends.map((point) => this.main.map.unproject(point).toArray());
      this.lay(blade ? null : this.cursor.unit);
      if (line) this.stroke("cut", { unit: this.cursor.unit, line });
    }
    else if (key === "+" || key === "=") this.main.map.zoomIn({ duration: 0 });
    else if (key === "-") this.main.map.zoomOut({ duration: 0 });
    else if ((key === " " || (key === "Enter" && !this.picked.size)) && this.cursor.unit !== null) {
      this.pressed(this.cursor.unit);
      this.stand(this.cursor.unit);  // its beat may be another now
    } else return false;
    this.drawTrail();
    return true;
  }

  // Lay a line across the block, or take it away.
  lay(unit) {
    if (unit !== null && !this.data.editable) return this.say(this.data.words.read_only);
    if (this.blade) this.root.querySelector(".rd-note").hidden = true;  // which said how to move the line
    this.blade = unit === null ? null : new Blade(this.main.map, this.shapes.points[unit], this.main.boundsOf([unit]));
    if (this.blade) this.say(this.data.words.blade, 8000);
    this.drawTrail();
  }

  walked(map) {
    const canvas = map.getCanvas();
    this.cursor = new Cursor(this.shapes, map, (unit) => this.stand(unit));
    canvas.addEventListener("focus", () => {
      if (!canvas.matches(":focus-visible") || !this.owner) return;
      const all = [...this.owner.keys()], own = all.filter((i) => this.owner[i] === this.chosen);
      this.cursor.enter(own.length ? own : all);
    });
    canvas.addEventListener("blur", () => { this.lay(null); this.cursor.leave(); });
    map.on("moveend", () => { this.drawTrail(); if (this.standing !== null && document.activeElement === canvas) this.stand(this.standing); });
  }

  // Show the block that the keyboard stands on, and say which it is.
  stand(unit) {
    this.standing = unit;
    this.main?.putUnits("cursor", unit === null ? [] : [unit]);
    this.hover(unit, unit === null ? null : this.cursor.at(unit));
    const tip = this.root.querySelector(".rd-tip");
    [tip.style.left, tip.style.top] = ["8px", "40px"];  // beside the pointer it is no hindrance, over the next block it is
    this.root.querySelector(".rd-stands").textContent = unit === null ? "" : [...tip.children].map((line) => line.textContent).join(", ");
  }

  pressed(unit) {
    if (this.chosen < 0 && this.moves) this.choose(this.owner[unit]);
    else this.take([unit]);
  }

  listen(map) {
    const area = map.getCanvasContainer();
    const at = (event) => {
      const box = area.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    map.on("click", (event) => {
      this.root.focus({ preventScroll: true });
      if (this.tool !== "click" || this.justDrew) return;
      const unit = this.main.unitAt(event.point);
      if (unit !== null) this.pressed(unit);
    });
    map.on("contextmenu", (event) => {
      const unit = this.main.unitAt(event.point);
      if (unit !== null && this.owner[unit] >= 0) { this.chosen = NOBODY; this.choose(this.owner[unit]); }
    });
    map.on("mousemove", (event) => this.hover(this.tool === "click" ? this.main.unitAt(event.point) : null, event.point));
    map.on("mouseout", () => this.hover(null));
    const { signal } = (this.listening = new AbortController());
    area.addEventListener("mousedown", (event) => {
      this.justDrew = false;
      if (event.button !== 0 || (this.tool === "click" && !event.shiftKey)) return;
      map.dragPan.disable();
      this.drawing = event.shiftKey ? "box" : this.tool;
      this.trail = [at(event)];
      event.preventDefault();
    }, true);
    window.addEventListener("mousemove", (event) => {
      if (!this.trail) return;
      const point = at(event);
      if (this.drawing === "lasso") this.trail.push(point);
      else this.trail[1] = point;
      this.drawTrail();
    }, { signal });
    window.addEventListener("mouseup", () => {
      map.dragPan.enable();
      if (!this.trail) return;
      const trail = this.trail;
      this.trail = null;
      this.drawTrail();
      this.justDrew = true;  // the click that follows is the end of this stroke, however late it comes
      this.finish(map, trail);
    }, { signal });
  }

  finish(map, trail) {
    if (trail.length < 2) {
      const unit = this.main.unitAt(trail[0]);
      if (unit !== null && this.drawing !== "cut") this.take([unit]);
      return;
    }
    const line = this.drawing === "box"
      ? [trail[0], [trail[1][0], trail[0][1]], trail[1], [trail[0][0], trail[1][1]]] : trail;
    const lonlat = line.map((point) => map.unproject(point).toArray());
    if (this.drawing === "cut") return this.cut(trail, lonlat);
    const found = this.shapes.points.flatMap((point, i) => (inside(lonlat, point) ? [i] : []));
    if (found.length) this.take(found);
    else this.say(this.data.words.nothing_inside);
  }

  cut([from, to], line) {
    const unit = this.main.unitAt([(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]);
    if (!this.data.editable) return this.say(this.data.words.read_only);
    if (unit === null) return this.say(this.data.words.nothing_inside);
    this.stroke("cut", { unit, line });
  }

  drawTrail() {
    const svg = this.root.querySelector(".rd-trail");
    svg.replaceChildren();
    const trail = this.blade?.ends ?? this.trail;
    if (!trail || trail.length < 2) return;
    const [a, b] = trail, made = document.createElementNS(svg.namespaceURI, "polygon");
    const corners = this.drawing === "box" && !this.blade ? [a, [b[0], a[1]], b, [a[0], b[1]]] : trail;
    made.setAttribute("points", corners.map((point) => point.join(",")).join(" "));
    svg.append(made);
  }

  // ---- what is shown beside the map ------------------------------------------------------------------

  // Words with what stands in braces: {n} is a number or a name, {n:block|blocks} a number and its word.
  filled(name, values) {
    return this.data.words[name].replace(/\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g, (_, key, one, many) => {
      const value = values[key], shown = typeof value === "number" ? this.format.format(value) : value;
      return one === undefined ? shown : `${shown}\u00a0${value === 1 ? one : many}`;
    });
  }

  say(sentence, forMs = 3500) {
    const box = this.root.querySelector(".rd-note");
    box.textContent = sentence;
    box.hidden = false;
    clearTimeout(this.silence);
    this.silence = setTimeout(() => (box.hidden = true), forMs);
  }

  hover(unit, point) {
    const box = this.root.querySelector(".rd-tip");
    box.hidden = unit === null || !this.owner;
    if (box.hidden) return;
    const part = this.owner[unit], beat = this.data.beats[part], { words } = this.data;
    const was = this.data.today[unit], group = this.shapes.groups[unit];
    const lines = [this.shapes.names[unit], ...(group < 0 ? [] : [this.shapes.group_names[group] + (this.parted?.has(group) ? ` · ${words.group_parted}` : "")]), beat ? `${beat.label} · ${beat.officer || words.vacant}` : words.nobody,
      `${this.format.format(this.shapes.households[unit])} ${words.households} · ${this.format.format(this.shapes.residents[unit])} ${words.residents}`];
    if (was !== part) lines.push(words.was.replace("{beat}", was < 0 ? words.nobody : this.data.beats[was].label));
    box.replaceChildren(...lines.map((text, i) => Object.assign(document.createElement(i ? "div" : "b"), { textContent: text })));
    const width = this.root.querySelector(".rd-main").clientWidth;
    box.style.left = Math.min(point.x + 14, width - 190) + "px";
    box.style.top = point.y + 14 + "px";
  }

  words() {
    const { data } = this, root = this.root;
    if (!data) return;
    const { words } = data, focused = root.contains(document.activeElement) ? document.activeElement : null;
    root.querySelectorAll("[data-word]").forEach((node) => {
      const text = words[node.dataset.word];
      if (node.textContent !== text) node.textContent = text;
    });
    root.querySelectorAll("[data-hint]").forEach((node) => { node.title = words[node.dataset.hint]; node.setAttribute("aria-label", words[node.dataset.hint]); });
    root.setAttribute("aria-label", words.desk);
    root.querySelectorAll("[data-tool]").forEach((node) => node.setAttribute("aria-pressed", node.dataset.tool === this.tool));
    root.querySelector('[data-act="undo"]').disabled = !this.model.canUndo;
    root.querySelector('[data-act="redo"]').disabled = !this.model.canRedo;
    root.classList.toggle("rd-readonly", !data.editable);
    root.querySelector(".rd-main").style.cursor = "";
    root.dataset.tool = this.tool;
    const mode = root.querySelector('[data-act="mode"]');
    mode.textContent = this.moves && data.editable ? words.mode_move : words.mode_pick;
    const chosen = this.beats[this.chosen];
    root.querySelector(".rd-chosen").textContent = chosen ? words.into.replace("{beat}", chosen.label) : data.editable ? words.choose_first : "";
    const enter = root.querySelector('[data-act="enter"]');
    enter.hidden = !this.picked.size;
    enter.textContent = this.filled("move_picked", { n: this.picked.size, beat: chosen ? chosen.label : "…" });
    const lock = root.querySelector('[data-act="lock"]');
    lock.hidden = !chosen || !data.editable;
    lock.textContent = chosen?.locked ? words.unlock : words.lock;
    const legend = [["changed", data.compare ? words.key_differs : words.key_changed],
      ...(this.shapes?.group_names.length ? [["groups", words.key_groups]] : []),
      ["vacant", words.key_vacant], ["locked", words.key_locked],
      ...(this.shapes?.posts.length ? [["posts", words.key_posts]] : [])];
    const key = root.querySelector(".rd-key");
    while (key.children.length > legend.length) key.lastChild.remove();
    legend.forEach(([entry, text], at) => {
      const line = key.children[at] ?? key.appendChild(Object.assign(document.createElement("button"), { type: "button" }));
      line.className = "rd-key-" + entry;
      line.dataset.entry = entry;
      line.title = words.key_switch;
      line.setAttribute("aria-pressed", !this.off.has(entry));
      if (line.textContent !== text) line.textContent = text;
    });
    root.querySelector(".rd-main-title").textContent = data.compare ? data.title : "";
    // A button that has gone to rest would take the keyboard away with it.
    if (focused && (focused.disabled || focused.hidden)) root.focus({ preventScroll: true });
  }

  sums() {
    const { data } = this, zero = () => data.beats.map(() => 0);
    const workload = zero(), households = zero(), residents = zero(), blocks = zero();
    this.owner.forEach((part, i) => {
      if (part < 0) return;
      workload[part] += data.workload[i];
      blocks[part] += 1;
      households[part] += this.shapes?.households[i] ?? 0;
      residents[part] += this.shapes?.residents[i] ?? 0;
    });
    return { workload, households, residents, blocks };
  }

  bars() {
    const { data } = this, box = this.root.querySelector(".rd-bars"), { words } = data;
    const { workload, households, residents, blocks } = this.sums();
    const settled = !this.pending.length;
    const most = Math.max(2 * data.tolerance, 0.1, ...workload.map((load, part) => Math.min(1, Math.abs(load / data.targets[part] - 1) || 0)));
    const rows = this.beats.map((beat, part) => {
      const off = data.targets[part] > 0 ? workload[part] / data.targets[part] - 1 : 0;
      const over = data.capacities && data.capacities[part] !== null && workload[part] > data.capacities[part] + 1e-9;
      const torn = settled && data.pieces[part] > 1, bad = Math.abs(off) > data.tolerance + 1e-9 || over || torn || !blocks[part];
      return { part, beat, off, bad, torn, over };
    });
    rows.forEach((row, i) => {
      let line = box.children[i];
      if (!line) {
        line = document.createElement("button");
        line.type = "button";
        const parts = ["i", "b", "span", "u", "strong"].map((name) => document.createElement(name));
        parts[3].append(document.createElement("s"), document.createElement("em"));
        line.append(...parts);
        box.append(line);
      }
      const [swatch, name, officer, bar, number] = line.children, [band, fill] = bar.children;
      line.dataset.part = row.part;
      line.tabIndex = row.part === Math.max(this.chosen, 0) ? 0 : -1;  // one stop for Tab; arrows go through them
      line.className = "rd-bar" + (row.bad ? " rd-bad" : "") + (row.part === this.chosen ? " rd-on" : "") + (row.beat.vacant ? " rd-vacant" : "");
      line.setAttribute("aria-pressed", row.part === this.chosen);
      swatch.style.background = row.beat.colour;
      name.textContent = row.beat.label + (row.beat.locked ? " 🔒" : "");
      officer.textContent = row.beat.officer || words.vacant;
      band.style.left = 50 - (50 * data.tolerance) / most + "%";
      band.style.width = (100 * data.tolerance) / most + "%";
      const half = 50 * Math.min(1, Math.abs(row.off) / most);
      fill.style.left = (row.off < 0 ? 50 - half : 50) + "%";
      fill.style.width = half + "%";
      number.textContent = (row.torn ? "✂ " : "") + this.fine.format(100 * row.off).replace("-", "−") + (data.lang === "vi" ? "\u00a0%" : "%");
      line.title = `${row.beat.name} · ${row.beat.officer || words.vacant}\n${this.format.format(households[row.part])} ${words.households} · ${this.format.format(residents[row.part])} ${words.residents} · ${this.format.format(blocks[row.part])} ${words.blocks}`
        + (row.torn ? `\n${this.filled("torn", { n: data.pieces[row.part] })}` : "") + (row.over ? `\n${words.over_capacity}` : "");
    });
    while (box.children.length > rows.length) box.lastChild.remove();
    box.classList.toggle("rd-long", rows.some(({ beat }) => beat.label.length > 6));
    box.classList.toggle("rd-roomy", rows.length <= ROOMY);
    this.card({ workload, households, residents, blocks }, settled);
    const moved = this.owner.reduce((sum, part, i) => sum + (part !== data.today[i] ? data.workload[i] : 0), 0);
    const bad = rows.filter((row) => row.bad).length, other = data.compare?.owner ?? this.owner;
    const differing = this.owner.reduce((sum, part, i) => sum + (part !== other[i]), 0);
    this.root.querySelector(".rd-other-title").textContent = data.compare
      ? `${data.compare.label} · ${this.filled("differing", { n: differing })}` : "";
    this.root.querySelector(".rd-sum").textContent = this.filled("sum", {
      bad, beats: rows.length, moved, blocks: this.owner.filter((part, i) => part !== data.today[i]).length });
  }

  card({ workload, households, residents, blocks }, settled) {
    const { data, chosen } = this, { words } = data, box = this.root.querySelector(".rd-card");
    const beat = data.beats[chosen];
    box.hidden = !beat;
    if (!beat) return;
    const show = (value) => this.format.format(value), pending = "…";
    const lines = [
      [words.households, show(households[chosen])], [words.residents, show(residents[chosen])],
      ...(data.counts_households ? [] : [[words.workload, show(workload[chosen])]]), [words.target, show(data.targets[chosen])],
      ...(data.capacities && data.capacities[chosen] !== null ? [[words.capacity, show(data.capacities[chosen])]] : []),
      [words.blocks, show(blocks[chosen])],
      [words.pieces, settled ? show(data.pieces[chosen]) : pending],
      [words.compactness, settled ? (data.compactness[chosen] === null ? "–" : this.fine.format(100 * data.compactness[chosen]).replace("+", "") + (data.lang === "vi" ? "\u00a0%" : "%")) : pending],
    ];
    const head = Object.assign(document.createElement("div"), { className: "rd-card-head", textContent: `${beat.name} · ${beat.officer || words.vacant}` });
    box.replaceChildren(head, ...lines.map(([label, value]) => {
      const line = document.createElement("div");
      line.append(Object.assign(document.createElement("span"), { textContent: label }), Object.assign(document.createElement("b"), { textContent: value }));
      return line;
    }));
  }
}

export default function (component) {
  const root = component.parentElement.querySelector(".rd");
  let desk = desks.get(root);
  if (!desk) {
    desk = new Desk(root);
    desks.set(root, desk);
    root.desk = desk;
  }
  desk.send = (strokes) => component.setStateValue("strokes", strokes);
  desk.update(component.data).catch((fault) => {
    desk.say(component.data.words.no_map);
    console.warn(fault);
  });
  // Called before every new answer too; only a desk that has left the page is put away.
  return () => setTimeout(() => root.isConnected || desk.close(), 0);
}
