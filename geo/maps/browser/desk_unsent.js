// Strokes that nobody has answered, kept by the browser's tab: the page may be left before they have arrived.
//
// Each has a mark of its own, by which the server knows one that it took in without being heard. They are sent
// again when the same reader opens the same draft, as it was: never on another one.
class Unsent {
  constructor(reader) {
    this.place = `diaban.desk.${reader}`;
    this.visit = Math.random().toString(36).slice(2, 8) + Date.now().toString(36);
    this.marked = 0;
  }

  get kept() {
    try {
      return JSON.parse(sessionStorage.getItem(this.place)) ?? [];
    } catch {
      return [];
    }
  }

  mark() {
    return `${this.visit}.${++this.marked}`;
  }

  // pending: what this desk waits for; what is kept of other drafts stays.
  keep(pending) {
    const own = new Set(pending.map((stroke) => stroke.mark));
    const others = this.kept.filter((stroke) => !own.has(stroke.mark) && !stroke.mark.startsWith(this.visit));
    this.write([...others, ...pending]);
  }

  write(strokes) {
    try {
      if (strokes.length) sessionStorage.setItem(this.place, JSON.stringify(strokes));
      else sessionStorage.removeItem(this.place);
    } catch {
      // No room, or none allowed: they are still sent as long as the page is open.
    }
  }

  // Take out what an earlier desk left on this draft: the strokes to be sent again, and how many cannot be.
  back({ plan, desk, version, editable, marks }) {
    const taken = new Set(marks), kept = this.kept;
    const left = kept.filter((stroke) => stroke.plan === plan && !stroke.mark.startsWith(this.visit));
    if (!left.length) return { again: [], lost: 0 };
    this.write(kept.filter((stroke) => !left.includes(stroke)));
    // A question that a line was drawn for is not asked again, and one step more or less leads elsewhere by now.
    const open = left.filter((stroke) => !taken.has(stroke.mark) && stroke.op !== "cut");
    const fits = editable && open.every((stroke) => stroke.desk === desk && stroke.version === version);
    return fits ? { again: open, lost: 0 } : { again: [], lost: open.length };
  }
}
