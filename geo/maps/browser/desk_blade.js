// The line that the keyboard lays across a block to split it: arrows move it, R turns it.
//
// map: MapLibre's · middle: of the block, [lon, lat] · box: of the block, [[west, south], [east, north]]
class Blade {
  constructor(map, middle, box) {
    this.map = map;
    this.middle = middle;
    this.box = box;
    this.angle = Math.PI / 2;
  }

  // x, y: a step to the right and down, each -1, 0 or 1. Its middle stays within the box of the block.
  step(x, y) {
    const pixels = 6, { x: left, y: top } = this.map.project(this.middle);
    const to = this.map.unproject([left + pixels * x, top + pixels * y]).toArray();
    this.middle = to.map((value, axis) => Math.min(Math.max(value, this.box[0][axis]), this.box[1][axis]));
  }

  turn(back) {
    this.angle += (back ? -1 : 1) * Math.PI / 12;
  }

  // Both ends on the screen, beyond the block wherever the middle is.
  get ends() {
    const [low, high] = this.box.map((corner) => this.map.project(corner)), { x, y } = this.map.project(this.middle);
    const reach = Math.hypot(high.x - low.x, high.y - low.y), dx = reach * Math.cos(this.angle), dy = reach * Math.sin(this.angle);
    return [[x - dx, y - dy], [x + dx, y + dy]];
  }
}
