"""Messages of the confined reading of files: limits, and what happens to a reader."""

MESSAGES = {
    "text_too_long": (
        "Ô ở cột {column} dài hơn {limit} ký tự; hãy rút ngắn (có thể do thiếu dấu ngoặc kép ở dòng trước).",
        "The cell in column {column} is longer than {limit} letters; shorten it (perhaps a quote is missing in a row before).",
    ),
    "not_a_file": (
        "{file} không phải là tệp (có thể là thư mục, ống dẫn hoặc thiết bị); hãy chọn một tệp.",
        "{file} is not a file (but a folder, a pipe or a device); choose a file.",
    ),
    "file_too_slow": (
        "Đọc tệp {file} quá {seconds} giây nên đã dừng; chưa ghi gì. Hãy chia nhỏ tệp, hoặc lưu lại bằng chương trình đã tạo ra tệp rồi gửi lại.",
        "Reading the file {file} took more than {seconds} seconds and was stopped; nothing was written. Split it, or save it again with the program it comes from.",
    ),
    "file_needs_memory": (
        "Đọc tệp {file} cần nhiều bộ nhớ hơn giới hạn {limit_mb} MB nên đã dừng; chưa ghi gì. Hãy chia nhỏ tệp, hoặc xoá các ô trống thừa rồi lưu lại.",
        "Reading the file {file} needs more memory than the limit of {limit_mb} MB and was stopped; nothing was written. Split it, or delete its empty cells and save it again.",
    ),
    "file_not_understood": (
        "Nội dung tệp {file} không theo cách nào đã biết ({fault}); chưa ghi gì. Hãy lưu lại bằng chương trình đã tạo ra tệp rồi gửi lại; nếu vẫn lỗi, hãy báo người phụ trách kèm dòng này.",
        "The content of the file {file} is of no known shape ({fault}); nothing was written. Save it again with the program it comes from; if that does not help, tell the person in charge, with this line.",
    ),
    "file_stops_reader": (
        "Tệp {file} làm chương trình đọc dừng đột ngột; có thể tệp bị hỏng hoặc cố ý gây hại. Chưa ghi gì. Hãy lưu lại bằng chương trình đã tạo ra tệp rồi gửi lại.",
        "The file {file} made the reader stop at once; it may be damaged or made to do harm. Nothing was written. Save it again with the program it comes from.",
    ),
    "no_reader": (
        "Không khởi động được tiến trình đọc tệp; chưa ghi gì. Người phụ trách hãy kiểm tra bộ nhớ và số tiến trình của máy, rồi thử lại.",
        "The process that reads files could not be started; nothing was written. The person in charge should check the machine's memory and processes; then try again.",
    ),
}
