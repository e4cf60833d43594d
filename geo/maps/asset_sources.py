"""Which installed file stands for which internet address that folium and its plugins name.

Versions are those of package.json. Where folium asks for an older one, the version taken mends a fault and
keeps the interface (Leaflet 1.9.4 for 1.9.3, MarkerCluster 1.5.3 for 1.1.0, jQuery UI 1.13 for 1.10).
"""

_JSDELIVR = "https://cdn.jsdelivr.net/npm/"
_JSDELIVR_GH = "https://cdn.jsdelivr.net/gh/"
_CDNJS = "https://cdnjs.cloudflare.com/ajax/libs/"
_UNPKG = "https://unpkg.com/"

SIDE_BY_SIDE = "leaflet-side-by-side"

# address: (package, path in the package)
FROM_NPM: dict[str, tuple[str, str]] = {
    _JSDELIVR + "leaflet@1.9.3/dist/leaflet.js": ("leaflet", "dist/leaflet.js"),
    _JSDELIVR + "leaflet@1.9.3/dist/leaflet.css": ("leaflet", "dist/leaflet.css"),
    "https://code.jquery.com/jquery-3.7.1.min.js": ("jquery", "dist/jquery.min.js"),
    _CDNJS + "jquery/3.7.1/jquery.min.js": ("jquery", "dist/jquery.min.js"),
    _CDNJS + "jqueryui/1.10.2/jquery-ui.min.js": ("jquery-ui-dist", "jquery-ui.min.js"),
    _JSDELIVR + "bootstrap@5.2.2/dist/js/bootstrap.bundle.min.js": (
        "bootstrap",
        "dist/js/bootstrap.bundle.min.js",
    ),
    _JSDELIVR + "bootstrap@5.2.2/dist/css/bootstrap.min.css": ("bootstrap", "dist/css/bootstrap.min.css"),
    _JSDELIVR + "@fortawesome/fontawesome-free@6.2.0/css/all.min.css": (
        "@fortawesome/fontawesome-free",
        "css/all.min.css",
    ),
    _CDNJS + "Leaflet.awesome-markers/2.0.2/leaflet.awesome-markers.js": (
        "leaflet.awesome-markers",
        "dist/leaflet.awesome-markers.js",
    ),
    _CDNJS + "Leaflet.awesome-markers/2.0.2/leaflet.awesome-markers.css": (
        "leaflet.awesome-markers",
        "dist/leaflet.awesome-markers.css",
    ),
    "https://netdna.bootstrapcdn.com/bootstrap/3.0.0/css/bootstrap-glyphicons.css": (
        "@neos21/bootstrap3-glyphicons",
        "dist/css/bootstrap3-glyphicons.min.css",
    ),
    _CDNJS + "leaflet.draw/1.0.2/leaflet.draw.js": ("leaflet-draw", "dist/leaflet.draw.js"),
    _CDNJS + "leaflet.draw/1.0.2/leaflet.draw.css": ("leaflet-draw", "dist/leaflet.draw.css"),
    _UNPKG + "@geoman-io/leaflet-geoman-free@latest/dist/leaflet-geoman.js": (
        "@geoman-io/leaflet-geoman-free",
        "dist/leaflet-geoman.js",
    ),
    _UNPKG + "@geoman-io/leaflet-geoman-free@latest/dist/leaflet-geoman.css": (
        "@geoman-io/leaflet-geoman-free",
        "dist/leaflet-geoman.css",
    ),
    _CDNJS + "leaflet.markercluster/1.1.0/leaflet.markercluster.js": (
        "leaflet.markercluster",
        "dist/leaflet.markercluster.js",
    ),
    _CDNJS + "leaflet.markercluster/1.1.0/MarkerCluster.css": (
        "leaflet.markercluster",
        "dist/MarkerCluster.css",
    ),
    _CDNJS + "leaflet.markercluster/1.1.0/MarkerCluster.Default.css": (
        "leaflet.markercluster",
        "dist/MarkerCluster.Default.css",
    ),
    _CDNJS + "leaflet-minimap/3.6.1/Control.MiniMap.js": ("leaflet-minimap", "dist/Control.MiniMap.min.js"),
    _CDNJS + "leaflet-minimap/3.6.1/Control.MiniMap.css": ("leaflet-minimap", "dist/Control.MiniMap.min.css"),
    _JSDELIVR + "leaflet.fullscreen@3.0.0/Control.FullScreen.min.js": (
        "leaflet.fullscreen",
        "Control.FullScreen.js",
    ),
    _JSDELIVR + "leaflet.fullscreen@3.0.0/Control.FullScreen.css": (
        "leaflet.fullscreen",
        "Control.FullScreen.css",
    ),
    _JSDELIVR + "leaflet-timedimension@1.1.1/dist/leaflet.timedimension.min.js": (
        "leaflet-timedimension",
        "dist/leaflet.timedimension.min.js",
    ),
    _JSDELIVR + "leaflet-timedimension@1.1.1/dist/leaflet.timedimension.control.css": (
        "leaflet-timedimension",
        "dist/leaflet.timedimension.control.css",
    ),
    _JSDELIVR + "iso8601-js-period@0.2.1/iso8601.min.js": ("iso8601-js-period", "iso8601.js"),
    _CDNJS + "moment.js/2.18.1/moment.min.js": ("moment", "min/moment.min.js"),
    _CDNJS + "highlight.js/8.4/styles/default.min.css": ("highlight.js", "styles/default.min.css"),
    "https://d3js.org/d3.v4.min.js": ("d3", "build/d3.min.js"),
    _CDNJS + "d3/3.5.5/d3.min.js": ("d3-v3", "d3.min.js"),
    _CDNJS + "topojson/1.6.9/topojson.min.js": ("topojson", "topojson.min.js"),
    _CDNJS + "vega/1.4.3/vega.min.js": ("vega", "vega.min.js"),
    _JSDELIVR_GH + "digidem/leaflet-side-by-side@2.0.0/leaflet-side-by-side.min.js": (
        SIDE_BY_SIDE,
        "index.js",
    ),
    _JSDELIVR_GH + "jieter/Leaflet.Sync/L.Map.Sync.min.js": ("leaflet.sync", "L.Map.Sync.js"),
    _UNPKG + "leaflet.vectorgrid@latest/dist/Leaflet.VectorGrid.bundled.js": (
        "leaflet.vectorgrid",
        "dist/Leaflet.VectorGrid.bundled.min.js",
    ),
    _JSDELIVR + "leaflet-search@2.9.7/dist/leaflet-search.min.js": (
        "leaflet-search",
        "dist/leaflet-search.min.js",
    ),
    _JSDELIVR + "leaflet-search@2.9.7/dist/leaflet-search.min.css": (
        "leaflet-search",
        "dist/leaflet-search.min.css",
    ),
    _JSDELIVR_GH + "ljagis/leaflet-measure@2.1.7/dist/leaflet-measure.min.js": (
        "leaflet-measure",
        "dist/leaflet-measure.min.js",
    ),
    _JSDELIVR_GH + "ljagis/leaflet-measure@2.1.7/dist/leaflet-measure.min.css": (
        "leaflet-measure",
        "dist/leaflet-measure.css",
    ),
    _JSDELIVR_GH + "ardhi/Leaflet.MousePosition/src/L.Control.MousePosition.min.js": (
        "leaflet-mouse-position",
        "src/L.Control.MousePosition.js",
    ),
    _JSDELIVR_GH + "ardhi/Leaflet.MousePosition/src/L.Control.MousePosition.min.css": (
        "leaflet-mouse-position",
        "src/L.Control.MousePosition.css",
    ),
    "https://teastman.github.io/Leaflet.pattern/leaflet.pattern.js": (
        "leaflet.pattern",
        "dist/leaflet.pattern.js",
    ),
    _JSDELIVR + "leaflet.timeline@1.6.0/dist/leaflet.timeline.min.js": (
        "leaflet.timeline",
        "dist/leaflet.timeline.js",
    ),
    _CDNJS + "leaflet-groupedlayercontrol/0.6.1/leaflet.groupedlayercontrol.min.js": (
        "leaflet-groupedlayercontrol",
        "dist/leaflet.groupedlayercontrol.min.js",
    ),
    _CDNJS + "leaflet-groupedlayercontrol/0.6.1/leaflet.groupedlayercontrol.min.css": (
        "leaflet-groupedlayercontrol",
        "dist/leaflet.groupedlayercontrol.min.css",
    ),
    _JSDELIVR + "leaflet.control.layers.tree@1.1.0/L.Control.Layers.Tree.min.js": (
        "leaflet.control.layers.tree",
        "L.Control.Layers.Tree.js",
    ),
    _JSDELIVR + "leaflet.control.layers.tree@1.1.0/L.Control.Layers.Tree.min.css": (
        "leaflet.control.layers.tree",
        "L.Control.Layers.Tree.css",
    ),
    _UNPKG + "leaflet.featuregroup.subgroup@1.0.2/dist/leaflet.featuregroup.subgroup.js": (
        "leaflet.featuregroup.subgroup",
        "dist/leaflet.featuregroup.subgroup.js",
    ),
    _JSDELIVR_GH + "marslan390/BeautifyMarker/leaflet-beautify-marker-icon.min.js": (
        "beautifymarker",
        "leaflet-beautify-marker-icon.js",
    ),
    _JSDELIVR_GH + "marslan390/BeautifyMarker/leaflet-beautify-marker-icon.min.css": (
        "beautifymarker",
        "leaflet-beautify-marker-icon.css",
    ),
    _JSDELIVR + "css-ripple-effect@1.0.5/dist/ripple.min.css": ("css-ripple-effect", "dist/ripple.min.css"),
    _JSDELIVR + "leaflet-ant-path@1.1.2/dist/leaflet-ant-path.min.js": (
        "leaflet-ant-path",
        "dist/leaflet-ant-path.js",
    ),
    _JSDELIVR + "leaflet-easybutton@2/src/easy-button.js": ("leaflet-easybutton", "src/easy-button.js"),
    _JSDELIVR + "leaflet-easybutton@2/src/easy-button.css": ("leaflet-easybutton", "src/easy-button.css"),
    _JSDELIVR + "leaflet-tag-filter-button/src/leaflet-tag-filter-button.js": (
        "leaflet-tag-filter-button",
        "src/leaflet-tag-filter-button.js",
    ),
    _JSDELIVR + "leaflet-tag-filter-button/src/leaflet-tag-filter-button.css": (
        "leaflet-tag-filter-button",
        "src/leaflet-tag-filter-button.css",
    ),
    _JSDELIVR + "leaflet-polylineoffset@1.1.1/leaflet.polylineoffset.min.js": (
        "leaflet-polylineoffset",
        "leaflet.polylineoffset.js",
    ),
    _JSDELIVR + "leaflet-semicircle@2.0.4/Semicircle.min.js": ("leaflet-semicircle", "Semicircle.js"),
    _JSDELIVR + "leaflet-textpath@1.2.3/leaflet.textpath.min.js": ("leaflet-textpath", "leaflet.textpath.js"),
    _JSDELIVR + "polyline-encoded@0.0.9/Polyline.encoded.js": ("polyline-encoded", "Polyline.encoded.js"),
    _CDNJS + "OverlappingMarkerSpiderfier-Leaflet/0.2.6/oms.min.js": (
        "overlapping-marker-spiderfier-leaflet",
        "dist/oms.js",
    ),
    _CDNJS + "leaflet-dvf/0.3.0/leaflet-dvf.markers.min.js": (
        "leaflet-dvf",
        "dist/leaflet-dvf.markers.min.js",
    ),
    _CDNJS + "leaflet-locatecontrol/0.66.2/L.Control.Locate.min.js": (
        "leaflet.locatecontrol",
        "dist/L.Control.Locate.min.js",
    ),
    _CDNJS + "leaflet-locatecontrol/0.66.2/L.Control.Locate.min.css": (
        "leaflet.locatecontrol",
        "dist/L.Control.Locate.min.css",
    ),
    _CDNJS + "leaflet-realtime/2.2.0/leaflet-realtime.js": ("leaflet-realtime", "dist/leaflet-realtime.js"),
    _UNPKG + "@joergdietrich/leaflet.terminator": ("@joergdietrich/leaflet.terminator", "L.Terminator.js"),
    # The search box itself loads; it finds nothing, since it asks a service on the internet.
    _UNPKG + "leaflet-control-geocoder/dist/Control.Geocoder.js": (
        "leaflet-control-geocoder",
        "dist/Control.Geocoder.js",
    ),
    _UNPKG + "leaflet-control-geocoder/dist/Control.Geocoder.css": (
        "leaflet-control-geocoder",
        "dist/Control.Geocoder.css",
    ),
    _UNPKG + "leaflet.boatmarker/leaflet.boatmarker.min.js": (
        "leaflet.boatmarker",
        "leaflet.boatmarker.min.js",
    ),
}

