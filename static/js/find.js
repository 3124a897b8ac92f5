// Ctrl K: opens the search, and walks through what it found by arrows. The links themselves do the going.
(() => {
  const dialog = document.getElementById("find");
  const field = dialog && dialog.querySelector("[name=q]");
  const open = () => {
    if (dialog.open) return;
    dialog.showModal();
    field.select();
    if (!dialog.querySelector("#hits a")) htmx.trigger(field.form, "opened"); // what was found before still stands
  };
  document.addEventListener("keydown", (event) => {
    if (dialog && event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      open();
    }
  });
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-find]");
    if (dialog && opener && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      open();
    }
    if (event.target.closest("[data-find-close]") || event.target === dialog) dialog.close();
  });
  for (const form of document.querySelectorAll("[data-find-form]")) {
    const around = form.closest("dialog") || document;
    const links = () => [...around.querySelectorAll("#hits a")];
    around.addEventListener("keydown", (event) => {
      const all = links();
      const place = all.indexOf(document.activeElement);
      if (event.key === "ArrowDown" && all.length && (place >= 0 || document.activeElement === form.q)) {
        event.preventDefault();
        all[Math.min(place + 1, all.length - 1)].focus();
      }
      if (event.key === "ArrowUp" && place >= 0) {
        event.preventDefault();
        (place ? all[place - 1] : form.q).focus();
      }
      if (event.key === "Escape" && around === dialog) {
        event.preventDefault(); // a search field would only lose its words
        dialog.close();
      }
      if (event.key === "Enter" && document.activeElement === form.q && all.length && around === dialog) {
        event.preventDefault();
        all[0].click();
      }
    });
  }
})();
