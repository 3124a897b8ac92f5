// Proposes the browser's time zone where nobody chose one yet.
(() => {
  const zone = document.querySelector("[data-guess-zone] [name=timezone]");
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && zone.value === "UTC" && [...zone.options].some((option) => option.value === here)) zone.value = here;
})();
