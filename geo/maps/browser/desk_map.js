const FONT = "Be Vietnam Pro";
const NOBODY = -1;
// Layers of the map that the legend switches, by its entries.
const SWITCHED = { changed: ["changed"], vacant: ["vacant"], groups: ["parted", "rim-halo", "rim"], locked: [], posts: ["posts"] };
const ROOM = { top: 24, left: 24, right: 24, bottom: 46 };  // around the ward, in pixels; the legend lies below

const feature = (geometry, properties = {}) => ({ type: "Feature", geometry, properties });
const collection = (features) => ({ type: "FeatureCollection", features });

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
