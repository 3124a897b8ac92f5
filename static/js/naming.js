// Naming several kinds of customers: Enter adds a line, a pasted list becomes rows, a starter fills one.
(() => {
  const form = document.getElementById("naming");
  if (!form) return;
  const rows = form.querySelector(".name-rows");
  const count = document.getElementById("named");
  const field = (row, name) => row.querySelector(`[name=${name}]`);
  const all = () => [...rows.children];
  const isEmpty = (row) => !field(row, "name").value.trim() && !field(row, "why").value.trim();
  const tell = () => {
    const many = all().filter((row) => field(row, "name").value.trim()).length;
    count.textContent = many ? `${many} named` : "";
  };
  const oneMore = () => {
    const row = rows.lastElementChild.cloneNode(true);
    for (const input of row.querySelectorAll("input")) {
      input.value = "";
      input.removeAttribute("autofocus");
    }
    row.querySelector("select").selectedIndex = 0;
    rows.append(row);
    return row;
  };
  const free = () => all().find(isEmpty) || oneMore();
  const fill = (row, name, why) => {
    field(row, "name").value = name.slice(0, 80);
    if (why) field(row, "why").value = why.slice(0, 300);
  };
  const parted = (line) => {
    const [, name, why] = line.replace(/^[\s\-*•·]+/, "").match(/^(.+?)(?:\t|: | [–—-] )(.+)$/) || [null, line.trim(), ""];
    return [name.trim(), why.trim()];
  };
  rows.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName !== "INPUT" || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const row = event.target.closest("li");
    field(row.nextElementSibling || oneMore(), "name").focus();
  });
  rows.addEventListener("paste", (event) => {
    const lines = (event.clipboardData?.getData("text") || "").split(/\r?\n/).filter((line) => line.trim());
    if (event.target.name !== "name" || lines.length < 2) return;
    event.preventDefault();
    let row = event.target.closest("li");
    for (const line of lines) {
      if (!isEmpty(row)) row = free();
      fill(row, ...parted(line));
    }
    field(row, "why").focus();
    tell();
  });
  form.querySelector(".starters").addEventListener("change", (event) => {
    const row = free();
    fill(row, event.target.value, event.target.dataset.why);
    event.target.checked = false;
    event.target.closest("label").hidden = true;
    field(row, "why").focus();
    tell();
  });
  rows.addEventListener("input", tell);
  const more = document.getElementById("one-more");
  more.hidden = false;
  more.addEventListener("click", () => field(oneMore(), "name").focus());
  document.getElementById("keys").hidden = false;
  tell();
})();
