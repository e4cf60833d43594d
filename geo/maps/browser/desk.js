// The planner's desk: blocks coloured by beat, moved by click, box or lasso; bars that follow at once.
//
// Every press is done here first (desk_model.js) and sent to the server as one stroke with a number, together with
// all before it that were not answered. The server takes each number once and in order, and answers with the beats
// of all blocks and the last number taken in; what is newer stays on top. What is not answered is sent again.
const LONG_MS = 9000;  // so long a sentence stands that tells more than what was just pressed
const AGAIN_MS = 4000, AGAIN_AT_MOST_MS = 32000;  // a stroke that nobody answers is sent again after so long
const desks = new WeakMap();

function inside(polygon, [x, y]) {
  let odd = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [xi, yi] = polygon[i], [xj, yj] = polygon[j];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd;
  }
  return odd;
}

class Desk extends Beside {
  constructor(root) {
    super();
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
    if (before && before.desk !== data.desk) this.chosen = NOBODY;
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
    this.lay(null);  // its block may be another on the next map
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
    if (this.blade) this.say(this.data.words.blade, LONG_MS);
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
