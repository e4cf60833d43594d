"""Headers about persons in every spelling met, and headers of places and counts that look like them."""

import pytest

from geo.domain.kinds import Kind
from geo.intake.headers import FIELDS
from geo.intake.persons import is_about_persons

ABOUT_PERSONS = [
    # identity numbers
    "CCCD", "Số CCCD", "SO_CCCD", "soCCCD", "CCCD chủ hộ", "CCCD/CMND", "Số CMND/CCCD", "CMND", "Số CMND",
    "so_cmnd", "CMTND", "Số CMTND", "CMT", "Số CMT", "GCMND", "Căn cước", "Số căn cước", "SỐ CĂN CƯỚC",
    "Căn cước công dân", "Số căn cước công dân", "SO_CAN_CUO", "socancuoc", "Chứng minh nhân dân",
    "Chứng minh thư", "Số chứng minh", "SO_CHUNG_M", "CHUNG_MINH", "Số định danh cá nhân",
    "Số định danh", "Mã định danh cá nhân", "Mã định danh công dân", "ĐDCN", "Số ĐDCN", "Hộ chiếu",
    "Số hộ chiếu", "ho_chieu", "Số sổ hộ khẩu", "HKTT", "Giấy tờ tuỳ thân", "Giấy tờ tùy thân", "Số giấy tờ",
    "Mã số thuế cá nhân", "MST", "Số BHXH", "BHYT", "Mã thẻ BHYT", "GPLX", "Số GPLX", "Giấy phép lái xe",
    "Biển số xe", "BKS", "Biển kiểm soát", "Số tài khoản", "STK ngân hàng", "VNeID", "IMEI", "passport",
    "Passport No.", "passport_number", "SSN", "social_security_number", "SOCIAL_SEC", "National ID",
    "national_id", "citizen_id", "CitizenID", "ID card", "identity_number", "IdentityNo", "id_number",
    "driver_license", "drivers_license_no", "license_plate", "tax_id", "Cédula", "cedula",
    # ways to reach
    "Điện thoại", "Điện thoại liên hệ", "Điện thoại 2", "ĐT", "ĐTDĐ", "SĐT", "SĐT 1", "SDT2", "Số ĐT",
    "Số điện thoại", "SO_DIEN_TH", "sodienthoai", "soDienThoai", "SODIENTHOAI", "Số điện thoại chủ hộ",
    "Di động", "Số di động", "Liên hệ", "Người liên hệ", "Thông tin liên lạc", "Email", "E-mail",
    "Email liên hệ", "email_address", "Thư điện tử", "Zalo", "Facebook", "Telegram", "phone", "Phone No",
    "phone_number", "PhoneNumber", "phone2", "home_phone", "cellphone", "cell phone", "mobile",
    "Mobile number", "tel", "Tel.", "telephone", "contact", "contact_name", "teléfono", "celular", "correo",
    # names
    "Họ tên", "Họ và tên", "HỌ VÀ TÊN", "Họ & tên", "HO_TEN", "hoten", "HoTen", "HoVaTen", "HO_VA_TEN_",
    "Họ", "Tên", "Họ đệm", "Tên đệm", "Họ tên chủ hộ", "hotenchuho", "HOTENCHUHO", "Họ và tên chủ hộ",
    "Chủ hộ", "Tên chủ hộ", "CHU_HO", "Chủ nhà", "Tên chủ nhà", "Chủ cơ sở", "Chủ xe", "Chủ sở hữu",
    "Tên người khai", "Tên công dân", "Công dân", "Bí danh", "Tên gọi khác", "Tên thường gọi",
    "HO_TEN_NGUOI_KHAI", "Họ tên cha", "Tên mẹ", "Vợ", "Chồng", "Họ tên vợ (chồng)", "full_name",
    "FullName", "first_name", "FIRSTNAME", "last_name", "Last Name", "surname", "middle name", "given_name",
    "maiden_name", "nickname", "alias", "name", "resident_name", "Resident", "owner", "owner_name",
    "Head of household", "householder", "apellidos", "nombre", "nombre_victima",
    # parts that people play
    "Người báo tin", "NGUOI_BAO_", "nguoibaotin", "Người tố giác", "Người bị hại", "Bị hại", "Nạn nhân",
    "Tên nạn nhân", "NAN_NHAN", "Đối tượng", "Đối tượng gây án", "DOI_TUONG", "Tên đối tượng", "Nghi phạm",
    "Nghi can", "Bị can", "Bị cáo", "Thủ phạm", "Nhân chứng", "Người làm chứng", "Người liên quan",
    "Người đại diện", "Tổ trưởng", "Trưởng thôn", "Quan hệ với chủ hộ", "QUAN_HE_VO", "victim",
    "victim_name", "VictimAge", "suspect", "Suspect Name", "offender_id", "perpetrator", "arrestee",
    "complainant", "witness_1", "caller", "informant", "person_id", "spouse", "tenant",
    # birth
    "Ngày sinh", "NGAY_SINH", "ngaysinh", "NgaySinh", "Ngày, tháng, năm sinh", "Ngày tháng năm sinh",
    "Năm sinh", "NAM_SINH", "namsinh", "Sinh năm", "Sinh ngày", "NTNS", "Nơi sinh", "Giấy khai sinh", "birth",
    "birth_date", "BirthDate", "birthdate", "birthday", "DATE_OF_BI", "date_of_birth", "DOB", "dob_1", "yob",
    "year of birth", "PLACE_OF_B", "fecha_nacimiento",
    # what somebody is like
    "Tuổi", "Độ tuổi", "TUOI", "Số tuổi", "Giới tính", "GIOI_TINH", "gioitinh", "Giới", "Nam/Nữ", "Nam/nữ",
    "Dân tộc", "Tôn giáo", "Quốc tịch", "Quê quán", "QUE_QUAN", "Nguyên quán", "Trình độ học vấn",
    "Nghề nghiệp", "NGHE_NGHIE", "Nơi làm việc", "Tình trạng hôn nhân", "Tiền án", "Tiền án, tiền sự",
    "Con nghiện", "Tình trạng sức khoẻ", "Nhóm máu", "Ảnh", "Ảnh chân dung", "Vân tay", "age", "victim_age",
    "age_group", "sex", "Sex", "victim_sex", "gender", "race", "victim_race", "ethnicity", "religion",
    "nationality", "occupation", "marital_status", "education", "photo", "fingerprint", "sexo", "edad",
    "género", "estado_civil", "ocupacion",
    # free text
    "Ghi chú", "GHI_CHU", "Ghi chú 2", "Nội dung", "Nội dung vụ việc", "Tóm tắt", "Mô tả", "Diễn biến",
    "Nhận xét", "Trích yếu", "notes", "Remarks", "comment", "narrative", "description",
]  # fmt: skip

