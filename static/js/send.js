// A switch marked data-send sends its form at once; the button for browsers without scripts steps back.
document.querySelectorAll("[data-send-by-hand]").forEach((button) => { button.hidden = true; });
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-send]")) event.target.form.requestSubmit();
});
