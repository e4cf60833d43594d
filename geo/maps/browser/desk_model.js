// The plan as it stands once the server has taken in every press: what it said last, and what it has not heard of.
//
// The rules are those of `geo/ui/reassign/work.py`: a press that does nothing there does nothing here, so that the next
// one means the same on both sides however many are on their way.
class Model {
  constructor(data) {
    this.owner = data.owner.slice();
    this.held = data.held;
    this.locked = data.beats.map((beat) => !!beat.locked);
    this.back = data.back.slice().reverse();  // the nearest step last: [units, the parts that it leads to]
    this.forth = data.forth.slice().reverse();
    this.farther = { back: data.more_back, forth: data.more_forth };  // steps that only the server knows
  }

  get canUndo() { return this.back.length > 0 || this.farther.back; }
  get canRedo() { return this.forth.length > 0 || this.farther.forth; }

  free(units, part) {
    if (this.locked[part]) return [];
    return units.filter((i) => this.owner[i] !== part && !this.held[i] && !this.locked[this.owner[i]]);
  }

  apply({ op, units, part }) {
    if (op === "lock") this.locked[part] = !this.locked[part];
    else if (op === "undo") this.step("back", "forth");
    else if (op === "redo") this.step("forth", "back");
    else if (op === "move") {
      const free = this.free(units, part);
      if (!free.length) return;
      this.back.push(this.swapped([free, free.map(() => part)]));
      this.forth = [];
      this.farther.forth = false;
    }
  }

  step(from, to) {
    if (this.forgot || !this[from].length) {
      // Beyond what was told the way back is not known either, until the server has said where it leads.
      if (this.farther[from]) this.forgot = this.farther[to] = true;
      return;
    }
    this[to].push(this.swapped(this[from].pop()));
  }

  swapped([units, parts]) {
    const before = units.map((i) => this.owner[i]);
    units.forEach((i, at) => (this.owner[i] = parts[at]));
    return [units, before];
  }
}

// Numbers of the groups (khu phố) whose blocks lie in several beats.
function partedGroups(groups, owner) {
  const first = new Map(), parted = new Set();
  groups.forEach((group, i) => {
    if (group < 0 || owner[i] < 0) return;
    if (!first.has(group)) first.set(group, owner[i]);
    else if (first.get(group) !== owner[i]) parted.add(group);
  });
  return parted;
}

