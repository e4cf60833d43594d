// What Streamlit's front end has no setting for: it goes to the sign-in page when the session ends, and says
// its own English words in Vietnamese.
"use strict";

(() => {
  const SESSION_ENDED = 4401;

  // Pages are served from the root: without this the front end first tries below the page's own address.
  const root = `${location.origin}/`;
  window.__streamlit = { BACKEND_BASE_URL: root, MAIN_PAGE_BASE_URL: root };

  // --- The session ---------------------------------------------------------------------------------------
  const signInAgain = () => {
    const here = location.pathname + location.search;
    location.replace(`/sign-in?why=ended&next=${encodeURIComponent(here)}`);
  };

  // A refused reconnection gives a browser no reason: ask for one.
  const askWhy = async () => {
    try {
      const answer = await fetch("/_stcore/health", { cache: "no-store", redirect: "manual" });
      if (answer.status === 401) signInAgain();
    } catch {
      // The server is away: Streamlit goes on trying.
    }
  };

  const PlainWebSocket = window.WebSocket;
  window.WebSocket = class extends PlainWebSocket {
    constructor(...parameters) {
      super(...parameters);
      this.addEventListener("close", (event) => {
        if (event.code === SESSION_ENDED) signInAgain();
        else askWhy();
      });
    }
  };

  // --- Words ---------------------------------------------------------------------------------------------
  const VIETNAMESE = new Map(Object.entries({
    "Running...": "Đang chạy…", "Running…": "Đang chạy…", "RUNNING...": "Đang chạy…", "Stop": "Dừng",
    "Connecting": "Đang kết nối", "CONNECTING": "Đang kết nối", "Connecting...": "Đang kết nối…",
    "Connection error": "Lỗi kết nối", "Connection lost": "Mất kết nối", "Loading...": "Đang tải…",
    "Choose an option": "Chọn một mục", "Choose options": "Chọn các mục", "Select all": "Chọn tất cả",
    "No results": "Không có kết quả", "No options to select.": "Không có mục nào để chọn.",
    "No options to select": "Không có mục nào để chọn", "Press Enter to apply": "Nhấn Enter để áp dụng",
    "Press Enter to submit form": "Nhấn Enter để gửi", "Press ⌘+Enter to apply": "Nhấn ⌘+Enter để áp dụng",
    "Press Ctrl+Enter to apply": "Nhấn Ctrl+Enter để áp dụng", "Clear all": "Bỏ chọn tất cả", "Clear value": "Xoá",
    "Search": "Tìm", "Fullscreen": "Toàn màn hình", "Close fullscreen": "Thoát toàn màn hình",
    "Close": "Đóng", "Show/hide columns": "Ẩn/hiện cột", "Download as CSV": "Tải CSV", "empty": "trống",
    "Sort ascending": "Sắp xếp tăng dần", "Sort descending": "Sắp xếp giảm dần", "Format": "Định dạng",
    "Autosize": "Vừa độ rộng", "Pin column": "Ghim cột", "Unpin column": "Bỏ ghim cột", "Hide column": "Ẩn cột",
    "Automatic": "Tự động", "Localized": "Theo ngôn ngữ", "Plain": "Thường", "Compact": "Gọn", "Dollar": "Đô la",
    "Euro": "Euro", "Yen": "Yên", "Percent": "Phần trăm", "Scientific": "Khoa học", "Accounting": "Kế toán",
    "Upload": "Tải lên", "Browse files": "Chọn tệp", "Drag and drop file here": "Kéo thả tệp vào đây",
    "Drag and drop files here": "Kéo thả các tệp vào đây", "Copied": "Đã chép", "Copy to clipboard": "Chép",
    "Page not found": "Không có trang này",
    "The page that you have requested does not seem to exist. Running the app's main page.":
      "Địa chỉ này không có trang nào; đang mở trang Tổng quan.",
    "Error": "Lỗi", "Show password text": "Hiện mật khẩu",
    "Hide password text": "Ẩn mật khẩu", "January": "Tháng 1", "February": "Tháng 2", "March": "Tháng 3",
    "April": "Tháng 4", "May": "Tháng 5", "June": "Tháng 6", "July": "Tháng 7", "August": "Tháng 8",
    "September": "Tháng 9", "October": "Tháng 10", "November": "Tháng 11", "December": "Tháng 12",
    "Su": "CN", "Mo": "T2", "Tu": "T3", "We": "T4", "Th": "T5", "Fr": "T6", "Sa": "T7",
    "Choose a date range": "Chọn khoảng ngày", "Past Week": "Tuần qua", "Past Month": "Tháng qua",
    "Past 3 Months": "3 tháng qua", "Past 6 Months": "6 tháng qua", "Past Year": "Năm qua",
    "Past 2 Years": "2 năm qua", "None": "Không", "Open": "Mở", "App pages": "Các trang",
    "Navigate to home page": "Về trang Tổng quan", "Skip to main content": "Đến nội dung chính",
    "Choose date": "Chọn ngày", "Choose time": "Chọn giờ",
    "Use arrow keys to navigate dates. Enter to select. Escape to close.":
      "Dùng phím mũi tên để chuyển ngày, Enter để chọn, Esc để đóng.",
  }));
  const ATTRIBUTES = ["placeholder", "aria-label", "title", "alt"];
  const LONGEST = Math.max(...[...VIETNAMESE.keys()].map((words) => words.length));
  // Only what Streamlit writes itself: a ward, an officer or a table may be called anything.
  const OURS = "[data-testid='stMarkdownContainer'], [data-testid='stHtml'], .db-bar, .db-account, svg, textarea";

  const translateText = (node) => {
    const words = node.nodeValue;
    if (!words || words.length > LONGEST || node.parentElement?.closest(OURS)) return;
    const said = VIETNAMESE.get(words.trim()) ?? limitWords(words) ?? calendarWords(words);
    if (said && said !== words) node.nodeValue = said;
  };

  const limitWords = (words) => {
    const limit = /^(?:Limit )?(\d+(?:\.\d+)?[KMG]B) per file(.*)$/.exec(words.trim());
    return limit && `Tối đa ${limit[1]} mỗi tệp${limit[2]}`;
  };

  const CALENDAR = { "Choose date": "Chọn ngày", day: "ngày", month: "tháng", year: "năm", hour: "giờ", minute: "phút" };
  const calendarWords = (words) => {
    const part = /^(Choose date|day|month|year|hour|minute), /.exec(words);
    return part && CALENDAR[part[1]] + words.slice(part[1].length);
  };

  const translateAttributes = (element) => {
    for (const name of ATTRIBUTES) {
      const words = element.getAttribute?.(name) ?? "";
      const said = VIETNAMESE.get(words) ?? calendarWords(words) ?? (words.startsWith("Help for ") && words.replace("Help for", "Giải thích:"));
      if (said) element.setAttribute(name, said);
    }
  };

  const translate = (root) => {
    if (root.nodeType === Node.TEXT_NODE) return translateText(root);
    if (root.nodeType !== Node.ELEMENT_NODE) return undefined;
    translateAttributes(root);
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    while (walker.nextNode()) {
      if (walker.currentNode.nodeType === Node.TEXT_NODE) translateText(walker.currentNode);
      else translateAttributes(walker.currentNode);
    }
    return undefined;
  };

  let speaksVietnamese = document.currentScript.dataset.lang === "vi";

  // Calendars and numbers of the front end go by the browser's language: let them go by the page's.
  const locale = () => (speaksVietnamese ? "vi-VN" : "en-GB");
  Object.defineProperty(navigator, "language", { configurable: true, get: locale });
  Object.defineProperty(navigator, "languages", { configurable: true, get: () => [locale()] });

  // ?lang= may change the language without a new document; the page says which it is in.
  const readLanguage = () => {
    const said = document.querySelector(".db-lang")?.dataset.lang;
    if (!said || said === document.documentElement.lang) return;
    document.documentElement.lang = said;
    speaksVietnamese = said === "vi";
    if (speaksVietnamese) translate(document.body);
  };

  const watch = () => {
    new MutationObserver((changes) => {
      readLanguage();
      if (!speaksVietnamese) return;
      for (const change of changes) {
        if (change.type === "childList") change.addedNodes.forEach(translate);
        else if (change.type === "characterData") translateText(change.target);
        else translateAttributes(change.target);
      }
    }).observe(document.body, {
      childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES,
    });
  };
  document.addEventListener("DOMContentLoaded", watch);
})();
