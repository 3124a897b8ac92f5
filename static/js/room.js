// The room: keys for its presses, and the countdown between two looks at the server.
(() => {
  const typed = "input:not([type=hidden]), textarea, select, button, a, summary";
  const keys = { ArrowRight: "next", " ": "next", PageDown: "next", s: "show", S: "show", ArrowLeft: "back", PageUp: "back" };
  document.addEventListener("keydown", (event) => {
    const room = document.querySelector("[data-room]");
    if (!room || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const key = keys[event.key];
    if (!key || event.target.closest("input:not([type=hidden]), textarea, select")) return;
    if (event.key === " " && event.target.closest(typed)) return; // space presses what has the focus
    const form = room.querySelector(`form[data-key=${key}]`);
    if (!form) return;
    event.preventDefault();
    form.requestSubmit();
  });
  // Whoever types a move is not interrupted by what happens meanwhile.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const isLook = event.detail.elt.matches?.("[data-room]");
    const move = document.querySelector(".room-move");
    if (isLook && move?.contains(document.activeElement)) event.preventDefault();
  });
  // The screen keeps its own light or dark.
  const paint = () => {
    const screen = document.querySelector(".room");
    if (screen) screen.dataset.bsTheme = localStorage.getItem("room-theme") || "dark";
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-room-theme]");
    if (!button) return;
    localStorage.setItem("room-theme", localStorage.getItem("room-theme") === "light" ? "dark" : "light");
    paint();
  });
  document.addEventListener("htmx:afterSwap", paint);
  paint();
  const started = new WeakMap();
  setInterval(() => {
    for (const timer of document.querySelectorAll("[data-left]")) {
      if (!started.has(timer)) started.set(timer, performance.now());
      const left = Math.max(0, Math.round(timer.dataset.left - (performance.now() - started.get(timer)) / 1000));
      timer.textContent = left ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` : "Time is up";
      timer.classList.toggle("is-over", left === 0);
    }
  }, 250);
})();
