// What the desk loads once: the map library and the shapes of the ground.
const LIBRARY = "/assets/maplibre-gl/dist/maplibre-gl";
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