ABOUT_PLACES = [
    "Mã hộ", "Hộ", "Số hộ", "Địa chỉ", "Số nhà", "Biển số nhà", "Thường trú", "Tạm trú", "kinh_do", "vĩ độ",
    "Tổ dân phố", "Khu phố", "Số đối tượng", "Số nạn nhân", "Số người", "Tổng số người", "Số người cao tuổi",
    "Số nam", "Số nữ", "Số nhân khẩu nam", "Nhân khẩu", "Nhân khẩu từ 14 tuổi", "SO_NHAN_KH", "Số khẩu",
    "Mật độ người/km2", "Tỷ lệ hộ nghèo", "Dân số", "population", "Number of victims", "victim count",
    "total_persons", "PERCENT AGED 16+ UNEMPLOYED", "PERCENT HOUSEHOLDS BELOW POVERTY", "DT", "DT_HA",
    "Diện tích", "Ranh giới", "Địa giới", "Bệnh viện", "Trạm y tế", "Trường học", "TINH_TRANG", "NGAY_THANG",
    "Ngày rà soát", "Ngày xảy ra", "Loại vụ việc", "Tội danh", "Community Area", "cell_id", "hotel",
    "relative_error", "ownership", "geoid10", "shape_area", "commarea_n", "fecha_hecho", "modalidad",
]  # fmt: skip

# A kind reads these itself: an officer's own name, the official name of a ward, the text of a KML.
READ_BY_THEIR_KIND = {
    Kind.WARDS: {"full_name", "description"},
    Kind.BLOCKS: {"description"},
    Kind.BEATS: {"description"},
    Kind.OFFICERS: {"officer_name", "họ_tên", "họ_và_tên", "tên_cán_bộ"},
}


def test_there_are_two_hundred_spellings_and_more() -> None:
    assert len(set(ABOUT_PERSONS)) == len(ABOUT_PERSONS) > 200


@pytest.mark.parametrize("header", ABOUT_PERSONS)
def test_columns_about_persons_are_seen(header: str) -> None:
    assert is_about_persons(header, Kind.HOUSEHOLDS)


@pytest.mark.parametrize("header", ABOUT_PLACES)
def test_columns_about_places_and_counts_are_not(header: str) -> None:
    assert not is_about_persons(header, Kind.HOUSEHOLDS)


@pytest.mark.parametrize("kind", Kind)
def test_no_field_of_a_kind_is_taken_for_a_persons(kind: Kind) -> None:
    taken = {name for names in FIELDS[kind].values() for name in names if is_about_persons(name, kind)}
    assert taken == READ_BY_THEIR_KIND.get(kind, set())