# Files that folium's own package carries and yet asks the internet for.
FILES_OF_FOLIUM: dict[str, str] = {
    _JSDELIVR_GH + "python-visualization/folium@main/folium/templates/leaflet_heat.min.js": (
        "leaflet_heat.min.js"
    ),
    _JSDELIVR_GH + "python-visualization/folium/folium/templates/pa7_hm.min.js": "pa7_hm.min.js",
    _JSDELIVR_GH + "python-visualization/folium/folium/templates/pa7_leaflet_hm.min.js": (
        "pa7_leaflet_hm.min.js"
    ),
}

# Font Awesome 6 has the quarter turns of this sheet itself; nothing else of it is used.
WITHOUT_CONTENT: tuple[str, ...] = (
    _JSDELIVR_GH + "python-visualization/folium/folium/templates/leaflet.awesome.rotate.min.css",
)

# What our own pages load beside folium: (package, path).
OURS: tuple[tuple[str, str], ...] = (
    ("maplibre-gl", "dist/maplibre-gl.js"),
    ("maplibre-gl", "dist/maplibre-gl.css"),
    ("pmtiles", "dist/pmtiles.js"),
    ("protomaps-leaflet", "dist/protomaps-leaflet.js"),
    ("@protomaps/basemaps", "dist/basemaps.js"),
    (SIDE_BY_SIDE, "layout.css"),
    (SIDE_BY_SIDE, "range.css"),
    # Named by Leaflet's script, not by its style sheet.
    ("leaflet", "dist/images/marker-icon-2x.png"),
    ("leaflet", "dist/images/marker-shadow.png"),
)

FONT_PACKAGE = "@fontsource/be-vietnam-pro"
FONT_WEIGHTS = (400, 500, 600, 700)
FONT_SUBSETS = ("vietnamese", "latin")
FONTS: tuple[tuple[str, str], ...] = tuple(
    (FONT_PACKAGE, f"files/be-vietnam-pro-{subset}-{weight}-normal.woff2")
    for weight in FONT_WEIGHTS
    for subset in FONT_SUBSETS
)
