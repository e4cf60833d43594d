"""The classes of emerging hotspots, and what each is called and means in Vietnamese and English."""

from enum import IntEnum
from typing import NamedTuple


class EmergingClass(IntEnum):
    """Class of a cell over several periods; `geo.analysis.emerging` says exactly when each holds.

    Hot classes are above 0, the cold class of the same kind is its negative, `NONE` is 0.
    """

    OUTSIDE = -100
    COLD_HISTORICAL = -8
    COLD_OSCILLATING = -7
    COLD_SPORADIC = -6
    COLD_FADING = -5
    COLD_PERSISTENT = -4
    COLD_INTENSIFYING = -3
    COLD_CONSECUTIVE = -2
    COLD_NEW = -1
    NONE = 0
    NEW = 1
    CONSECUTIVE = 2
    INTENSIFYING = 3
    PERSISTENT = 4
    FADING = 5
    SPORADIC = 6
    OSCILLATING = 7
    HISTORICAL = 8
    DIMINISHING = 5  # ArcGIS's word for FADING


class ClassWords(NamedTuple):
    """Name and one-sentence meaning in both languages."""

    name_vi: str
    name_en: str
    meaning_vi: str
    meaning_en: str


_HOT = {
    EmergingClass.NEW: ClassWords(
        "Mới xuất hiện",
        "New",
        "Chỉ kỳ cuối là điểm nóng, trước đó chưa từng.",
        "A hotspot in the last period and never before.",
    ),
    EmergingClass.CONSECUTIVE: ClassWords(
        "Liên tiếp gần đây",
        "Consecutive",
        "Nóng liền từ hai kỳ trở lên cho đến kỳ cuối, trước đó chưa từng.",
        "Hot for the last two or more periods in a row and never before.",
    ),
    EmergingClass.INTENSIFYING: ClassWords(
        "Đang tăng",
        "Intensifying",
        "Gần như kỳ nào cũng nóng, kể cả kỳ cuối, và số vụ quanh đó tăng có ý nghĩa thống kê.",
        "Hot in nearly every period, the last included, with significantly rising numbers.",
    ),
    EmergingClass.PERSISTENT: ClassWords(
        "Dai dẳng",
        "Persistent",
        "Gần như kỳ nào cũng nóng, kể cả kỳ cuối; số vụ không tăng, không giảm rõ rệt.",
        "Hot in nearly every period, the last included, with no clear rise or fall.",
    ),
    EmergingClass.FADING: ClassWords(
        "Đang giảm",
        "Fading",
        "Gần như kỳ nào cũng nóng, kể cả kỳ cuối, nhưng số vụ quanh đó giảm có ý nghĩa thống kê.",
        "Hot in nearly every period, the last included, but with significantly falling numbers.",
    ),
    EmergingClass.SPORADIC: ClassWords(
        "Lúc có lúc không",
        "Sporadic",
        "Nóng rồi nguội nhiều lần, chưa từng là điểm lạnh.",
        "Hot on and off, never cold.",
    ),
    EmergingClass.OSCILLATING: ClassWords(
        "Dao động",
        "Oscillating",
        "Kỳ cuối là điểm nóng nhưng có kỳ trước là điểm lạnh.",
        "Hot in the last period, but cold in some period before.",
    ),
    EmergingClass.HISTORICAL: ClassWords(
        "Đã qua",
        "Historical",
        "Từng là điểm nóng, kỳ cuối thì không còn.",
        "Was a hotspot, but is not one in the last period.",
    ),
}

_COLD_MEANINGS = {
    EmergingClass.COLD_NEW: ("Chỉ kỳ cuối là điểm lạnh.", "A cold spot in the last period and never before."),
    EmergingClass.COLD_CONSECUTIVE: (
        "Lạnh liền từ hai kỳ trở lên cho đến kỳ cuối, trước đó chưa từng.",
        "Cold for the last two or more periods in a row and never before.",
    ),
    EmergingClass.COLD_INTENSIFYING: (
        "Gần như kỳ nào cũng lạnh và số vụ quanh đó còn giảm có ý nghĩa thống kê.",
        "Cold in nearly every period, and the number of incidents there is falling significantly.",
    ),
    EmergingClass.COLD_PERSISTENT: (
        "Gần như kỳ nào cũng lạnh, không tăng, không giảm rõ rệt.",
        "Cold in nearly every period, with no clear rise or fall.",
    ),
    EmergingClass.COLD_FADING: (
        "Gần như kỳ nào cũng lạnh, nhưng số vụ quanh đó tăng có ý nghĩa thống kê.",
        "Cold in nearly every period, but the number of incidents there is rising significantly.",
    ),
    EmergingClass.COLD_SPORADIC: ("Lạnh nhiều lần, chưa từng là điểm nóng.", "Cold on and off, never hot."),
    EmergingClass.COLD_OSCILLATING: (
        "Kỳ cuối là điểm lạnh nhưng có kỳ trước là điểm nóng.",
        "Cold in the last period, but hot in some period before.",
    ),
    EmergingClass.COLD_HISTORICAL: (
        "Từng là điểm lạnh, kỳ cuối thì không còn.",
        "Was a cold spot, but is not one in the last period.",
    ),
}

CLASS_WORDS: dict[EmergingClass, ClassWords] = {
    **_HOT,
    **{
        cold: ClassWords(
            f"Lạnh: {_HOT[EmergingClass(-cold)].name_vi.lower()}",
            f"Cold: {_HOT[EmergingClass(-cold)].name_en.lower()}",
            *meanings,
        )
        for cold, meanings in _COLD_MEANINGS.items()
    },
    EmergingClass.NONE: ClassWords(
        "Không rõ quy luật", "No pattern", "Chưa kỳ nào nóng hay lạnh.", "Neither hot nor cold in any period."
    ),
    EmergingClass.OUTSIDE: ClassWords(
        "Ngoài địa bàn", "Outside", "Ngoài phạm vi xem xét.", "Outside the area looked at."
    ),
}
