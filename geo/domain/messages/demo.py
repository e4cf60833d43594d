"""Messages of the demo city: parameters that make no city."""

MESSAGES: dict[str, tuple[str, str]] = {
    "demo_out_of_range": (
        "Tham số {name} = {value} của thành phố mẫu không dùng được: cần từ {low} đến {high}.",
        "The demo city's {name} = {value} cannot be used: give a value from {low} to {high}.",
    ),
    "demo_too_few_households": (
        "{households} hộ là quá ít cho {wards} phường mẫu: cần ít nhất {low} hộ, hoặc giảm số phường.",
        "{households} households are too few for {wards} demo wards: give at least {low}, or fewer wards.",
    ),
    "demo_today_too_early": (
        "Ngày {today} quá sớm cho thành phố mẫu: các phường chỉ có từ {low}; hãy chọn từ ngày đó.",
        "{today} is too early for the demo city: its wards exist since {low}; choose that day or later.",
    ),
    "demo_beside_real_data": (
        "Ở đây có dữ liệu thật ({batches} lần nạp, {units} đơn vị): thành phố mẫu cần một cơ sở dữ liệu khác.",
        "This database holds real data ({batches} imports, {units} units): load the demo city into another.",
    ),
}
