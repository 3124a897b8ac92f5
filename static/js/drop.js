/* The drop zone: a file dropped on it, or chosen, is brought at once. Without script the button does it. */
for (const form of document.querySelectorAll("[data-drop]")) {
  const input = form.querySelector("input[type=file]");
  const said = form.querySelector("[data-drop-said]");
  const LIMIT = 200 * 1024 * 1024;

  const bring = () => {
    const file = input.files[0];
    if (!file) return;
    if (file.size > LIMIT) {
      said.textContent = "This file is larger than 200 MB. Compress it with gzip, or split it.";
      input.value = "";
      return;
    }
    said.textContent = `Reading ${file.name} …`;
    form.requestSubmit();
  };
  const over = (event, is) => {
    event.preventDefault();
    form.classList.toggle("is-over", is);
  };
  form.addEventListener("dragenter", (event) => over(event, true));
  form.addEventListener("dragover", (event) => over(event, true));
  form.addEventListener("dragleave", (event) => over(event, form.contains(event.relatedTarget)));
  form.addEventListener("drop", (event) => {
    over(event, false);
    if (event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      bring();
    }
  });
  input.addEventListener("change", bring);
}
