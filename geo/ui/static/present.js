// One view a screen: arrows, space, Home and End move; Esc leaves; the address says where one is.
"use strict";

(() => {
  const stage = document.querySelector(".db-stage");
  if (!stage || stage.dataset.ready) return;
  stage.dataset.ready = "1";
  const slides = [...stage.querySelectorAll(".db-slide")];
  for (const slide of slides) {
    const bytes = Uint8Array.from(atob(slide.dataset.svg), (letter) => letter.charCodeAt(0));
    slide.innerHTML = new TextDecoder().decode(bytes);
  }
  const place = stage.querySelector(".db-stage-at");
  let at = Math.min(Math.max(Number(stage.dataset.at), 1), slides.length) - 1;

  const show = () => {
    slides.forEach((slide, i) => { slide.hidden = i !== at; });
    place.textContent = stage.dataset.said.replace("{at}", at + 1).replace("{n}", slides.length);
    const address = new URL(location.href);
    address.searchParams.set("at", at + 1);
    history.replaceState(history.state, "", address);
  };
  const go = (next) => { at = Math.min(Math.max(next, 0), slides.length - 1); show(); };
  const MOVES = {
    ArrowRight: () => go(at + 1), ArrowDown: () => go(at + 1), PageDown: () => go(at + 1), " ": () => go(at + 1),
    ArrowLeft: () => go(at - 1), ArrowUp: () => go(at - 1), PageUp: () => go(at - 1),
    Home: () => go(0), End: () => go(slides.length - 1),
    f: () => (document.fullscreenElement ? document.exitFullscreen() : stage.requestFullscreen()),
    Escape: () => { if (!document.fullscreenElement) location.assign(stage.dataset.back); },
  };
  const pressed = (event) => {
    if (!stage.isConnected) return document.removeEventListener("keydown", pressed, true);
    const move = MOVES[event.key];
    if (!move || event.ctrlKey || event.altKey || event.metaKey) return undefined;
    event.preventDefault();
    event.stopPropagation();
    return move();
  };
  document.addEventListener("keydown", pressed, true);
  stage.addEventListener("click", (event) => {
    if (event.target.closest("a")) return;
    go(at + (event.clientX < innerWidth / 3 ? -1 : 1));
  });
  stage.focus();
  show();
})();
