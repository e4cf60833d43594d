// Keys typed into an editable grid are not lost, however fast the hand and slow the machine.
//
// The grid (glide-data-grid) opens the editor of a cell after the key that opens it: what is typed before the
// editor has the focus is lost ("11" becomes "1"). And its editor ends an edit by a timer that every key
// starts: an Enter that comes before the timer of the last figure has run throws the whole edit away
// (glide-data-grid, pull request 1201). So keys wait here while an editor opens or closes, and a key that ends
// an edit waits until the timers before it have run.
"use strict";

(() => {
  const OPENING_TICKS = 4; // turns of the page after which a key is taken to open nothing: the cell is locked
  const OPENING_MS = 150;
  const FIRST_MS = 3000; // the code of the editor is fetched when it first opens
  const CLOSING_MS = 1000;
  const ENDS = new Set(["Enter", "Tab", "Escape"]);

  const DELETIONS = { Backspace: "delete", Delete: "forwardDelete" };

  const held = [];
  let moving = null; // "opening", "closing" or null: the editor is where the keys believe it to be
  let draining = false;
  let everOpened = false;

  const editor = () => document.querySelector("#portal input, #portal textarea");
  const inEditor = () => editor() !== null && document.activeElement === editor();
  const inGrid = () => document.activeElement?.closest?.("[data-testid='stDataFrame']") !== null;
  const isCharacter = (key) => [...key].length === 1;
  const opens = (key) => isCharacter(key) || key === "Enter" || key === "F2";
  const nextTurn = () => new Promise((done) => { setTimeout(done, 0); });
  const painted = () => new Promise((done) => { requestAnimationFrame(() => setTimeout(done, 0)); });

  const there = () => (moving === "opening" ? inEditor() : editor() === null && inGrid());
  const patience = () => (moving === "closing" ? CLOSING_MS : everOpened ? OPENING_MS : FIRST_MS);

  const settled = async () => {
    const since = performance.now();
    for (let turn = 0; moving && !there(); turn += 1) {
      const waited = performance.now() - since;
      if (turn >= OPENING_TICKS && waited > patience() && !(moving === "opening" && editor())) break;
      await nextTurn();
    }
    if (moving === "opening" && inEditor()) {
      everOpened = true;
      await painted(); // the editor selects what is in it only then
    }
    moving = null;
  };

  const send = (event) => {
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {
      key: event.key, code: event.code, keyCode: event.keyCode, which: event.keyCode, shiftKey: event.shiftKey,
      bubbles: true, cancelable: true, composed: true,
    }));
  };

  const deliver = (event) => {
    if (inEditor()) {
      if (isCharacter(event.key)) document.execCommand("insertText", false, event.key);
      else if (event.key in DELETIONS) document.execCommand(DELETIONS[event.key]);
      else if (ENDS.has(event.key)) {
        send(event);
        moving = "closing";
      }
    } else if (inGrid()) {
      send(event);
      if (opens(event.key)) moving = "opening";
    }
  };

  const drain = async () => {
    if (draining) return;
    draining = true;
    await nextTurn();
    await settled();
    while (held.length) {
      deliver(held.shift());
      await nextTurn();
      await settled();
    }
    draining = false;
  };

  const hold = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    held.push(event);
    drain();
  };

  const pressed = (event) => {
    const composing = event.isComposing || event.keyCode === 229;
    if (!event.isTrusted || composing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (!inEditor() && !inGrid() && !draining) return;
    if (draining || (inEditor() && ENDS.has(event.key))) {
      if (!["Shift", "CapsLock"].includes(event.key)) hold(event);
    } else if (inGrid() && !inEditor() && opens(event.key)) {
      moving = "opening";
      drain();
    }
  };
  window.addEventListener("keydown", pressed, true);
})();
