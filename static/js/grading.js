// Keys for the strip: 1 to 9, 0 for 10, ? for "I don't know", up and down from candidate to candidate.
(() => {
  const form = document.querySelector("[data-grading]");
  if (!form) return;
  const strips = [...form.querySelectorAll(".cand")];
  const choose = (strip, value) => {
    const radio = strip.querySelector(`input[type=radio][value="${value}"]`);
    radio.focus();
    if (radio.checked) return;
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const go = (strip) => strip && (strip.querySelector("input[type=radio]:checked") || strip.querySelector("input[type=radio]")).focus();
  form.addEventListener("keydown", (event) => {
    if (event.target.type !== "radio" || event.ctrlKey || event.metaKey || event.altKey) return;
    const strip = event.target.closest(".cand");
    const place = strips.indexOf(strip);
    if (/^[0-9]$/.test(event.key)) choose(strip, event.key === "0" ? "10" : event.key);
    else if (event.key === "?") choose(strip, "dk");
    else if (event.key === "ArrowDown") go(strips[place + 1]);
    else if (event.key === "ArrowUp") go(strips[place - 1]);
    else return;
    event.preventDefault();
  });
  // An answer that did not reach the server says so where it was given; the form still holds it.
  document.addEventListener("htmx:sendError", (event) => {
    const state = event.detail.elt.querySelector?.(".state");
    if (state) state.textContent = "Not sent yet";
  });
})();
