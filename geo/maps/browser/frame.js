// What every map of ours has: panes, scale, a memory of its place, a key, areas that can be clicked.
// Runs inside the frame of streamlit-folium. Text from data is only ever written by textContent.
window.diaban = (function () {
  "use strict";
  const state = { map: null, areas: {}, rasters: {}, points: null, key: null, fitted: null, options: {}, labels: [] };

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  // ---- the frame -----------------------------------------------------------------------------
  function frame(map, options) {
    state.map = map;
    state.options = options;
    document.documentElement.classList.add("diaban-" + options.theme);
    const style = element("style");
    style.textContent = options.css;
    document.head.appendChild(style);
    for (const [name, pane] of Object.entries(options.panes)) {
      map.createPane(name).style.zIndex = pane.z;
      if (!pane.clicks) map.getPane(name).style.pointerEvents = "none";
    }
    // Leaflet's own prefix is a link to the internet.
    map.attributionControl.setPrefix(false);
    map.attributionControl.addAttribution(options.attribution);
    L.control.scale({ metric: true, imperial: false, position: "bottomright", maxWidth: 140 }).addTo(map);
    map.zoomControl.setPosition("topright");
    for (const [selector, title] of Object.entries(options.titles)) {
      document.querySelectorAll(selector).forEach((found) => {
        found.title = title;
        found.setAttribute("aria-label", title);
      });
    }
    fillWindow();
    map.invalidateSize({ animate: false });
    window.addEventListener("resize", () => map.invalidateSize());
    try {
      window.parent.addEventListener("resize", fillWindow);
    } catch (unreachable) { /* the page's style sheet has set a height */ }
    state.place = placeFromAddress();
    if (state.place) map.setView(state.place.centre, state.place.zoom, { animate: false });
    map.on("moveend", () => { rememberPlace(); });
    // A rerun that came while scripts were loading is not shown by streamlit-folium: ask for the latest.
    setTimeout(() => window.Streamlit && window.Streamlit.setComponentReady(), 0);
  }

  // The map ends where the window does, however many lines the page above it takes.
  function fillWindow() {
    try {
      const frame = window.frameElement;
      const top = frame.getBoundingClientRect().top + window.parent.document.scrollingElement.scrollTop;
      const height = Math.max(360, Math.round(window.parent.innerHeight - top - 14));
      if (frame.offsetHeight !== height) frame.style.setProperty("height", height + "px", "important");
    } catch (unreachable) { /* the page's style sheet has set a height */ }
  }

  // ---- the place: kept in the address of the page, so that a link restores it and no rerun is needed -
  function placeFromAddress() {
    try {
      const found = /^#([\d.]+)\/(-?[\d.]+)\/(-?[\d.]+)$/.exec(window.parent.location.hash);
      return found ? { zoom: +found[1], centre: [+found[2], +found[3]] } : null;
    } catch (unreachable) {
      return null;
    }
  }

  function rememberPlace() {
    const centre = state.map.getCenter();
    const hash = "#" + [state.map.getZoom(), centre.lat.toFixed(5), centre.lng.toFixed(5)].join("/");
    try {
      const page = window.parent;
      if (page.location.hash !== hash) {
        page.history.replaceState(page.history.state, "", page.location.pathname + page.location.search + hash);
      }
    } catch (unreachable) { /* a frame of another origin: the map works without the memory */ }
  }

  function fit(request) {
    if (!request || request.key === state.fitted) return;
    const first = state.fitted === null;
    state.fitted = request.key;
    if (first && state.place) return;
    // Room for the key, where there is room: it would hide the areas in its corner.
    const left = state.map.getSize().x > 700 ? 215 : 12;
    state.map.fitBounds(request.bounds, { animate: false, paddingTopLeft: [left, 14], paddingBottomRight: [48, 34] });
  }

  // ---- cards: the only popups and tooltips ----------------------------------------------------
  function cardElement(card) {
    const box = element("div", "diaban-card");
    box.appendChild(element("strong", "", card.title));
    (card.values || []).forEach((value, at) => {
      const line = element("div", "diaban-card-line");
      line.appendChild(element("span", "", state.labels[card.labels][at]));
      line.appendChild(element("b", "", value));
      box.appendChild(line);
    });
    return box;
  }

  // ---- areas: drawn once, painted again whenever the figures change -----------------------------
  function areas(name, collection, options) {
    const layer = { options, paths: {}, paints: {}, picked: null, labels: [], stop: [] };
    state.areas[name] = layer;
    layer.leaflet = L.geoJSON(collection, {
      pane: options.pane,
      renderer: options.canvas ? L.canvas({ pane: options.pane, padding: 0.2 }) : undefined,
      style: () => baseStyle(layer),
      onEachFeature: (feature, path) => {
        const code = feature.properties.code;
        (layer.paths[code] = layer.paths[code] || []).push(path);
        if (!options.clicks) return;
        path.bindTooltip(() => cardElement((layer.paints[code] || {}).card || { title: feature.properties.name }), {
          sticky: true, className: "diaban-tip", opacity: 1,
        });
        path.on("mouseover", () => path.setStyle({ weight: options.weight + 1.4 }));
        path.on("mouseout", () => restyle(layer, code));
        path.on("click", (event) => { L.DomEvent.stopPropagation(event); pick(name, code, true); });
      },
    }).addTo(state.map);
    if (options.labels) labels(layer, collection);
    if (options.clicks) listen(layer, "click", () => pick(name, null, true));
  }

  function listen(layer, events, answer) {
    state.map.on(events, answer);
    layer.stop.push(() => state.map.off(events, answer));
  }

  // Areas that come and go with the figures: drawn anew when the key says that they are others.
  function shapes(name, request) {
    const before = state.areas[name];
    if (before && request && before.key === request.key) return;
    if (before) {
      before.stop.forEach((stop) => stop());
      before.labels.forEach((label) => state.map.removeLayer(label.marker));
      state.map.removeLayer(before.leaflet);
      delete state.areas[name];
    }
    if (!request) return;
    areas(name, request.collection, request.options);
    state.areas[name].key = request.key;
  }

  function baseStyle(layer) {
    const o = layer.options;
    return { color: o.outline, weight: o.weight, opacity: o.outline_opacity, fillColor: o.fill, fillOpacity: 0,
             dashArray: o.dash || null, interactive: o.clicks };
  }

  function restyle(layer, code) {
    const paint = layer.paints[code] || {};
    const style = baseStyle(layer);
    if (paint.fill) { style.fillColor = fillOf(paint); style.fillOpacity = paint.opacity; }
    if (paint.outline) { style.color = paint.outline; style.weight = paint.weight || style.weight; }
    if (paint.dash) style.dashArray = paint.dash;
    if (layer.picked === code) { style.color = layer.options.picked; style.weight = 3.5; style.opacity = 1; style.dashArray = null; }
    for (const path of layer.paths[code] || []) {
      path.setStyle(style);
      if (layer.picked === code) path.bringToFront();
    }
  }

  function paintAreas(name, paints) {
    const layer = state.areas[name];
    if (!layer) return;
    layer.paints = paints;
    Object.keys(layer.paths).forEach((code) => restyle(layer, code));
  }

  function pick(name, code, tell) {
    const layer = state.areas[name];
    if (!layer) return;
    const before = layer.picked;
    if (before === code) { if (!(tell && code !== null)) return; code = null; }
    layer.picked = code;
    [before, code].forEach((one) => { if (one !== null && one !== undefined) restyle(layer, one); });
    if (tell && window.Streamlit) window.Streamlit.setComponentValue({ layer: name, code: code, at: Date.now() });
  }

  // Fills that a printer keeps apart: hatched and cross-hatched, one SVG pattern a colour.
  function fillOf(paint) {
    if (!paint.pattern || paint.pattern === "plain") return paint.fill;
    const id = "diaban-" + paint.pattern + "-" + paint.fill.replace(/[^0-9a-z]/gi, "");
    if (!document.getElementById(id)) document.body.appendChild(patternElement(id, paint.fill, paint.pattern));
    return "url(#" + id + ")";
  }

  function patternElement(id, colour, kind) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("width", 0);
    svg.setAttribute("height", 0);
    svg.style.position = "absolute";
    const pattern = document.createElementNS(space, "pattern");
    for (const [key, value] of Object.entries({ id, width: 8, height: 8, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" })) {
      pattern.setAttribute(key, value);
    }
    const lines = kind === "crossed" ? ["M0 0V8", "M0 0H8"] : ["M0 0V8"];
    for (const d of lines) {
      const line = document.createElementNS(space, "path");
      line.setAttribute("d", d);
      line.setAttribute("stroke", colour);
      line.setAttribute("stroke-width", 4);
      pattern.appendChild(line);
    }
    svg.appendChild(pattern);
    return svg;
  }

  // ---- labels: larger areas first, none over another ------------------------------------------
  function labels(layer, collection) {
    for (const feature of collection.features) {
      const at = feature.properties.label_at;
      const said = feature.properties.label || feature.properties.name;
      if (!at || !said) continue;
      const text = element("span", "diaban-" + layer.options.label_style, said);
      const marker = L.marker(at, {
        icon: L.divIcon({ html: text, className: "diaban-label-box", iconSize: [0, 0] }),
        interactive: false, keyboard: false, pane: "labels",
      });
      layer.labels.push({ marker, text, rank: feature.properties.rank || 0 });
    }
    layer.labels.sort((a, b) => b.rank - a.rank);
    listen(layer, "zoomend viewreset resize" + (layer.labels.length > MANY ? " moveend" : ""), () => declutter(layer));
    document.fonts.ready.then(() => declutter(layer));
    declutter(layer);
  }

  // Of so many areas only those are named that are in view and so large that the name belongs to them.
  const MANY = 400, NAMED_PX = 34;

  function nameable(layer) {
    if (layer.labels.length <= MANY) return layer.labels;
    const view = state.map.getBounds(), centre = state.map.getCenter();
    const degree = Math.abs(state.map.latLngToLayerPoint([centre.lat, centre.lng + 1]).x - state.map.latLngToLayerPoint(centre).x);
    return layer.labels.filter((label) => {
      const seen = Math.sqrt(label.rank) * degree >= NAMED_PX && view.contains(label.marker.getLatLng());
      if (!seen) label.marker.remove();
      return seen;
    });
  }

  function declutter(layer) {
    const taken = [], named = nameable(layer);
    // All are shown before the first is measured: the browser then lays the page out once.
    for (const label of named) {
      if (!label.marker._map) label.marker.addTo(state.map);
      label.text.style.visibility = "visible";
    }
    for (const label of named) label.size = [label.text.offsetWidth / 2 + 3, label.text.offsetHeight / 2 + 1];
    for (const label of named) {
      const size = label.size;
      const at = state.map.latLngToLayerPoint(label.marker.getLatLng());
      const box = [at.x - size[0], at.y - size[1], at.x + size[0], at.y + size[1]];
      const hit = taken.some((b) => box[0] < b[2] && b[0] < box[2] && box[1] < b[3] && b[1] < box[3]);
      if (hit) label.text.style.visibility = "hidden"; else taken.push(box);
    }
  }

  // ---- rasters: the new one is put under the old one until it is there --------------------------
  function raster(name, request) {
    const before = state.rasters[name];
    if (before && request && before.request.url === request.url) return;
    delete state.rasters[name];
    const drop = () => before && state.map.hasLayer(before.layer) && state.map.removeLayer(before.layer);
    if (!request) { drop(); return; }
    const layer = L.tileLayer(request.url, {
      pane: request.pane, opacity: request.opacity, maxZoom: state.map.getMaxZoom(), minZoom: 3,
      bounds: request.bounds, updateWhenZooming: false, keepBuffer: 4, className: "diaban-raster",
    });
    layer.once("load", drop);
    setTimeout(drop, 4000);
    layer.addTo(state.map);
    state.rasters[name] = { layer, request };
  }

  // ---- two rasters beside a bar ----------------------------------------------------------------
  function swipe(request) {
    const at = state.swipe ? state.swipe.control._range.value : 0.5;
    if (state.swipe) {
      state.swipe.control.remove();
      state.swipe.labels.forEach((label) => label.remove());
      state.swipe = null;
    }
    for (const { layer } of Object.values(state.rasters)) layer.getContainer().style.clip = "";
    const [left, right] = request ? [state.rasters[request.left], state.rasters[request.right]] : [];
    if (!left || !right) return;
    const control = L.control.sideBySide(left.layer, right.layer).addTo(state.map);
    control._range.value = at;
    control._range.setAttribute("aria-label", request.left_label + " | " + request.right_label);
    control._updateClip();
    const labels = [["left", request.left_label], ["right", request.right_label]].map(([side, text]) => {
      const label = element("div", "diaban-swipe diaban-swipe-" + side, text);
      control._divider.appendChild(label);
      return label;
    });
    state.swipe = { control, labels };
  }

  // ---- points: vector tiles, close up only -----------------------------------------------------
  function points(request) {
    if (state.points && request && state.points.request.url === request.url) return;
    if (state.points) state.map.removeLayer(state.points.layer);
    state.points = null;
    if (!request) return;
    const circle = (radius, opacity) => new protomapsL.CircleSymbolizer({
      radius: radius, fill: request.fill, stroke: request.stroke, width: 1, opacity: opacity,
    });
    const layer = protomapsL.leafletLayer({
      url: request.url, maxDataZoom: request.max_zoom, levelDiff: 0, pane: "points", attribution: "",
      minZoom: request.min_zoom, paintRules: [
        { dataLayer: "points", symbolizer: circle(3.5, 0.9) },
        { dataLayer: "cells", symbolizer: circle((z, f) => Math.min(18, 3 + 2.2 * Math.sqrt(f.props.n)), 0.75) },
      ], labelRules: [
        { dataLayer: "cells", symbolizer: new protomapsL.CenteredTextSymbolizer({
          labelProps: ["label"], fill: request.text, stroke: request.fill, width: 2, font: "600 11px 'Be Vietnam Pro', sans-serif" }) },
      ],
    });
    layer.addTo(state.map);
    state.points = { layer, request };
  }

  // ---- the key ---------------------------------------------------------------------------------
  function legend(content) {
    if (state.key) state.map.removeControl(state.key);
    state.key = null;
    if (!content) return;
    const Key = L.Control.extend({
      options: { position: "bottomleft" },
      onAdd: () => {
        const box = legendElement(content);
        L.DomEvent.disableClickPropagation(box);
        L.DomEvent.disableScrollPropagation(box);
        return box;
      },
    });
    state.key = new Key().addTo(state.map);
  }

  function legendElement(content) {
    const box = element("div", "diaban-key");
    const head = element("div", "diaban-key-head");
    head.appendChild(element("strong", "", content.title));
    if (content.unit) head.appendChild(element("span", "", content.unit));
    box.appendChild(head);
    for (const entry of content.entries) {
      const line = element("div", "diaban-key-line");
      const swatch = element("i", "diaban-swatch diaban-" + entry.pattern);
      swatch.style.setProperty("--colour", entry.colour);
      swatch.style.opacity = entry.opacity;
      line.appendChild(swatch);
      line.appendChild(element("span", "", entry.label));
      box.appendChild(line);
    }
    for (const note of content.notes) box.appendChild(element("div", "diaban-key-note", note));
    return box;
  }

  // ---- everything that a change of the filters changes ------------------------------------------
  function update(change) {
    fillWindow();
    state.labels = change.labels;
    for (const [name, request] of Object.entries(change.shapes || {})) shapes(name, request);
    for (const [name, paints] of Object.entries(change.areas || {})) paintAreas(name, paints);
    for (const [name, code] of Object.entries(change.picked || {})) pick(name, code, false);
    for (const [name, request] of Object.entries(change.rasters || {})) raster(name, request);
    swipe(change.swipe);
    if ("points" in change) points(change.points);
    if ("legend" in change) legend(change.legend);
    fit(change.fit);
    // The page writes its own part of the address after this and drops ours.
    [0, 400, 1500].forEach((wait) => setTimeout(rememberPlace, wait));
    state.updates = (state.updates || 0) + 1;
  }

  return { state, frame, areas, update, legend, cardElement };
})();
