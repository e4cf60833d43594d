// What the desk shows beside its map: bars, the card of the chosen beat, buttons, the legend, what is said.
//
// Of a desk: root, data (the server's newest answer), model, shapes, chosen, picked, pending and what follows them.
const ROOMY = 14;  // so many bars have room for a second line with the officer

class Beside {
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
