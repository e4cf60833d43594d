// Streets, water and their names from our own vector tiles, drawn by protomaps-leaflet.
window.diaban.basemap = function (map, request) {
  "use strict";
  const c = request.colours;
  const kind = (...kinds) => (zoom, feature) => kinds.includes(feature.props.kind);
  const width = (stops) => (zoom) => {
    let found = stops[0][1];
    for (const [from, value] of stops) if (zoom >= from) found = value;
    return found;
  };
  const line = (colour, stops) => new protomapsL.LineSymbolizer({
    color: colour, width: width(stops), lineCap: "round", lineJoin: "round" });
  const font = (weight, size) => weight + " " + size + "px 'Be Vietnam Pro', 'Noto Sans', sans-serif";
  const name = (size, weight) => new protomapsL.LineLabelSymbolizer({
    labelProps: ["name"], fill: c.text, stroke: c.halo, width: 3, font: font(weight, size),
    position: 2, repeatDistance: 420 });
  const major = [[8, 0.8], [11, 1.4], [12, 2], [13, 3], [14, 4.5], [15, 7], [16, 11], [17, 16]];
  const minor = [[12, 0.6], [13, 1], [14, 1.8], [15, 3.5], [16, 6], [17, 9]];
  const lane = [[14, 0.5], [15, 1.2], [16, 2.5], [17, 4.5]];
  const wider = (stops, by) => stops.map(([from, value]) => [from, value + by]);
  const layer = protomapsL.leafletLayer({
    url: request.url, maxDataZoom: request.max_zoom, backgroundColor: c.ground, attribution: "", noWrap: false,
    paintRules: [
      { dataLayer: "water", symbolizer: new protomapsL.PolygonSymbolizer({ fill: c.water }) },
      { dataLayer: "streets", minzoom: 14, filter: kind("lane"), symbolizer: line(c.casing, wider(lane, 1)) },
      { dataLayer: "streets", minzoom: 12, filter: kind("minor"), symbolizer: line(c.casing, wider(minor, 1.2)) },
      { dataLayer: "streets", minzoom: 10, filter: kind("major", "bridge"), symbolizer: line(c.casing, wider(major, 1.6)) },
      { dataLayer: "streets", minzoom: 14, filter: kind("lane"), symbolizer: line(c.lane, lane) },
      { dataLayer: "streets", minzoom: 12, filter: kind("minor"), symbolizer: line(c.minor, minor) },
      { dataLayer: "streets", filter: kind("major", "bridge"), symbolizer: line(c.major, major) },
    ],
    labelRules: [
      { dataLayer: "water_names", minzoom: 12, symbolizer: new protomapsL.CenteredTextSymbolizer({
        labelProps: ["name"], fill: c.water_text, stroke: c.halo, width: 2, font: "italic " + font(500, 12) }) },
      { dataLayer: "street_names", minzoom: 13, filter: kind("major", "bridge"), symbolizer: name(12, 500) },
      { dataLayer: "street_names", minzoom: 15, filter: kind("minor"), symbolizer: name(11, 400) },
      { dataLayer: "street_names", minzoom: 16, filter: kind("lane"), symbolizer: name(10.5, 400) },
    ],
    // Names drawn before the font is there would stay in another one.
    tasks: [document.fonts.load(font(500, 12), "Phường")],
  });
  layer.addTo(map);
  map.getContainer().style.backgroundColor = c.ground;
};
