// The block that the keyboard stands on while the map has the focus: arrows go to the block that lies that way.
//
// shapes: of the ground · map: MapLibre's · show(unit): tells the reader, null takes it away
class Cursor {
  constructor(shapes, map, show) {
    this.shapes = shapes;
    this.map = map;
    this.show = show;
    this.unit = null;
  }

  // Begin at the block in the middle of `among`, where the keyboard has not been on the map yet.
  enter(among) {
    const middle = [0, 1].map((axis) => among.reduce((sum, i) => sum + this.shapes.points[i][axis], 0) / among.length);
    const away = (i) => (this.shapes.points[i][0] - middle[0]) ** 2 + (this.shapes.points[i][1] - middle[1]) ** 2;
    this.go(this.unit ?? among.reduce((best, i) => (away(i) < away(best) ? i : best), among[0]));
  }

  leave() {
    this.show(null);
  }

  // x, y: a step to the right and down, each -1, 0 or 1. Of the blocks that lie that way the nearest one; what
  // lies aside counts as farther, so that a row is walked to its end.
  step(x, y) {
    if (this.unit === null) return;
    const from = this.at(this.unit);
    let best = null, least = Infinity;
    this.shapes.points.forEach((_, i) => {
      if (i === this.unit) return;
      const to = this.at(i), dx = to.x - from.x, dy = to.y - from.y;
      const ahead = dx * x + dy * y, aside = Math.abs(dx * y) + Math.abs(dy * x);
      const far = ahead + 2 * aside;
      if (ahead > 0 && aside <= 1.5 * ahead && far < least) [best, least] = [i, far];
    });
    if (best !== null) this.go(best);
  }

  at(unit) {
    return this.map.project(this.shapes.points[unit]);
  }

  go(unit) {
    this.unit = unit;
    const { x, y } = this.at(unit), { clientWidth, clientHeight } = this.map.getContainer(), rim = 40;
    if (x < rim || y < rim || x > clientWidth - rim || y > clientHeight - rim) this.map.jumpTo({ center: this.shapes.points[unit] });
    this.show(unit);
  }
}
