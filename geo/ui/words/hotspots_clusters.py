"""Words of the clusters on the Hotspots page."""

WORDS: dict[str, tuple[str, str]] = {
    "hotspots.layer.clusters": ("Cụm", "Clusters"),
    "hotspots.method": ("Cách tìm cụm", "How clusters are found"),
    "hotspots.method.scan": ("Quét", "Scan"),
    "hotspots.method.dbscan": ("DBSCAN", "DBSCAN"),
    "hotspots.method.hdbscan": ("HDBSCAN", "HDBSCAN"),
    "hotspots.clusters.title": ("Cụm vụ việc", "Clusters of incidents"),
    "hotspots.clusters.none": ("Không tìm thấy cụm nào", "No cluster found"),
    "hotspots.clusters.none_help": (
        "Không nơi nào nổi bật theo cách này; hãy thử cách khác hoặc kỳ dài hơn.",
        "No place stands out this way; try another way or a longer period.",
    ),
    "hotspots.clusters.name": ("Cụm {number}", "Cluster {number}"),
    "hotspots.clusters.expected": ("Mức ngẫu nhiên", "By chance"),
    "hotspots.clusters.p": ("p (Monte Carlo)", "p (Monte Carlo)"),
    "hotspots.clusters.since": ("Từ ngày", "Since"),
    "hotspots.clusters.used": ("n = {n} vụ từ {since}", "n = {n} incidents since {since}"),
    "hotspots.clusters.scan.entry": ("đang nhiều bất thường (p < 0,05)", "unusually many now (p < 0.05)"),
    "hotspots.clusters.dbscan.entry": ("≥ 10 vụ trong 150 m", "≥ 10 incidents within 150 m"),
    "hotspots.clusters.hdbscan.entry": ("nhóm dày, ≥ 10 vụ", "dense group, ≥ 10 incidents"),
    "hotspots.clusters.scan.help": (
        "Quét Kulldorff: nơi gần đây nhiều vụ hơn chính nó trước kia, đến ngày cuối kỳ, bán kính ≤ 1 km.",
        "Kulldorff's scan: places with more lately than before, up to the last day, at most 1 km around.",
    ),
    "hotspots.clusters.dbscan.help": (
        "Nơi có từ 10 vụ trở lên trong vòng 150 m, nối liền nhau. Không nói có ngẫu nhiên hay không.",
        "Places with 10 incidents or more within 150 m, joined. Says nothing about chance.",
    ),
    "hotspots.clusters.hdbscan.help": (
        "Nhóm dày từ 10 vụ trở lên, mỗi nhóm có khoảng cách riêng. Không nói có ngẫu nhiên hay không.",
        "Dense groups of 10 or more, each with its own distance. Says nothing about chance.",
    ),
    "hotspots.clusters.surprising": ("từ {since}, gấp {times} lần", "since {since}, {times} times"),
    "hotspots.clusters.dense": ("{per_km2} vụ/km²", "{per_km2} incidents/km²"),
}
